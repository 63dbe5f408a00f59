//! What has to follow an entry: rows, then messages, all derived from the entry alone.
//!
//! A redelivery that finds its own entry computes the very same list and repeats it.

mod erasure;

use std::collections::BTreeSet;

pub use erasure::Erasure;

use crate::{
    execution::Execution,
    history::{Change, Entry, Erase, ExecutionRow, ExecutionState, MatchRow, TaskRow, TaskState, TimerRow},
    id::{EventId, MatchKey, MessageId, RequestId, TimerId, derive},
    instant::Instant,
    matching,
    message::{AssignRequest, CreditRequest, Message, ToAct, ToAssign, ToEvaluate},
    task::Task,
};

/// How many follow-ups a walk may gather before it goes on with a message to itself.
pub const MAX_FOLLOW_UPS: usize = 10;

/// One row put or one message sent because of an entry.
#[derive(Debug, Clone, PartialEq)]
pub enum FollowUp {
    Match(MatchRow),
    Timer(TimerRow),
    Task(TaskRow),
    Execution(ExecutionRow),
    Evaluate(Message<ToEvaluate>),
    Assign(Message<ToAssign>),
    Act(Message<ToAct>),
    /// The beginning of the entry's own history goes, with what followed from it.
    Erase(Erase),
}

impl FollowUp {
    /// Rows are put before messages are sent: a message must find what it is about.
    pub fn is_row(&self) -> bool {
        matches!(self, Self::Match(_) | Self::Timer(_) | Self::Task(_) | Self::Execution(_))
    }
}

/// The timer that asks a waiting request's pool again.
pub fn request_timer(request: &RequestId) -> TimerId {
    TimerId::new(derive("tim_", &[request.as_str()]))
}

/// Everything that follows from an entry, rows first.
pub fn follow_ups(entry: &Entry) -> Vec<FollowUp> {
    let mut all: Vec<FollowUp> = Vec::new();
    for (index, change) in entry.changes.iter().enumerate() {
        if let Change::FoundBy { keys } = change {
            all.extend(keys.difference(&entry.before.found_by).map(|key| match_row(entry, key.clone())));
        }
        if let Change::AlsoNamed { record } = change {
            all.push(match_row(entry, matching::name_key(record)));
        }
        if let Change::EventReceived { submission: Some(named), .. }
        | Change::EventRepeated { submission: Some(named), .. } = change
        {
            all.push(match_row(entry, matching::submission_key(&named.id)));
        }
        if let Change::ClockSetBack { .. } = change {
            // Lists are in the order of time: what the wrong clock put far ahead takes its place again.
            let tasks = entry.head.tasks.iter().map(|task| task_row(entry, task.clone(), TaskState::Open));
            all.extend(tasks.chain(entry.head.executions.iter().map(|open| open_execution_row(entry, open))));
        }
        // A row shows the thing as the whole entry leaves it, so two changes to one thing give one row.
        all.extend(of_change(entry, index, change).filter(|follow_up| !all.contains(follow_up)));
    }
    all.sort_by_key(|follow_up| !follow_up.is_row());
    all
}

/// Whether a change has a follow-up: what a walk counts against [`MAX_FOLLOW_UPS`].
pub(crate) fn has_follow_up(change: &Change) -> bool {
    match change {
        Change::WaitStarted { waiting, .. } => waiting.timer().is_some(),
        Change::ExecutionStarted { .. }
        | Change::ExecutionHeld { .. }
        | Change::ExecutionResumed { .. }
        | Change::ExecutionEnded { .. }
        | Change::Continued { .. }
        | Change::OwnerRequested { .. }
        | Change::OwnerAwaited { .. }
        | Change::OwnerRequestedAgain { .. }
        | Change::RequestWithdrawn { .. }
        | Change::CreditAsked { .. }
        | Change::CapacityChanged { .. }
        | Change::EffectRequested { .. }
        | Change::TaskCreated { .. }
        | Change::TaskMoved { .. }
        | Change::TaskEnded { .. }
        | Change::RecordDeleted { .. }
        | Change::KeptDeleted { .. } => true,
        _ => false,
    }
}

fn of_change(entry: &Entry, index: usize, change: &Change) -> Option<FollowUp> {
    Some(match change {
        Change::WaitStarted { waiting, .. } => {
            let (timer, generation, due) = waiting.timer()?;
            timer_row(entry, timer.clone(), generation, due)
        }
        Change::OwnerAwaited { request, retry_at, .. } => {
            let attempt = entry.head.request(request)?.attempt;
            timer_row(entry, request_timer(request), attempt, *retry_at)
        }
        Change::ExecutionStarted { execution, .. }
        | Change::ExecutionHeld { execution }
        | Change::ExecutionResumed { execution, .. } => open_execution_row(entry, entry.head.execution(execution)?),
        Change::ExecutionEnded { execution, workflow, started_at, .. } => FollowUp::Execution(ExecutionRow {
            execution: execution.clone(),
            workflow: workflow.clone(),
            record: entry.record.clone(),
            state: ExecutionState::Ended,
            started_at: *started_at,
            at: entry.at,
            seq: entry.seq,
        }),
        Change::Continued { execution, .. } => FollowUp::Evaluate(message(
            entry,
            index,
            ToEvaluate::Continue { record: entry.record.clone(), execution: execution.clone() },
        )),
        Change::EffectRequested { effect, workflow, manifest, not_after, not_again, .. } => FollowUp::Act(message(
            entry,
            index,
            ToAct {
                effect: effect.clone(),
                record: entry.record.clone(),
                seq: entry.seq,
                index: u32::try_from(index).expect("an entry has few changes"),
                manifest: manifest.clone(),
                workflow: workflow.clone(),
                not_after: *not_after,
                not_again: *not_again,
            },
        )),
        Change::TaskCreated { task: Task { id: task, .. } } | Change::TaskMoved { task, .. } => {
            task_row(entry, entry.head.task(task)?.clone(), TaskState::Open)
        }
        Change::TaskEnded { task, how } => task_row(entry, task.clone(), TaskState::Ended(how.clone())),
        Change::RecordDeleted { .. } => erase(entry, entry.seq, BTreeSet::new()),
        Change::KeptDeleted { below, needed, .. } => erase(entry, *below, needed.clone()),
        _ => FollowUp::Assign(message(entry, index, to_pool(entry, change)?)),
    })
}

/// What a pool hears of a change.
fn to_pool(entry: &Entry, change: &Change) -> Option<ToAssign> {
    let record = entry.record.clone();
    Some(match change {
        Change::OwnerRequested { request, .. } | Change::OwnerRequestedAgain { request, .. } => {
            let asked = entry.head.request(request)?;
            ToAssign::Request(Box::new(AssignRequest::of(&record, asked)))
        }
        Change::RequestWithdrawn { request, pool, .. } => {
            ToAssign::Withdraw { pool: pool.clone(), record, request: request.clone() }
        }
        Change::CreditAsked { credit, person, pool, candidates, .. } => {
            let (id, pool, person) = (credit.clone(), pool.clone(), person.clone());
            ToAssign::Credit(Box::new(CreditRequest { id, record, pool, person, candidates: candidates.clone() }))
        }
        Change::CapacityChanged { pool } => ToAssign::Settle { pool: pool.clone(), record },
        _ => return None,
    })
}

/// A message named by its place: record, entry and change.
fn message<B>(entry: &Entry, index: usize, body: B) -> Message<B> {
    let id = derive("msg_", &[&entry.record.to_string(), &entry.seq.to_string(), &index.to_string()]);
    Message { id: MessageId::new(id), since: entry.at, body }
}

fn erase(entry: &Entry, below: u64, needed: BTreeSet<EventId>) -> FollowUp {
    let open_tasks = entry.head.tasks.iter().map(|task| task.id.clone()).collect();
    FollowUp::Erase(Erase { record: entry.record.clone(), below, open_tasks, needed })
}

fn match_row(entry: &Entry, key: MatchKey) -> FollowUp {
    FollowUp::Match(MatchRow { key, record: entry.record.clone(), seq: entry.seq })
}

fn timer_row(entry: &Entry, timer: TimerId, generation: u32, due: Instant) -> FollowUp {
    FollowUp::Timer(TimerRow { timer, generation, due, record: entry.record.clone(), seq: entry.seq })
}

fn task_row(entry: &Entry, task: Task, state: TaskState) -> FollowUp {
    FollowUp::Task(TaskRow { task, record: entry.record.clone(), state, at: entry.at, seq: entry.seq })
}

fn open_execution_row(entry: &Entry, execution: &Execution) -> FollowUp {
    FollowUp::Execution(ExecutionRow {
        execution: execution.id.clone(),
        workflow: execution.workflow.clone(),
        record: entry.record.clone(),
        state: if execution.held { ExecutionState::Held } else { ExecutionState::Open },
        started_at: execution.started_at,
        at: entry.at,
        seq: entry.seq,
    })
}
