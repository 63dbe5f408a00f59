//! What a person asked for about one record.

use crate::{
    history::{EndedHow, RecordChange, TaskChange},
    id::ExecutionId,
    message::Command,
    task::{Task, TaskEnd},
};

use super::{Turn, assignment, assignment::Assigned, credit};

pub(super) fn given(turn: &mut Turn<'_>, by: &str, command: &Command) {
    match command {
        Command::Reassign { to, .. } if turn.is_owner(to) => turn.keep_owner(),
        Command::Reassign { to, reason } => turn.assign_owner(Assigned::by_hand(to.clone(), reason, by)),
        Command::CompleteTask { task } => {
            if let Some(task) = turn.head.task(task).cloned() {
                turn.emit(TaskChange::Ended { task, how: TaskEnd::Done });
            }
        }
        Command::Close { reason } => close(turn, reason, by),
        Command::Credit { reason } => credit::asked(turn, reason, by),
    }
}

/// Closing ends all that is under way about the record, and gives back what it holds.
fn close(turn: &mut Turn<'_>, reason: &str, by: &str) {
    if turn.head.closed {
        return;
    }
    turn.emit(RecordChange::Closed { reason: reason.to_owned(), by: by.to_owned() });
    assignment::withdraw_all(turn);
    turn.tell_own_pool();
    let executions: Vec<ExecutionId> = turn.head.executions.iter().map(|open| open.id.clone()).collect();
    for execution in executions {
        turn.end(&execution, EndedHow::RecordClosed);
    }
    let tasks: Vec<Task> = turn.head.tasks.clone();
    for task in tasks {
        turn.emit(TaskChange::Ended { task, how: TaskEnd::RecordClosed });
    }
}
