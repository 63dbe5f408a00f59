//! An event about a record: what it changes, what it wakes, and what it starts.

use crate::{
    event::{Event, Gap, LinkedPart},
    execution::{Waiting, execution_id},
    history::{
        Accepted, EventChange, ExecutionChange, Head, NotStartedWhy, REPEAT_WINDOW_MILLIS, RecordChange, TaskChange,
    },
    id::{EventId, EventType, ExecutionId, WorkflowId},
    message::Command,
    step::Signal,
    step_path::StepPath,
    task::TaskEnd,
    value::Fields,
    workflow::{Trigger, Workflow},
};

use super::{Turn, assignment, command, fetch, name, room::Room, scoring, walk};

/// Events in a chain, each caused by the one before, that may start workflows. A workflow is a tree of steps and cannot
/// loop; only events that cause events can. The ninth in a chain starts nothing, and a person gets a task.
const MAX_DEPTH: u8 = 8;

/// The event that a later one repeats by its content.
pub(super) fn repeat_of<'h>(head: &'h Head, event: &Event) -> Option<&'h EventId> {
    let fingerprint = event.fingerprint.as_ref()?;
    head.submissions
        .iter()
        .find(|earlier| {
            earlier.fingerprint == *fingerprint
                && (earlier.form.is_none() || earlier.form == event.form)
                && event.accepted_at.millis_since(earlier.at) <= REPEAT_WINDOW_MILLIS
        })
        .map(|earlier| &earlier.event)
}

/// An event with this record as its primary one.
pub(super) fn received(turn: &mut Turn<'_>, event: &Event) {
    if let Some(of) = repeat_of(&turn.head, event).cloned() {
        turn.emit(EventChange::Repeated { event: event.id.clone(), of, submission: Accepted::of(event) });
        return;
    }
    accepted(turn, event);
}

/// An event that is new, whatever was submitted before.
pub(super) fn accepted(turn: &mut Turn<'_>, event: &Event) {
    let awaits = fetch::is_awaited(turn, event);
    let before = turn.head.fields.clone();
    let overtaken = assignment::withdraw_overtaken(turn, &event.event_type);
    let late = turn.head.missed.contains(&event.event_type) && overtaken.is_empty();
    let (brought, mut gaps) = brought(turn, event);
    let (fields, known_name) = name::keep_known(turn, event);
    gaps.extend(known_name);
    let room = Room::of(turn, fields);
    gaps.extend(room.gaps(turn));
    let (fields, mut unmapped) = room.parts(turn);
    unmapped.extend(event.unmapped.clone());
    turn.emit(EventChange::Received {
        event: event.id.clone(),
        event_type: event.event_type.clone(),
        form: event.form.clone(),
        occurred_at: event.occurred_at,
        fields,
        unmapped,
        gaps,
        fingerprint: event.fingerprint.clone(),
        submission: Accepted::of(event),
        to_fetch: event.to_fetch.clone(),
        late,
        depth: event.depth,
    });
    // The person came back. Starting nothing because somebody once closed the record would lose a lead in silence.
    if turn.head.closed && event.form.is_some() {
        turn.emit(RecordChange::Reopened);
        turn.tell_own_pool();
    }
    link(turn, event, &brought);
    if awaits {
        return fetch::asked(turn, event);
    }
    scoring::rescore(turn);
    end_tasks_done_by(turn, &event.event_type);
    for (execution, wait) in overtaken {
        // Not if it was met already: one missed branch may hold two requests.
        if turn.stands_in(&execution, &wait) {
            let seq = turn.seq;
            turn.emit(ExecutionChange::WaitMet { execution: execution.clone(), step: wait.clone(), by_seq: seq });
            walk::resume_after(turn, &execution, &wait);
        }
    }
    wake(turn, &event.event_type);
    if event.event_type.as_str() == "record_closed" {
        command::given(turn, "an event", &Command::Close { reason: "record_closed".to_owned() });
    }
    start_workflows(turn, event, &before);
}

/// The links that an event brings to the record, and its gaps without those of links that it does not bring.
pub(super) fn brought(turn: &Turn<'_>, event: &Event) -> (Vec<LinkedPart>, Vec<Gap>) {
    let brought: Vec<LinkedPart> = event.brings(&turn.head.links).cloned().collect();
    let passed_over = |gap: &Gap| {
        let left = event.linked.iter().filter(|linked| !brought.contains(linked));
        left.into_iter().any(|linked| gap.is_guess_of(&linked.part.key.kind))
    };
    let gaps = event.gaps.iter().filter(|gap| !passed_over(gap)).cloned().collect();
    (brought, gaps)
}

pub(super) fn link(turn: &mut Turn<'_>, event: &Event, brought: &[LinkedPart]) {
    for linked in brought {
        if turn.head.links.get(&linked.link) != Some(&linked.part.key) {
            turn.emit(RecordChange::Linked {
                link: linked.link.clone(),
                record: linked.part.key.clone(),
                matched_by: event.matched_by(linked),
            });
        }
    }
}

/// A linked record's share: fields, and nothing that starts or wakes anything.
pub(super) fn linked_part(turn: &mut Turn<'_>, event: &Event, fields: &Fields) {
    let changed: Fields = fields
        .iter()
        .filter(|(name, value)| turn.head.fields.get(*name) != Some(value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if changed.is_empty() && !turn.is_new() {
        return;
    }
    let room = Room::of(turn, changed);
    let gaps = room.gaps(turn);
    let (fields, unmapped) = room.parts(turn);
    turn.emit(EventChange::Received {
        event: event.id.clone(),
        event_type: event.event_type.clone(),
        form: event.form.clone(),
        occurred_at: event.occurred_at,
        fields,
        unmapped,
        gaps,
        fingerprint: None,
        submission: None,
        to_fetch: None,
        late: false,
        depth: event.depth,
    });
    scoring::rescore(turn);
}

fn end_tasks_done_by(turn: &mut Turn<'_>, event_type: &EventType) {
    let done: Vec<_> =
        turn.head.tasks.iter().filter(|task| task.done_when.as_ref() == Some(event_type)).cloned().collect();
    for task in done {
        turn.emit(TaskChange::Ended { task, how: TaskEnd::Done });
    }
}

/// Lets every execution that waits for this event go on.
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

/// The workflows whose trigger an event pulls.
pub(super) fn triggered_by<'c>(
    turn: &Turn<'c>,
    event: &Event,
) -> impl Iterator<Item = (&'c WorkflowId, &'c Workflow)> + use<'c> {
    let trigger = Trigger::pulled_by(&event.event_type, event.form.as_ref(), &turn.record.kind);
    turn.context.plan.started_by(&trigger)
}

fn start_workflows(turn: &mut Turn<'_>, event: &Event, before: &Fields) {
    for (id, workflow) in triggered_by(turn, event) {
        start(turn, id, workflow, event, before);
    }
}

fn start(turn: &mut Turn<'_>, id: &WorkflowId, workflow: &Workflow, event: &Event, before: &Fields) {
    let not_started = |turn: &mut Turn<'_>, why| turn.emit(ExecutionChange::NotStarted { workflow: id.clone(), why });
    if event.depth > MAX_DEPTH {
        turn.raise_as(Some(id), event.id.as_str(), "Workflows start each other in a loop");
        return not_started(turn, NotStartedWhy::TooDeep);
    }
    if turn.head.closed {
        return not_started(turn, NotStartedWhy::RecordClosed);
    }
    if turn.head.executions.iter().any(|open| open.workflow == *id) {
        return not_started(turn, NotStartedWhy::AlreadyEnrolled);
    }
    let holds = workflow.condition.as_ref().is_none_or(|condition| turn.holds_for(condition, event, before));
    let path = match holds {
        true => StepPath::first_of("then"),
        false if !workflow.otherwise.is_empty() => StepPath::first_of("else"),
        false => return not_started(turn, NotStartedWhy::Condition),
    };
    let execution = execution_id(id, &turn.record, &event.id, turn.head.first_left());
    turn.emit(ExecutionChange::Started {
        execution: execution.clone(),
        workflow: id.clone(),
        manifest: turn.context.manifest.clone(),
        event: event.id.clone(),
        path,
    });
    walk::advance(turn, &execution);
}
