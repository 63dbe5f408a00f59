//! `GET /v1/held`, `/v1/unmatched`, …: what is open, unless `state` asks for more. `GET /v1/kept/{id}`: one of them, and
//! what became of it.

use axum::extract::{Path, State};
use domain::kept::KeptWhy;

use super::item::{find, page};
use crate::{
    answer::{Answer, list, ok},
    app::App,
    ports::ConsolePorts,
    query::{Params, cursor_before, invalid},
};

pub(super) async fn held<P: ConsolePorts>(State(app): State<App<P>>, params: Params) -> Answer {
    show(&app, params, KeptWhy::Held).await
}

pub(super) async fn unmatched<P: ConsolePorts>(State(app): State<App<P>>, params: Params) -> Answer {
    show(&app, params, KeptWhy::Unmatched).await
}

pub(super) async fn conflicts<P: ConsolePorts>(State(app): State<App<P>>, params: Params) -> Answer {
    show(&app, params, KeptWhy::Conflict).await
}

pub(super) async fn partial<P: ConsolePorts>(State(app): State<App<P>>, params: Params) -> Answer {
    show(&app, params, KeptWhy::Partial).await
}

pub(super) async fn tests<P: ConsolePorts>(State(app): State<App<P>>, params: Params) -> Answer {
    show(&app, params, KeptWhy::Test).await
}

pub(super) async fn one<P: ConsolePorts>(
    State(app): State<App<P>>,
    Path(name): Path<String>,
    params: Params,
) -> Answer {
    params.only(&[])?;
    let active = app.active().await?;
    ok(find(&*app.ports, &name).await?.as_json(&active.plan.playbook, app.ports.now()))
}

async fn show<P: ConsolePorts>(app: &App<P>, params: Params, why: KeptWhy) -> Answer {
    let params = params.only(&["state", "cursor", "limit"])?;
    let is_shown: fn(bool) -> bool = match params.get("state") {
        None | Some("open") => |is_settled| !is_settled,
        Some("settled") => |is_settled| is_settled,
        Some("all") => |_| true,
        Some(_) => return Err(invalid("state", "write open, settled or all")),
    };
    let active = app.active().await?;
    let (items, last) = page(&*app.ports, why, params.before()?, params.limit()?).await?;
    let shown = items.iter().filter(|item| is_shown(item.settled.is_some()));
    let now = app.ports.now();
    list(shown.map(|item| item.as_json(&active.plan.playbook, now)).collect(), last.map(cursor_before))
}
