//! `GET /v1/resume` shows what a pause keeps back and what each would do next;
//! `POST /v1/resume` lets it go on.
//!
//! In a store that was put back from a copy everything is held. What may have left before is told apart, and so is what
//! was under way and may have gone on: a person chooses whether it is sent again.
//!
//! The pause is lifted first, then everything held gets its message: an execution by one that
//! names its hold, an effect by the one it was held under. Asking again repeats the messages.
//! What is not to be sent again is told so before that: of what stays paused too, for it may go on later.

use std::collections::BTreeSet;

use axum::extract::{Request, State};
use domain::{
    decide::Paused,
    explain::{self, Voice},
    history::{Change, Entry, EventChange, ExecutionRow, ExecutionState},
    id::{EffectId, ExecutionId, MessageId, WorkflowId, derive},
    instant::Instant,
    matching,
    message::{Message, ToEvaluate},
};
use engine::ports::{Active, Delayed, EffectRow, ExecutionFilter, Restored};
use serde_json::{Value as Json, json};

use crate::{
    access::Need,
    answer::{Answer, Failure, ok, record_path},
    app::App,
    body::{self, Object},
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
    let done = may_be_done(&app, &active, &executions).await?;
    let mut lines = Vec::new();
    for row in executions.iter().take(SHOWN) {
        lines.push(next_of(&app, &active, row, done.contains(&row.execution)).await?);
    }
    let left = may_have_left(&app, &active, &effects).await?;
    let effect_lines = effects.iter().take(SHOWN).map(|row| effect_line(row, left.contains(&row.request.effect)));
    let mut answer = json!({
        "paused": as_json(&active.paused),
        "held_executions": executions.len(),
        "held_effects": effects.len(),
        "executions": lines,
        "effects": effect_lines.collect::<Vec<Json>>(),
    });
    if let Some(restored) = &active.restored {
        let zone = &active.plan.playbook.organisation.time_zone;
        answer["restored"] = json!({
            "as_of": restored.as_of.map(|at| at.to_string()),
            "as_of_local": restored.as_of.map(|at| zone.describe_beside(at, app.ports.now())),
            "found_at": restored.found_at.map(|at| at.to_string()),
            "paused_before": as_json(&restored.paused_before),
            "may_have_left": left.len(),
            "may_be_done": done.len(),
        });
    }
    ok(answer)
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

/// Which of these the store that was copied may have sent: what was asked for before the copy was taken.
async fn may_have_left<P: ConsolePorts>(
    app: &App<P>,
    active: &Active,
    effects: &[EffectRow],
) -> Result<BTreeSet<EffectId>, Failure> {
    let mut left = BTreeSet::new();
    let Some(restored) = &active.restored else { return Ok(left) };
    for row in effects {
        let asked = app.ports.entry(&row.request.record, row.request.seq).await?;
        if asked.is_none_or(|entry| restored.may_have_left(entry.at)) {
            left.insert(row.request.effect.clone());
        }
    }
    Ok(left)
}

/// Which of these the store that was copied may have taken on: what was under way when the copy was taken, and what came
/// due before it was opened.
async fn may_be_done<P: ConsolePorts>(
    app: &App<P>,
    active: &Active,
    executions: &[ExecutionRow],
) -> Result<BTreeSet<ExecutionId>, Failure> {
    let mut done = BTreeSet::new();
    let Some(restored) = &active.restored else { return Ok(done) };
    for row in executions {
        if is_maybe_done(app, restored, row).await? {
            done.insert(row.execution.clone());
        }
    }
    Ok(done)
}

async fn is_maybe_done<P: ConsolePorts>(
    app: &App<P>,
    restored: &Restored,
    row: &ExecutionRow,
) -> Result<bool, Failure> {
    let Some(held) = app.ports.entry(&row.record, row.seq).await? else { return Ok(true) };
    let Some(open) = held.head.execution(&row.execution) else { return Ok(true) };
    if let Some((_, _, due)) = open.waiting.timer() {
        return Ok(restored.may_be_done(due));
    }
    // It waits for nothing: what set it going was there when the copy was taken, or came in later.
    let came = match event_at(&held) {
        Some(came) => came,
        None => {
            let started = app.ports.entry(&row.record, open.started_seq).await?;
            started.and_then(|entry| event_at(&entry)).unwrap_or(open.started_at)
        }
    };
    Ok(restored.may_have_left(came))
}

/// When the event happened that an entry takes in.
fn event_at(entry: &Entry) -> Option<Instant> {
    entry.changes.iter().find_map(|change| match change {
        Change::Event(EventChange::Received { occurred_at, .. }) => Some(*occurred_at),
        _ => None,
    })
}

/// What a held execution would do next: the step it stands at, in words.
async fn next_of<P: ConsolePorts>(
    app: &App<P>,
    active: &Active,
    row: &ExecutionRow,
    may_be_done: bool,
) -> Result<Json, Failure> {
    let head = app.ports.newest(&row.record).await?.map(|entry| entry.head.clone()).unwrap_or_default();
    let open = head.execution(&row.execution);
    let pinned = match open {
        Some(open) => app.ports.plan(&open.manifest).await?,
        None => None,
    };
    let playbook = &pinned.as_ref().unwrap_or(&active.plan).playbook;
    let step = open.and_then(|open| playbook.workflows.get(&row.workflow)?.step(&open.at));
    let voice = Voice::new(playbook, &active.plan.playbook.organisation.time_zone);
    let due = open.and_then(|open| open.waiting.timer()).map(|(_, _, due)| due);
    let is_late = due.is_some_and(|due| due <= app.ports.now());
    let next = match (step, due) {
        (Some(step), Some(due)) if is_late => format!("{}: came due {}", step.describe(), voice.zone.describe(due)),
        (Some(step), _) => step.describe(),
        (None, _) => explain::sentence_now(&head, &voice, app.ports.now()),
    };
    Ok(json!({
        "id": row.execution,
        "may_be_done": may_be_done,
        "workflow": row.workflow,
        "record": row.record,
        "called": matching::called(&row.record, &head.fields),
        "at": open.map(|open| &open.at),
        "next": next,
        "links": { "record": record_path(&row.record) },
    }))
}

fn effect_line(row: &EffectRow, may_have_left: bool) -> Json {
    json!({
        "may_have_left": may_have_left,
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
    let mut body = body::command(&parts.headers, body, &["workflows", "not_again"]).await?;
    let active = app.active().await?;
    let wanted = workflows(&mut body, &active);
    let not_again = not_again(&mut body);
    body.done()?;
    if not_again && active.restored.is_none() {
        return Err(not_held_as_a_copy());
    }
    let paused = match (&wanted, &active.paused) {
        (None, _) if active.restored.is_some() => before_the_copy(&active),
        (None, _) | (_, Paused::Nothing) => Paused::Nothing,
        (Some(wanted), paused) => without(wanted, paused, &active),
    };
    // Those who read "what is paused" from a copy must have a new one when the message comes.
    let delay_seconds = app.config.active_may_be_old_seconds;
    // Said before anything goes on, and of what stays paused too: afterwards it is not known any more what may have left.
    let (left, done) = if not_again { sent_by_the_original(&app, &active).await? } else { Default::default() };
    app.ports.set_paused(&paused).await?;
    let (mut executions, mut effects) = held(&app, wanted.as_ref()).await?;
    executions.retain(|row| !paused.includes(&row.workflow));
    effects.retain(|row| row.request.workflow.as_ref().is_none_or(|workflow| !paused.includes(workflow)));
    effects.retain(|row| !left.contains(&row.request.effect));
    send_resumes(&app, &executions, "resume", delay_seconds, |row| done.contains(&row.execution)).await?;
    send_effects(&app, &effects).await?;
    ok(json!({
        "paused": as_json(&paused),
        "resumed_executions": executions.len(),
        "resumed_effects": effects.len(),
        "not_sent_again": left.len(),
        "executions_not_sending_again": done.len(),
    }))
}

/// Settles what may have left already as not sent again, and notes the same of what may have been done: whatever is
/// paused from now on.
async fn sent_by_the_original<P: ConsolePorts>(
    app: &App<P>,
    active: &Active,
) -> Result<(BTreeSet<EffectId>, BTreeSet<ExecutionId>), Failure> {
    let (mut executions, mut effects) = held(app, None).await?;
    let left = may_have_left(app, active, &effects).await?;
    let done = may_be_done(app, active, &executions).await?;
    effects.retain(|row| left.contains(&row.request.effect));
    for row in &mut effects {
        row.request.not_again = true;
    }
    executions.retain(|row| done.contains(&row.execution));
    send_resumes(app, &executions, "not_again", 0, |_| true).await?;
    send_effects(app, &effects).await?;
    Ok((left, done))
}

fn not_held_as_a_copy() -> Failure {
    let detail = "nothing here is held because it was put back from a copy, or some of it has been let go on since; what may \
                  have left before is not known any more. Without `not_again`, what is held goes on";
    Failure::new(409, "not_a_copy", "This store is not held as a copy", detail)
}

/// Whether what may have left already is not to be sent again.
fn not_again(body: &mut Object) -> bool {
    match body.take("not_again") {
        None => false,
        Some(Json::Bool(chosen)) => chosen,
        Some(_) => {
            body.fault("not_again", "not_a_boolean", "`not_again` must be true or false");
            false
        }
    }
}

/// What somebody had paused in a copy stays paused; what its being a copy held goes on.
fn before_the_copy(active: &Active) -> Paused {
    match active.restored.as_ref().map(|restored| &restored.paused_before) {
        Some(some @ Paused::Some(_)) => some.clone(),
        _ => Paused::Nothing,
    }
}

/// What stays paused once these go on.
fn without(wanted: &BTreeSet<WorkflowId>, paused: &Paused, active: &Active) -> Paused {
    let already: BTreeSet<WorkflowId> = match paused {
        Paused::Some(already) => already.clone(),
        _ => active.plan.playbook.workflows.keys().cloned().collect(),
    };
    let left: BTreeSet<WorkflowId> = already.difference(wanted).cloned().collect();
    if left.is_empty() { Paused::Nothing } else { Paused::Some(left) }
}

/// Tells executions that their pause is over, each once for this hold and `why`.
async fn send_resumes<P: ConsolePorts>(
    app: &App<P>,
    executions: &[ExecutionRow],
    why: &str,
    delay_seconds: u32,
    not_again: impl Fn(&ExecutionRow) -> bool,
) -> Result<(), Failure> {
    let resumes: Vec<Delayed<ToEvaluate>> = executions
        .iter()
        .map(|row| {
            let id = derive("msg_", &[row.execution.as_str(), why, &row.seq.to_string()]);
            let (record, execution) = (row.record.clone(), row.execution.clone());
            let body = ToEvaluate::Resume { record, execution, not_again: not_again(row) };
            Delayed { message: Message { id: MessageId::new(id), since: row.at, body }, delay_seconds }
        })
        .collect();
    for chunk in resumes.chunks(CHUNK) {
        app.ports.send_evaluate(chunk).await?;
    }
    Ok(())
}

async fn send_effects<P: ConsolePorts>(app: &App<P>, effects: &[EffectRow]) -> Result<(), Failure> {
    let now = app.ports.now();
    let sends: Vec<_> =
        effects.iter().map(|row| Message { id: row.message.clone(), since: now, body: row.request.clone() }).collect();
    for chunk in sends.chunks(CHUNK) {
        app.ports.send_act(chunk).await?;
    }
    Ok(())
}
