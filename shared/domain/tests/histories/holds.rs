//! What must hold after every entry, whatever happened.

use std::{collections::BTreeSet, sync::Arc};

use domain::{
    execution::Waiting,
    follow_up::{FollowUp, follow_ups},
    history::{
        Change, ENTRY_VERSION, EffectChange, Entry, ExecutionChange, Head, OwnerChange, RequestChange, SNAPSHOT_EVERY,
        TaskChange, unfold,
    },
    id::MessageId,
};

/// Checks the newest of these entries of one record.
pub fn holds(entries: &[Entry]) {
    let (entry, earlier) = entries.split_last().unwrap();
    let run = &entries[entries.len().saturating_sub(SNAPSHOT_EVERY as usize)..];
    let snapshot = run.iter().rposition(Entry::is_snapshot).expect("one of so many is a snapshot");
    // Version 1 stored the record after its changes, which this release reads and does not write.
    if run[snapshot].version > 1 {
        assert_eq!(read_back(&run[snapshot..]), run[snapshot..], "an entry reads back what it writes");
    }
    let all = follow_ups(entry);
    assert_eq!(all, follow_ups(entry), "follow-ups are a pure function");
    one_row_for_each_thing(&all);
    fold_agrees(entry, earlier);
    messages_have_names_of_their_own(entry, earlier);
    assignment_numbers_grow(entries);
    nothing_is_begun_twice(entries);
    each_step_is_taken_once(entries);
    requests_are_where_their_executions_stand(entry);
}

/// These entries, which follow each other, as a store gives them back.
pub fn read_back(entries: &[Entry]) -> Vec<Entry> {
    let stored = entries.iter().rev().map(|entry| serde_json::to_string(entry).expect("plain data"));
    let read = stored.map(|stored| serde_json::from_str(&stored).expect("an entry is read")).collect();
    let mut read = unfold(read).expect("a history without gaps");
    read.reverse();
    read
}

/// The stored head is the one before it (empty at first) with the changes folded in; so,
/// entry by entry, it is what all changes folded from nothing give.
fn fold_agrees(entry: &Entry, earlier: &[Entry]) {
    let mut head = earlier.last().map(|before| Head::clone(&before.head)).unwrap_or_default();
    entry.changes.iter().for_each(|change| head.apply(change, entry.seq, entry.at));
    let folded = Entry { head: Arc::new(head), ..entry.clone() };
    let folded = if entry.version < ENTRY_VERSION { folded } else { folded.remembered() };
    assert_eq!(folded.head, entry.head, "the head is the fold of the changes");
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
        Change::Request(RequestChange::Asked { number, .. })
        | Change::Owner(OwnerChange::Assigned { number, request: None, .. }) => Some(*number),
        _ => None,
    };
    let numbers: Vec<u32> = entries.iter().flat_map(|entry| &entry.changes).filter_map(number).collect();
    assert!(numbers.is_sorted_by(|earlier, later| later == &(earlier + 1)), "{numbers:?}");
}

/// No task and no effect has the id of an earlier one: both are named by the step that asks for them.
fn nothing_is_begun_twice(entries: &[Entry]) {
    let id = |change: &Change| match change {
        Change::Task(TaskChange::Created { task }) => Some(task.id.to_string()),
        Change::Effect(EffectChange::Requested { effect, .. }) => Some(effect.to_string()),
        _ => None,
    };
    each_once(entries.iter().flat_map(|entry| &entry.changes).filter_map(id));
}

/// A workflow is a tree: an execution passes each of its steps once, and ends once.
fn each_step_is_taken_once(entries: &[Entry]) {
    let taken = |change: &Change| match change {
        Change::Execution(ExecutionChange::WaitMet { execution, step, .. }) => {
            Some(format!("{execution} {step} is met"))
        }
        Change::Execution(ExecutionChange::WaitMissed { execution, step, .. }) => {
            Some(format!("{execution} {step} is missed"))
        }
        Change::Execution(ExecutionChange::BranchTaken { execution, step, .. }) => {
            Some(format!("{execution} {step} branches"))
        }
        Change::Request(RequestChange::Routed { execution, step, .. }) => Some(format!("{execution} {step} is routed")),
        Change::Execution(ExecutionChange::Ended { execution, .. }) => Some(format!("{execution} ends")),
        // Set waiting once more, by a new owner, it waits under the next generation.
        Change::Execution(ExecutionChange::WaitStarted { execution, step, waiting }) => {
            waiting.timer().map(|(_, generation, _)| format!("{execution} waits at {step} for time {generation}"))
        }
        _ => None,
    };
    each_once(entries.iter().flat_map(|entry| &entry.changes).filter_map(taken));
}

fn each_once(all: impl Iterator<Item = String>) {
    let mut known = BTreeSet::new();
    for one in all {
        assert!(!known.contains(&one), "twice: {one}");
        known.insert(one);
    }
}

/// An execution that waits for an owner stands at a request of its own, or in its branch.
fn requests_are_where_their_executions_stand(entry: &Entry) {
    for open in entry.head.executions.iter().filter(|open| matches!(open.waiting, Waiting::Owner { .. })) {
        let own = entry.head.awaited_requests().filter(|request| request.execution == open.id);
        let around = own.filter(|request| open.stands_in(&request.step)).count();
        assert!(around > 0, "{} waits at {} for an owner whom nobody was asked for", open.id, open.at);
    }
}

fn message_id(follow_up: FollowUp) -> Option<MessageId> {
    match follow_up {
        FollowUp::Evaluate(message) => Some(message.id),
        FollowUp::Assign(message) => Some(message.id),
        FollowUp::Act(message) => Some(message.id),
        FollowUp::Match(_) | FollowUp::Timer(_) | FollowUp::Task(_) | FollowUp::Execution(_) | FollowUp::Erase(_) => {
            None
        }
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
        FollowUp::Erase(erase) => format!("below {}", erase.below),
    };
    let mut keys: Vec<String> = all.iter().map(key).collect();
    let count = keys.len();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), count, "one row or message for each thing: {all:?}");
}
