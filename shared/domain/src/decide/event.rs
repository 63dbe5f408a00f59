//! An event about a record: what it changes, and what that means to others.

use crate::{
    event::{Event, Gap, LinkedPart},
    history::{Accepted, EventChange, Head, REPEAT_WINDOW_MILLIS, RecordChange, TaskChange},
    id::{EventId, EventType},
    task::{Task, TaskEnd},
    value::Fields,
    workflow::Trigger,
};

use super::{Turn, assignment, fact::Fact, fetch, name, room::Room, scoring};

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
    overtaken.into_iter().for_each(|standing| turn.note(Fact::CameAfterAll(standing)));
    turn.note(Fact::Came);
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

pub(super) fn end_tasks_done_by(turn: &mut Turn<'_>, event_type: &EventType) {
    end_tasks(turn, |task| task.done_when.as_ref() == Some(event_type));
}

pub(super) fn end_tasks(turn: &mut Turn<'_>, is_done: impl Fn(&Task) -> bool) {
    let done: Vec<_> = turn.head.tasks.iter().filter(|task| is_done(task)).cloned().collect();
    for task in done {
        turn.emit(TaskChange::Ended { task, how: TaskEnd::Done });
    }
}

/// The trigger that an event pulls.
pub(super) fn pulls(turn: &Turn<'_>, event: &Event) -> Trigger {
    Trigger::pulled_by(&event.event_type, event.form.as_ref(), &turn.record.kind)
}
