//! `act`: the only function that hands anything to the world, and the only writer of effects.
//!
//! E-mail cannot be sent exactly once: no provider promises it. So an effect is claimed
//! before it is handed over, and handed over at most once; if the answer is lost it is
//! *in doubt*, shown as such, and a person has a task.
//!
//! ```text
//!               ┌─ held ◄── paused
//!   (none) ─────┼─ claimed ──► settled: sent | failed
//!   put off ────┤     ├── lease over, no answer ──► settled: in doubt
//!      ▲        │     │
//!      └────────┼─────┘ certainly not taken: to be tried again
//!               └─ settled: captured | expired | failed, with nothing handed over
//! ```

mod outbound;
mod render;

use std::sync::Arc;

use domain::{
    clock::was_ahead,
    effect::{Action, EffectResult},
    history::{Change, EffectChange, Entry},
    id::{EffectId, MessageId, derive},
    instant::Instant,
    message::{EffectOutcome, Message, ToAct, ToEvaluate},
};

pub use outbound::captures;
use render::Asked;

use crate::{
    Error,
    ports::{
        Active, Claim, Clock, Delayed, EffectRow, EffectState, Effects, Histories, Mail, MailError, Mailer, Playbooks,
        Queues, Rendered,
    },
};

/// What `act` needs of a host.
pub trait Ports: Effects + Histories + Playbooks + Queues + Mailer + Clock {}

impl<P: Effects + Histories + Playbooks + Queues + Mailer + Clock> Ports for P {}

/// How long an invocation may take to hand an effect over. After that, no answer is to be expected.
const LEASE_MINUTES: i64 = 2;

/// How long a provider that takes nothing is left alone. The effect's own deadline still holds.
const NOT_TAKEN_MINUTES: i64 = 1;

/// Finishes one effect. `attempt` names this invocation: a claim that it made itself and
/// whose answer was lost is still its own, while another invocation's never is.
pub async fn handle(ports: &impl Ports, message: Message<ToAct>, attempt: &str) -> Result<(), Error> {
    let request = message.body;
    if let Some(row) = ports.effect(&request.effect).await?
        && !matches!(row.state, EffectState::Held | EffectState::PutOff { .. })
    {
        return found(ports, row).await;
    }
    let active = ports.active().await?;
    let Some(entry) = asking(ports, &request).await? else {
        tracing::info!(effect.id = %request.effect, record.id = request.record.logged(), "its record was deleted: nothing is sent");
        return Ok(());
    };
    let row = prepare(ports, &active, &entry, message.id, request, attempt).await?;
    if is_paused(&active, &row.request) {
        return Ok(ports.hold(&row).await?);
    }
    match ports.claim(&row).await? {
        Claim::Mine => match (&row.state, &row.rendered) {
            (EffectState::Settled { result, .. }, _) => {
                log(&row, result);
                tell(ports, &row, result.clone()).await
            }
            (_, Ok(message)) => send(ports, &row, message, attempt).await,
            (_, Err(why)) => settle(ports, &row, EffectResult::Failed { why: why.clone() }).await,
        },
        Claim::Found(row) => found(ports, *row).await,
    }
}

/// Somebody dealt with it before: the outcome is repeated, the effect never.
async fn found(ports: &impl Ports, row: EffectRow) -> Result<(), Error> {
    match &row.state {
        EffectState::Settled { result, .. } => tell(ports, &row, result.clone()).await,
        EffectState::Claimed { lease_until, .. } if holds(*lease_until, ports.now()) => {
            Err(Error::BeingSent { lease_until: *lease_until })
        }
        EffectState::Claimed { .. } => doubt(ports, &row).await,
        EffectState::PutOff { until, .. } => Err(Error::NotTaken { retry_at: *until }),
        EffectState::Held => Ok(()),
    }
}

/// Whether a lease still runs. None is so long that it ends far ahead: the clock that gave it was.
fn holds(lease_until: Instant, now: Instant) -> bool {
    now < lease_until && !was_ahead(lease_until.plus_minutes(-LEASE_MINUTES), now)
}

/// The entry that asks for an effect; none if its record was deleted since.
async fn asking(ports: &impl Ports, request: &ToAct) -> Result<Option<Arc<Entry>>, Error> {
    if let Some(entry) = ports.entry(&request.record, request.seq).await? {
        return Ok(Some(entry));
    }
    match ports.newest(&request.record).await? {
        Some(newest) if request.seq < newest.head.first_left() => Ok(None),
        _ => Err(missing(request)),
    }
}

fn missing(request: &ToAct) -> Error {
    Error::NoSuchEffect { record: request.record.clone(), seq: request.seq, index: request.index }
}

async fn prepare(
    ports: &impl Ports,
    active: &Active,
    entry: &Entry,
    message: MessageId,
    request: ToAct,
    attempt: &str,
) -> Result<EffectRow, Error> {
    let asked = asked_at(entry, request.index).ok_or_else(|| missing(&request))?;
    let rendered = render::render(ports, active, entry, &request, &asked).await?;
    let now = ports.now();
    let state = if is_paused(active, &request) {
        EffectState::Held
    } else if let Some(result) = without_handing_over(active, &request, &rendered, now) {
        EffectState::Settled { result, at: now }
    } else {
        EffectState::Claimed { attempt: attempt.to_owned(), lease_until: now.plus_minutes(LEASE_MINUTES) }
    };
    let keep_for = active.plan.playbook.organisation.retention.effects;
    Ok(EffectRow { what: in_words(asked.action), rendered, request, message, state, at: now, keep_for })
}

fn asked_at(entry: &Entry, index: u32) -> Option<Asked<'_>> {
    match entry.changes.get(index as usize)? {
        Change::Effect(EffectChange::Requested { action, step, .. }) => Some(Asked { action, by_step: step.is_some() }),
        _ => None,
    }
}

fn is_paused(active: &Active, request: &ToAct) -> bool {
    match &request.workflow {
        // It is settled without being sent, for nothing leaves by that.
        _ if request.not_again => false,
        Some(workflow) => active.paused.includes(workflow),
        None => active.paused == domain::decide::Paused::Everything,
    }
}

/// The outcome of an effect that is not handed over (captured, expired, impossible to render). It is known at once, so
/// it needs no claim.
fn without_handing_over(
    active: &Active,
    request: &ToAct,
    rendered: &Result<Rendered, String>,
    now: Instant,
) -> Option<EffectResult> {
    match rendered {
        _ if request.not_again => Some(EffectResult::NotAgain),
        Err(why) => Some(EffectResult::Failed { why: why.clone() }),
        Ok(_) if now > request.not_after => Some(EffectResult::Expired),
        Ok(message) => {
            captures(&active.plan.playbook.organisation.outbound, &message.to.address).then_some(EffectResult::Captured)
        }
    }
}

async fn send(ports: &impl Ports, row: &EffectRow, message: &Rendered, attempt: &str) -> Result<(), Error> {
    let result = match ports.send(Mail { message, key: row.request.effect.as_str() }).await {
        Ok(provider_id) => EffectResult::Sent { provider_id },
        Err(MailError::NotYet(why)) => return put_off(ports, row, attempt, why).await,
        Err(MailError::Refused(why)) => EffectResult::Failed { why },
        Err(MailError::Unknown(_)) => EffectResult::InDoubt,
    };
    settle(ports, row, result).await
}

/// Gives the claim back before the message comes again, so that its next try starts afresh. If the
/// answer to that is lost, the next try finds the claim and ends in doubt: never twice.
async fn put_off(ports: &impl Ports, row: &EffectRow, attempt: &str, why: String) -> Result<(), Error> {
    let retry_at = ports.now().plus_minutes(NOT_TAKEN_MINUTES);
    ports.put_off(&row.request.effect, attempt, &why, retry_at).await?;
    Err(Error::NotTaken { retry_at })
}

/// The attempt that claimed it gave no answer in time. What is stored then is told: the answer may have come just now.
async fn doubt(ports: &impl Ports, row: &EffectRow) -> Result<(), Error> {
    ports.settle(&row.request.effect, &EffectResult::InDoubt, ports.now()).await?;
    let stored = ports.effect(&row.request.effect).await?.map(|row| row.state);
    match stored {
        Some(EffectState::Settled { result, .. }) => tell(ports, row, result).await,
        _ => tell(ports, row, EffectResult::InDoubt).await,
    }
}

async fn settle(ports: &impl Ports, row: &EffectRow, result: EffectResult) -> Result<(), Error> {
    ports.settle(&row.request.effect, &result, ports.now()).await?;
    log(row, &result);
    tell(ports, row, result).await
}

/// One line; a provider's words are in the outbox only.
fn log(row: &EffectRow, result: &EffectResult) {
    let (effect, record, result_is) = (&row.request.effect, &row.request.record, name(result));
    if result.needs_a_person() {
        tracing::warn!(effect.id = %effect, record.id = record.logged(), result = result_is, "effect settled");
    } else {
        tracing::info!(effect.id = %effect, record.id = record.logged(), result = result_is, "effect settled");
    }
}

fn name(result: &EffectResult) -> &'static str {
    match result {
        EffectResult::Sent { .. } => "sent",
        EffectResult::Captured => "captured",
        EffectResult::Failed { .. } => "failed",
        EffectResult::InDoubt => "in_doubt",
        EffectResult::Expired => "expired",
        EffectResult::NotAgain => "not sent again",
    }
}

/// Tells the record what became of its effect.
async fn tell(ports: &impl Ports, row: &EffectRow, result: EffectResult) -> Result<(), Error> {
    let id = outcome_id(&row.request.effect, result.kind());
    let outcome = EffectOutcome {
        effect: row.request.effect.clone(),
        what: row.what.clone(),
        workflow: row.request.workflow.clone(),
        manifest: row.request.manifest.clone(),
        result,
    };
    let message =
        Message { id, since: row.at, body: ToEvaluate::Effect { record: row.request.record.clone(), outcome } };
    Ok(ports.send_evaluate(&[Delayed::now(message)]).await?)
}

/// The message that says what became of an effect: of each kind one, for a doubt may be cleared up.
pub(crate) fn outcome_id(effect: &EffectId, kind: &str) -> MessageId {
    MessageId::new(derive("msg_", &[effect.as_str(), "outcome", kind]))
}

/// What an effect is, without personal values.
fn in_words(action: &Action) -> String {
    match action {
        Action::SendEmail { to: domain::effect::Recipient::Record, template, .. } => {
            format!("e-mail \u{201c}{template}\u{201d} to the record's address")
        }
        Action::SendEmail { to: domain::effect::Recipient::Person(person), template, .. } => {
            format!("e-mail \u{201c}{template}\u{201d} to {person}")
        }
        Action::Notify { to, .. } => format!("notice to {to}"),
    }
}
