//! Which entries store the record before them, and reading those that do not.
//!
//! ```text
//! seq        1   2   3   4   5   6   7   8   9   10
//! stored     s   ·   ·   ·   ·   ·   ·   ·   s   ·        s: with the record before it
//! reading 6  s ← · ← · ← · ← · ← 6           folded forward from the nearest snapshot
//! ```
//! The record before an entry is most of its size once a record has lived a while, and every write is paid by size.

use std::sync::Arc;

use super::{Change, Entry, Head, OtherVersion, RecordChange, Stored};

/// Every entry of this many stores the record before it, so this many are read at most to know a record.
pub const SNAPSHOT_EVERY: u64 = 8;

/// How many entries to read to know the record at one of them: that one, and those before it down to a snapshot.
pub fn entries_to_read(seq: u64) -> u64 {
    seq.saturating_sub(1) % SNAPSHOT_EVERY + 1
}

/// The first version in which an entry may leave out the record before it.
const LEAVES_OUT: u8 = 7;

impl Entry {
    /// Whether it stores the record before it, and so is read without the entries before it.
    pub fn is_snapshot(&self) -> bool {
        self.version < LEAVES_OUT
            || entries_to_read(self.seq) == 1
            // What was before it goes.
            || self.is_first_left()
            // Histories of kept submissions and of what has been done have no record to speak of.
            || (self.before.fields.is_empty() && self.before.executions.is_empty())
    }

    /// The record before it, where that is stored: not where there is none before the first entry.
    pub(super) fn stored_before(&self) -> Option<&Head> {
        let may_be_nothing = self.seq == 1 || self.version < LEAVES_OUT;
        let is_nothing = may_be_nothing && *self.before == Head::default();
        (self.is_snapshot() && !is_nothing).then_some(&*self.before)
    }
}

impl Stored {
    /// Whether it is read without the entries before it.
    pub fn stands_alone(&self) -> bool {
        self.version < LEAVES_OUT || self.seq == 1 || self.before.is_some()
    }

    /// Whether it deletes everything before it: some of that may still lie there.
    fn deletes_all_before(&self) -> bool {
        self.changes().any(|change| matches!(change, Change::Record(RecordChange::Deleted { .. })))
    }
}

/// Why stored entries are no history that this release can read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error(transparent)]
    Version(#[from] OtherVersion),
    #[error("entry {seq} of {record} goes on from entry {}, which is missing", seq - 1)]
    Gap { record: String, seq: u64 },
}

/// Entries of one history as they lie in a row, newest first, down to one that stands alone. What lies before a
/// deletion is left out.
///
/// # Errors
/// If a newer release wrote one of them, or one is missing.
pub fn unfold(newest_first: Vec<Stored>) -> Result<Vec<Entry>, Unreadable> {
    let mut before = None;
    let oldest_first = left(newest_first).into_iter().rev();
    let mut entries: Vec<Entry> = oldest_first.map(|stored| follow(stored, &mut before)).collect::<Result<_, _>>()?;
    entries.reverse();
    Ok(entries)
}

/// The newest of such entries: those that it goes on from are folded, and not made.
///
/// # Errors
/// As [`unfold`].
pub fn unfold_newest(newest_first: Vec<Stored>) -> Result<Option<Entry>, Unreadable> {
    let mut newest_first = left(newest_first).into_iter();
    let Some(newest) = newest_first.next() else { return Ok(None) };
    let mut before: Option<(u64, Arc<Head>)> = None;
    for stored in newest_first.rev() {
        let seq = stored.seq;
        let head = match before.take() {
            Some((last, head)) if last + 1 == seq && !stored.stands_alone() => stored.fold(head)?,
            _ => follow(stored, &mut None)?.head,
        };
        before = Some((seq, head));
    }
    follow(newest, &mut before).map(Some)
}

/// Without what lies before a deletion.
fn left(mut newest_first: Vec<Stored>) -> Vec<Stored> {
    if let Some(deletion) = newest_first.iter().position(Stored::deletes_all_before) {
        newest_first.truncate(deletion + 1);
    }
    newest_first
}

/// The first entries that are left of a history that is being deleted, oldest first: the snapshot that they go on from
/// may be deleted already. They are folded from nothing then. What goes with them is named in their changes.
///
/// # Errors
/// If a newer release wrote one of them, or one is missing among them.
pub fn unfold_what_is_left(oldest_first: Vec<Stored>) -> Result<Vec<Entry>, Unreadable> {
    let first = oldest_first.first().map_or(1, |first| first.seq);
    let mut before = Some((first - 1, Arc::default()));
    oldest_first.into_iter().map(|stored| follow(stored, &mut before)).collect()
}

/// The entry that follows what was `before`: the number of the entry before it, and the record after that.
fn follow(stored: Stored, before: &mut Option<(u64, Arc<Head>)>) -> Result<Entry, Unreadable> {
    let gap = Unreadable::Gap { record: stored.record.logged(), seq: stored.seq };
    let known = before.take().filter(|(seq, _)| seq + 1 == stored.seq).map(|(_, head)| head);
    let entry = match known {
        Some(head) if !stored.stands_alone() => stored.after(head)?,
        _ => stored.alone()?.ok_or(gap)?,
    };
    *before = Some((entry.seq, Arc::clone(&entry.head)));
    Ok(entry)
}
