//! Tells those whom a fact concerns: the executions that wait for it, and the workflows that start by it. What they do
//! then makes new facts, until nothing more follows.
//!
//! Nothing else starts an execution or lets one go on: `walk` is a part of this module.

mod walk;

use crate::{
    execution::execution_id,
    history::{ExecutionChange, NotStartedWhy, Request, Unmet},
    id::{EventType, ExecutionId, WorkflowId},
    message::Command,
    plan::Pulled,
    step::Signal,
    step_path::StepPath,
    workflow::Trigger,
};

use super::{
    Turn, assignment, command, event,
    fact::{Awaited, Fact, News, Standing},
    request,
};

/// Workflows that may set each other off in a chain. A workflow is a tree of steps and cannot loop; only what workflows
/// do can start others. The ninth in a chain does not start, and a person gets a task. With the room that an entry has,
/// it bounds what one entry can set off.
const MAX_DEPTH: u8 = 8;

/// From how many workflows on that an event pulls, and whose conditions do not hold, one change says it of all.
const MANY: usize = 8;

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
            let goes_on = |standing: &&Standing| !news.awaited.waiting.contains(standing);
            for (execution, at) in waiting.iter().filter(|_| *is_other).filter(goes_on) {
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
    let Awaited { waiting, tasks } = &news.awaited;
    event::end_tasks(turn, |task| tasks.contains(&task.id));
    for (execution, wait) in assignment::withdraw_overtaken(turn, name) {
        came_after_all(turn, &execution, &wait);
    }
    wake(turn, name, waiting.clone());
    let trigger = Trigger::pulled_by(name, None, &turn.record.kind);
    start_all(turn, &trigger, news);
}

fn came(turn: &mut Turn<'_>, news: &News) {
    let Some(event) = turn.event else { return };
    let awaited = turn.awaited(event.event_type.as_str());
    wake(turn, &event.event_type, awaited.waiting);
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

/// Lets those go on that wait for what has this name, unless they wait for it no more.
fn wake(turn: &mut Turn<'_>, event_type: &EventType, waiting: Vec<Standing>) {
    let seen = Signal::EventSeen { event_type: event_type.clone(), seq: turn.seq };
    for (execution, at) in waiting {
        walk::signal(turn, &execution, &at, &seen);
    }
}

/// Starts what a trigger pulls. All conditions are asked on the record as it is before any of it starts, so what one
/// workflow does decides nothing about another that the same event pulls.
fn start_all(turn: &mut Turn<'_>, trigger: &Trigger, news: &News) {
    let pulled = turn.context.plan.pulled_by(trigger);
    let fails = |pulled: &Pulled| pulled.condition.as_ref().and_then(|condition| turn.failing_part(condition));
    let failing: Vec<Option<u8>> = pulled.iter().map(fails).collect();
    let is_unmet = |pulled: &Pulled| !pulled.has_else && refusal(turn, &pulled.id, news).is_none();
    let unmet: Unmet = pulled.iter().zip(&failing).map(|(pulled, part)| part.filter(|_| is_unmet(pulled))).collect();
    let are_many = unmet.count() > MANY;
    if are_many {
        turn.emit(ExecutionChange::Unmet { by: trigger.clone(), failed: unmet.clone() });
    }
    for ((Pulled { id, .. }, failing), unmet) in pulled.iter().zip(&failing).zip(unmet.parts()) {
        if unmet.is_none() {
            start(turn, id, failing.is_none(), news);
        } else if !are_many {
            turn.emit(ExecutionChange::NotStarted { workflow: id.clone(), why: NotStartedWhy::Condition });
        }
    }
}

/// Why a workflow does not start, whatever its condition says.
fn refusal(turn: &Turn<'_>, id: &WorkflowId, news: &News) -> Option<NotStartedWhy> {
    if news.depth > MAX_DEPTH {
        return Some(NotStartedWhy::TooDeep);
    }
    if turn.head.closed {
        return Some(NotStartedWhy::RecordClosed);
    }
    if turn.head.executions.iter().any(|open| open.workflow == *id) {
        return Some(NotStartedWhy::AlreadyEnrolled);
    }
    news.running.contains(id).then_some(NotStartedWhy::WasRunning)
}

fn start(turn: &mut Turn<'_>, id: &WorkflowId, holds: bool, news: &News) {
    if let Some(why) = refusal(turn, id, news) {
        if why == NotStartedWhy::TooDeep {
            turn.raise_as(Some(id), &news.cause.key(), "Workflows start each other in a loop");
        }
        return turn.emit(ExecutionChange::NotStarted { workflow: id.clone(), why });
    }
    let path = StepPath::first_of(if holds { "then" } else { "else" });
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
