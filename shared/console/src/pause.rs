//! `POST /v1/pause`: intake goes on, and nothing leaves.

use std::collections::BTreeSet;

use axum::extract::{Request, State};
use domain::{decide::Paused, id::WorkflowId};
use engine::ports::Active;
use serde_json::{Value as Json, json};

use crate::{
    access::Need,
    answer::{Answer, ok},
    app::App,
    body::{self, Object},
    named,
    ports::{ConsolePorts, Scope},
    routes::Routes,
};

pub(crate) fn routes<P: ConsolePorts>(routes: Routes<P>) -> Routes<P> {
    routes.post(Need::Scope(Scope::Admin), "/v1/pause", pause::<P>)
}

async fn pause<P: ConsolePorts>(State(app): State<App<P>>, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    let mut body = body::command(&parts.headers, body, &["workflows"]).await?;
    let active = app.active().await?;
    let wanted = workflows(&mut body, &active);
    body.done()?;
    let paused = match (wanted, active.paused) {
        (None, _) | (_, Paused::Everything) => Paused::Everything,
        (Some(wanted), Paused::Nothing) => Paused::Some(wanted),
        (Some(wanted), Paused::Some(already)) => Paused::Some(already.into_iter().chain(wanted).collect()),
    };
    app.ports.set_paused(&paused).await?;
    ok(json!({ "paused": as_json(&paused), "links": { "resume": "/v1/resume" } }))
}

/// The workflows a request names; none where it means all of them.
pub(crate) fn workflows(body: &mut Object, active: &Active) -> Option<BTreeSet<WorkflowId>> {
    let mut named = BTreeSet::new();
    // `null` is no way to say "all": a program that means one workflow and has none would stop everything.
    match body.take_as_it_is("workflows")? {
        Json::Array(ids) if !ids.is_empty() => {
            for (index, id) in ids.iter().enumerate() {
                match id.as_str().map(WorkflowId::new).filter(|id| active.plan.playbook.workflows.contains_key(id)) {
                    Some(id) => drop(named.insert(id)),
                    None => body.fault_in("workflows", index, "workflow_unknown", unknown(id, active)),
                }
            }
        }
        _ => body.fault("workflows", "not_a_list", "`workflows` must be a list of names; leave it out to mean all"),
    }
    Some(named)
}

fn unknown(id: &Json, active: &Active) -> String {
    let written = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
    named::unknown("workflow", &written, active.plan.playbook.workflows.keys().map(WorkflowId::as_str))
}

/// `"nothing"`, `"everything"`, or the names.
pub(crate) fn as_json(paused: &Paused) -> Json {
    match paused {
        Paused::Nothing => json!("nothing"),
        Paused::Everything => json!("everything"),
        Paused::Some(workflows) => json!(workflows),
    }
}
