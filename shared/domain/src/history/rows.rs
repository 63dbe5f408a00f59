//! Rows beside the histories: for finding things by something other than the record.
//! Each carries its entry's seq and is put only if absent or older.

use serde::{Deserialize, Serialize};

use crate::{
    id::{ExecutionId, MatchKey, RecordKey, TimerId, WorkflowId},
    instant::Instant,
    task::{Task, TaskEnd},
};

/// A record by what it may be found by. Never updated: the reader looks whether it still holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchRow {
    pub key: MatchKey,
    pub record: RecordKey,
    pub seq: u64,
}

/// A timer to be fired: found by the minute it is due in. Never updated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimerRow {
    pub timer: TimerId,
    /// Only the firing of the generation that the history names still counts.
    pub generation: u32,
    pub due: Instant,
    pub record: RecordKey,
    pub seq: u64,
}

/// A line of the list of executions, put at start, hold and end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecutionRow {
    pub execution: ExecutionId,
    pub workflow: WorkflowId,
    pub record: RecordKey,
    pub state: ExecutionState,
    pub started_at: Instant,
    pub at: Instant,
    pub seq: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExecutionState {
    Open,
    /// Paused: it goes on when somebody resumes its workflow.
    Held,
    Ended,
}

/// A line of the list of tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskRow {
    pub task: Task,
    pub record: RecordKey,
    pub state: TaskState,
    pub at: Instant,
    pub seq: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    Open,
    Ended(TaskEnd),
}
