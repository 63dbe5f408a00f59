//! What others find a record by, kept in step with its fields, whatever changed them.

use crate::{
    history::{Head, RecordChange},
    matching,
};

use super::{Input, Turn};

/// Recomputes the record's match keys, and records them if they changed. A new record that only stands in for one that
/// is not known yet gets none.
///
/// They follow from the fields and the playbook. Most entries set no field, and computing keys is a good part of such a
/// decision: then what a new playbook asks for waits for the next event.
pub(super) fn keep(turn: &mut Turn<'_>, before: &Head, input: &Input) {
    let is_event = matches!(input, Input::Event(_) | Input::Update { .. } | Input::LinkedPart { .. });
    if !is_event && turn.head.fields == before.fields {
        return;
    }
    let stands_in = match input {
        Input::LinkedPart { event, .. } => {
            event.linked.iter().any(|linked| linked.stands_in && linked.part.key == turn.record)
        }
        _ => false,
    };
    let (playbook, fields) = (&turn.context.plan.playbook, &turn.head.fields);
    let mut keys = matching::keys(&playbook.schema, &turn.record.kind, fields);
    keys.extend(matching::found_by(playbook, &turn.record, fields));
    let is_new = turn.head.found_by.is_empty();
    if keys != turn.head.found_by && !(stands_in && is_new) {
        turn.emit(RecordChange::FoundBy { keys });
    }
    keep_name(turn, input);
}

/// Its sender was told the name that intake gave it, before anybody knew who it is.
fn keep_name(turn: &mut Turn<'_>, input: &Input) {
    let (Input::Event(event) | Input::Update { event, .. }) = input else { return };
    if let Some(record) = event.instead_of.clone().filter(|_| !turn.changes.is_empty()) {
        turn.emit(RecordChange::AlsoNamed { record });
    }
}
