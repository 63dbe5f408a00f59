//! The API over HTTP, in process: requests into the router, the embedded store behind it.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

mod access;
mod bad_input;
mod browser;
mod cases;
mod events;
mod fetched;
mod find;
mod fuzz;
mod health;
mod host;
mod intake;
mod kept;
mod keyed;
mod keys;
mod limits;
mod long_histories;
mod matching;
mod openapi;
mod operate;
mod pages;
mod people;
mod providers;
mod publishing;
mod racing;
mod records;
mod retention;
mod secrets;
mod typed;
mod unfinished;
mod updates;
