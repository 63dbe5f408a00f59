//! What `retention:` deletes, decided from what is stored and the playbook in force.

use std::{collections::BTreeSet, sync::Arc};

use crate::{
    history::{Change, ENTRY_VERSION, Entry, Head, KeptChange, RecordChange},
    id::{EventId, ManifestId, MessageId},
    instant::Instant,
    kept::KeptWhy,
    playbook::{Lifetime, Retention},
};

/// What made somebody look, and what holds at the moment.
#[derive(Debug, Clone, Copy)]
pub struct Looking<'a> {
    pub message: &'a MessageId,
    pub manifest: &'a ManifestId,
    pub now: Instant,
}

/// The rule by which a record is to be deleted, as its newest entry shows it; none if it stays.
pub fn due(newest: &Entry, retention: &Retention, now: Instant) -> Option<Lifetime> {
    let rule = retention.closed_records.filter(|rule| rule.ends(newest.at) <= now)?;
    let head = &newest.head;
    // A task may have been raised about a record that was deleted: once it is done, it goes too.
    let is_over = head.closed || head.deletion().is_some_and(|deleted| deleted.seq < newest.seq);
    (is_over && is_nothing_open(head)).then_some(rule)
}

fn is_nothing_open(head: &Head) -> bool {
    head.executions.is_empty()
        && head.tasks.is_empty()
        && head.credits.is_empty()
        && head.awaited_requests().next().is_none()
}

/// The entry that deletes a record: all before it goes, and it keeps the number. None if the record stays.
pub fn delete_record(newest: &Entry, retention: &Retention, looking: Looking<'_>) -> Option<Entry> {
    let rule = due(newest, retention, looking.now)?;
    let entries = newest.seq + 1 - newest.head.first_left();
    let change = Change::Record(RecordChange::Deleted { rule, last: newest.at, entries });
    // The record before it is what is to be forgotten: this is the one entry that does not hold it.
    Some(following(newest, newest.head.left_by_deletion(), change, looking))
}

/// An entry of a history of kept submissions, and what became of the submission that it holds, if it holds one.
#[derive(Debug, Clone)]
pub struct Aside<'a> {
    pub entry: &'a Entry,
    /// What its settlement is found under.
    pub kept: Option<EventId>,
    pub is_settled: bool,
}

/// The entry that deletes the beginning of a history of kept submissions. None if all of it stays.
///
/// `oldest` are its first entries, oldest first. The first that is too young, or waits for a person, stays, and all
/// after it.
pub fn delete_kept(
    newest: &Entry,
    why: KeptWhy,
    oldest: &[Aside<'_>],
    retention: &Retention,
    looking: Looking<'_>,
) -> Option<Entry> {
    let rule = retention.kept_submissions?;
    let waits = |aside: &Aside<'_>| {
        let for_somebody = matches!(why, KeptWhy::Held | KeptWhy::Unmatched | KeptWhy::Conflict);
        for_somebody && aside.kept.is_some() && !aside.is_settled
    };
    let stays = |aside: &Aside<'_>| rule.ends(aside.entry.at) > looking.now || waits(aside);
    let (go, stay) = oldest.split_at(oldest.iter().position(stays).unwrap_or(oldest.len()));
    let submissions = go.iter().filter(|aside| aside.kept.is_some()).count();
    let below = go.last().filter(|_| submissions > 0)?.entry.seq + 1;
    let staying: BTreeSet<&EventId> = stay.iter().filter_map(|aside| aside.kept.as_ref()).collect();
    let going = go.iter().filter_map(|aside| aside.kept.as_ref());
    let needed = going.filter(|kept| staying.contains(kept)).cloned().collect();
    let change = Change::Kept(KeptChange::Deleted { rule, below, submissions: submissions as u64, needed });
    Some(following(newest, Head::clone(&newest.head), change, looking))
}

fn following(newest: &Entry, before: Head, change: Change, looking: Looking<'_>) -> Entry {
    let (seq, at) = (newest.seq + 1, newest.at.max(looking.now));
    let mut head = before.clone();
    head.apply(&change, seq, at);
    Entry {
        version: ENTRY_VERSION,
        record: newest.record.clone(),
        seq,
        at,
        caused_by: looking.message.clone(),
        manifest: looking.manifest.clone(),
        linked: Vec::new(),
        before: Arc::new(before),
        changes: vec![change],
        head: Arc::new(head),
    }
    .remembered()
}
