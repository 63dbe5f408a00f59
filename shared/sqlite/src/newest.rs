//! The newest entries of the records that are at work, kept read, and which messages caused the entries before. And the
//! records that have no entry yet: a new one is asked for several times before its first is written.
//!
//! One process owns a file and every append goes through its store, so what is kept here is
//! never behind an append that has returned. It saves reading the same head again for every message, and searching the
//! history for the message's own entry.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::{
    history::Entry,
    id::{MessageId, RecordKey},
    instant::Instant,
};

/// How many are kept; the one that has been kept longest goes first.
const KEPT: usize = 1536;

#[derive(Default)]
pub(crate) struct Newest(Mutex<Kept>);

/// How many causes of one record are kept.
const CAUSES: usize = 64;

/// When an entry was written, and by which message.
#[derive(Clone)]
struct Cause {
    at: Instant,
    message: MessageId,
}

#[derive(Default)]
struct Kept {
    entries: HashMap<RecordKey, AtWork>,
    order: VecDeque<RecordKey>,
    without: HashSet<RecordKey>,
    /// What the open transaction has written; none where part of it was taken back, and only the file can say.
    open: HashMap<RecordKey, Option<AtWork>>,
    /// How often an entry was kept, or forgotten, of a record that had none here. What the file said before the last of
    /// them may be old.
    begun: u64,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    /// Anybody: sees what is durable.
    Durable,
    /// A unit inside of the open transaction: sees what that has written as well.
    Open,
}

/// The newest entry of a record, as far as it is known.
#[derive(Debug)]
pub(crate) enum Known {
    Entry(Arc<Entry>),
    NoEntry,
    /// The file has to be asked.
    Unknown(Asked),
}

/// Entries that are kept no more. To drop them takes longer than to displace them: that is not for the writer's thread,
/// which everybody waits for, to do.
#[derive(Default)]
pub(crate) struct Displaced(#[expect(dead_code, reason = "held to be dropped")] [Option<Arc<Entry>>; 2]);

/// When the file was asked.
#[derive(Debug)]
pub(crate) struct Asked(u64);

impl Asked {
    /// What the file answers now may not last.
    const IN_VAIN: Self = Self(u64::MAX);
}

#[derive(Clone)]
struct AtWork {
    newest: Arc<Entry>,
    /// Of the newest entry and those before it without a gap, the oldest first; as many as were seen here.
    causes: VecDeque<Cause>,
}

impl Kept {
    fn seen(&self, record: &RecordKey, view: View) -> Option<&AtWork> {
        match self.open.get(record).filter(|_| view == View::Open) {
            Some(open) => open.as_ref(),
            None => self.entries.get(record),
        }
    }

    /// The record has an entry, or may have one.
    fn begins(&mut self, record: &RecordKey) {
        self.without.remove(record);
        self.begun += 1;
    }
}

impl AtWork {
    fn new(newest: &Arc<Entry>, before: Option<Self>) -> Self {
        let follows = |before: &Self| before.newest.seq + 1 == newest.seq;
        let mut causes = before.filter(follows).map(|before| before.causes).unwrap_or_default();
        if causes.len() == CAUSES {
            causes.pop_front();
        }
        causes.push_back(Cause { at: newest.at, message: newest.caused_by.clone() });
        Self { newest: Arc::clone(newest), causes }
    }
}

/// What is known of a message's own entry without looking into the file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Own {
    Entry(u64),
    None,
    Unknown,
}

impl Newest {
    pub fn of(&self, record: &RecordKey, view: View) -> Known {
        let kept = self.kept();
        if view == View::Open && matches!(kept.open.get(record), Some(None)) {
            return Known::Unknown(Asked::IN_VAIN);
        }
        match kept.seen(record, view) {
            Some(at_work) => Known::Entry(Arc::clone(&at_work.newest)),
            None if kept.without.contains(record) => Known::NoEntry,
            None => Known::Unknown(Asked(kept.begun)),
        }
    }

    /// Keeps that the file had no entry of a record when it was asked, unless one may have been written since.
    pub fn keep_without(&self, record: &RecordKey, asked: &Asked) {
        let mut kept = self.kept();
        if kept.begun != asked.0 {
            return;
        }
        if kept.without.len() == KEPT {
            kept.without.clear();
        }
        kept.without.insert(record.clone());
    }

    /// The entry up to `newest` that a message caused, looked for as far back as `oldest`.
    pub fn own(&self, newest: &Entry, message: &MessageId, oldest: Option<Instant>, view: View) -> Own {
        let kept = self.kept();
        let at_work = kept.seen(&newest.record, view).filter(|at_work| at_work.newest.seq == newest.seq);
        let Some(AtWork { causes, .. }) = at_work else { return Own::Unknown };
        let first = newest.seq + 1 - causes.len() as u64;
        match causes.iter().position(|cause| cause.message == *message) {
            Some(place) => Own::Entry(first + place as u64),
            None if first == 1 || causes.front().is_some_and(|cause| Some(cause.at) < oldest) => Own::None,
            None => Own::Unknown,
        }
    }

    /// Keeps an entry that the open transaction has written. Units see it; everybody once it is durable.
    pub fn write(&self, entry: &Arc<Entry>) {
        let mut kept = self.kept();
        let before = match kept.open.remove(&entry.record) {
            Some(before) => before,
            None => kept.entries.get(&entry.record).cloned(),
        };
        kept.open.insert(entry.record.clone(), Some(AtWork::new(entry, before)));
    }

    /// An entry of the open transaction was taken back, and the transaction goes on.
    pub fn take_back(&self, record: &RecordKey) {
        self.kept().open.insert(record.clone(), None);
    }

    /// Keeps an entry that is durable, unless a newer one is kept already. Returns those that it displaces.
    pub fn keep(&self, entry: &Arc<Entry>) -> Displaced {
        let mut kept = self.kept();
        match kept.open.get(&entry.record) {
            // It may be of what was taken back.
            Some(None) => return Displaced::default(),
            Some(Some(open)) if open.newest.seq <= entry.seq => drop(kept.open.remove(&entry.record)),
            _ => {}
        }
        if kept.entries.get(&entry.record).is_some_and(|newer| newer.newest.seq >= entry.seq) {
            return Displaced::default();
        }
        let record = entry.record.clone();
        let before = kept.entries.remove(&record);
        if before.is_none() {
            kept.begins(&record);
            kept.order.push_back(record.clone());
        }
        let earlier = before.as_ref().map(|before| Arc::clone(&before.newest));
        kept.entries.insert(record, AtWork::new(entry, before));
        let is_full = kept.order.len() > KEPT;
        let oldest = is_full.then(|| kept.order.pop_front()).flatten();
        let crowded_out = oldest.and_then(|oldest| kept.entries.remove(&oldest)).map(|at_work| at_work.newest);
        Displaced([earlier, crowded_out])
    }

    /// Lets the file say again which is the newest.
    pub fn forget(&self, record: &RecordKey) {
        let mut kept = self.kept();
        kept.begins(record);
        kept.open.remove(record);
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

    /// The number of a record's newest entry, if that is kept.
    fn kept(newest: &Newest, record: &str) -> Option<u64> {
        match newest.of(&RecordKey::new("lead", record), View::Durable) {
            Known::Entry(entry) => Some(entry.seq),
            Known::NoEntry | Known::Unknown(_) => None,
        }
    }

    #[test]
    fn an_older_entry_never_replaces_a_newer_one() {
        let newest = Newest::default();
        drop(newest.keep(&Arc::new(entry("L1", 2))));
        drop(newest.keep(&Arc::new(entry("L1", 1))));
        assert_eq!(kept(&newest, "L1"), Some(2));
    }

    #[test]
    fn that_there_is_no_entry_is_kept_until_there_may_be_one() {
        let (newest, record) = (Newest::default(), RecordKey::new("lead", "L1"));
        let ask = || match newest.of(&record, View::Durable) {
            Known::Unknown(asked) => asked,
            known => panic!("{known:?}"),
        };
        newest.keep_without(&record, &ask());
        assert!(matches!(newest.of(&record, View::Durable), Known::NoEntry));
        drop(newest.keep(&Arc::new(entry("L1", 1))));
        assert_eq!(kept(&newest, "L1"), Some(1));
        newest.forget(&record);
        let asked = ask();
        // Written, and crowded out again, while the file was being read.
        drop(newest.keep(&Arc::new(entry("L1", 1))));
        newest.forget(&record);
        newest.keep_without(&record, &asked);
        ask();
    }

    #[test]
    fn of_only_so_many_it_is_kept_that_they_have_no_entry() {
        let newest = Newest::default();
        for n in 0..=KEPT {
            newest.keep_without(&RecordKey::new("lead", format!("L{n}")), &Asked(0));
        }
        assert_eq!(newest.kept().without.len(), 1);
    }

    #[test]
    fn a_messages_own_entry_is_known_as_far_back_as_entries_were_seen() {
        let caused = |seq: u64| {
            let at = Instant::from_millis(seq as i64);
            Arc::new(Entry { at, caused_by: format!("m{seq}").as_str().into(), ..entry("L1", seq) })
        };
        let seen = |seqs: &mut dyn Iterator<Item = u64>| {
            let newest = Newest::default();
            seqs.for_each(|seq| drop(newest.keep(&caused(seq))));
            newest
        };
        let at = |millis| Some(Instant::from_millis(millis));
        let last = CAUSES as u64 + 1;
        for (seqs, newest, message, oldest, own) in [
            (1..=3, 3, "m1", None, Own::Entry(1)),
            (1..=3, 3, "m3", None, Own::Entry(3)),
            (1..=3, 3, "m4", None, Own::None),
            // Another entry is the newest by now.
            (1..=3, 2, "m1", None, Own::Unknown),
            // The first were not seen.
            (5..=7, 7, "m6", None, Own::Entry(6)),
            (5..=7, 7, "m1", None, Own::Unknown),
            (5..=7, 7, "m1", at(5), Own::Unknown),
            (5..=7, 7, "m1", at(6), Own::None),
            // Only the latest are kept.
            (1..=last, last, "m2", None, Own::Entry(2)),
            (1..=last, last, "m1", None, Own::Unknown),
            (1..=last, last, "m1", at(3), Own::None),
        ] {
            let known = seen(&mut seqs.clone()).own(&caused(newest), &message.into(), oldest, View::Durable);
            assert_eq!(known, own, "{message} of {seqs:?} since {oldest:?}");
        }
        let newest = seen(&mut [1, 2, 5].into_iter());
        assert_eq!(newest.own(&caused(5), &"m1".into(), None, View::Durable), Own::Unknown, "one between was not seen");
    }

    #[test]
    fn only_so_many_are_kept() {
        let newest = Newest::default();
        for n in 0..=KEPT {
            drop(newest.keep(&Arc::new(entry(&format!("L{n}"), 1))));
        }
        assert_eq!(kept(&newest, "L0"), None);
        assert_eq!(kept(&newest, &format!("L{KEPT}")), Some(1));
    }
}
