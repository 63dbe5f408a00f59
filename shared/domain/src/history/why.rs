//! Why something did not happen, or how it ended, as changes say it.

use serde::{Deserialize, Serialize};

/// Why a triggered workflow did not start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotStartedWhy {
    /// Its condition did not hold, and it has no `else`. The verdict is recomputed on request.
    Condition,
    /// An execution of it is still open on this record.
    AlreadyEnrolled,
    /// It was running when that came about by which it starts.
    WasRunning,
    /// Too many workflow-caused events lie before this one: a loop.
    TooDeep,
    RecordClosed,
    /// Only ids have come: what was answered is still to be fetched.
    AwaitsFetch,
}

/// How an execution ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ended", rename_all = "snake_case")]
pub enum EndedHow {
    Completed,
    RecordClosed,
    /// It could not go on; a person has a task about it.
    Failed {
        why: String,
    },
}

/// Why nobody is credited for a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotCreditedWhy {
    NoOwner,
    /// By hand, by a rule, or kept: it cost no turn.
    NotPicked,
    AlreadyCredited,
}

/// Why a request is no longer awaited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WithdrawnWhy {
    RecordClosed,
    /// The awaited contact came first.
    Contact,
    /// A person chose the owner, or the wait's end did.
    AssignedOtherwise,
    /// The pool has nobody, and the route names another.
    NobodyAvailable,
}
