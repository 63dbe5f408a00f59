//! The API over HTTP, in process: requests into the router, the embedded store behind it.

mod access;
mod bad_input;
mod host;
mod intake;
mod openapi;
mod operate;
mod pages;
mod providers;
mod publishing;
mod records;
