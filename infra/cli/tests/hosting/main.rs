//! The host as an operator meets it: stopped, crowded, short of disk, asked for its health, read
//! by its log. Real processes on loopback.
#![expect(clippy::unwrap_used, reason = "what fails here is a test")]

mod connections;
mod host;
mod stopping;
