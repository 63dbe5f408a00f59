//! A pool's answers to requests for an owner: who is available, who gets the record, who waits in line.
//!
//! Pure: the pool's state, the playbook, time off and the moment come in. [`crate::rotation`] decides who is next.

mod answer;
mod availability;
mod calendars;
mod line;

pub use answer::{TimesOff, answer, credit, settle, withdraw};
pub use availability::Moment;
pub use line::{LOOKED_AT, serve};
