//! Notifications that hold ids only: the record waits until its answers are fetched, and starts what it should then.

use super::{Turn, event};
use crate::{
    event::{Event, Fetch},
    history::{Accepted, EventChange, ExecutionChange, NotStartedWhy, TaskChange},
    id::{FormId, RecordKey},
    plan::Pulled,
    task::TaskEnd,
};

/// Whether a notification leaves its record without answers. A person who is known already needs none.
pub(super) fn is_awaited(turn: &Turn<'_>, event: &Event) -> bool {
    let is_new = turn.is_new() || turn.head.fetch.as_ref().is_some_and(|fetch| !fetch.done);
    event.to_fetch.is_some() && event.form.is_some() && is_new
}

/// Asks a person to fetch the answers. No workflow starts on ids.
pub(super) fn asked(turn: &mut Turn<'_>, event: &Event) {
    let (Some(fetch), Some(form)) = (&event.to_fetch, &event.form) else { return };
    let pulled = turn.context.plan.pulled_by(&event::pulls(turn, event));
    if turn.head.fetch.is_none() {
        ask(turn, fetch, form, event);
    }
    for Pulled { id, .. } in pulled {
        turn.emit(ExecutionChange::NotStarted { workflow: id.clone(), why: NotStartedWhy::AwaitsFetch });
    }
}

/// The notification comes again of a lead that an earlier release let run without its answers.
pub(super) fn asked_late(turn: &mut Turn<'_>, event: &Event) {
    if let (Some(fetch), Some(form)) = (&event.to_fetch, &event.form) {
        ask(turn, fetch, form, event);
    }
}

fn ask(turn: &mut Turn<'_>, fetch: &Fetch, form: &FormId, event: &Event) {
    let person = turn.context.plan.playbook.told_of_form(form);
    let task = turn.ask(person, &format!("fetch {}", fetch.id), &title(&turn.record, fetch));
    let (fetch, form, submission) = (fetch.clone(), form.clone(), event.submission.clone());
    turn.emit(EventChange::FetchAwaited { fetch, form, submission, task });
}

fn title(record: &RecordKey, fetch: &Fetch) -> String {
    let from = fetch.from.as_ref().map(|from| format!(" at {from}")).unwrap_or_default();
    let kind = &record.kind;
    format!("Fetch {kind} {}{from}, or send its answers to POST /v1/records/{kind}/{}/fetched", fetch.id, record.id)
}

/// The answers are here, for this record.
pub(super) fn completed(turn: &mut Turn<'_>, event: &Event) {
    let submission = Accepted::of(event).map(|named| named.id);
    turn.emit(EventChange::Fetched { submission, belongs_to: None });
    end_task(turn);
    event::accepted(turn, event);
}

/// The answers are here, and say that this is somebody who is known: their record goes on, and this one ends.
pub(super) fn belongs_to(turn: &mut Turn<'_>, record: &RecordKey) {
    // One that an earlier release let run without its answers waits until it is closed.
    if turn.head.fetch.as_ref().map_or(turn.head.closed, |fetch| fetch.done) {
        return;
    }
    turn.emit(EventChange::Fetched { submission: None, belongs_to: Some(record.clone()) });
    end_task(turn);
}

fn end_task(turn: &mut Turn<'_>) {
    let task = turn.head.fetch.as_ref().and_then(|fetch| turn.head.task(&fetch.task)).cloned();
    if let Some(task) = task {
        turn.emit(TaskChange::Ended { task, how: TaskEnd::Done });
    }
}
