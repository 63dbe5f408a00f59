//! What form providers send, understood: bytes and headers in, normalised submissions out.
//!
//! Pure: no I/O, no clock, no async. Whatever arrives ends as submissions or as a
//! [`Refusal`] that turns into an `application/problem+json` of status 4xx; nothing panics.
//!
//! ```text
//! verify ── read ──► Submission ── map ──► Mapped (fields by kind, gaps, keys)
//!                        └──── propose ──► a mapping for a form nobody described
//! ```

mod about;
mod address;
mod assumption;
mod coerce;
mod composite;
mod decode;
mod dialled;
mod email_domain;
mod fingerprint;
mod fit;
mod handshake;
mod label;
pub mod limits;
mod looks;
mod mapping;
mod names;
mod ours;
mod person_name;
mod problem;
mod proposal;
mod provider;
mod query;
mod question;
mod questions;
mod reading;
mod refusal;
mod request;
mod rest;
mod signature;
mod submission;
mod wording;

pub use coerce::value_of;
pub use decode::json::parse as parse_json;
pub use email_domain::company_domain;
pub use handshake::handshake;
pub use mapping::{Mapped, map};
pub use problem::{FieldProblem, Problem};
pub use proposal::propose;
pub use provider::{read, verify};
pub use refusal::Refusal;
pub use request::Request;
pub use submission::{Fetch, File, Submission};
