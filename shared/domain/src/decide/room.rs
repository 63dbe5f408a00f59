//! How much a record holds. Every entry repeats the record before it, so what stays in a record is bounded such that it
//! and the largest event that intake lets through have room in one item of any store: 300 KB together.
//!
//! What has no room is never lost: it stays in the entry that brought it, and that entry says so.

use std::collections::BTreeSet;

use super::{Turn, turn::EXCEPTION_MINUTES};
use crate::{
    event::{Gap, GapWhy},
    history::{Edit, RecordChange, TaskChange},
    id::EventId,
    task::{Priority, Task},
    value::{FieldName, Fields, Value},
};

/// All fields of a record with their names, in bytes of JSON.
const FIELDS_BYTES: usize = 40_000;
/// A field of this size or below is short: an address, a number, a choice.
const SHORT: usize = 500;
/// Room for short fields where long ones fill the record.
const RESERVE: usize = 10_000;
/// All open tasks of a record, in bytes of JSON.
const TASKS_BYTES: usize = 30_000;
/// The types of events that a record remembers the latest of.
const EVENT_TYPES: usize = 100;
/// The submissions of the last minutes that a record can tell a repeat of.
const SUBMISSIONS: usize = 50;
/// All answers of a comparison, before and after.
const COMPARED_BYTES: usize = 20_000;

/// What a record takes of an event, and what is left beside it.
pub(super) struct Room {
    pub taken: Fields,
    pub left: Fields,
}

impl Room {
    /// Takes the shortest first: by those people are found and called.
    pub fn of(turn: &Turn<'_>, fields: Fields) -> Self {
        let held = &turn.head.fields;
        let mut used: usize = held.iter().map(|(name, value)| weight(name, value)).sum();
        let mut by_weight: Vec<(usize, FieldName, Value)> =
            fields.into_iter().map(|(name, value)| (weight(&name, &value), name, value)).collect();
        by_weight.sort_by_key(|(weight, ..)| *weight);
        let mut room = Self { taken: Fields::new(), left: Fields::new() };
        for (new, name, value) in by_weight {
            let old = held.get(&name).map_or(0, |value| weight(&name, value));
            let most = if new <= SHORT { FIELDS_BYTES + RESERVE } else { FIELDS_BYTES };
            if new <= old || used - old + new <= most {
                used = used - old + new;
                room.taken.insert(name, value);
            } else {
                room.left.insert(name, value);
            }
        }
        room
    }

    /// Says of each answer that was left where it is kept.
    pub fn gaps(&self, turn: &Turn<'_>) -> Vec<Gap> {
        let kind = turn.record.kind.clone();
        let said = |name: &FieldName| {
            let detail = format!(
                "the record holds {} KB and has no room for this answer; it is kept beside it",
                FIELDS_BYTES / 1_000
            );
            Gap { target: format!("{kind}.{name}"), why: GapWhy::Unreadable { answer: String::new(), detail } }
        };
        self.left.keys().map(said).collect()
    }

    /// What is taken; and what is kept beside it, under the names that maps use: `lead.message`.
    pub fn parts(self, turn: &Turn<'_>) -> (Fields, Fields) {
        let beside = |(name, value)| (format!("{}.{name}", turn.record.kind), value);
        (self.taken, self.left.into_iter().map(beside).collect())
    }
}

fn weight(name: &str, value: &Value) -> usize {
    name.len() + json(value).len() + 4
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("what is stored is plain data with text keys")
}

/// The longest answers of a comparison are cut: both versions have the whole.
pub(super) fn comparable(edits: Vec<Edit>) -> Vec<Edit> {
    let each = COMPARED_BYTES / (2 * edits.len().max(1));
    let cut = |value: Value| match value.to_string() {
        text if text.len() > each => Value::Text(format!("{}…", &text[..text.floor_char_boundary(each)])),
        _ => value,
    };
    edits.into_iter().map(|edit| Edit { was: edit.was.map(cut), now: edit.now.map(cut), ..edit }).collect()
}

impl Turn<'_> {
    /// Opens a task, as long as there is room: then one task says that there are too many.
    pub fn open_task(&mut self, task: Task) {
        let has_room = |turn: &Self, task: &Task| json(&turn.head.tasks).len() + json(task).len() <= TASKS_BYTES;
        if has_room(self, &task) {
            return self.emit(TaskChange::Created { task });
        }
        let id = self.exception_id("too many tasks");
        if self.head.task(&id).is_none() {
            let open = self.head.tasks.len();
            let title = format!("{open} tasks are open here: no other is opened until some of them are done");
            let (priority, done_when) = (Priority::P1, None);
            let due = Some(self.now().plus_minutes(EXCEPTION_MINUTES));
            let full = Task { id, title, priority, due, assigned_to: task.assigned_to, execution: None, done_when };
            self.emit(TaskChange::Created { task: full });
        }
    }

    /// Forgets what is oldest of what a record only remembers. It changes nothing where nothing else changed.
    pub(super) fn make_room(&mut self) {
        let surplus = self.head.submissions.len().saturating_sub(SUBMISSIONS);
        if self.changes.is_empty() || (surplus == 0 && self.head.seen.len() <= EVENT_TYPES) {
            return;
        }
        let mut types: Vec<_> =
            self.head.seen.iter().map(|(event_type, seen)| (seen.seq, event_type.clone())).collect();
        types.sort();
        types.truncate(types.len().saturating_sub(EVENT_TYPES));
        let event_types: BTreeSet<_> = types.into_iter().map(|(_, event_type)| event_type).collect();
        let submissions: BTreeSet<EventId> =
            self.head.submissions[..surplus].iter().map(|submitted| submitted.event.clone()).collect();
        self.emit(RecordChange::Forgotten { event_types, submissions });
    }
}
