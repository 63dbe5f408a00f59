//! Intake: what comes from outside becomes events on the bus, and nothing else is written.
//!
//! ```text
//! request ── limit ── verify ── read ── map ──► events ── publish ──► 200, 202 for /v1/events
//!                                                  └── the bus did not take them ──► 503
//! ```
//! Success is answered only after the bus has every event. A form answers 200, for some senders
//! take anything else for a failure. A repeat has the same ids wherever its sender names it (the
//! provider's id, an Idempotency-Key); `evaluate` recognises it.

mod aside;
mod awaited;
mod client;
mod event;
pub(crate) mod fetched;
mod form;
mod handshake;
mod page;
mod submission;
mod words;

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    event::Event,
    id::{EventId, MessageId},
    kept::{Kept, KeptWhy},
    message::{Message, ToEvaluate},
};
use engine::ports::Bus;
use serde_json::{Value as JsonValue, json};

pub use client::ClientIp;
pub(crate) use submission::released;

use crate::{
    access::Need,
    answer::{Failure, record_path},
    app::App,
    idempotency::{Claim, Use},
    kept::list_path,
    ports::{IntakePorts, Scope},
    routes::Routes,
};

/// How many messages the bus is given at once.
const CHUNK: usize = 10;

pub(crate) fn routes<P: IntakePorts>(routes: Routes<P>) -> Routes<P> {
    routes
        .form("/v1/forms/{form}", form::submit::<P>)
        .get(Need::Nothing, "/v1/forms/{form}", handshake::answer::<P>)
        .preflight("/v1/forms/{form}", form::preflight)
        .also_form("/v1/forms/{form}/", form::submit::<P>)
        .preflight("/v1/forms/{form}/", form::preflight)
        .form("/v1/forms/{form}/{secret}", form::submit_with_secret::<P>)
        .preflight("/v1/forms/{form}/{secret}", form::preflight)
        .post(Need::Scope(Scope::Events), "/v1/events", event::receive::<P>)
}

/// What one submission or event became.
pub(crate) struct Taken {
    message: Message<ToEvaluate>,
    /// Whether its record is sure to be there: of two uses of a key at once `evaluate` takes one.
    is_sure: bool,
    /// What its sender should know of it, though it was taken.
    warning: Option<String>,
}

impl Taken {
    fn event(event: Event) -> Self {
        let (id, since) = (MessageId::new(event.id.as_str()), event.accepted_at);
        Self { message: Message { id, since, body: ToEvaluate::Event(Box::new(event)) }, is_sure: true, warning: None }
    }

    fn with(self, warning: Option<String>) -> Self {
        Self { warning, ..self }
    }

    /// Claims the key that it came under, if it came under one; what came under it with other content is a conflict.
    async fn claim<P: IntakePorts>(&mut self, app: &App<P>) -> Result<Option<Claim>, Failure> {
        let Some(event) = self.as_event().filter(|event| event.keyed) else { return Ok(None) };
        let fingerprint = event.fingerprint.as_deref().unwrap_or_default();
        let claim = app.keys.claim(&*app.ports, event.id.as_str(), fingerprint).await?;
        match claim.found {
            Use::First => self.is_sure = !app.config.others_accept,
            Use::Repeat => {}
            Use::Other => {
                let (id, kept) = engine::evaluate::conflict(&MessageId::new(event.id.as_str()), event);
                *self = Self::kept(EventId::new(id.as_str()), kept);
            }
        }
        Ok(Some(claim))
    }

    fn kept(id: EventId, kept: Kept) -> Self {
        let (id, since) = (MessageId::new(id.as_str()), kept.accepted_at);
        Self { message: Message { id, since, body: ToEvaluate::Kept(Box::new(kept)) }, is_sure: true, warning: None }
    }

    fn as_event(&self) -> Option<&Event> {
        match &self.message.body {
            ToEvaluate::Event(event) => Some(event),
            _ => None,
        }
    }

    /// A kept one's form is a name that its sender made up.
    fn log(&self) {
        match &self.message.body {
            ToEvaluate::Event(event) => {
                let form = event.form.as_ref().map(tracing::field::display);
                tracing::info!(event.id = %self.message.id, form, record.id = event.record.key.logged(), "accepted");
            }
            ToEvaluate::Kept(kept) => tracing::info!(event.id = %self.message.id, why = ?kept.why, "kept aside"),
            _ => {}
        }
    }

    /// What the sender is told.
    fn answer(&self) -> JsonValue {
        match &self.message.body {
            ToEvaluate::Event(event) => {
                let record = &event.record.key;
                let path = record_path(record);
                let mut answer = json!({ "event_id": self.message.id, "links": {} });
                if self.is_sure {
                    answer["record"] = json!(record);
                    answer["links"] = json!({ "record": path, "timeline": format!("{path}/timeline") });
                }
                if let Some(warning) = &self.warning {
                    answer["warning"] = json!(warning);
                }
                answer
            }
            // A robot that filled the honeypot is not told.
            ToEvaluate::Kept(kept) if kept.why == KeptWhy::Held => json!({ "event_id": self.message.id, "links": {} }),
            ToEvaluate::Kept(kept) => kept_aside(&self.message.id, kept.why),
            _ => json!({ "event_id": self.message.id, "links": {} }),
        }
    }
}

fn kept_aside(id: &MessageId, why: KeptWhy) -> JsonValue {
    let list = why.as_str();
    json!({ "event_id": id, "kept": list, "links": { (list): list_path(why) } })
}

/// Gives everything to the bus; only when it has all of it is there an answer.
async fn publish(ports: &impl Bus, taken: &[Taken]) -> Result<(), Failure> {
    let messages: Vec<&Message<ToEvaluate>> = taken.iter().map(|one| &one.message).collect();
    for chunk in messages.chunks(CHUNK) {
        ports.publish(chunk).await?;
    }
    taken.iter().for_each(Taken::log);
    Ok(())
}

/// The answer of one, or of the first with all of them.
fn accepted(status: StatusCode, taken: &[Taken]) -> Response {
    let mut answers: Vec<JsonValue> = taken.iter().map(Taken::answer).collect();
    let body = if answers.len() > 1 {
        let mut first = answers[0].clone();
        first["events"] = JsonValue::Array(answers);
        first
    } else {
        answers.pop().unwrap_or_else(|| json!({ "links": {} }))
    };
    (status, Json(body)).into_response()
}
