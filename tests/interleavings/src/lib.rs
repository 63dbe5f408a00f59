//! All interleavings of small cases: the engine's own functions, call by call, in every order
//! in which two workers a queue can make them, with messages that come twice, calls that are not
//! made and calls whose answer is lost.
//!
//! The search holds states, not runs: a world that can be cloned ([`World`]), and handlers in the middle of
//! their work, each as its message and the answers it had so far ([`Handler`]). To go on by one call a
//! handler is run again from its beginning on those answers. Two runs that lead to the same state
//! are followed once, and counted as two: thousands of millions of runs are some ten thousand states (with three leads
//! and a fault, on demand, 1.4 thousand million runs in 1.5 million states). The simulation tries many faults in one
//! order; this tries every order, also those that a pool's lane would not allow.
//!
//! Left out: `act` and `escalate`; rows that only lists read; a pause. A timer is on its way once its row
//! is put. A queue gives its messages in any order, also where a host would keep one. A handler's clock
//! stands at the time of what caused its message.

mod case;
mod choice;
mod explore;
mod fingerprint;
mod handler;
mod ports;
mod rotation;
mod rules;
mod steps;
mod world;

pub use case::{Case, Grain};
pub use explore::{Explored, Violation, explore};
pub use handler::Handler;
pub use world::World;
