//! A pool's ledger: `GET /v1/pools` and `GET /v1/pools/{pool}`.

use axum::extract::{Path, State};
use domain::{
    assignment::Moment,
    explain::{self, Voice},
    id::PoolId,
};
use serde_json::{Value as Json, json};

use crate::{
    access::Need,
    answer::{Answer, Failure, list, ok},
    app::App,
    named,
    ports::{ConsolePorts, Scope},
    query::Params,
    routes::Routes,
};

pub(crate) fn routes<P: ConsolePorts>(routes: Routes<P>) -> Routes<P> {
    let read = Need::Scope(Scope::Read);
    routes.get(read, "/v1/pools", all::<P>).get(read, "/v1/pools/{pool}", show::<P>)
}

async fn all<P: ConsolePorts>(State(app): State<App<P>>, params: Params) -> Answer {
    params.only(&[])?;
    let active = app.active().await?;
    let line = |(id, pool): (&PoolId, &domain::playbook::Pool)| json!({ "pool": id, "strategy": pool.strategy, "lead": pool.lead, "members": pool.members });
    list(active.plan.playbook.pools.iter().map(line).collect(), None)
}

async fn show<P: ConsolePorts>(State(app): State<App<P>>, Path(id): Path<String>, params: Params) -> Answer {
    params.only(&[])?;
    let active = app.active().await?;
    let playbook = &active.plan.playbook;
    let id = PoolId::new(id);
    let Some(pool) = playbook.pools.get(&id) else {
        let why = named::unknown("pool", id.as_str(), playbook.pools.keys().map(PoolId::as_str));
        return Err(Failure::missing(why));
    };
    let (state, _) = app.ports.pool(&id, &[]).await?;
    let people: Vec<_> = pool.members.keys().cloned().collect();
    let off = app.ports.time_off(&people).await?;
    let moment = Moment { playbook, pool, now: app.ports.now() };
    let voice = Voice::new(playbook, &playbook.organisation.time_zone);
    let ledger = explain::ledger(&id, &state, moment, &off, &voice);
    ok(json!({
        "pool": ledger.pool,
        "strategy": ledger.strategy,
        "picks": ledger.picks,
        "bound": ledger.bound,
        "on_return": pool.on_return,
        "members": ledger.members.iter().map(|line| member(line, &voice)).collect::<Vec<_>>(),
    }))
}

fn member(line: &explain::LedgerLine, voice: &Voice<'_>) -> Json {
    let mut json = json!(line);
    // Moments are text here, and beside them what a clock on the wall of the office showed.
    json["since"] = json!(line.since.map(|since| since.to_string()));
    json["since_local"] = json!(line.since.map(|since| voice.zone.describe(since)));
    json
}
