//! Scenario scripts: tests, documentation, the demo and a way to reproduce what happened, in one file.
//!
//! A script is a list of commands in virtual time (`at`, `form`, `advance`, `expect`,
//! `show` …). Lines that begin with `|` hold what the command above prints, so a script
//! and its transcript are one file. Forms and commands go through the same HTTP routes
//! that serve the world; nothing in here decides anything.

mod aliases;
mod carry_out;
pub mod command;
mod expect;
mod parse;
mod path;
pub mod render;
mod run;
pub mod sheet;
mod show;
mod source;
mod transcript;
mod world;

pub use host::Delivery;
pub use run::{Setting, Told, run};
pub use source::{Line, Says, Script, ScriptError};
pub use transcript::{Difference, Transcript};
pub use world::Place;
