//! Other content under the name of a submission that is known: what it changes, and who is told.
//!
//! Only answers that differ from the version before are taken over, so what people have corrected in the record
//! since then stays. An update starts nothing and wakes nothing: nobody submitted the form a second time.

use std::collections::BTreeSet;

use super::{
    Turn, event, fetch, name,
    room::{Room, comparable},
    scoring,
};
use crate::{
    condition::FieldPath,
    event::Event,
    history::{Accepted, Edit, EventChange, Update, Version},
    id::SubmissionId,
    value::{FieldName, Fields, Value},
    visible::is_respelling,
};

pub(super) fn received(turn: &mut Turn<'_>, event: &Event, linked: &[Edit]) {
    let Some(submission) = Accepted::of(event) else { return event::received(turn, event) };
    let version = version(turn, &submission.id);
    if event.to_fetch.is_some() {
        // Its ids are known, and with them all that a notification says.
        if version.is_some_and(|version| version.to_fetch.is_some()) && turn.head.fetch.is_none() {
            fetch::asked_late(turn, event);
        }
        return;
    }
    if version.is_some_and(|version| version.to_fetch.is_some()) {
        return fetch::completed(turn, event);
    }
    if version.is_some_and(|version| version.is_content_of(event)) {
        return;
    }
    if version.is_some_and(|version| version.outdates(event, turn.now())) {
        return outdated(turn, event, submission.id);
    }
    let (brought, mut gaps) = event::brought(turn, event);
    let (takes, known_name) = name::keep_known(turn, event);
    let said = version.map_or(&turn.head.fields, |version| version.fields);
    let mut changed = differing(&takes, said);
    changed.retain(|name| turn.head.fields.get(name) != takes.get(name));
    gaps.extend(known_name);
    // Everything that this version says is in it; what has no room is not taken over.
    let room = Room::of(turn, takes.into_iter().filter(|(name, _)| changed.contains(name)).collect());
    gaps.extend(room.gaps(turn));
    changed.retain(|name| room.taken.contains_key(name));
    let taken_back = version.map_or_else(BTreeSet::new, |version| {
        let is_gone = |name: &&FieldName| !event.record.fields.contains_key(*name);
        version.fields.keys().filter(is_gone).cloned().collect()
    });
    let unmapped = version.map(|version| version.unmapped).cloned().unwrap_or_default();
    let answers = edits(&unmapped, &event.unmapped).into_iter().filter(|edit| !event.apart.contains(&edit.target));
    let beside = comparable(linked.iter().cloned().chain(answers).collect());
    if changed.is_empty() && room.left.is_empty() && taken_back.is_empty() && beside.is_empty() {
        return;
    }
    let update = Update {
        event: event.id.clone(),
        submission,
        form: event.form.clone(),
        occurred_at: event.occurred_at,
        fields: event.record.fields.clone(),
        changed,
        taken_back,
        beside,
        unmapped: event.unmapped.clone(),
        gaps,
        fingerprint: event.fingerprint.clone(),
    };
    turn.emit(EventChange::Updated(Box::new(update.clone())));
    event::link(turn, event, &brought);
    scoring::rescore(turn);
    tell_person(turn, &update);
}

/// The latest version, as the history has it.
fn version<'c>(turn: &Turn<'c>, submission: &SubmissionId) -> Option<Version<'c>> {
    Version::of(turn.context.version?, submission)
}

fn outdated(turn: &mut Turn<'_>, event: &Event, submission: SubmissionId) {
    turn.emit(EventChange::Outdated {
        event: event.id.clone(),
        submission,
        occurred_at: event.occurred_at,
        fields: event.record.fields.clone(),
        unmapped: event.unmapped.clone(),
        apart: event.apart.clone(),
    });
}

fn differing(now: &Fields, was: &Fields) -> BTreeSet<FieldName> {
    let is_other = |(name, value): &(&FieldName, &Value)| was.get(*name).is_none_or(|was| is_change(was, value));
    now.iter().filter(is_other).map(|(name, _)| name.clone()).collect()
}

/// Whether an answer says something else. Other case, or other characters that look the same, say nothing else.
fn is_change(was: &Value, now: &Value) -> bool {
    match (was, now) {
        (Value::Text(was), Value::Text(now)) => was != now && !is_respelling(was, now),
        (was, now) => was != now,
    }
}

fn edits(was: &Fields, now: &Fields) -> Vec<Edit> {
    let targets: BTreeSet<&FieldName> = was.keys().chain(now.keys()).collect();
    let edit = |target: &FieldName| {
        let (was, now) = (was.get(target).cloned(), now.get(target).cloned());
        let is_change = match (&was, &now) {
            (Some(was), Some(now)) => is_change(was, now),
            (was, now) => was != now,
        };
        is_change.then(|| Edit { target: target.clone(), was, now })
    };
    targets.into_iter().filter_map(edit).collect()
}

/// The person who looks after the record hears which answers changed; where nobody does, and nobody is sought, the person
/// who looks at what is kept of the form. The answers themselves stay in the record.
fn tell_person(turn: &mut Turn<'_>, update: &Update) {
    let owner = turn.head.owner.as_ref().map(|owner| turn.acting_for(&owner.person));
    let nobody = if owner.is_none() { ", and nobody owns it" } else { "" };
    let of_form = || {
        let form = update.form.as_ref().filter(|_| turn.head.awaited_requests().next().is_none())?;
        turn.context.plan.playbook.told_of_form(form).map(|person| turn.acting_for(&person))
    };
    let Some(person) = owner.or_else(of_form) else { return };
    let kind = turn.record.kind.as_str();
    let form = update.form.as_ref().map_or("a form", |form| form.as_str());
    let answers = labels(turn, update).join(", ");
    let closed = if turn.head.closed { format!(". The {kind} stays closed") } else { String::new() };
    let message = format!("{} has changed answers in {form}{nobody}: {answers}{closed}", turn.called());
    turn.tell(person, message);
}

/// What the schema calls the fields whose answers changed. A notice is short, so what people call their own
/// questions is left out.
fn labels(turn: &Turn<'_>, update: &Update) -> Vec<String> {
    let (kind, schema) = (turn.record.kind.as_str(), &turn.context.plan.playbook.schema);
    let own = update.changed.iter().chain(&update.taken_back).map(|name| FieldPath::new(kind, name.as_str()));
    let linked = update.beside.iter().filter_map(|edit| edit.target.split_once('.'));
    let paths = own.chain(linked.map(|(root, name)| FieldPath::new(root, name)));
    let known = paths.filter(|path| schema.field(kind, path).is_some());
    let labels: Vec<String> = known.map(|path| schema.label(kind, &path)).collect();
    if labels.is_empty() { vec!["answers that no field takes".to_owned()] } else { labels }
}
