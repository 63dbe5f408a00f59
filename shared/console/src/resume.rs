//! `GET /v1/resume` shows what a pause keeps back and what each would do next;
//! `POST /v1/resume` lets it go on.
//!
//! In a store that was put back from a copy everything is held. What may have left before is told apart, and so is what
//! was under way and may have gone on: a person chooses whether it is sent again.
//!
//! The pause is lifted first, then everything held gets its message: an execution by one that
//! names its hold, an effect by the one it was held under. Asking again repeats the messages.
//! What is not to be sent again is told so before that: of what stays paused too, for it may go on later.

mod copy;
mod held;

use std::collections::BTreeSet;

use axum::extract::{Request, State};
use domain::{
    decide::Paused,
    explain::{self, Voice},
    history::ExecutionRow,
    id::{MessageId, WorkflowId, derive},
    matching,
    message::{Message, ToEvaluate},
};
use engine::ports::{Active, Delayed, EffectRow};
use serde_json::{Value as Json, json};

use self::held::{Held, Place};
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

/// Lines of each sort that the preview shows; it counts all.
const SHOWN: usize = 200;
/// Pages of what a copy holds that one request looks at: each row is compared with its record's history, and on AWS a
/// request has 15 seconds.
const PAGES_LOOKED_AT: usize = 3;
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
    let (mut executions, mut effects) = (Vec::new(), Vec::new());
    let (mut executions_held, mut effects_held, mut done, mut left) = (0, 0, 0, 0);
    let mut place = Some(Place::START);
    while let Some(here) = place {
        let (held, next) = here.read(&app).await?;
        match held {
            Held::Executions(rows) => {
                for row in &rows {
                    let may_be_done = copy::may_be_done(&app, &active, row).await?;
                    executions_held += 1;
                    done += usize::from(may_be_done);
                    if executions.len() < SHOWN {
                        executions.push(next_of(&app, &active, row, may_be_done).await?);
                    }
                }
            }
            Held::Effects(rows) => {
                for row in &rows {
                    let may_have_left = copy::may_have_left(&app, &active, row).await?;
                    effects_held += 1;
                    left += usize::from(may_have_left);
                    if effects.len() < SHOWN {
                        effects.push(effect_line(row, may_have_left));
                    }
                }
            }
        }
        place = next;
    }
    let mut answer = json!({
        "paused": as_json(&active.paused),
        "held_executions": executions_held,
        "held_effects": effects_held,
        "executions": executions,
        "effects": effects,
    });
    if let Some(restored) = &active.restored {
        let zone = &active.plan.playbook.organisation.time_zone;
        answer["restored"] = json!({
            "as_of": restored.as_of.map(|at| at.to_string()),
            "as_of_local": restored.as_of.map(|at| zone.describe_beside(at, app.ports.now())),
            "found_at": restored.found_at.map(|at| at.to_string()),
            "paused_before": as_json(&restored.paused_before),
            "may_have_left": left,
            "may_be_done": done,
        });
    }
    ok(answer)
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
    let mut body = body::command(&parts.headers, body, &["workflows", "not_again", "after"]).await?;
    let active = app.active().await?;
    let wanted = workflows(&mut body, &active);
    let not_again = not_again(&mut body);
    let after = after(&mut body, not_again);
    body.done()?;
    if not_again && active.restored.is_none() {
        return Err(not_held_as_a_copy());
    }
    let mut answer = Resumed::default();
    // Said before anything goes on, and of what stays paused too: afterwards it is not known any more what may have left.
    if not_again && let Some(next) = sent_by_the_original(&app, &active, after, &mut answer).await? {
        return ok(answer.json(&active.paused, Some(&next)));
    }
    let paused = match (&wanted, &active.paused) {
        (None, _) if active.restored.is_some() => before_the_copy(&active),
        (None, _) | (_, Paused::Nothing) => Paused::Nothing,
        (Some(wanted), paused) => without(wanted, paused, &active),
    };
    app.ports.set_paused(&paused).await?;
    let goes_on = |workflow: Option<&WorkflowId>| {
        let is_wanted = wanted.as_ref().is_none_or(|wanted| workflow.is_some_and(|name| wanted.contains(name)));
        is_wanted && workflow.is_none_or(|name| !paused.includes(name))
    };
    let_go(&app, &active, not_again, goes_on, &mut answer).await?;
    ok(answer.json(&paused, None))
}

/// How much became of what was held.
#[derive(Default)]
struct Resumed {
    executions: usize,
    effects: usize,
    executions_not_sending_again: usize,
    not_sent_again: usize,
}

impl Resumed {
    /// `next` where not all that is held was looked at: nothing goes on yet.
    fn json(&self, paused: &Paused, next: Option<&Place>) -> Json {
        let mut answer = json!({
            "paused": as_json(paused),
            "resumed_executions": self.executions,
            "resumed_effects": self.effects,
            "not_sent_again": self.not_sent_again,
            "executions_not_sending_again": self.executions_not_sending_again,
        });
        if let Some(next) = next {
            answer["next"] = json!(next.written());
            answer["sentence"] = json!(
                "Not all of what is held was looked at, and nothing goes on yet. Send the same request again with this \
                 `next` as `after`."
            );
        }
        answer
    }
}

/// Settles what may have left already as not sent again, and notes the same of what may have been done: whatever is
/// paused from now on. Returns where the next request has to go on, if this one has not looked at everything.
async fn sent_by_the_original<P: ConsolePorts>(
    app: &App<P>,
    active: &Active,
    after: Place,
    answer: &mut Resumed,
) -> Result<Option<Place>, Failure> {
    let mut place = Some(after);
    for _ in 0..PAGES_LOOKED_AT {
        let Some(here) = place else { break };
        let (held, next) = here.read(app).await?;
        match held {
            Held::Executions(rows) => {
                let mut done = Vec::new();
                for row in rows {
                    if copy::may_be_done(app, active, &row).await? {
                        done.push((row, true));
                    }
                }
                answer.executions_not_sending_again += done.len();
                send_resumes(app, &done, "not_again", 0).await?;
            }
            Held::Effects(rows) => {
                let mut left = Vec::new();
                for mut row in rows {
                    if copy::may_have_left(app, active, &row).await? {
                        row.request.not_again = true;
                        left.push(row);
                    }
                }
                answer.not_sent_again += left.len();
                send_effects(app, &left).await?;
            }
        }
        place = next;
    }
    Ok(place)
}

/// Lets go on what is not paused any more. Of a copy it looks again at what may have left: what was said of that may not
/// be carried out yet.
async fn let_go<P: ConsolePorts>(
    app: &App<P>,
    active: &Active,
    not_again: bool,
    goes_on: impl Fn(Option<&WorkflowId>) -> bool,
    answer: &mut Resumed,
) -> Result<(), Failure> {
    // Those who read "what is paused" from a copy must have a new one when the message comes.
    let delay_seconds = app.config.active_may_be_old_seconds;
    let mut place = Some(Place::START);
    while let Some(here) = place {
        let (held, next) = here.read(app).await?;
        match held {
            Held::Executions(rows) => {
                let mut going = Vec::new();
                for row in rows.into_iter().filter(|row| goes_on(Some(&row.workflow))) {
                    let silent = not_again && copy::may_be_done(app, active, &row).await?;
                    going.push((row, silent));
                }
                answer.executions += going.len();
                send_resumes(app, &going, "resume", delay_seconds).await?;
            }
            Held::Effects(rows) => {
                let mut going = Vec::new();
                for row in rows.into_iter().filter(|row| goes_on(row.request.workflow.as_ref())) {
                    if !(not_again && copy::may_have_left(app, active, &row).await?) {
                        going.push(row);
                    }
                }
                answer.effects += going.len();
                send_effects(app, &going).await?;
            }
        }
        place = next;
    }
    Ok(())
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

/// Where the request before this one left off.
fn after(body: &mut Object, not_again: bool) -> Place {
    let Some(written) = body.optional_text("after", 300) else { return Place::START };
    Place::parse(&written).filter(|_| not_again).unwrap_or_else(|| {
        body.fault("after", "cursor_invalid", "use `next` of the answer before, unchanged, and with `not_again`");
        Place::START
    })
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

/// Tells executions that their pause is over, each once for this hold and `why`, and which of them send nothing before
/// their next wait.
async fn send_resumes<P: ConsolePorts>(
    app: &App<P>,
    executions: &[(ExecutionRow, bool)],
    why: &str,
    delay_seconds: u32,
) -> Result<(), Failure> {
    let resumes: Vec<Delayed<ToEvaluate>> = executions
        .iter()
        .map(|(row, not_again)| {
            let id = derive("msg_", &[row.execution.as_str(), why, &row.seq.to_string()]);
            let (record, execution) = (row.record.clone(), row.execution.clone());
            let body = ToEvaluate::Resume { record, execution, not_again: *not_again };
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
