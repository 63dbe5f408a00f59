use std::future::Future;

use domain::{
    history::{ExecutionRow, ExecutionState, MatchRow, TaskRow, TimerRow},
    id::{MatchKey, PersonId, RecordKey, WorkflowId},
    instant::Instant,
};

use super::PortError;

/// Where a list goes on. Opaque to callers.
pub type Cursor = String;

/// A part of a list, newest first unless said otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<Cursor>,
}

/// Records by what they may be found by.
pub trait Matches: Send + Sync {
    /// Puts the row unless the stored one is of the same entry or a later one.
    fn put_match(&self, row: &MatchRow) -> impl Future<Output = Result<(), PortError>> + Send;

    /// The rows of records that had this key once, at most so many, in no order. Sees every put that has returned.
    fn matches(&self, key: &MatchKey, limit: usize) -> impl Future<Output = Result<Vec<MatchRow>, PortError>> + Send;
}

/// Timers by the minute they are due in. Rows are never updated; the store may forget them
/// days after they were due.
pub trait Timers: Send + Sync {
    /// Keeps a timer. Repeating it changes nothing.
    fn put_timer(&self, row: &TimerRow) -> impl Future<Output = Result<(), PortError>> + Send;

    /// Timers due in a minute (since 1970), earliest first and at most so many, from a cursor of
    /// this minute on. Without a cursor for the next page there are no more. Cursors sort as text
    /// like the timers they stand for. Sees every put that has returned.
    fn timers_in(
        &self,
        minute: i64,
        from: Option<&Cursor>,
        limit: usize,
    ) -> impl Future<Output = Result<Page<TimerRow>, PortError>> + Send;
}

/// How far the sweep over the timers has come. The later one is the greater.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Swept {
    /// The last minute whose timers have all been sent.
    pub minute: i64,
    /// Up to where those of the minute after it have been sent.
    pub within: Option<Cursor>,
}

impl Swept {
    /// A whole minute.
    pub fn minute(minute: i64) -> Self {
        Self { minute, within: None }
    }
}

/// Up to where the sweep over the timers has come.
pub trait Watermark: Send + Sync {
    /// None before the first sweep.
    fn swept_to(&self) -> impl Future<Output = Result<Option<Swept>, PortError>> + Send;

    /// Never moves backwards.
    fn set_swept_to(&self, swept: &Swept) -> impl Future<Output = Result<(), PortError>> + Send;

    /// Moves back from a place that a wrong clock led to, unless it has moved from there since.
    fn set_back(&self, from: &Swept, to: &Swept) -> impl Future<Output = Result<(), PortError>> + Send;
}

/// The list of tasks.
pub trait Tasks: Send + Sync {
    /// Puts the row unless the stored one is of the same entry or a later one.
    fn put_task(&self, row: &TaskRow) -> impl Future<Output = Result<(), PortError>> + Send;

    fn tasks(
        &self,
        filter: &TaskFilter,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> impl Future<Output = Result<Page<TaskRow>, PortError>> + Send;
}

/// Which tasks to list: open ones or ended ones, and whose.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TaskFilter {
    pub ended: bool,
    pub assigned_to: Option<PersonId>,
    pub record: Option<RecordKey>,
}

/// The list of executions.
pub trait Executions: Send + Sync {
    /// Puts the row unless the stored one is of the same entry or a later one.
    fn put_execution(&self, row: &ExecutionRow) -> impl Future<Output = Result<(), PortError>> + Send;

    fn executions(
        &self,
        filter: &ExecutionFilter,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> impl Future<Output = Result<Page<ExecutionRow>, PortError>> + Send;
}

/// Which executions to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecutionFilter {
    pub state: ExecutionState,
    pub workflow: Option<WorkflowId>,
    /// Started at or after this moment.
    pub since: Option<Instant>,
}
