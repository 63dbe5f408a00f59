//! `POST /v1/records/{kind}/{id}/fetched`: the answers of a lead that had come with ids only, from a program that
//! fetched them. In any shape that a form takes, read by the map of the lead's own form.

use axum::{
    Extension,
    extract::{Path, Request, State},
    http::{StatusCode, header, request::Parts},
};
use domain::{
    event::Event,
    history::{Change, Entry, EventChange, Fetching},
    id::{FormId, MessageId, RecordKey, SubmissionId, derive},
    instant::Instant,
    kept::KeptWhy,
    message::{Command, Message, ToEvaluate},
    playbook::{Form, Source},
};
use engine::ports::{Delayed, Histories};
use forms::{Submission, limits::BODY_BYTES};

use super::{Taken, accepted, aside, form::texts, submission};
use crate::{
    access::{Caller, Need},
    answer::{Answer, Failure},
    app::App,
    body,
    ports::{ConsolePorts, Scope},
    routes::Routes,
};

pub(crate) fn routes<P: ConsolePorts>(routes: Routes<P>) -> Routes<P> {
    routes.post(Need::Scope(Scope::Events), "/v1/records/{kind}/{id}/fetched", receive::<P>)
}

async fn receive<P: ConsolePorts>(
    State(app): State<App<P>>,
    Path((kind, id)): Path<(String, String)>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Answer {
    let (parts, body) = request.into_parts();
    let now = app.ports.now();
    let record = RecordKey::new(kind.as_str(), id);
    let fetching = fetching(&*app.ports, &record).await?;
    let active = app.active().await?;
    let form = active.plan.playbook.forms.get(&fetching.form).ok_or_else(|| no_form(&fetching))?;
    let bytes = body::bytes(&parts.headers, body, app.config.body_limit.unwrap_or(BODY_BYTES)).await?;
    let read = read(form, &parts, &bytes, now)?;
    let Some(named) = fetching.submission.clone() else { return Err(nothing_awaited(&record)) };
    let is_test = read.test;
    let named = submission::fetched(read, named);
    let taken = match is_test {
        true => aside::one(&fetching.form, KeptWhy::Test, named, now),
        false => {
            let event = submission::event(&fetching.form, form, &active.plan.playbook, named, now)?;
            if event.record.fields.is_empty() && event.linked.is_empty() {
                return Err(nothing_read(&fetching));
            }
            Taken::event(Event { answers_for: Some(record.clone()), ..event })
        }
    };
    let closing = is_test.then(|| close(&taken, record, caller, now));
    let messages: Vec<_> = [taken.message.clone()].into_iter().chain(closing).map(Delayed::now).collect();
    app.ports.send_evaluate(&messages).await?;
    Ok(accepted(StatusCode::ACCEPTED, &[taken]))
}

/// A test reaches nobody: the record that waits for it is closed, and its task with it.
fn close(taken: &Taken, record: RecordKey, caller: Caller, now: Instant) -> Message<ToEvaluate> {
    let command = Command::Close { reason: "the provider says that it is a test".to_owned() };
    let id = MessageId::new(derive("msg_", &[taken.message.id.as_str(), "close"]));
    Message { id, since: now, body: ToEvaluate::Command { record, by: caller.name, command } }
}

/// What the record waits for, or waited for: the answers may be sent again.
async fn fetching(ports: &impl Histories, record: &RecordKey) -> Result<Awaited, Failure> {
    let newest = ports.newest(record).await?.ok_or_else(|| Failure::not_found(format_args!("record {record}")))?;
    if let Some(Fetching { form, submission, .. }) = newest.head.fetch.clone() {
        return Ok(Awaited { form, submission });
    }
    // An earlier release let such a lead run without its answers.
    let first = ports.entry(record, 1).await?;
    first.and_then(|first| only_ids(&first)).ok_or_else(|| nothing_awaited(record))
}

/// What is needed to read the answers of a lead.
struct Awaited {
    form: FormId,
    submission: Option<SubmissionId>,
}

/// What the first entry of a record says, if only ids came.
fn only_ids(first: &Entry) -> Option<Awaited> {
    first.changes.iter().find_map(|change| match change {
        Change::Event(EventChange::Received { form: Some(form), to_fetch: Some(_), submission, .. }) => {
            let submission = submission.as_ref().map(|named| named.id.clone());
            // Before submissions had names, the first content came under the very id that is its name now.
            let submission = submission.unwrap_or_else(|| SubmissionId::new(first.caused_by.as_str()));
            Some(Awaited { form: form.clone(), submission: Some(submission) })
        }
        _ => None,
    })
}

/// One submission with answers. The form's own source may send ids only: what was fetched has another shape.
fn read(form: &Form, parts: &Parts, bytes: &[u8], now: Instant) -> Result<Submission, Failure> {
    let texts = texts(&parts.headers);
    let headers: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_ref())).collect();
    let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|given| given.to_str().ok());
    let (method, uri) = (parts.method.as_str(), parts.uri.path());
    let request = forms::Request { method, uri, content_type, headers: &headers, body: bytes };
    let form = Form { source: Source::Generic, ..form.clone() };
    let mut all = forms::read(&request, Some(&form), now)?;
    match all.pop().filter(|read| all.is_empty() && read.to_fetch.is_none()) {
        Some(submission) => Ok(submission),
        None => Err(Failure::new(
            422,
            "not_one_submission",
            "These are not the answers of one lead",
            "send the answers of this lead alone, as JSON or as a form does; ids only are not enough",
        )),
    }
}

fn nothing_read(awaited: &Awaited) -> Failure {
    let detail = format!(
        "none of these answers is for a field of form {}; send them under the names that its `map:` lists",
        awaited.form
    );
    Failure::new(422, "nothing_read", "None of the answers fills a field", detail)
}

fn nothing_awaited(record: &RecordKey) -> Failure {
    let detail = format!("{record} does not wait for answers; post what it says to /v1/events or to its form");
    Failure::new(409, "nothing_to_fetch", "Nothing is to be fetched for this record", detail)
}

fn no_form(fetching: &Awaited) -> Failure {
    let detail = format!("form {}, by whose map the answers are read, is not in the playbook", fetching.form);
    Failure::new(409, "form_gone", "The form of this record is gone", detail)
}
