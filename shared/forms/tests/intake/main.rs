//! What providers send, from bytes to mapped fields: shapes, signatures, bad input, mapping, mutations.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

mod bad_input;
mod coercion;
mod dice;
mod every_leaf;
mod fixture;
mod limits;
mod lists;
mod mailbox;
mod mapping;
mod mutation;
mod not_given;
mod not_the_person;
mod notifications;
mod own_number;
mod people;
mod providers;
mod query;
mod ranks;
mod recognition;
mod senders;
mod shapes;
mod signatures;
mod unknown_shapes;
mod unlabelled;
