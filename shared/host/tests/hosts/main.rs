//! Both hosts over steps that do as the test says, and over the engine's own.

mod aborting;
mod engine_steps;
mod ledger;
mod minutes;
mod real_time;
mod restart;
mod script;
mod virtual_time;
