use std::{future::Future, sync::Arc};

use domain::{
    history::Entry,
    id::{MessageId, RecordKey},
    instant::Instant,
};

use super::PortError;

/// The histories of all records. The only writer is `evaluate`. Entries never change, so they
/// are shared, not copied.
pub trait Histories: Send + Sync {
    /// The newest entry. Sees every append that has returned.
    fn newest(&self, record: &RecordKey) -> impl Future<Output = Result<Option<Arc<Entry>>, PortError>> + Send;

    /// The newest entry, and the one that `message` caused if there is one.
    ///
    /// Sees every append that has returned. The search may stop at entries more than 15 minutes
    /// older than `since`; without it, it goes to the beginning.
    fn look(
        &self,
        record: &RecordKey,
        message: &MessageId,
        since: Option<Instant>,
    ) -> impl Future<Output = Result<Look, PortError>> + Send;

    /// One entry.
    fn entry(&self, record: &RecordKey, seq: u64)
    -> impl Future<Output = Result<Option<Arc<Entry>>, PortError>> + Send;

    /// Appends on condition that `(record, seq)` is free. Once this returns `Done`, the entry
    /// is durable. After an error it may or may not be: look before trying again.
    fn append(&self, entry: &Entry) -> impl Future<Output = Result<Append, PortError>> + Send;

    /// Entries with a seq below `before` (all where absent), newest first.
    fn page(
        &self,
        record: &RecordKey,
        before: Option<u64>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Entry>, PortError>> + Send;
}

/// What a look at a history found.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    pub newest: Option<Arc<Entry>>,
    /// The entry that the message caused when it came before.
    pub own: Option<Arc<Entry>>,
}

impl Look {
    /// What was found, without what `retention:` has deleted: some of it may still wait to be erased.
    pub fn found(newest: Option<Arc<Entry>>, own: Option<Arc<Entry>>) -> Self {
        let first_left = newest.as_ref().map_or(1, |newest| newest.head.first_left());
        Self { newest, own: own.filter(|own| own.seq >= first_left) }
    }
}

/// The outcome of an append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Append {
    Done,
    /// Another entry has this seq. Nothing was written.
    Taken,
}
