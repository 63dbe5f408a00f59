//! One record: `GET /v1/records/{kind}/{id}`, its assignments, and what a person may ask for.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Path, Request, State},
};
use domain::{
    event::GapWhy,
    explain::{self, Voice},
    history::{Change, Entry, EventChange, Head, left},
    id::{Kind, PersonId, RecordKey},
    message::Command,
    playbook::Playbook,
};
use engine::{
    evaluate::known_as,
    ports::{Active, Histories},
};
use serde_json::{Value as Json, json};

use crate::{
    access::{Caller, Need},
    answer::{Answer, Failure, ok, record_path},
    app::App,
    body, named,
    person::command,
    ports::{ConsolePorts, Scope},
    query::Params,
    routes::Routes,
};

/// Entries looked at for gaps and for a page's story: the newest of a long history.
const LOOKED_AT: usize = 500;

pub(crate) fn routes<P: ConsolePorts>(routes: Routes<P>) -> Routes<P> {
    let [read, operate] = [Scope::Read, Scope::Operate].map(Need::Scope);
    routes
        .get(read, "/v1/records/{kind}/{id}", show::<P>)
        .post(operate, "/v1/records/{kind}/{id}/reassign", reassign::<P>)
        .post(operate, "/v1/records/{kind}/{id}/close", close::<P>)
        .post(operate, "/v1/records/{kind}/{id}/credit", credit::<P>)
}

/// The record of this name that people may see, and its newest entry; 404 if there is none. A name that its sender was
/// told for somebody who turned out to be known leads to their record.
pub(crate) async fn find<P: ConsolePorts>(
    app: &App<P>,
    active: &Active,
    name: RecordKey,
) -> Result<(RecordKey, Arc<Entry>), Failure> {
    let missing = |name: &RecordKey| {
        Failure::not_found(format_args!(
            "record {name}; look it up by its e-mail address, its phone number or its name"
        ))
    };
    // Histories of our own (intake, request) are no records.
    let kinds = &active.plan.playbook.schema.kinds;
    if !kinds.contains_key(&name.kind) {
        let why = named::unknown("kind of record", name.kind.as_str(), kinds.keys().map(Kind::as_str));
        return Err(Failure::missing(why));
    }
    if let Some(newest) = app.ports.newest(&name).await? {
        return Ok((name, newest));
    }
    let known = known_as(&*app.ports, &name).await?.ok_or_else(|| missing(&name))?;
    let newest = app.ports.newest(&known).await?.ok_or_else(|| missing(&name))?;
    Ok((known, newest))
}

/// The newest entries of a record, newest first.
pub(crate) async fn entries(ports: &impl Histories, record: &RecordKey) -> Result<Vec<Entry>, Failure> {
    Ok(left(ports.page(record, None, LOOKED_AT).await?))
}

/// The record of this name that a person wants something done with; 410 if it was deleted.
async fn find_left<P: ConsolePorts>(app: &App<P>, active: &Active, name: RecordKey) -> Result<RecordKey, Failure> {
    let (record, newest) = find(app, active, name).await?;
    let voice = Voice::new(&active.plan.playbook, &active.plan.playbook.organisation.time_zone);
    match explain::sentence_deleted(&newest.head, &voice) {
        Some(sentence) => Err(Failure::new(410, "record_deleted", "The record was deleted", sentence)),
        None => Ok(record),
    }
}

async fn show<P: ConsolePorts>(
    State(app): State<App<P>>,
    Path((kind, id)): Path<(String, String)>,
    params: Params,
) -> Answer {
    params.only(&[])?;
    let active = app.active().await?;
    let (record, newest) = find(&app, &active, RecordKey::new(kind.as_str(), id)).await?;
    let entries = entries(&*app.ports, &record).await?;
    let playbook = &active.plan.playbook;
    let voice = Voice::new(playbook, &playbook.organisation.time_zone);
    let now = app.ports.now();
    let head = &newest.head;
    let path = record_path(&record);
    ok(json!({
        "record": record,
        "kind": record.kind,
        "id": record.id,
        "fields": head.fields,
        "gaps": gaps(&record, head, &entries),
        // In what was submitted before this entry nobody looked for gaps.
        "gaps_since_seq": entries.last().map_or(1, |oldest| oldest.seq),
        "links": head.links,
        "owner": owner(head, playbook),
        "segments": head.segments,
        "closed": head.closed,
        "deleted": head.deletion().map(|deleted| json!({
            "at": deleted.at.to_string(),
            "last_entry_at": deleted.last.to_string(),
            "closed_records": deleted.rule,
        })),
        "tasks": head.tasks.iter().map(crate::task::line).collect::<Vec<Json>>(),
        "executions": executions(head, &voice, now),
        "now": explain::sentence_now(head, &voice, now),
        "seq": newest.seq,
        "updated_at": newest.at.to_string(),
        "_links": { "timeline": format!("{path}/timeline"), "assignments": format!("{path}/assignments") },
    }))
}

fn owner(head: &Head, playbook: &Playbook) -> Option<Json> {
    let owner = head.owner.as_ref()?;
    let person = playbook.people.get(&owner.person);
    Some(json!({
        "person": owner.person,
        "name": person.map(|person| person.name.as_str()),
        "pool": owner.pool,
        "since": owner.at.to_string(),
        "number": owner.number,
    }))
}

fn executions(head: &Head, voice: &Voice<'_>, now: domain::instant::Instant) -> Vec<Json> {
    let standings = explain::now(head, voice, now);
    let lines = head.executions.iter().zip(standings).map(|(open, standing)| {
        json!({
            "id": open.id,
            "workflow": open.workflow,
            "manifest": open.manifest,
            "started_at": open.started_at.to_string(),
            "at": open.at,
            "state": if open.held { "held" } else { "open" },
            "now": standing.text,
            "until": open.waiting.timer().map(|(_, _, due)| due.to_string()),
        })
    });
    lines.collect()
}

/// What the latest submissions left empty or unreadable and nothing has filled since.
pub(crate) fn gaps(record: &RecordKey, head: &Head, newest_first: &[Entry]) -> Vec<Json> {
    let mut seen = std::collections::BTreeSet::new();
    let mut open = Vec::new();
    for entry in newest_first {
        for change in &entry.changes {
            let Change::Event(EventChange::Received { gaps, form, .. }) = change else { continue };
            for gap in gaps.iter().filter(|gap| seen.insert(gap.target.clone())) {
                let own = gap.target.strip_prefix(record.kind.as_str()).and_then(|rest| rest.strip_prefix('.'));
                let filled = own.is_some_and(|field| head.fields.contains_key(field));
                if !gap.is_match() && !gap.is_identity() && (gap.why != GapWhy::Missing || !filled) {
                    open.push(json!({
                        "target": gap.target,
                        "why": gap.why,
                        "form": form,
                        "at": entry.at.to_string(),
                    }));
                }
            }
        }
    }
    open
}

async fn reassign<P: ConsolePorts>(
    State(app): State<App<P>>,
    Path((kind, id)): Path<(String, String)>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let (parts, body) = request.into_parts();
    let mut body = body::command(&parts.headers, body, &["to", "reason"]).await?;
    let to = body.text("to", 254);
    let reason = body.text("reason", 500);
    let active = app.active().await?;
    let record = find_left(&app, &active, RecordKey::new(kind.as_str(), id)).await?;
    let to = new_owner(&to, &active.plan.playbook).unwrap_or_else(|fault| {
        // A text that is missing has its fault already.
        if !to.is_empty() {
            body.fault("to", "person_unknown", fault);
        }
        PersonId::new("")
    });
    body.done()?;
    command(&app, &parts.headers, caller, record, Command::Reassign { to, reason }).await
}

/// The person who is meant, or why they can own no record.
fn new_owner(written: &str, playbook: &Playbook) -> Result<PersonId, String> {
    let id = named::person(written, playbook)?;
    match playbook.people.get(&id) {
        Some(person) if !person.active => Err(format!("{} is not active any more", person.name)),
        _ => Ok(id),
    }
}

async fn close<P: ConsolePorts>(
    State(app): State<App<P>>,
    Path(path): Path<(String, String)>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    for_a_reason(app, path, caller, request, |reason| Command::Close { reason }).await
}

async fn credit<P: ConsolePorts>(
    State(app): State<App<P>>,
    Path(path): Path<(String, String)>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    for_a_reason(app, path, caller, request, |reason| Command::Credit { reason }).await
}

/// A command that needs a reason and nothing else.
async fn for_a_reason<P: ConsolePorts>(
    app: App<P>,
    (kind, id): (String, String),
    caller: Caller,
    request: Request,
    wish: fn(String) -> Command,
) -> Answer {
    let (parts, body) = request.into_parts();
    let mut body = body::command(&parts.headers, body, &["reason"]).await?;
    let reason = body.text("reason", 500);
    let active = app.active().await?;
    let record = find_left(&app, &active, RecordKey::new(kind.as_str(), id)).await?;
    body.done()?;
    command(&app, &parts.headers, caller, record, wish(reason)).await
}
