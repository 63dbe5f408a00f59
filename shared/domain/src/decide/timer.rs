//! A timer has fired, or a pause has ended. The history decides whether it still counts.

use crate::{
    execution::Waiting,
    follow_up::request_timer,
    history::{ExecutionChange, Head, RequestState},
    id::{ExecutionId, RequestId, TimerId},
    step_path::StepPath,
};

use super::{Turn, assignment, fact::Fact};

/// A firing. One of an older generation, or of a wait that is over, changes nothing.
pub(super) fn fired(turn: &mut Turn<'_>, timer: &TimerId, generation: u32) {
    if let Some((execution, at)) = waiting_execution(&turn.head, timer, generation) {
        if turn.is_paused(&execution) {
            hold(turn, execution);
        } else {
            turn.note(Fact::Due((execution, at)));
        }
    } else if let Some(request) = waiting_request(&turn.head, timer, generation) {
        assignment::ask_again(turn, &request);
    }
}

fn hold(turn: &mut Turn<'_>, execution: ExecutionId) {
    if turn.head.execution(&execution).is_some_and(|open| !open.held) {
        turn.emit(ExecutionChange::Held { execution });
    }
}

/// The pause that held an execution is over: what came due meanwhile happens now.
/// `not_again`: what it sends before it next waits was sent by the store that was copied. Said while its workflow is
/// paused, that is kept for when the pause ends.
pub(super) fn resumed(turn: &mut Turn<'_>, id: &ExecutionId, not_again: bool) {
    let Some(held) = turn.head.execution(id).filter(|open| open.held).cloned() else { return };
    if turn.is_paused(id) {
        if not_again && !held.not_again {
            turn.emit(ExecutionChange::Resumed { execution: id.clone(), not_again });
            hold(turn, id.clone());
        }
        return;
    }
    turn.emit(ExecutionChange::Resumed { execution: id.clone(), not_again: not_again || held.not_again });
    match &held.waiting {
        Waiting::Continue => turn.note(Fact::GoesOn(id.clone())),
        waiting if waiting.timer().is_some_and(|(_, _, due)| due <= turn.now()) => {
            turn.note(Fact::Due((id.clone(), held.at)));
        }
        _ => {}
    }
}

/// The message by which an execution goes on with the rest of its steps.
pub(super) fn goes_on(turn: &mut Turn<'_>, id: &ExecutionId) {
    let goes_on =
        turn.head.execution(id).is_some_and(|execution| execution.waiting == Waiting::Continue && !execution.held);
    if goes_on {
        turn.note(Fact::GoesOn(id.clone()));
    }
}

/// Whether a record still waits for this firing.
pub fn is_firing_awaited(head: &Head, timer: &TimerId, generation: u32) -> bool {
    waiting_execution(head, timer, generation).is_some() || waiting_request(head, timer, generation).is_some()
}

fn waiting_execution(head: &Head, timer: &TimerId, generation: u32) -> Option<(ExecutionId, StepPath)> {
    let is_waited_for =
        |waiting: &Waiting| waiting.timer().is_some_and(|(id, current, _)| id == timer && current == generation);
    head.executions.iter().find(|open| is_waited_for(&open.waiting)).map(|open| (open.id.clone(), open.at.clone()))
}

fn waiting_request(head: &Head, timer: &TimerId, generation: u32) -> Option<RequestId> {
    head.awaited_requests()
        .filter(|request| matches!(request.state, RequestState::Waiting { .. }) && request.attempt == generation)
        .find(|request| request_timer(&request.id) == *timer)
        .map(|request| request.id.clone())
}
