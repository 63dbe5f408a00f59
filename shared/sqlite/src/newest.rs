//! The newest entries of the records that are at work, kept read, and which messages caused the entries before. And the
//! records that have no entry yet: a new one is asked for several times before its first is written.
//!
//! One process owns a file and every append goes through its store, so what is kept here is
//! never behind an append that has returned. It saves reading the same head again for every message, and searching the
//! history for the message's own entry.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    hash::{DefaultHasher, Hash, Hasher},
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

/// How many causes of one record are kept at least, and how many at most: those between go once they are old.
const CAUSES: std::ops::RangeInclusive<usize> = 64..=16_384;

/// Older causes are asked for only by what was long on its way.
const OLD_MINUTES: i64 = 20;

/// When an entry was written, and by which message.
struct Cause {
    at: Instant,
    /// The hash of the message's id. Another message may have the same one, so the entry itself has to be looked at.
    hash: u64,
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

struct AtWork {
    newest: Arc<Entry>,
    /// Of the newest entry and those before it without a gap, the oldest first; as many as were seen here.
    causes: VecDeque<Cause>,
}

fn hash(message: &MessageId) -> u64 {
    let mut hasher = DefaultHasher::new();
    message.hash(&mut hasher);
    hasher.finish()
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
        causes.push_back(Cause { at: newest.at, hash: hash(&newest.caused_by) });
        let old = newest.at.plus_minutes(-OLD_MINUTES);
        while causes.len() > *CAUSES.start() && (causes.len() > *CAUSES.end() || causes[1].at < old) {
            causes.pop_front();
        }
        Self { newest: Arc::clone(newest), causes }
    }

    /// The number of the first entry whose cause is kept.
    fn first(&self) -> u64 {
        self.newest.seq + 1 - self.causes.len() as u64
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

    /// The entry up to `newest` that a message most likely caused, looked for as far back as `oldest`.
    pub fn own(&self, newest: &Entry, message: &MessageId, oldest: Option<Instant>, view: View) -> Own {
        let (kept, hash) = (self.kept(), hash(message));
        let open = kept.open.get(&newest.record).filter(|_| view == View::Open).and_then(Option::as_ref);
        let mut first = newest.seq + 1;
        for run in open.into_iter().chain(kept.entries.get(&newest.record)) {
            if run.newest.seq + 1 != first {
                break;
            }
            first = run.first();
            if let Some(place) = run.causes.iter().rposition(|cause| cause.hash == hash) {
                return Own::Entry(first + place as u64);
            }
            if run.causes.front().is_some_and(|cause| Some(cause.at) < oldest) {
                return Own::None;
            }
        }
        if first == 1 { Own::None } else { Own::Unknown }
    }

    /// Keeps an entry that the open transaction has written. Units see it; everybody once it is durable.
    pub fn write(&self, entry: &Arc<Entry>) {
        let mut kept = self.kept();
        let before = kept.open.remove(&entry.record).flatten();
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
        let last = *CAUSES.end() as u64 + 1;
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
    fn causes_of_long_ago_go_and_all_that_a_message_may_be_looked_for_stay() {
        let newest = Newest::default();
        let at = |minutes: u64| Instant::from_millis(0).plus_minutes(minutes as i64);
        let caused = |seq: u64| {
            Arc::new(Entry { at: at(seq), caused_by: format!("m{seq}").as_str().into(), ..entry("L1", seq) })
        };
        (1..=100).for_each(|seq| drop(newest.keep(&caused(seq))));
        let own = |message: &str, oldest| newest.own(&caused(100), &message.into(), oldest, View::Durable);
        assert_eq!(own("m37", None), Own::Entry(37));
        assert_eq!(own("m36", None), Own::Unknown);
        assert_eq!(own("m36", Some(at(85))), Own::None);
    }

    #[test]
    fn a_unit_finds_what_is_durable_and_what_is_not_yet() {
        let newest = Newest::default();
        let caused = |seq: u64| Arc::new(Entry { caused_by: format!("m{seq}").as_str().into(), ..entry("L1", seq) });
        (1..=2).for_each(|seq| drop(newest.keep(&caused(seq))));
        (3..=4).for_each(|seq| newest.write(&caused(seq)));
        let own = |message: &str, view| newest.own(&caused(4), &message.into(), None, view);
        for (message, expected) in [("m1", Own::Entry(1)), ("m4", Own::Entry(4)), ("m5", Own::None)] {
            assert_eq!(own(message, View::Open), expected, "{message}");
        }
        assert_eq!(own("m4", View::Durable), Own::Unknown);
        let other = Newest::default();
        other.write(&caused(3));
        assert_eq!(
            other.own(&caused(3), &"m1".into(), None, View::Open),
            Own::Unknown,
            "what came before was not seen"
        );
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
