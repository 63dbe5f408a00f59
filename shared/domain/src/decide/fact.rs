//! What has become true in the entry that is being decided. Changes are what an entry writes; facts are what others have
//! to know of it: executions that wait, and workflows that start by it. Only `react` tells them.
//!
//! A fact that workflows may name is a row in [`name_of`]; one that only executions hear is a variant of [`Fact`] and its
//! reaction in `react`.

use crate::{
    cause::Cause,
    clock::SetBack,
    history::{Change, OwnerChange, Request, TaskChange},
    id::{ExecutionId, TaskId, WorkflowId},
    step_path::StepPath,
    task::TaskEnd,
    workflow::{RECORD_ASSIGNED, TASK_COMPLETED},
};

use super::Turn;

/// Where an execution stands, or stood.
pub(super) type Standing = (ExecutionId, StepPath);

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Fact {
    /// The event that the entry is about came, and is new.
    Came,
    /// What a branch had taken for missed has come after all: the wait counts as met.
    CameAfterAll(Standing),
    /// The record has an owner, the same or another.
    Assigned { is_other: bool, served: Vec<Request>, waiting: Vec<Standing> },
    /// The owner stays, and nobody is asked for another any more.
    Stays { served: Vec<Request> },
    /// A pool that was asked has nobody available.
    NobodyAvailable(Standing),
    /// A moment that somebody waits for.
    Due(Standing),
    /// An execution's own message came, or its pause is over.
    GoesOn(ExecutionId),
    /// The clock was ahead when this wait began.
    SetBack(Standing, SetBack),
}

/// What somebody has yet to be told.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct News {
    pub fact: Option<Fact>,
    /// What workflows call it.
    pub name: Option<&'static str>,
    /// What starts by it has this cause.
    pub cause: Cause,
    /// How many workflows have set each other off before what starts by it.
    pub depth: u8,
    /// What was running when it became true does not start by it: mostly it has brought it about.
    pub running: Vec<WorkflowId>,
    /// Who waited for what has this name when it became true: it means nothing to what begins later.
    pub awaited: Awaited,
}

/// The waits that a fact meets, and the tasks that it ends.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Awaited {
    pub waiting: Vec<Standing>,
    pub tasks: Vec<TaskId>,
}

/// What workflows call what a change means, to start by it, to wait for it or to end a task by it.
pub fn name_of(change: &Change) -> Option<&'static str> {
    match change {
        Change::Owner(OwnerChange::Assigned { .. }) => Some(RECORD_ASSIGNED),
        // What Handoff itself asks of people is no part of anybody's procedure.
        Change::Task(TaskChange::Ended { task, how: TaskEnd::Done }) if task.execution.is_some() => {
            Some(TASK_COMPLETED)
        }
        Change::Owner(_)
        | Change::Task(_)
        | Change::Event(_)
        | Change::Kept(_)
        | Change::Record(_)
        | Change::Execution(_)
        | Change::Request(_)
        | Change::Effect(_) => None,
    }
}

impl Fact {
    /// What a change means to executions, on the record as it is before it. So far only a new owner does.
    pub fn of(change: &Change, turn: &Turn<'_>) -> Option<Self> {
        let Change::Owner(OwnerChange::Assigned { person, previous, .. }) = change else { return None };
        let served: Vec<Request> = turn.head.awaited_requests().cloned().collect();
        let is_other = previous.as_ref().is_some_and(|previous| previous != person);
        let waiting = turn.waiting_for_events(&served);
        Some(Self::Assigned { is_other, served, waiting })
    }
}
