//! The host as an operator meets it: stopped, crowded, short of disk, asked for its health, read
//! by its log, given playbooks. Real processes on loopback.
#![expect(clippy::unwrap_used, reason = "what fails here is a test")]

#[path = "../always_open/mod.rs"]
mod always_open;

mod commands;
mod connections;
// It takes a disk of its own from Linux: on another system it is not there, rather than passed.
#[cfg(target_os = "linux")]
mod disk;
mod folder;
#[cfg(target_os = "linux")]
mod gone;
mod host;
mod keys;
mod logs;
mod stopping;
