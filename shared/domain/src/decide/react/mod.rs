//! Tells those whom a fact concerns: the executions that wait for it, and the workflows that start by it. What they do
//! then makes new facts, until nothing more follows.
//!
//! Nothing else starts an execution or lets one go on: `walk` is a part of this module.

mod walk;

use crate::{
    execution::{Waiting, execution_id},
    history::{ExecutionChange, NotStartedWhy, Request},
    id::{EventType, ExecutionId, WorkflowId},
    message::Command,
    step::Signal,
    step_path::StepPath,
    workflow::{Trigger, Workflow},
};

use super::{
    Turn, command, event,
    fact::{Fact, News},
    request,
};

/// Workflows that may set each other off in a chain. A workflow is a tree of steps and cannot loop; only what workflows
/// do can start others. The ninth in a chain does not start, and a person gets a task. With the room that an entry has,
/// it bounds what one entry can set off.
const MAX_DEPTH: u8 = 8;

pub(super) fn tell_all(turn: &mut Turn<'_>) {
    while let Some(news) = turn.next_news() {
        if let Some(fact) = &news.fact {
            tell(turn, fact, &news);
        }
        if let Some(name) = news.name {
            tell_by_name(turn, &EventType::new(name), &news);
        }
    }
}

fn tell(turn: &mut Turn<'_>, fact: &Fact, news: &News) {
    match fact {
        Fact::Came => came(turn, news),
        Fact::CameAfterAll((execution, wait)) => came_after_all(turn, execution, wait),
        Fact::Assigned { is_other, served, waiting } => {
            // The new owner has the full time of what is waited for: a wait counts from the last assignment.
            for (execution, at) in waiting.iter().filter(|_| *is_other) {
                walk::signal(turn, execution, at, &Signal::OwnerChanged);
            }
            resume_served(turn, served);
        }
        Fact::Stays { served } => resume_served(turn, served),
        Fact::NobodyAvailable((execution, at)) => walk::signal(turn, execution, at, &Signal::NobodyAvailable),
        Fact::Due((execution, at)) => walk::signal(turn, execution, at, &Signal::TimerFired),
        Fact::GoesOn(execution) => walk::advance(turn, execution),
        Fact::SetBack((execution, at), set_back) => walk::signal(turn, execution, at, &Signal::ClockSetBack(*set_back)),
    }
}

/// What has a name means the same as an event of that name from outside.
fn tell_by_name(turn: &mut Turn<'_>, name: &EventType, news: &News) {
    event::end_tasks_done_by(turn, name);
    wake(turn, name);
    let trigger = Trigger::pulled_by(name, None, &turn.record.kind);
    start_all(turn, &trigger, news);
}

fn came(turn: &mut Turn<'_>, news: &News) {
    let Some(event) = turn.event else { return };
    wake(turn, &event.event_type);
    if event.event_type.as_str() == "record_closed" {
        command::given(turn, "an event", &Command::Close { reason: "record_closed".to_owned() });
    }
    start_all(turn, &event::pulls(turn, event), news);
}

fn came_after_all(turn: &mut Turn<'_>, execution: &ExecutionId, wait: &StepPath) {
    // Not if it was met already: one missed branch may hold two requests.
    if turn.stands_in(execution, wait) {
        let by_seq = turn.seq;
        turn.emit(ExecutionChange::WaitMet { execution: execution.clone(), step: wait.clone(), by_seq });
        walk::resume_after(turn, execution, wait);
    }
}

fn resume_served(turn: &mut Turn<'_>, served: &[Request]) {
    for request in request::outermost(served) {
        walk::resume_after(turn, &request.execution, &request.step);
    }
}

/// Lets every execution go on that waits for what has this name.
fn wake(turn: &mut Turn<'_>, event_type: &EventType) {
    let waiting: Vec<(ExecutionId, StepPath)> = turn
        .head
        .executions
        .iter()
        .filter(|open| matches!(&open.waiting, Waiting::Event { event_type: wanted, .. } if wanted == event_type))
        .map(|open| (open.id.clone(), open.at.clone()))
        .collect();
    let seen = Signal::EventSeen { event_type: event_type.clone(), seq: turn.seq };
    for (execution, at) in waiting {
        walk::signal(turn, &execution, &at, &seen);
    }
}

fn start_all(turn: &mut Turn<'_>, trigger: &Trigger, news: &News) {
    for (id, workflow) in turn.context.plan.started_by(trigger) {
        start(turn, id, workflow, news);
    }
}

fn start(turn: &mut Turn<'_>, id: &WorkflowId, workflow: &Workflow, news: &News) {
    let not_started = |turn: &mut Turn<'_>, why| turn.emit(ExecutionChange::NotStarted { workflow: id.clone(), why });
    if news.depth > MAX_DEPTH {
        turn.raise_as(Some(id), &news.cause.key(), "Workflows start each other in a loop");
        return not_started(turn, NotStartedWhy::TooDeep);
    }
    if turn.head.closed {
        return not_started(turn, NotStartedWhy::RecordClosed);
    }
    if turn.head.executions.iter().any(|open| open.workflow == *id) {
        return not_started(turn, NotStartedWhy::AlreadyEnrolled);
    }
    if news.running.contains(id) {
        return not_started(turn, NotStartedWhy::WasRunning);
    }
    let holds = workflow.condition.as_ref().is_none_or(|condition| turn.holds_now(condition));
    let path = match holds {
        true => StepPath::first_of("then"),
        false if !workflow.otherwise.is_empty() => StepPath::first_of("else"),
        false => return not_started(turn, NotStartedWhy::Condition),
    };
    let execution = execution_id(id, &turn.record, &news.cause, turn.head.first_left());
    turn.emit(ExecutionChange::Started {
        execution: execution.clone(),
        workflow: id.clone(),
        manifest: turn.context.manifest.clone(),
        cause: news.cause.clone(),
        depth: news.depth,
        path,
    });
    walk::advance(turn, &execution);
}
