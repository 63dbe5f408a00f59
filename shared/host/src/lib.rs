//! The embedded host: one process that takes messages from the queues of a [`sqlite::Store`]
//! and hands them to the engine's steps.
//!
//! [`Host`] runs in real time. [`VirtualHost`] runs the same steps under a clock that stands
//! still until it is moved: for simulation, scenarios and tests. Nothing is decided here.

mod attempt;
mod backoff;
mod dispatch;
mod minute;
mod real;
mod steps;
mod suspects;
mod unit;
mod virtual_host;

pub use attempt::Failure;
pub use real::Host;
pub use steps::{Engine, Inside, OnStore, StepError, Steps};
pub use virtual_host::{Delivery, Failed, VirtualHost, VirtualHostError};
