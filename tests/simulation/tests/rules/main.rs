//! The rules of writing, of timers, of effects and of dead letters, one test each: what must
//! hold between two calls to a host, which a whole lead's story shows only by luck.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod bench;
mod clock;
mod credits;
mod dead_letters;
mod doubts;
mod effects;
mod fan_out;
mod histories;
mod matching;
mod pipeline;
mod pools;
mod retention;
mod sendings;
mod sweep;
mod time_off;
mod timers;
