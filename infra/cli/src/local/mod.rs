//! The embedded host as `serve` runs it: its keys, its playbook's folder, its mail, its first screen.

pub mod first_screen;
pub mod folder;
pub mod keys;
pub mod mail;
pub mod sample;
