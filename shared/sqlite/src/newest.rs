//! The newest entries of the records that are at work, kept read.
//!
//! One process owns a file and every append goes through its store, so what is kept here is
//! never behind an append that has returned. It saves reading the same head again for every message.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::{history::Entry, id::RecordKey};

/// How many are kept; the one that has been kept longest goes first.
const KEPT: usize = 1536;

#[derive(Default)]
pub(crate) struct Newest(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    entries: HashMap<RecordKey, Arc<Entry>>,
    order: VecDeque<RecordKey>,
}

impl Newest {
    pub fn of(&self, record: &RecordKey) -> Option<Arc<Entry>> {
        self.kept().entries.get(record).cloned()
    }

    /// Keeps an entry that is durable, unless a newer one is kept already.
    pub fn keep(&self, entry: &Arc<Entry>) {
        let mut kept = self.kept();
        if kept.entries.get(&entry.record).is_some_and(|newer| newer.seq >= entry.seq) {
            return;
        }
        let record = entry.record.clone();
        if kept.entries.insert(record.clone(), Arc::clone(entry)).is_none() {
            kept.order.push_back(record);
        }
        if kept.order.len() > KEPT
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.entries.remove(&oldest);
        }
    }

    /// Lets the file say again which is the newest.
    pub fn forget(&self, record: &RecordKey) {
        let mut kept = self.kept();
        if kept.entries.remove(record).is_some() {
            kept.order.retain(|kept| kept != record);
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use domain::instant::Instant;

    use super::*;

    fn entry(record: &str, seq: u64) -> Entry {
        Entry {
            version: domain::history::ENTRY_VERSION,
            record: RecordKey::new("lead", record),
            seq,
            at: Instant::from_millis(0),
            caused_by: "m".into(),
            manifest: "man_1".into(),
            linked: Vec::new(),
            before: Arc::default(),
            changes: Vec::new(),
            head: Arc::default(),
        }
    }

    #[test]
    fn an_older_entry_never_replaces_a_newer_one() {
        let newest = Newest::default();
        newest.keep(&Arc::new(entry("L1", 2)));
        newest.keep(&Arc::new(entry("L1", 1)));
        assert_eq!(newest.of(&RecordKey::new("lead", "L1")).map(|entry| entry.seq), Some(2));
    }

    #[test]
    fn only_so_many_are_kept() {
        let newest = Newest::default();
        for n in 0..=KEPT {
            newest.keep(&Arc::new(entry(&format!("L{n}"), 1)));
        }
        assert_eq!(newest.of(&RecordKey::new("lead", "L0")), None);
        assert!(newest.of(&RecordKey::new("lead", format!("L{KEPT}"))).is_some());
    }
}
