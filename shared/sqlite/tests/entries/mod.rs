//! Entries that say nothing, for tests of how they are kept.

use std::{collections::BTreeSet, sync::Arc};

use domain::{
    follow_up::Erasure,
    history::{ENTRY_VERSION, Entry},
    id::RecordKey,
    instant::Instant,
};

pub fn record(name: &str) -> RecordKey {
    RecordKey::new("lead", name)
}

pub fn entry(name: &str, seq: u64, caused_by: &str) -> Entry {
    Entry {
        version: ENTRY_VERSION,
        record: record(name),
        seq,
        at: Instant::from_millis(0),
        caused_by: caused_by.into(),
        manifest: "man_1".into(),
        linked: Vec::new(),
        before: Arc::default(),
        changes: Vec::new(),
        head: Arc::default(),
    }
    .remembered()
}

/// Deletes the first entries of a history.
pub fn erasure(name: &str, entries: u64) -> Erasure {
    Erasure {
        record: record(name),
        seqs: (1..=entries).collect(),
        below: entries + 1,
        matches: BTreeSet::new(),
        tasks: BTreeSet::new(),
        executions: BTreeSet::new(),
        effects: BTreeSet::new(),
    }
}
