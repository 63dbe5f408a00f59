//! Handoff's HTTP API as axum routers: the same for the Lambda functions and the embedded host.
//!
//! Decodes, asks the ports, encodes. Nothing is decided here, and besides playbooks nothing is
//! written: what a person or a program wants becomes one message. No AWS, no SQL. Every error
//! is `application/problem+json`; a GET never changes anything.

mod access;
mod answer;
mod app;
mod assignments;
mod away;
mod body;
mod dead_letter;
mod execution;
mod find;
mod healthz;
mod html;
mod idempotency;
mod intake;
mod kept;
mod key;
mod keys;
mod layers;
mod lookback;
mod named;
mod openapi;
mod outbox;
mod page;
mod pause;
mod person;
mod playbook;
mod pool;
mod ports;
mod query;
mod rate;
mod record;
mod resume;
mod retention;
mod routes;
mod task;
mod timeline;
mod why;

use axum::Router;

pub use access::Need;
pub use app::{Access, App, Config, Rate};
pub use forms::limits::BODY_BYTES;
pub use healthz::{Health, Unwell};
pub use intake::ClientIp;
pub use kept::waiting_for;
pub use key::{fresh_id, fresh_key, hash_key};
pub use ports::{
    ApiKey, Asked, ConsolePorts, Found, IntakePorts, KeptKey, KeptKeys, Keys, Removed, Scope, Secrets, Trust,
};
pub use routes::Route;

use crate::routes::Routes;

/// Forms and events: the public side. Its host writes nothing but to the bus.
pub fn intake_router<P: IntakePorts>(app: App<P>) -> Router {
    let own = app.health.clone();
    layers::around(intake::routes(health(Routes::new(app))).finish().0, own)
}

/// Everything else: what people and programs see and ask for, and the pages.
pub fn router<P: ConsolePorts>(app: App<P>) -> Router {
    let own = app.health.clone();
    layers::around(console_routes(health(Routes::new(app))).finish().0, own)
}

/// Both in one, for a host that is one process.
pub fn whole_router<P: IntakePorts + ConsolePorts>(app: App<P>) -> Router {
    let own = app.health.clone();
    layers::around(console_routes(intake::routes(health(Routes::new(app)))).finish().0, own)
}

/// Every route of [`whole_router`]: what it answers to, and for whom.
pub fn routes<P: IntakePorts + ConsolePorts>(app: App<P>) -> Vec<Route> {
    console_routes(intake::routes(health(Routes::new(app)))).finish().1
}

fn health<P: engine::ports::Clock + engine::ports::Playbooks + 'static>(routes: Routes<P>) -> Routes<P> {
    routes.get(Need::Nothing, "/healthz", healthz::answer::<P>)
}

fn console_routes<P: ConsolePorts>(routes: Routes<P>) -> Routes<P> {
    let routes = intake::fetched::routes(pool::routes(assignments::routes(record::routes(routes))));
    let routes = why::routes(timeline::routes(find::routes(routes)));
    let routes = outbox::routes(task::routes(execution::routes(routes)));
    let routes = dead_letter::routes(kept::routes(routes));
    let routes = keys::routes(retention::routes(routes));
    let routes = resume::routes(pause::routes(playbook::routes(routes)));
    page::routes(openapi::routes(away::routes(routes)))
}
