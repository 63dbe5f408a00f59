use std::future::Future;

use domain::{
    effect::EffectResult,
    id::{EffectId, MessageId},
    instant::Instant,
    message::ToAct,
    playbook::Lifetime,
};
use serde::{Deserialize, Serialize};

use super::{Cursor, Mailbox, Page, PortError};

/// What was handed to the world, or is about to be. The only writer is `act`.
pub trait Effects: Send + Sync {
    fn effect(&self, effect: &EffectId) -> impl Future<Output = Result<Option<EffectRow>, PortError>> + Send;

    /// Claims an effect: puts the row on condition that there is none, or only one that is held
    /// or put off. The row may be settled already, where nothing has to be handed over.
    ///
    /// `Mine` once durable. A store whose answer was lost looks again: a row with this very
    /// attempt is `Mine`.
    fn claim(&self, row: &EffectRow) -> impl Future<Output = Result<Claim, PortError>> + Send;

    /// Takes an attempt's claim back, so that the effect can be claimed again: for what was
    /// certainly not handed over. It says why, and when it is tried again. Without such a claim
    /// nothing changes.
    fn put_off(
        &self,
        effect: &EffectId,
        attempt: &str,
        why: &str,
        until: Instant,
    ) -> impl Future<Output = Result<(), PortError>> + Send;

    /// Keeps an effect back because of a pause: puts a held row on condition that there is none,
    /// or only one that is put off.
    fn hold(&self, row: &EffectRow) -> impl Future<Output = Result<(), PortError>> + Send;

    /// Records what became of a claimed effect. A settled row is never changed again, except
    /// that `InDoubt` may be settled by better knowledge.
    ///
    /// An effect without a claim, absent, held or put off, is `Refused` and left as it is: the claim that
    /// the caller saw was given back since. Its message comes again and looks again.
    fn settle(
        &self,
        effect: &EffectId,
        result: &EffectResult,
        at: Instant,
    ) -> impl Future<Output = Result<(), PortError>> + Send;

    /// All effects, newest first: the outbox.
    fn effects(
        &self,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> impl Future<Output = Result<Page<EffectRow>, PortError>> + Send;

    /// Effects that a pause keeps back, oldest first. A page may hold fewer than the limit and still have a next one.
    fn held_effects(
        &self,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> impl Future<Output = Result<Page<EffectRow>, PortError>> + Send;
}

/// One effect: the ledger line of what left the house.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EffectRow {
    pub request: ToAct,
    /// The request's message: what is sent again when a pause ends.
    pub message: MessageId,
    /// What it is, without personal values: `e-mail “intro” to the lead`.
    pub what: String,
    /// The message as it goes out, or the reason for which it could not be rendered.
    pub rendered: Result<Rendered, String>,
    pub state: EffectState,
    pub at: Instant,
    /// What `retention: effects` was when it was written: for a store that lets rows go by themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_for: Option<Lifetime>,
}

/// A message with its merge fields filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rendered {
    pub from: Mailbox,
    pub to: Mailbox,
    pub subject: String,
    pub body: String,
}

/// Where an effect stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum EffectState {
    /// A pause keeps it back.
    Held,
    /// An invocation is about to hand it over. Past the lease with no result, it is in doubt.
    Claimed {
        attempt: String,
        lease_until: Instant,
    },
    /// Certainly not handed over: the provider does not take it now. It is tried again.
    PutOff {
        why: String,
        until: Instant,
    },
    Settled {
        result: EffectResult,
        at: Instant,
    },
}

/// The outcome of a claim.
#[derive(Debug, Clone, PartialEq)]
pub enum Claim {
    Mine,
    /// Somebody claimed it before.
    Found(Box<EffectRow>),
}
