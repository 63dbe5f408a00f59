//! Looking back through a history, and saying how far it went.
//!
//! One request costs a bounded number of reads. What lies further back was not seen, and nothing
//! is concluded about it: the answer gives a cursor with which the caller looks on.

use domain::{
    history::{Entry, left},
    id::RecordKey,
};
use engine::ports::Histories;

use crate::answer::Failure;

/// Entries read at a time.
const PAGE: usize = 100;

/// A walk from the newest entry to the first, or until it has read as many as one request may.
pub(crate) struct Lookback<'a, P> {
    ports: &'a P,
    record: &'a RecordKey,
    before: Option<u64>,
    left: usize,
    is_at_the_first: bool,
}

impl<'a, P: Histories> Lookback<'a, P> {
    /// Begins with the entry below `before`, with the newest where that is absent.
    pub(crate) fn new(ports: &'a P, record: &'a RecordKey, before: Option<u64>, most: usize) -> Self {
        Self { ports, record, before, left: most, is_at_the_first: before.is_some_and(|before| before <= 1) }
    }

    /// The next entries, newest first. Empty once the first was seen, or as many as are allowed.
    pub(crate) async fn next(&mut self) -> Result<Vec<Entry>, Failure> {
        let wanted = self.left.min(PAGE);
        if wanted == 0 || self.is_at_the_first {
            return Ok(Vec::new());
        }
        let entries = left(self.ports.page(self.record, self.before, wanted).await?);
        self.left -= entries.len();
        self.before = entries.last().map(|oldest| oldest.seq).or(self.before);
        self.is_at_the_first = entries.last().is_none_or(Entry::is_first_left);
        Ok(entries)
    }

    /// The seq below which nothing was seen; none where everything was.
    pub(crate) fn unseen_below(&self) -> Option<u64> {
        if self.is_at_the_first { None } else { self.before }
    }
}
