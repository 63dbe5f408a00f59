//! `evaluate`: the only writer of records, and of the rows that follow from them.
//!
//! A message is finished only when its entry is durable and its follow-ups are sent. A
//! redelivery finds the entry by the message's id and repeats the follow-ups, nothing else.

mod apply;
mod clock;
mod event;
mod follow_up;
mod identity;
mod kept;
mod matching;
mod retention;
mod said;
mod submission;
mod surroundings;
mod trace;
mod unfinished;

use domain::{
    decide::Input,
    id::{EventType, MessageId, RecordKey, derive},
    message::{Message, ToEvaluate},
};

pub(crate) use clock::begin as set_clock_back_for_all;
pub use event::conflict;
pub use follow_up::{Sending, timer_message};
pub use identity::known_as;
pub use kept::{KeptEntry, Settled, kept_in, settlement};

use crate::{
    Error,
    ports::{Clock, Delayed, Erase, Executions, Histories, Matches, Members, Playbooks, Queues, Tasks, Timers},
};

/// What `evaluate` needs of a host.
pub trait Ports:
    Histories + Erase + Matches + Timers + Tasks + Executions + Queues + Playbooks + Members + Clock
{
}

impl<P: Histories + Erase + Matches + Timers + Tasks + Executions + Queues + Playbooks + Members + Clock> Ports for P {}

/// The kind of the histories that Handoff keeps for itself.
pub const INTAKE: &str = "intake";

/// The kind of the histories in which it says what became of a kept submission.
const KEPT: &str = "kept";

/// The kind of the histories that guard Idempotency-Keys, and the names that providers give their submissions.
pub const REQUEST: &str = "request";

/// Whether a history is a record's, and not one that Handoff keeps for itself.
pub(crate) fn is_of_a_record(history: &RecordKey) -> bool {
    ![INTAKE, KEPT, REQUEST].contains(&history.kind.as_str())
}

/// Finishes one message. Safe to repeat, before and after it succeeded.
pub async fn handle(ports: &impl Ports, message: Message<ToEvaluate>) -> Result<(), Error> {
    let Message { id, since: sent, body } = message;
    let since = clock::since(sent, ports.now());
    match body {
        ToEvaluate::Event(event) => event::receive(ports, id, *event).await,
        ToEvaluate::Kept(kept) => kept::keep(ports, &id, since, *kept).await,
        ToEvaluate::Settle(settle) => kept::settle(ports, &id, since, *settle).await,
        ToEvaluate::Timer { record, timer, generation, due } => {
            if ports.now() < due {
                let counts = !clock::is_too_early(due, ports.now())
                    || clock::still_counts(ports, &id, since, &record, &timer, generation).await?;
                let body = ToEvaluate::Timer { record, timer, generation, due };
                return if counts { put_back(ports, Message { id, since: sent, body }).await } else { Ok(()) };
            }
            apply::apply(ports, &record, &id, since, &Input::Timer { timer, generation, due }).await.map(drop)
        }
        ToEvaluate::Assignment { record, answer } => {
            let answer = clock::answered(answer, sent, ports.now());
            apply::apply(ports, &record, &id, since, &Input::Assignment(Box::new(answer))).await.map(drop)
        }
        ToEvaluate::Credited { record, credit } => {
            apply::apply(ports, &record, &id, since, &Input::Credited { credit }).await.map(drop)
        }
        ToEvaluate::Effect { record, outcome } => {
            apply::apply(ports, &record, &id, since, &Input::Effect(outcome)).await.map(drop)
        }
        ToEvaluate::Continue { record, execution } => {
            apply::apply(ports, &record, &id, since, &Input::Continue { execution }).await.map(drop)
        }
        ToEvaluate::Resume { record, execution, not_again } => {
            apply::apply(ports, &record, &id, since, &Input::Resume { execution, not_again }).await.map(drop)
        }
        ToEvaluate::Command { record, by, command } => {
            apply::apply(ports, &record, &id, since, &Input::Command { by, command }).await.map(drop)
        }
        ToEvaluate::KeyUsed { request, fingerprint, about } => {
            let guard = RecordKey::new(REQUEST, request.as_str());
            apply::apply(ports, &guard, &id, since, &Input::Key { fingerprint, record: about }).await.map(drop)
        }
        ToEvaluate::ClockSetBack { record } => {
            apply::apply(ports, &record, &id, since, &Input::ClockSetBack).await.map(drop)
        }
        ToEvaluate::ClockSetBackForAll { list, from } => clock::look_at(ports, sent, list, from).await,
        ToEvaluate::Retention { record } => retention::handle(ports, &id, since, &record).await,
        ToEvaluate::Exception { record, dead_letter, why } => {
            let record = record.unwrap_or_else(|| RecordKey::new(INTAKE, "exceptions"));
            let input = Input::Exception { dead_letter: dead_letter.to_string(), why };
            apply::apply(ports, &record, &id, since, &input).await.map(drop)
        }
    }
}

/// A firing that came before its time goes back with what is left of it.
async fn put_back(ports: &impl Ports, message: Message<ToEvaluate>) -> Result<(), Error> {
    let ToEvaluate::Timer { due, .. } = message.body else { return Ok(()) };
    let delay_seconds = follow_up::delay_seconds(ports.now(), due);
    Ok(ports.send_evaluate(&[Delayed { message, delay_seconds }]).await?)
}

/// The id of the message that a part of an event travels under.
fn part_id(event: &MessageId, part: &str) -> MessageId {
    MessageId::new(derive("msg_", &[event.as_str(), part]))
}

/// The type of the events that a form's submission is.
pub fn form_submitted() -> EventType {
    EventType::new("form_submitted")
}
