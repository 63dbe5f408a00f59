//! A task: something a person is asked to do, by when.

use serde::{Deserialize, Serialize};

use crate::{
    id::{EventType, ExecutionId, PersonId, TaskId},
    instant::Instant,
};

/// One open task of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    pub id: TaskId,
    pub title: String,
    pub priority: Priority,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Instant>,
    /// Nobody where the person could not be resolved: such tasks are listed first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned_to: Option<PersonId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub execution: Option<ExecutionId>,
    /// The event that does the task: a logged call does "Call within 5 min".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_when: Option<EventType>,
}

/// How urgent a task is; `P1` first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Priority {
    P1,
    P2,
    #[default]
    P3,
    P4,
}

/// How a task ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskEnd {
    /// A person said so, or the event it waited for came.
    Done,
    /// The record was closed.
    RecordClosed,
}
