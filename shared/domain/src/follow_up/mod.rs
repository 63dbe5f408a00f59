//! What has to follow an entry: rows, then messages, all derived from the entry alone.
//!
//! A redelivery that finds its own entry computes the very same list and repeats it.

mod erasure;

use std::collections::BTreeSet;

pub use erasure::Erasure;

use crate::{
    execution::Execution,
    history::{
        Change, EffectChange, Entry, Erase, EventChange, ExecutionChange, ExecutionRow, ExecutionState, KeptChange,
        MatchRow, OwnerChange, RecordChange, RequestChange, TaskChange, TaskRow, TaskState, TimerRow,
    },
    id::{EventId, MatchKey, MessageId, RequestId, TimerId, derive},
    instant::Instant,
    matching,
    message::{AssignRequest, CreditRequest, Message, ToAct, ToAssign, ToEvaluate},
    task::Task,
};

/// How many follow-ups a walk may gather before it goes on with a message to itself: how many there would be is up to
/// the author of the workflow.
///
/// An entry may have more. Closing a record, or handing it over, ends or moves *all* its tasks in one entry: in parts,
/// the record would be half closed while the next part waits. It is no less safe, for a repeat of the message repeats
/// all of them; `tests/simulation/tests/rules/fan_out.rs` crashes among the follow-ups of forty tasks.
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
        // A row shows the thing as the whole entry leaves it, so two changes to one thing give one row.
        for follow_up in of_change(entry, index, change) {
            if !all.contains(&follow_up) {
                all.push(follow_up);
            }
        }
    }
    all.sort_by_key(|follow_up| !follow_up.is_row());
    all
}

/// Whether a change has a follow-up that a walk counts against [`MAX_FOLLOW_UPS`].
pub(crate) fn has_follow_up(change: &Change) -> bool {
    match change {
        Change::Event(_) => false,
        Change::Kept(change) => match change {
            KeptChange::Deleted { .. } => true,
            KeptChange::Kept(_)
            | KeptChange::SettlementAwaited
            | KeptChange::Settled { .. }
            | KeptChange::KeyUsed { .. } => false,
        },
        Change::Record(change) => match change {
            RecordChange::Deleted { .. } => true,
            RecordChange::Linked { .. }
            | RecordChange::FoundBy { .. }
            | RecordChange::AlsoNamed { .. }
            | RecordChange::Forgotten { .. }
            | RecordChange::FieldsSet { .. }
            | RecordChange::SegmentJoined { .. }
            | RecordChange::Closed { .. }
            | RecordChange::Reopened
            | RecordChange::ClockSetBack { .. } => false,
        },
        Change::Execution(change) => match change {
            ExecutionChange::WaitStarted { waiting, .. } => waiting.timer().is_some(),
            ExecutionChange::Started { .. }
            | ExecutionChange::Held { .. }
            | ExecutionChange::Resumed { .. }
            | ExecutionChange::Ended { .. }
            | ExecutionChange::Continued { .. } => true,
            ExecutionChange::NotStarted { .. }
            | ExecutionChange::Unmet { .. }
            | ExecutionChange::BranchTaken { .. }
            | ExecutionChange::WaitMet { .. }
            | ExecutionChange::WaitMissed { .. } => false,
        },
        Change::Request(change) => match change {
            RequestChange::Asked { .. }
            | RequestChange::Waits { .. }
            | RequestChange::AskedAgain { .. }
            | RequestChange::Withdrawn { .. } => true,
            RequestChange::Routed { .. } | RequestChange::Refused { .. } => false,
        },
        Change::Owner(change) => match change {
            OwnerChange::CreditAsked { .. } | OwnerChange::CapacityChanged { .. } => true,
            OwnerChange::Assigned { .. } | OwnerChange::CreditRefused { .. } | OwnerChange::CreditGiven { .. } => false,
        },
        Change::Effect(change) => match change {
            EffectChange::Requested { .. } => true,
            EffectChange::Settled { .. } => false,
        },
        Change::Task(change) => match change {
            TaskChange::Created { .. } | TaskChange::Moved { .. } | TaskChange::Ended { .. } => true,
            TaskChange::Due { .. } => false,
        },
    }
}

fn of_change(entry: &Entry, index: usize, change: &Change) -> Vec<FollowUp> {
    match change {
        Change::Event(change) => of_event(entry, change).into_iter().collect(),
        Change::Kept(change) => of_kept(entry, change).into_iter().collect(),
        Change::Record(change) => of_record(entry, change),
        Change::Execution(change) => of_execution(entry, index, change).into_iter().collect(),
        Change::Request(change) => of_request(entry, index, change).into_iter().collect(),
        Change::Owner(change) => of_owner(entry, index, change).into_iter().collect(),
        Change::Effect(change) => of_effect(entry, index, change).into_iter().collect(),
        Change::Task(change) => of_task(entry, change).into_iter().collect(),
    }
}

fn of_event(entry: &Entry, change: &EventChange) -> Option<FollowUp> {
    match change {
        EventChange::Received { submission, .. } | EventChange::Repeated { submission, .. } => {
            let named = submission.as_ref()?;
            Some(match_row(entry, matching::submission_key(&named.id)))
        }
        EventChange::Updated(_)
        | EventChange::Outdated { .. }
        | EventChange::FetchAwaited { .. }
        | EventChange::Fetched { .. } => None,
    }
}

fn of_kept(entry: &Entry, change: &KeptChange) -> Option<FollowUp> {
    match change {
        KeptChange::Deleted { below, needed, .. } => Some(erase(entry, *below, needed.clone())),
        KeptChange::Kept(_)
        | KeptChange::SettlementAwaited
        | KeptChange::Settled { .. }
        | KeptChange::KeyUsed { .. } => None,
    }
}

fn of_record(entry: &Entry, change: &RecordChange) -> Vec<FollowUp> {
    match change {
        RecordChange::FoundBy { keys } => {
            keys.difference(&entry.before.found_by).map(|key| match_row(entry, key.clone())).collect()
        }
        RecordChange::AlsoNamed { record } => vec![match_row(entry, matching::name_key(record))],
        RecordChange::ClockSetBack { .. } => {
            // Lists are in the order of time: what the wrong clock put far ahead takes its place again.
            let tasks = entry.head.tasks.iter().map(|task| task_row(entry, task.clone(), TaskState::Open));
            tasks.chain(entry.head.executions.iter().map(|open| open_execution_row(entry, open))).collect()
        }
        RecordChange::Deleted { .. } => vec![erase(entry, entry.seq, BTreeSet::new())],
        RecordChange::Linked { .. }
        | RecordChange::Forgotten { .. }
        | RecordChange::FieldsSet { .. }
        | RecordChange::SegmentJoined { .. }
        | RecordChange::Closed { .. }
        | RecordChange::Reopened => Vec::new(),
    }
}

fn of_execution(entry: &Entry, index: usize, change: &ExecutionChange) -> Option<FollowUp> {
    match change {
        ExecutionChange::WaitStarted { waiting, .. } => {
            let (timer, generation, due) = waiting.timer()?;
            Some(timer_row(entry, timer.clone(), generation, due))
        }
        ExecutionChange::Started { execution, .. }
        | ExecutionChange::Held { execution }
        | ExecutionChange::Resumed { execution, .. } => {
            Some(open_execution_row(entry, entry.head.execution(execution)?))
        }
        ExecutionChange::Ended { execution, workflow, started_at, .. } => Some(FollowUp::Execution(ExecutionRow {
            execution: execution.clone(),
            workflow: workflow.clone(),
            record: entry.record.clone(),
            state: ExecutionState::Ended,
            started_at: *started_at,
            at: entry.at,
            seq: entry.seq,
        })),
        ExecutionChange::Continued { execution, .. } => {
            let body = ToEvaluate::Continue { record: entry.record.clone(), execution: execution.clone() };
            Some(FollowUp::Evaluate(message(entry, index, body)))
        }
        ExecutionChange::NotStarted { .. }
        | ExecutionChange::Unmet { .. }
        | ExecutionChange::BranchTaken { .. }
        | ExecutionChange::WaitMet { .. }
        | ExecutionChange::WaitMissed { .. } => None,
    }
}

fn of_request(entry: &Entry, index: usize, change: &RequestChange) -> Option<FollowUp> {
    let record = entry.record.clone();
    let told = match change {
        RequestChange::Waits { request, retry_at, .. } => {
            let attempt = entry.head.request(request)?.attempt;
            return Some(timer_row(entry, request_timer(request), attempt, *retry_at));
        }
        RequestChange::Asked { request, .. } | RequestChange::AskedAgain { request, .. } => {
            ToAssign::Request(Box::new(AssignRequest::of(&record, entry.head.request(request)?)))
        }
        RequestChange::Withdrawn { request, pool, .. } => {
            ToAssign::Withdraw { pool: pool.clone(), record, request: request.clone() }
        }
        RequestChange::Routed { .. } | RequestChange::Refused { .. } => return None,
    };
    Some(FollowUp::Assign(message(entry, index, told)))
}

fn of_owner(entry: &Entry, index: usize, change: &OwnerChange) -> Option<FollowUp> {
    let record = entry.record.clone();
    let told = match change {
        OwnerChange::CreditAsked { credit, person, pool, candidates, .. } => {
            let (id, pool, person) = (credit.clone(), pool.clone(), person.clone());
            ToAssign::Credit(Box::new(CreditRequest { id, record, pool, person, candidates: candidates.clone() }))
        }
        OwnerChange::CapacityChanged { pool } => ToAssign::Settle { pool: pool.clone(), record },
        OwnerChange::Assigned { .. } | OwnerChange::CreditRefused { .. } | OwnerChange::CreditGiven { .. } => {
            return None;
        }
    };
    Some(FollowUp::Assign(message(entry, index, told)))
}

fn of_effect(entry: &Entry, index: usize, change: &EffectChange) -> Option<FollowUp> {
    match change {
        EffectChange::Requested { effect, workflow, manifest, not_after, not_again, .. } => {
            let body = ToAct {
                effect: effect.clone(),
                record: entry.record.clone(),
                seq: entry.seq,
                index: u32::try_from(index).expect("an entry has few changes"),
                manifest: manifest.clone(),
                workflow: workflow.clone(),
                not_after: *not_after,
                not_again: *not_again,
            };
            Some(FollowUp::Act(message(entry, index, body)))
        }
        EffectChange::Settled { .. } => None,
    }
}

fn of_task(entry: &Entry, change: &TaskChange) -> Option<FollowUp> {
    match change {
        TaskChange::Created { task: Task { id: task, .. } } | TaskChange::Moved { task, .. } => {
            Some(task_row(entry, entry.head.task(task)?.clone(), TaskState::Open))
        }
        TaskChange::Ended { task, how } => Some(task_row(entry, task.clone(), TaskState::Ended(how.clone()))),
        TaskChange::Due { .. } => None,
    }
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
