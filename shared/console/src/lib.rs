//! Handoff's HTTP API as axum routers: the same for the Lambda functions and the embedded host.
//!
//! Decodes, asks the ports, encodes. Nothing is decided here, and besides playbooks nothing is
//! written: what a person or a program wants becomes one message. No AWS, no SQL. Every error
//! is `application/problem+json`; a GET never changes anything.

mod access;
mod answer;
mod app;
mod body;
mod healthz;
mod html;
mod intake;
mod key;
mod layers;
mod ports;
mod query;
mod rate;
mod routes;

use axum::Router;

pub use access::Need;
pub use app::{Access, App, Config, Rate};
pub use intake::ClientIp;
pub use key::{fresh_id, fresh_key, hash_key};
pub use ports::{ApiKey, ConsolePorts, Ids, IntakePorts, Keys, Scope, Secrets};
pub use routes::Route;

/// Forms and events: the public side. Its host writes nothing but to the bus.
pub fn intake_router<P: IntakePorts>(app: App<P>) -> Router {
    layers::around(intake::routes(everywhere(app)).finish().0)
}
