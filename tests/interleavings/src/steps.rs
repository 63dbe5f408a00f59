//! An execution stands in one place of its workflow and passes each step once.

use std::collections::BTreeSet;

use domain::{
    execution::Waiting,
    history::{Change, EffectChange, Entry, ExecutionChange, TaskChange},
    id::RecordKey,
};

/// What does not hold of one record's history, if anything.
pub fn check(record: &RecordKey, entries: &[std::sync::Arc<Entry>]) -> Result<(), String> {
    let mut begun = BTreeSet::new();
    for entry in entries {
        for named in entry.changes.iter().filter_map(step_taken) {
            if begun.contains(&named) {
                return Err(format!("entry {} of {record} has a second time: {named}", entry.seq));
            }
            begun.insert(named);
        }
        stands_where_it_asked(record, entry)?;
    }
    Ok(())
}

/// What a step does once in its execution.
fn step_taken(change: &Change) -> Option<String> {
    match change {
        Change::Task(TaskChange::Created { task }) => Some(format!("task {}", task.id)),
        Change::Effect(EffectChange::Requested { effect, .. }) => Some(format!("effect {effect}")),
        Change::Execution(ExecutionChange::WaitMet { execution, step, .. }) => {
            Some(format!("the wait of {execution} at {step} is met"))
        }
        Change::Execution(ExecutionChange::WaitMissed { execution, step, .. }) => {
            Some(format!("the wait of {execution} at {step} is missed"))
        }
        Change::Execution(ExecutionChange::BranchTaken { execution, step, .. }) => {
            Some(format!("the branch of {execution} at {step}"))
        }
        Change::Execution(ExecutionChange::Ended { execution, .. }) => Some(format!("the end of {execution}")),
        _ => None,
    }
}

/// An execution that waits for an owner stands at a request of its own, or in its branch.
fn stands_where_it_asked(record: &RecordKey, entry: &Entry) -> Result<(), String> {
    for open in entry.head.executions.iter().filter(|open| matches!(open.waiting, Waiting::Owner { .. })) {
        let mut own = entry.head.awaited_requests().filter(|request| request.execution == open.id);
        if !own.any(|request| open.stands_in(&request.step)) {
            return Err(format!("entry {} of {record} waits at {} for an owner that nobody seeks", entry.seq, open.at));
        }
    }
    Ok(())
}
