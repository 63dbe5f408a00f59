//! The clock had been ahead, and has been set back: what it had put off into the far future comes back.
//!
//! What was put off by a right clock keeps its moment. The record as it was before the first entry that the
//! clock dated ahead says which is which.
//!
//! It is a change in an entry, because only an entry may move a record's moments. It comes first in the record's next
//! entry, which is dated by the clock as it is now.

use std::sync::Arc;

use crate::{
    clock::SetBack,
    history::{ExecutionChange, Head, RecordChange, Request, RequestChange, RequestState, TaskChange},
    instant::Instant,
};

use super::{Turn, fact::Fact, react};

/// What a wrong clock has left in a record.
#[derive(Debug, Clone, PartialEq)]
pub struct WasAhead {
    /// The time of the record's newest entry.
    pub from: Instant,
    /// The record before the first of the entries that are dated ahead.
    pub before: Arc<Head>,
}

/// The first thing that an entry decides after the clock was set back, whatever it is about.
pub(super) fn set_back(turn: &mut Turn<'_>, ahead: &WasAhead) {
    let set_back = SetBack { from: ahead.from, to: turn.now() };
    turn.emit(RecordChange::ClockSetBack { from: ahead.from });
    waits(turn, &ahead.before, set_back);
    react::tell_all(turn);
    requests(turn, &ahead.before);
    tasks(turn, &ahead.before, set_back);
}

/// Every timer gets a new generation: a firing that the wrong clock has sent or swept no longer counts.
fn waits(turn: &mut Turn<'_>, before: &Head, set_back: SetBack) {
    let open: Vec<_> = turn.head.executions.iter().filter(|open| open.waiting.timer().is_some()).cloned().collect();
    for open in open {
        if before.execution(&open.id).is_some_and(|before| before.waiting == open.waiting) {
            turn.emit(ExecutionChange::WaitStarted {
                execution: open.id,
                step: open.at,
                waiting: open.waiting.renewed(),
            });
        } else {
            turn.note(Fact::SetBack((open.id, open.at), set_back));
        }
    }
}

/// Pools are asked again, for they said until when by the wrong clock. An answer that is on its way keeps its attempt:
/// whether it is the first decides what becomes of it.
fn requests(turn: &mut Turn<'_>, before: &Head) {
    let open: Vec<Request> = turn.head.awaited_requests().cloned().collect();
    for Request { id: request, pool, attempt, state, deadline, .. } in open {
        let is_same = before.request(&request).is_some_and(|before| before.deadline == deadline);
        let deadline = if is_same { None } else { turn.patience(&pool) };
        let attempt = match state {
            RequestState::Waiting { .. } => attempt + 1,
            RequestState::Asked => attempt,
            // A person has it as a task.
            RequestState::Refused | RequestState::Withdrawn => continue,
        };
        turn.emit(RequestChange::AskedAgain { request, attempt, deadline });
    }
}

fn tasks(turn: &mut Turn<'_>, before: &Head, set_back: SetBack) {
    let tasks = turn.head.tasks.clone();
    for task in tasks.iter().filter(|task| before.task(&task.id).is_none_or(|before| before.due != task.due)) {
        if let Some(due) = task.due.map(|due| set_back.due(due)).filter(|due| task.due != Some(*due)) {
            turn.emit(TaskChange::Due { task: task.id.clone(), due });
        }
    }
}
