//! What must hold after every entry, whatever happened.

use std::collections::BTreeSet;

use domain::{
    history::{Change, Entry, FollowUp, Head, follow_ups},
    id::MessageId,
};

/// Checks the newest of these entries of one record.
pub fn holds(entries: &[Entry]) {
    let (entry, earlier) = entries.split_last().unwrap();
    let json = serde_json::to_string(entry).unwrap();
    assert_eq!(serde_json::from_str::<Entry>(&json).unwrap(), *entry, "an entry reads back what it writes");
    let all = follow_ups(entry);
    assert_eq!(all, follow_ups(entry), "follow-ups are a pure function");
    one_row_for_each_thing(&all);
    fold_agrees(entry, earlier);
    messages_have_names_of_their_own(entry, earlier);
    assignment_numbers_grow(entries);
}

/// The stored head is the one before it (empty at first) with the changes folded in; so,
/// entry by entry, it is what all changes folded from nothing give.
fn fold_agrees(entry: &Entry, earlier: &[Entry]) {
    let mut head = earlier.last().map(|before| Head::clone(&before.head)).unwrap_or_default();
    entry.changes.iter().for_each(|change| head.apply(change, entry.seq, entry.at));
    assert_eq!(head, *entry.head, "the head is the fold of the changes");
}

/// No message has the name of one that an earlier entry sent: it would be taken for a repeat.
fn messages_have_names_of_their_own(entry: &Entry, earlier: &[Entry]) {
    let known: BTreeSet<MessageId> = earlier.iter().flat_map(follow_ups).filter_map(message_id).collect();
    let again: Vec<MessageId> = follow_ups(entry).into_iter().filter_map(message_id).collect();
    assert!(again.iter().all(|id| !known.contains(id)), "entry {} sends again: {again:?}", entry.seq);
}

/// Every request, and every owner that no request brought, has the record's next number.
fn assignment_numbers_grow(entries: &[Entry]) {
    let number = |change: &Change| match change {
        Change::OwnerRequested { number, .. } | Change::OwnerAssigned { number, request: None, .. } => Some(*number),
        _ => None,
    };
    let numbers: Vec<u32> = entries.iter().flat_map(|entry| &entry.changes).filter_map(number).collect();
    assert!(numbers.is_sorted_by(|earlier, later| later == &(earlier + 1)), "{numbers:?}");
}

fn message_id(follow_up: FollowUp) -> Option<MessageId> {
    match follow_up {
        FollowUp::Evaluate(message) => Some(message.id),
        FollowUp::Assign(message) => Some(message.id),
        FollowUp::Act(message) => Some(message.id),
        FollowUp::Match(_) | FollowUp::Timer(_) | FollowUp::Task(_) | FollowUp::Execution(_) => None,
    }
}

fn one_row_for_each_thing(all: &[FollowUp]) {
    let key = |follow_up: &FollowUp| match follow_up {
        FollowUp::Match(row) => row.key.to_string(),
        FollowUp::Timer(row) => format!("{}#{}", row.timer, row.generation),
        FollowUp::Task(row) => row.task.id.to_string(),
        FollowUp::Execution(row) => row.execution.to_string(),
        FollowUp::Evaluate(message) => message.id.to_string(),
        FollowUp::Assign(message) => message.id.to_string(),
        FollowUp::Act(message) => message.id.to_string(),
    };
    let mut keys: Vec<String> = all.iter().map(key).collect();
    let count = keys.len();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), count, "one row or message for each thing: {all:?}");
}
