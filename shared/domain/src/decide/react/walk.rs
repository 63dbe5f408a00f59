//! Walks an execution through its tree of steps until it has to wait or ends.

use crate::{
    history::{EndedHow, ExecutionChange},
    id::ExecutionId,
    step::{Outcome, Signal},
    step_path::StepPath,
};

use super::super::{Turn, hands::AtStep};

/// Steps one walk may take before it goes on with a message of its own. Far above what a
/// tree of steps needs; it bounds the work and the size of one entry.
const STEPS_PER_WALK: usize = 100;

/// Walks on from where the execution stands, after its `Continue` arrived or it has just started.
pub fn advance(turn: &mut Turn<'_>, id: &ExecutionId) {
    if let Some(execution) = turn.head.execution(id) {
        let at = execution.at.clone();
        walk(turn, id, at);
    }
}

/// Walks on with the step after `done`: whatever waited inside it waits no more. Nothing happens
/// if the execution no longer stands there: an earlier walk of this turn has taken it on.
pub fn resume_after(turn: &mut Turn<'_>, id: &ExecutionId, done: &StepPath) {
    if turn.stands_in(id, done) {
        walk(turn, id, done.next());
    }
}

/// Tells the step at `at` that what it waits for has changed, and walks on if it is satisfied.
/// Nothing happens if the execution no longer stands exactly there, or is about to leave the request around it.
pub fn signal(turn: &mut Turn<'_>, id: &ExecutionId, at: &StepPath, signal: &Signal) {
    if !turn.stands_at(id, at) || turn.is_served(id, at) {
        return;
    }
    let Some(step) = turn.step(id, at) else { return };
    let outcome = step.on(signal, &mut AtStep { turn: &mut *turn, execution: id, at });
    if let Some(next) = settle(turn, id, at, outcome) {
        walk(turn, id, next);
    }
}

fn walk(turn: &mut Turn<'_>, id: &ExecutionId, from: StepPath) {
    turn.begin_walk(id);
    walk_from(turn, id, from);
    turn.end_walk(id);
}

fn walk_from(turn: &mut Turn<'_>, id: &ExecutionId, from: StepPath) {
    let mut at = from;
    for taken in 0.. {
        if turn.is_paused(id) {
            turn.emit(ExecutionChange::Continued { execution: id.clone(), step: at });
            turn.emit(ExecutionChange::Held { execution: id.clone() });
            return;
        }
        if taken == STEPS_PER_WALK || turn.is_full() {
            turn.emit(ExecutionChange::Continued { execution: id.clone(), step: at });
            return;
        }
        let outcome = match turn.step(id, &at) {
            Some(step) => step.run(&mut AtStep { turn: &mut *turn, execution: id, at: &at }),
            None => match at.parent() {
                // The list is done: the step it is a branch of says what comes then.
                Some((parent, _)) => {
                    at = parent;
                    let Some(step) = turn.step(id, &at) else { return fail(turn, id, &at) };
                    step.branch_ended(&mut AtStep { turn: &mut *turn, execution: id, at: &at })
                }
                None => return turn.end(id, EndedHow::Completed),
            },
        };
        match settle(turn, id, &at, outcome) {
            Some(next) => at = next,
            None => return,
        }
    }
}

/// Turns a step's outcome into the next step, or records that the execution waits.
fn settle(turn: &mut Turn<'_>, id: &ExecutionId, at: &StepPath, outcome: Outcome) -> Option<StepPath> {
    match outcome {
        Outcome::Done => Some(at.next()),
        Outcome::Enter(branch) => Some(at.enter(branch)),
        Outcome::Leave(step) => Some(step.next()),
        Outcome::Unmoved => None,
        Outcome::Wait(waiting) => {
            turn.emit(ExecutionChange::WaitStarted { execution: id.clone(), step: at.clone(), waiting });
            None
        }
    }
}

fn fail(turn: &mut Turn<'_>, id: &ExecutionId, at: &StepPath) {
    let why = format!("its workflow has no step at {at}");
    turn.raise(Some(id), &format!("An execution could not go on: {why}"));
    turn.end(id, EndedHow::Failed { why });
}
