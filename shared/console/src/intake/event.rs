//! `POST /v1/events`: a fact about a record, from a program: `{type, record: {kind, id}, at?, data}`.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    extract::{Request, State},
    http::StatusCode,
};
use domain::{
    event::{Event, Gap, GapWhy, RecordPart},
    id::{EventId, EventType, Kind, RecordKey, derive},
    instant::Instant,
    nearest::nearest,
    playbook::{Form, Schema, Source},
    value::{Fields, Value},
    workflow::OWN_FACTS,
};
use forms::{FieldProblem, Submission};
use serde_json::Value as Json;

use super::{Taken, accepted, awaited, publish};
use crate::{
    answer::{Answer, Failure},
    app::App,
    body::{self, Object},
    idempotency::{self, Claim, Use},
    ports::IntakePorts,
};

/// The largest body of an event, in bytes.
const BODY_BYTES: usize = 64 * 1024;

/// Clocks differ; a moment further ahead than this is a mistake.
const AHEAD_MINUTES: i64 = 5;

pub(super) async fn receive<P: IntakePorts>(State(app): State<App<P>>, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    let now = app.ports.now();
    let bytes = body::bytes(&parts.headers, body, BODY_BYTES).await?;
    let json = body::json(&parts.headers, &bytes)?;
    let active = app.active().await?;
    let key = idempotency::key(&parts.headers)?;
    let event = read(json, key.as_deref(), &active.plan.playbook.schema, now, &*app.trust.fresh_id)?;
    let warning = awaited::warning(&event.event_type, &active.plan.playbook);
    let mut taken = [Taken::event(event).with(warning)];
    let claim = taken[0].claim(&app).await?;
    if claim.as_ref().is_some_and(|claim| claim.found == Use::Other) {
        return Err(idempotency::reused());
    }
    publish(&*app.ports, &taken).await?;
    claim.into_iter().for_each(Claim::accepted);
    Ok(accepted(StatusCode::ACCEPTED, &taken))
}

fn read(
    json: Json,
    key: Option<&str>,
    schema: &Schema,
    now: Instant,
    fresh_id: &dyn Fn() -> String,
) -> Result<Event, Failure> {
    let content = json.to_string();
    let mut body = Object::of("", json, &["type", "record", "at", "data"])?;
    let event_type = event_type(&mut body, schema);
    let occurred_at = at(&mut body, now);
    let record = record(&mut body, schema, &event_type);
    let data = data(&mut body);
    let filled = record.as_ref().map(|record| fill(&record.kind, data, schema));
    let filled = match filled {
        Some(Ok(filled)) => Some(filled),
        Some(Err(errors)) => {
            body.faults(errors);
            None
        }
        None => None,
    };
    body.done()?;
    let (Some(key_of_record), Some(filled)) = (record, filled) else {
        return Err(Failure::field("/record", "required_missing", "`record` is required"));
    };
    let id = key.map_or_else(
        || EventId::new(derive("evt_", &[&fresh_id()])),
        |key| idempotency::event_id("/v1/events", key, 0),
    );
    Ok(Event {
        id,
        event_type,
        form: None,
        occurred_at,
        accepted_at: now,
        record: RecordPart { key: key_of_record, fields: filled.fields },
        linked: Vec::new(),
        unmapped: filled.unmapped,
        apart: BTreeSet::new(),
        gaps: filled.gaps,
        // Two calls in ten minutes are two calls: only the key tells a repeat.
        fingerprint: key.map(|key| idempotency::fingerprint(key, &content)),
        submission: None,
        keyed: key.is_some(),
        to_fetch: None,
        answers_for: None,
        instead_of: None,
        depth: 0,
    })
}

fn event_type(body: &mut Object, schema: &Schema) -> EventType {
    let text = body.text("type", 64);
    let is_snake = text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_');
    if text == "form_submitted" {
        body.fault("type", "type_reserved", "post submissions to /v1/forms/{form}");
    } else if OWN_FACTS.contains(&text.as_str()) && !schema.declares(&text) {
        let why = format!(
            "Handoff itself makes `{text}` true; post another type, or declare this one as yours in schema.yaml: \
             `events: {{ {text}: {{}} }}`"
        );
        body.fault("type", "type_reserved", why);
    } else if !text.is_empty() && !is_snake {
        body.fault("type", "type_invalid", "write the type in snake_case and past tense, for example call_logged");
    }
    EventType::new(text)
}

fn at(body: &mut Object, now: Instant) -> Instant {
    let Some(text) = body.optional_text("at", 64) else { return now };
    match Instant::parse(&text) {
        Ok(at) if at > now.plus_minutes(AHEAD_MINUTES) => {
            body.fault(
                "at",
                "at_in_future",
                format!("`at` is more than {AHEAD_MINUTES} minutes ahead of this host's clock, which says {now}"),
            );
            now
        }
        Ok(at) if at < Instant::from_millis(0) => {
            body.fault("at", "at_too_old", "`at` is before 1970");
            now
        }
        Ok(at) => at,
        Err(_) => {
            body.fault("at", "at_invalid", "write RFC 3339 with a zone, for example 2026-03-02T09:00:00Z");
            now
        }
    }
}

fn record(body: &mut Object, schema: &Schema, event_type: &EventType) -> Option<RecordKey> {
    let Some(json) = body.take("record") else {
        body.fault("record", "required_missing", "`record` is required: {\"kind\": \"lead\", \"id\": …}");
        return None;
    };
    let mut record = match Object::of("/record", json, &["kind", "id"]) {
        Ok(record) => record,
        Err(failure) => {
            body.faults(failure.problem.errors);
            return None;
        }
    };
    let kind = record.text("kind", 64);
    let id = record.text("id", 200);
    if !kind.is_empty() && !schema.kinds.contains_key(&Kind::new(kind.as_str())) {
        let kinds = || schema.kinds.keys().map(Kind::as_str);
        let hint = nearest(&kind, kinds()).map_or_else(
            || format!("choose from {}", kinds().collect::<Vec<_>>().join(", ")),
            |meant| format!("did you mean `{meant}`?"),
        );
        record.fault("kind", "kind_unknown", format!("there is no kind of record `{kind}`; {hint}"));
    } else if let Some(about) = schema.events.get(event_type).and_then(|declared| declared.kind.as_ref())
        && about.as_str() != kind
        && !kind.is_empty()
    {
        let detail = format!("`{event_type}` is about a {about}, as schema.yaml declares it, and not about a {kind}");
        record.fault("kind", "kind_not_of_event", detail);
    }
    let errors = record.into_errors();
    let is_right = errors.is_empty();
    body.faults(errors);
    is_right.then(|| RecordKey::new(kind.as_str(), id))
}

fn data(body: &mut Object) -> serde_json::Map<String, Json> {
    match body.take("data") {
        None => serde_json::Map::new(),
        Some(Json::Object(data)) => data,
        Some(_) => {
            body.fault("data", "not_an_object", "`data` must be a JSON object");
            serde_json::Map::new()
        }
    }
}

/// What an event fills.
struct Filled {
    fields: Fields,
    unmapped: Fields,
    gaps: Vec<Gap>,
}

/// Keys that are fields of the kind become typed fields; the rest stays as it came.
fn fill(kind: &Kind, data: serde_json::Map<String, Json>, schema: &Schema) -> Result<Filled, Vec<FieldProblem>> {
    let mut fields = BTreeMap::new();
    flatten("", Json::Object(data), &mut fields);
    let names = schema.kinds.get(kind).into_iter().flat_map(|kind| kind.fields.keys());
    let map =
        names.filter(|name| fields.contains_key(*name)).map(|name| (format!("{kind}.{name}"), vec![name.clone()]));
    let form = Form { map: map.collect(), ..Form::about(kind.clone()) };
    let submission = submission(fields);
    let within_data = |mut problem: FieldProblem| {
        problem.pointer = format!("/data{}", problem.pointer);
        problem
    };
    let mut mapped = forms::map(&submission, &form, schema)
        .map_err(|refusal| refusal.problem().errors.into_iter().map(within_data).collect::<Vec<_>>())?;
    let fields = mapped.fields.remove(kind).unwrap_or_default();
    let mut gaps = Vec::new();
    let mut errors = Vec::new();
    for gap in mapped.gaps {
        let name = gap.target.split_once('.').map_or(gap.target.as_str(), |(_, name)| name);
        match gap.why {
            GapWhy::Unreadable { detail, .. } if !fields.contains_key(name) => {
                errors.push(within_data(FieldProblem::new(submission.pointer(name), "field_invalid", detail)));
            }
            GapWhy::Unreadable { .. }
            | GapWhy::Assumed { .. }
            | GapWhy::Partly { .. }
            | GapWhy::Placeholder { .. }
            | GapWhy::Several { .. } => gaps.push(gap),
            // An event names its record, and brings no linked one.
            GapWhy::Missing
            | GapWhy::EmailDomain { .. }
            | GapWhy::Sought { .. }
            | GapWhy::Identified { .. }
            | GapWhy::SharedWith { .. }
            | GapWhy::KnownName { .. } => {}
        }
    }
    if errors.is_empty() { Ok(Filled { fields, unmapped: mapped.unmapped, gaps }) } else { Err(errors) }
}

/// The data as if a form had asked for it.
fn submission(fields: Fields) -> Submission {
    Submission {
        source: Source::Generic,
        form_name: None,
        provider_id: None,
        submitted_at: None,
        fields,
        apart: BTreeSet::new(),
        aliases: BTreeMap::new(),
        pointers: BTreeMap::new(),
        types: BTreeMap::new(),
        to_fetch: None,
        test: false,
        partial: false,
        held: None,
        files: Vec::new(),
        remarks: Vec::new(),
        fingerprint: String::new(),
    }
}

/// Nested objects become dotted names; a list of plain values is one value, any other its JSON text.
fn flatten(name: &str, json: Json, into: &mut Fields) {
    let value = match json {
        Json::Null => return,
        Json::Bool(yes) => Value::YesNo(yes),
        // Past this a number loses digits: long ids stay whole as text.
        Json::Number(number) if number.as_f64().is_none_or(|size| size.abs() > 9e15) => Value::Text(number.to_string()),
        Json::Number(number) => Value::Number(number.as_f64().unwrap_or_default()),
        Json::String(text) => Value::Text(text),
        Json::Array(items) => {
            match items.iter().all(|item| item.is_string() || item.is_number() || item.is_boolean()) {
                true => Value::List(items.into_iter().filter_map(plain).collect()),
                false => Value::Text(Json::Array(items).to_string()),
            }
        }
        Json::Object(members) => {
            for (key, member) in members {
                let name = if name.is_empty() { key } else { format!("{name}.{key}") };
                flatten(&name, member, into);
            }
            return;
        }
    };
    into.insert(name.to_owned(), value);
}

fn plain(json: Json) -> Option<Value> {
    serde_json::from_value(json).ok()
}
