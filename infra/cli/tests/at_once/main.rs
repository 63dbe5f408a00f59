//! Many submissions at once on the embedded host, over real HTTP.

#![expect(clippy::unwrap_used, reason = "what fails here is a test")]

#[path = "../always_open/mod.rs"]
mod always_open;
mod client;
mod host;

mod same_person;
mod thousand;
