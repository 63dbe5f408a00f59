//! `escalate`: each minute, sends the timers that are near and drains the dead letters.

mod dead_letters;
mod sweep;

pub use dead_letters::{drain, handle};
pub use sweep::{LOOK_BACK_MINUTES, sweep};
