//! `GET /v1/resume` shows what a pause keeps back and what each would do next;
//! `POST /v1/resume` lets it go on.
//!
//! The pause is lifted first, then everything held gets its message: an execution by one that
//! names its hold, an effect by the one it was held under. Asking again repeats the messages.

use std::collections::BTreeSet;

use axum::extract::{Request, State};
use domain::{
    decide::Paused,
    explain::{self, Voice},
    history::{ExecutionRow, ExecutionState},
    id::{MessageId, WorkflowId, derive},
    message::{Message, ToEvaluate},
};
use engine::ports::{Active, Delayed, EffectRow, ExecutionFilter};
use serde_json::{Value as Json, json};

use crate::{
    access::Need,
    answer::{Answer, Failure, ok, record_path},
    app::App,
    body,
    pause::{as_json, workflows},
    ports::{ConsolePorts, Scope},
    query::Params,
    routes::Routes,
};

/// Lines of each sort that the preview shows; it counts all it read.
const SHOWN: usize = 200;
/// Effects let go in one request.
const EFFECTS: usize = 10_000;
/// Messages given to a queue at once.
const CHUNK: usize = 10;

pub(crate) fn routes<P: ConsolePorts>(routes: Routes<P>) -> Routes<P> {
    routes.get(Need::Scope(Scope::Read), "/v1/resume", preview::<P>).post(
        Need::Scope(Scope::Admin),
        "/v1/resume",
        resume::<P>,
    )
}

async fn preview<P: ConsolePorts>(State(app): State<App<P>>, params: Params) -> Answer {
    params.only(&[])?;
    let active = app.active().await?;
    let (executions, effects) = held(&app, None).await?;
    let mut lines = Vec::new();
    for row in executions.iter().take(SHOWN) {
        lines.push(next_of(&app, &active, row).await?);
    }
    ok(json!({
        "paused": as_json(&active.paused),
        "held_executions": executions.len(),
        "held_effects": effects.len(),
        "executions": lines,
        "effects": effects.iter().take(SHOWN).map(effect_line).collect::<Vec<Json>>(),
    }))
}

/// Everything held, of these workflows or of all.
async fn held<P: ConsolePorts>(
    app: &App<P>,
    of: Option<&BTreeSet<WorkflowId>>,
) -> Result<(Vec<ExecutionRow>, Vec<EffectRow>), Failure> {
    let filter = ExecutionFilter { state: ExecutionState::Held, workflow: None, since: None };
    let (mut executions, mut cursor) = (Vec::new(), None);
    loop {
        let page = app.ports.executions(&filter, cursor.as_ref(), SHOWN).await?;
        executions.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let mut effects = app.ports.held_effects(EFFECTS).await?;
    if let Some(of) = of {
        executions.retain(|row| of.contains(&row.workflow));
        effects.retain(|row| row.request.workflow.as_ref().is_some_and(|workflow| of.contains(workflow)));
    }
    Ok((executions, effects))
}

/// What a held execution would do next: the step it stands at, in words.
async fn next_of<P: ConsolePorts>(app: &App<P>, active: &Active, row: &ExecutionRow) -> Result<Json, Failure> {
    let head = app.ports.newest(&row.record).await?.map(|entry| entry.head.clone()).unwrap_or_default();
    let open = head.execution(&row.execution);
    let playbook = match open {
        Some(open) => app.ports.playbook(&open.manifest).await?,
        None => None,
    };
    let playbook = playbook.unwrap_or_else(|| active.playbook.clone());
    let step = open.and_then(|open| playbook.workflows.get(&row.workflow)?.step(&open.at));
    let voice = Voice::new(&playbook, &active.playbook.organisation.time_zone);
    let due = open.and_then(|open| open.waiting.timer()).map(|(_, _, due)| due);
    let is_late = due.is_some_and(|due| due <= app.ports.now());
    let next = match (step, due) {
        (Some(step), Some(due)) if is_late => format!("{}: came due {}", step.describe(), voice.zone.describe(due)),
        (Some(step), _) => step.describe(),
        (None, _) => explain::sentence_now(&head, &voice, app.ports.now()),
    };
    Ok(json!({
        "id": row.execution,
        "workflow": row.workflow,
        "record": row.record,
        "at": open.map(|open| &open.at),
        "next": next,
        "links": { "record": record_path(&row.record) },
    }))
}

fn effect_line(row: &EffectRow) -> Json {
    json!({
        "id": row.request.effect,
        "workflow": row.request.workflow,
        "record": row.request.record,
        "next": row.what,
        "to": row.rendered.as_ref().ok().map(|message| &message.to),
        "not_after": row.request.not_after.to_string(),
    })
}

async fn resume<P: ConsolePorts>(State(app): State<App<P>>, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    let mut body = body::command(&parts.headers, body, &["workflows"]).await?;
    let active = app.active().await?;
    let wanted = workflows(&mut body, &active);
    body.done()?;
    let paused = match (&wanted, &active.paused) {
        (None, _) | (_, Paused::Nothing) => Paused::Nothing,
        (Some(wanted), paused) => without(wanted, paused, &active),
    };
    app.ports.set_paused(&paused).await?;
    let (executions, effects) = held(&app, wanted.as_ref()).await?;
    send(&app, &executions, &effects).await?;
    ok(json!({
        "paused": as_json(&paused),
        "resumed_executions": executions.len(),
        "resumed_effects": effects.len(),
    }))
}

/// What stays paused once these go on.
fn without(wanted: &BTreeSet<WorkflowId>, paused: &Paused, active: &Active) -> Paused {
    let already: BTreeSet<WorkflowId> = match paused {
        Paused::Some(already) => already.clone(),
        _ => active.playbook.workflows.keys().cloned().collect(),
    };
    let left: BTreeSet<WorkflowId> = already.difference(wanted).cloned().collect();
    if left.is_empty() { Paused::Nothing } else { Paused::Some(left) }
}

async fn send<P: ConsolePorts>(
    app: &App<P>,
    executions: &[ExecutionRow],
    effects: &[EffectRow],
) -> Result<(), Failure> {
    let now = app.ports.now();
    // Those who read "what is paused" from a copy must have a new one when the message comes.
    let delay_seconds = app.config.active_may_be_old_seconds;
    let resumes: Vec<Delayed<ToEvaluate>> = executions
        .iter()
        .map(|row| {
            let id = derive("msg_", &[row.execution.as_str(), "resume", &row.seq.to_string()]);
            let body = ToEvaluate::Resume { record: row.record.clone(), execution: row.execution.clone() };
            Delayed { message: Message { id: MessageId::new(id), since: row.at, body }, delay_seconds }
        })
        .collect();
    for chunk in resumes.chunks(CHUNK) {
        app.ports.send_evaluate(chunk).await?;
    }
    let sends: Vec<_> =
        effects.iter().map(|row| Message { id: row.message.clone(), since: now, body: row.request.clone() }).collect();
    for chunk in sends.chunks(CHUNK) {
        app.ports.send_act(chunk).await?;
    }
    Ok(())
}
