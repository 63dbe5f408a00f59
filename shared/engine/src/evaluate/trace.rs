//! The entry that a message left when it came before: its own.

use std::sync::Arc;

use domain::{
    event::Event,
    history::{Entry, Head, Recall},
    id::{MessageId, RecordKey, SubmissionId},
    instant::Instant,
    matching::{self, MOST},
};

use super::clock;
use crate::ports::{Clock, Histories, Look, Matches, PortError};

/// By what a message's own entry is looked for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Trace {
    /// It was sent then, so its entry is not older by more than two clocks differ. Without it, the whole history is
    /// searched: only for histories that stay short, and for what a wrong clock sent.
    Since(Option<Instant>),
    /// It brings an event, and heads remember the latest of them. A provider may repeat one days later.
    Event { accepted_at: Instant },
}

impl Trace {
    pub(super) fn of(event: &Event) -> Self {
        Self::Event { accepted_at: event.accepted_at }
    }

    /// From when on its own entry, and those of messages that were sent with it, can be found.
    pub(super) fn since(self, now: Instant) -> Option<Instant> {
        match self {
            Self::Since(since) => since,
            Self::Event { accepted_at } => clock::since(accepted_at, now),
        }
    }
}

impl From<Option<Instant>> for Trace {
    fn from(since: Option<Instant>) -> Self {
        Self::Since(since)
    }
}

/// The newest entry of a record, and the one that the message left.
///
/// Of an event that came before the latest ones, only an entry about as old as its acceptance is found: repeated later
/// than that, it counts as new.
pub(super) async fn look(
    ports: &(impl Histories + Clock),
    record: &RecordKey,
    message: &MessageId,
    trace: Trace,
) -> Result<Look, PortError> {
    if let Trace::Since(since) = trace {
        return ports.look(record, message, since).await;
    }
    let Some(newest) = ports.newest(record).await? else { return Ok(Look::found(None, None)) };
    match newest.head.recall(message) {
        Recall::Never => Ok(Look::found(Some(newest), None)),
        Recall::Entry(seq) => {
            let own = if seq == newest.seq { Some(Arc::clone(&newest)) } else { entry(ports, record, seq).await? };
            Ok(Look::found(Some(newest), own))
        }
        Recall::NotLately => ports.look(record, message, trace.since(ports.now())).await,
        Recall::Unknown => ports.look(record, message, None).await,
    }
}

/// The entry that the first content of a submission left in a record, however long ago.
pub(super) async fn first_of(
    ports: &(impl Histories + Matches),
    record: &RecordKey,
    head: &Head,
    submission: &SubmissionId,
) -> Result<Option<Arc<Entry>>, PortError> {
    let name = MessageId::new(submission.as_str());
    match head.recall(&name) {
        Recall::Never => Ok(None),
        Recall::Entry(seq) => entry(ports, record, seq).await,
        Recall::NotLately => {
            let rows = ports.matches(&matching::submission_key(submission), MOST).await?;
            let Some(row) = rows.into_iter().find(|row| row.record == *record) else { return Ok(None) };
            let filled = entry(ports, record, row.seq).await?;
            Ok(filled.filter(|filled| filled.caused_by == name))
        }
        Recall::Unknown => Ok(ports.look(record, &name, None).await?.own),
    }
}

/// One entry, as a page of one: what `evaluate` may do with histories is query and append.
pub(super) async fn entry(
    ports: &impl Histories,
    record: &RecordKey,
    seq: u64,
) -> Result<Option<Arc<Entry>>, PortError> {
    Ok(ports.page(record, Some(seq + 1), 1).await?.pop().filter(|entry| entry.seq == seq).map(Arc::new))
}
