//! What travels on the queues. Every message has an id derived from its cause, so
//! that a repeated send is recognised, and `since`: from when on its trace can be found.

use serde::{Deserialize, Serialize};

use crate::{
    calendar::TimeOffChange,
    effect::EffectResult,
    event::Event,
    history::Request,
    id::{
        EffectId, EventId, ExecutionId, ManifestId, MessageId, PersonId, PoolId, RecordKey, RequestId, TaskId, TimerId,
        WorkflowId,
    },
    instant::Instant,
    kept::{Kept, KeptWhy, Settlement},
    rotation::Candidates,
};

/// A message on one of the queues.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message<B> {
    pub id: MessageId,
    /// Time of the causing entry, of acceptance, or the due time: a search for this
    /// message's own trace goes back to 15 minutes before it.
    pub since: Instant,
    pub body: B,
}

/// To `evaluate`: everything that can change a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "to_evaluate", rename_all = "snake_case")]
pub enum ToEvaluate {
    Event(Box<Event>),
    /// A submission that reached no record: kept, visible, and never dropped.
    Kept(Box<Kept>),
    /// What is to become of a kept submission.
    Settle(Box<Settle>),
    Timer {
        record: RecordKey,
        timer: TimerId,
        generation: u32,
        due: Instant,
    },
    /// What `assign` decided for a request.
    Assignment {
        record: RecordKey,
        answer: Answer,
    },
    /// The pool has carried out a credit.
    Credited {
        record: RecordKey,
        credit: RequestId,
    },
    /// What became of an effect.
    Effect {
        record: RecordKey,
        outcome: EffectOutcome,
    },
    /// An execution goes on where its last entry stopped.
    Continue {
        record: RecordKey,
        execution: ExecutionId,
    },
    /// An execution that a pause held goes on.
    Resume {
        record: RecordKey,
        execution: ExecutionId,
        /// It may have gone on before the store was put back from a copy, and what it sent then is not sent again.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        not_again: bool,
    },
    /// What a person asked for.
    Command {
        record: RecordKey,
        by: String,
        command: Command,
    },
    /// An Idempotency-Key under which a command was accepted. `request` is the id of the command's message.
    KeyUsed {
        request: MessageId,
        fingerprint: String,
        /// What the command is about.
        about: RecordKey,
    },
    /// The clock has been set back: this record may hold what it had put into the far future.
    ClockSetBack {
        record: RecordKey,
    },
    /// The same for all records with something open: those of one list, from a place in it on.
    ClockSetBackForAll {
        list: OpenList,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<String>,
    },
    /// A history was found in which `retention:` may let something go.
    Retention {
        record: RecordKey,
    },
    /// A message that failed for good and now needs a person.
    Exception {
        record: Option<RecordKey>,
        dead_letter: MessageId,
        why: String,
    },
}

impl ToEvaluate {
    /// The record whose history it changes. None for what is kept in Handoff's own histories.
    pub fn record(&self) -> Option<&RecordKey> {
        match self {
            Self::Event(event) => Some(&event.record.key),
            Self::Kept(_) | Self::Settle(_) | Self::KeyUsed { .. } | Self::ClockSetBackForAll { .. } => None,
            Self::Timer { record, .. }
            | Self::Assignment { record, .. }
            | Self::Credited { record, .. }
            | Self::Effect { record, .. }
            | Self::Continue { record, .. }
            | Self::Resume { record, .. }
            | Self::ClockSetBack { record }
            | Self::Command { record, .. }
            | Self::Retention { record } => Some(record),
            Self::Exception { record, .. } => record.as_ref(),
        }
    }
}

/// The lists that together name every record with something open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpenList {
    Executions,
    HeldExecutions,
    Tasks,
}

/// A decision about one kept submission. The first one counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settle {
    pub why: KeptWhy,
    /// What the settlement is found under.
    pub kept: EventId,
    /// Whose decision it is.
    pub by: String,
    pub settlement: Settlement,
    /// What the submission becomes: nothing where it is dropped, several where a list was kept as one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Event>,
}

/// A person's command about one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    Reassign {
        to: PersonId,
        reason: String,
    },
    CompleteTask {
        task: TaskId,
    },
    Close {
        reason: String,
    },
    /// The present owner's assignment shall not count: a bad lead, a no-show.
    Credit {
        reason: String,
    },
}

/// To `assign`, lined up by pool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "to_assign", rename_all = "snake_case")]
pub enum ToAssign {
    Request(Box<AssignRequest>),
    /// The request is no longer awaited: its slot goes back. One that comes to be seen only
    /// after this gets nothing, because its record's history no longer awaits it.
    Withdraw {
        pool: PoolId,
        record: RecordKey,
        request: RequestId,
    },
    /// A record that the pool gave somebody counts no longer.
    Credit(Box<CreditRequest>),
    /// What the record takes of the pool's capacity may have changed: its history says what it is.
    Settle {
        pool: PoolId,
        record: RecordKey,
    },
    /// A person is away, or back.
    Away {
        person: PersonId,
        #[serde(flatten)]
        change: TimeOffChange,
        by: String,
    },
}

/// A record asks a pool for an owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignRequest {
    pub id: RequestId,
    pub record: RecordKey,
    pub pool: PoolId,
    /// The record's own count of its assignments; the outcome carries it back.
    pub number: u32,
    /// How often this request was asked before.
    pub attempt: u32,
    /// When it was first asked: its place in the pool's line.
    pub since: Instant,
    /// Already tried for this record: not again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<PersonId>,
    /// What the person who takes it must be able to do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<String>,
    /// The present owner, who keeps a returning record unless absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep: Option<PersonId>,
}

impl AssignRequest {
    /// What a record's open request asks.
    pub fn of(record: &RecordKey, request: &Request) -> Self {
        Self {
            id: request.id.clone(),
            record: record.clone(),
            pool: request.pool.clone(),
            number: request.number,
            attempt: request.attempt,
            since: request.since,
            exclude: request.exclude.clone(),
            skills: request.skills.clone(),
            keep: request.keep.clone(),
        }
    }
}

/// A record asks the pool that picked its owner not to count that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditRequest {
    pub id: RequestId,
    pub record: RecordKey,
    pub pool: PoolId,
    pub person: PersonId,
    /// Who could have had the record, as the pick named them.
    pub candidates: Candidates,
}

/// What `assign` answers to a request, for every retry the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub request: RequestId,
    pub pool: PoolId,
    pub attempt: u32,
    pub outcome: AssignOutcome,
    /// Every member with what spoke for or against.
    #[serde(default, skip_serializing_if = "Candidates::is_empty")]
    pub candidates: Candidates,
}

/// The outcome of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum AssignOutcome {
    Assigned {
        person: PersonId,
    },
    /// Nobody now; somebody at this moment.
    Waiting {
        next_opening: Instant,
    },
    /// Nobody now, and nobody will be: every member was tried, has left, or never works.
    Nobody,
    /// The request can never be served: no such pool.
    Refused {
        why: String,
    },
}

/// To `act`: one effect, named by the entry that asked for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToAct {
    pub effect: EffectId,
    pub record: RecordKey,
    /// The entry, and the change within it, that hold the action.
    pub seq: u64,
    pub index: u32,
    /// The workflow's pinned version, whose templates are used.
    pub manifest: ManifestId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workflow: Option<WorkflowId>,
    /// Past this an attempt that was never made is not made any more.
    pub not_after: Instant,
    /// It may have left before the store was put back from a copy, and a person wants it not to be sent again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_again: bool,
}

/// What became of an effect, and whose workflow hears of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EffectOutcome {
    pub effect: EffectId,
    /// What it was, without personal values: `e-mail “intro” to the lead`.
    pub what: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workflow: Option<WorkflowId>,
    pub manifest: ManifestId,
    pub result: EffectResult,
}

/// To `escalate`: a person wants a dead letter tried again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redrive {
    pub dead_letter: String,
    pub by: String,
}
