//! Who gets the next record of a pool, and why: a pure function of the pool's state, its
//! members' availability and the moment.
//!
//! One file per strategy. The state changes only together with the pick it records.

mod amount;
mod answer;
mod availability;
mod calendars;
mod candidates;
mod line;
mod listed;
mod pages;
mod pipeline;
mod pool_state;
mod reason;
mod rotate;
mod share;
pub mod strategy;
mod taken;

pub use amount::{Amount, AmountError};
pub use answer::{TimesOff, answer, credit, settle, withdraw};
pub use availability::Moment;
pub use candidates::{Against, Available, Candidates, NAMED};
pub use line::{LOOKED_AT, Place, serve};
pub use pages::Page;
pub use pipeline::{Pipeline, Slot, Worth};
pub use pool_state::{Line, PoolState};
pub use reason::{Cap, Reason};
pub use share::{Absence, CatchingUp, Share};
pub use strategy::{Contender, Numbers};
