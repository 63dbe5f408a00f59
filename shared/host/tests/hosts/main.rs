//! Both hosts over steps that do as the test says, and over the engine's own.

mod engine_steps;
mod real_time;
mod script;
mod virtual_time;
