//! What a person makes of a kept submission: it goes on, is read by another form's map, or is dropped. Each becomes
//! one message that carries the events, under an id of its own: asked twice, it is the same message.

use axum::{
    Extension, Json,
    extract::{Path, Request, State},
    http::StatusCode,
    response::IntoResponse,
};
use domain::{
    calendar::Zone,
    event::Event,
    id::{FormId, MessageId, derive},
    instant::Instant,
    kept::{KeptWhy, Settlement},
    message::{Message, Settle, ToEvaluate},
    playbook::Playbook,
};
use engine::ports::Delayed;
use serde_json::{Value, json};

use super::{
    item::{Item, find, page},
    list_path,
};
use crate::{
    access::Caller,
    answer::{Answer, Failure, ok, record_path},
    app::App,
    body, intake,
    ports::ConsolePorts,
    query,
};

/// Unmatched submissions that one replay looks at, and how many of them it reads at once.
const REPLAYED: usize = 2_000;
const AT_ONCE: usize = 100;

const LONGEST_REASON: usize = 500;

pub(super) async fn release<P: ConsolePorts>(
    State(app): State<App<P>>,
    Path(name): Path<String>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let (parts, body) = request.into_parts();
    body::command(&parts.headers, body, &[]).await?.done()?;
    settle(&app, &name, caller, Settlement::Released).await
}

pub(super) async fn map<P: ConsolePorts>(
    State(app): State<App<P>>,
    Path(name): Path<String>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let (parts, body) = request.into_parts();
    let mut body = body::command(&parts.headers, body, &["form"]).await?;
    let form = body.text("form", 100);
    body.done()?;
    settle(&app, &name, caller, Settlement::Mapped { form: form.as_str().into() }).await
}

pub(super) async fn drop<P: ConsolePorts>(
    State(app): State<App<P>>,
    Path(name): Path<String>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let (parts, body) = request.into_parts();
    let mut body = body::command(&parts.headers, body, &["reason"]).await?;
    let reason = body.text("reason", LONGEST_REASON);
    body.done()?;
    settle(&app, &name, caller, Settlement::Dropped { reason }).await
}

async fn settle<P: ConsolePorts>(app: &App<P>, name: &str, caller: Caller, settlement: Settlement) -> Answer {
    let item = find(&*app.ports, name).await?;
    let active = app.active().await?;
    refuse_settled(&item, &settlement, &active.plan.playbook.organisation.time_zone, app.ports.now())?;
    let events = events(&item, &settlement, &active.plan.playbook)?;
    let records: Vec<_> = events.iter().map(|event| event.record.key.clone()).collect();
    let message = message(app, &item, caller.name, settlement, events);
    let id = message.message.id.clone();
    app.ports.send_evaluate(&[message]).await?;
    let body = json!({
        "message_id": id,
        "records": records,
        "links": {
            "kept": list_path(item.entry.kept.why),
            "timeline": records.first().map(|record| format!("{}/timeline", record_path(record))),
        },
    });
    Ok((StatusCode::ACCEPTED, Json(body)).into_response())
}

fn message<P: ConsolePorts>(
    app: &App<P>,
    item: &Item,
    by: String,
    settlement: Settlement,
    events: Vec<Event>,
) -> Delayed<ToEvaluate> {
    let kept = item.entry.id();
    let how = serde_json::to_string(&settlement).expect("a settlement is plain data");
    let id = MessageId::new(derive("msg_", &["settle", kept.as_str(), &how]));
    let settle = Settle { why: item.entry.kept.why, kept, by, settlement, events };
    let body = ToEvaluate::Settle(Box::new(settle));
    Delayed::now(Message { id, since: app.ports.now(), body })
}

/// The same decision again is the same message; another one comes too late.
fn refuse_settled(item: &Item, settlement: &Settlement, zone: &Zone, now: Instant) -> Result<(), Failure> {
    match item.settled.as_ref().filter(|settled| settled.settlement != *settlement) {
        Some(settled) => {
            let detail = item.sentence(settled, zone, now);
            Err(Failure::new(409, "kept_settled", "This was settled before", detail))
        }
        None => Ok(()),
    }
}

/// What the submission becomes.
fn events(item: &Item, settlement: &Settlement, playbook: &Playbook) -> Result<Vec<Event>, Failure> {
    let form = match settlement {
        Settlement::Dropped { .. } | Settlement::Finished { .. } => return Ok(Vec::new()),
        Settlement::Mapped { form } => form.clone(),
        Settlement::Released => FormId::new(item.entry.kept.form.as_str()),
    };
    match item.entry.kept.why {
        KeptWhy::Test => {
            let detail = "a test reaches nobody; post the same without the mark to see what it would start";
            Err(Failure::new(409, "kept_is_test", "A test is not released", detail))
        }
        KeptWhy::Conflict => conflicting(item, settlement),
        KeptWhy::Held | KeptWhy::Unmatched | KeptWhy::Partial => mapped(item, &form, playbook),
    }
}

/// An event that a used key held up counts under an id of its own.
fn conflicting(item: &Item, settlement: &Settlement) -> Result<Vec<Event>, Failure> {
    let unreadable = || unreadable(item, "it is not an event");
    if *settlement != Settlement::Released {
        let detail = "its fields were read when it came; release it, or drop it";
        return Err(Failure::new(409, "kept_is_mapped", "This needs no map", detail));
    }
    let event = item.event().ok_or_else(unreadable)?;
    Ok(vec![Event { id: item.entry.entry.caused_by.as_str().into(), keyed: false, ..event }])
}

fn mapped(item: &Item, form: &FormId, playbook: &Playbook) -> Result<Vec<Event>, Failure> {
    let described = playbook.forms.get(form).ok_or_else(|| form_unknown(form, playbook))?;
    let submissions = item.submissions();
    if submissions.is_empty() {
        return Err(unreadable(item, "it is not a submission"));
    }
    let kept = &item.entry.entry.caused_by;
    let read = submissions.into_iter().filter(|submission| !submission.test).enumerate().map(|(index, submission)| {
        let accepted_at = item.entry.kept.accepted_at;
        intake::released(form, described, playbook, submission, (kept.as_str(), index), accepted_at)
    });
    Ok(read.collect::<Result<Vec<Event>, _>>()?)
}

fn form_unknown(form: &FormId, playbook: &Playbook) -> Failure {
    let known = playbook.forms.keys().map(FormId::as_str).collect::<Vec<_>>().join(", ");
    let detail = format!("the playbook has no form `{form}`; describe it and publish, or map to one of: {known}");
    Failure::new(409, "form_unknown", "There is no such form", detail)
}

fn unreadable(item: &Item, why: &str) -> Failure {
    let detail = format!("{} cannot be read: {why}; it can only be dropped", item.name());
    Failure::new(409, "kept_unreadable", "This cannot be read", detail)
}

/// Reads every open submission of a form that nobody had described, oldest first.
pub(super) async fn replay<P: ConsolePorts>(
    State(app): State<App<P>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let (parts, body) = request.into_parts();
    let mut body = body::command(&parts.headers, body, &["form", "cursor"]).await?;
    let form = body.text("form", 100);
    let cursor = body.optional_text("cursor", 100);
    body.done()?;
    let before = cursor.map(|cursor| query::seq_of(&cursor).ok_or_else(query::cursor_invalid)).transpose()?;
    let active = app.active().await?;
    let id = FormId::new(form.as_str());
    // Also where nothing came for it: a slip in the name would read as if nothing waited.
    if !active.plan.playbook.forms.contains_key(&id) {
        return Err(form_unknown(&id, &active.plan.playbook));
    }
    let (items, before) = open_of(&app, &form, before).await?;
    let settlement = Settlement::Mapped { form: id };
    let (mut replayed, mut refused) = (0, Vec::<Value>::new());
    for item in items.iter().rev() {
        match events(item, &settlement, &active.plan.playbook) {
            Ok(events) => {
                let message = message(&app, item, caller.name.clone(), settlement.clone(), events);
                app.ports.send_evaluate(&[message]).await?;
                replayed += 1;
            }
            Err(failure) => refused.push(json!({ "id": item.name(), "detail": failure.problem.detail })),
        }
    }
    let next_cursor = before.map(query::cursor_before);
    ok(json!({ "form": form, "replayed": replayed, "refused": refused, "next_cursor": next_cursor }))
}

/// The open unmatched submissions of a form, newest first, and where older ones begin that were not looked at.
async fn open_of<P: ConsolePorts>(
    app: &App<P>,
    form: &str,
    mut before: Option<u64>,
) -> Result<(Vec<Item>, Option<u64>), Failure> {
    let mut found = Vec::new();
    for _ in 0..REPLAYED / AT_ONCE {
        let (items, last) = page(&*app.ports, KeptWhy::Unmatched, before, AT_ONCE).await?;
        found.extend(items.into_iter().filter(|item| item.settled.is_none() && item.entry.kept.form == form));
        before = last;
        if before.is_none() {
            break;
        }
    }
    Ok((found, before))
}
