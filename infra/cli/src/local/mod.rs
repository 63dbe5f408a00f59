//! The embedded host as `serve` runs it: its server, keys, playbook's folder, mail, first screen and end.

pub mod ending;
pub mod first_screen;
pub mod folder;
pub mod health;
pub mod keys;
pub mod mail;
pub mod restored;
pub mod sample;
pub mod secrets;
pub mod server;
pub mod texts;
