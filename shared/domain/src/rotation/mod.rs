//! Who is next in a pool: shares, strategies and the reasons that are stored with a pick.
//!
//! Pure arithmetic in exact integers; `tests/fairness/README.md` states and proves the bound. One file per strategy.
//! The state changes only together with the pick it records.

mod amount;
mod candidates;
mod listed;
mod pages;
mod pipeline;
mod place;
mod pool_state;
mod reason;
mod rotate;
mod share;
pub mod strategy;
mod taken;

pub use amount::{Amount, AmountError};
pub use candidates::{Against, Available, Candidates, NAMED};
pub use pages::Page;
pub use pipeline::{Pipeline, Slot, Worth};
pub use place::Place;
pub use pool_state::{Line, PoolState};
pub use reason::{Cap, Reason};
pub use share::{Absence, CatchingUp, Share};
pub use strategy::{Contender, Numbers};
