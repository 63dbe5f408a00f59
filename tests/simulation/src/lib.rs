//! The engine under faults: every call it makes to a host can fail before it was applied, or
//! be applied and lose its answer. Both are what a crash looks like from outside, too.
//!
//! Time is virtual and everything is in one thread, so a run is named by its faults alone. Scenarios say what should
//! happen; here every single fault on a lead's way is tried, and many pairs, and what must hold at the end is checked
//! from the histories.

mod faulty;
mod world;

pub use faulty::{Fault, Faults, Faulty, Sent};
pub use world::{World, call_logged, demo_request};
