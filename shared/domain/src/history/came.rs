//! The latest events of a record, by the messages that brought them: one that comes again finds its entry without a
//! search, however long the history is.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Change, Entry, Head};
use crate::id::MessageId;

/// How many a head remembers.
const REMEMBERED: usize = 32;

/// Which events came last.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Came {
    /// The oldest first.
    latest: Vec<(MessageId, u64)>,
    /// Every event since the record's first entry has been remembered. Not where an earlier release wrote the beginning.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_all: bool,
}

/// What is remembered of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recall {
    /// It came, and this entry tells of it.
    Entry(u64),
    /// It did not come.
    Never,
    /// It is not among the latest. It may have come before them.
    NotLately,
    /// An earlier release wrote the beginning of the history, and remembered nothing.
    Unknown,
}

impl Came {
    pub(super) fn is_empty(&self) -> bool {
        self.latest.is_empty() && !self.is_all
    }
}

impl Head {
    /// Whether the event that this message brings came before.
    pub fn recall(&self, message: &MessageId) -> Recall {
        let Came { latest, is_all } = &self.came;
        match latest.iter().rev().find(|(came, _)| came == message) {
            Some((_, seq)) => Recall::Entry(*seq),
            None if latest.len() == REMEMBERED => Recall::NotLately,
            None if *is_all => Recall::Never,
            None => Recall::Unknown,
        }
    }

    /// Remembers by which message its entry came: the last step in folding an entry in.
    pub(super) fn remember_message<'c>(
        &mut self,
        caused_by: &MessageId,
        seq: u64,
        changes: impl IntoIterator<Item = &'c Change>,
    ) {
        self.came.is_all |= seq <= self.first_left();
        if changes.into_iter().any(|change| matches!(change, Change::Event(_))) {
            let surplus = (self.came.latest.len() + 1).saturating_sub(REMEMBERED);
            self.came.latest.drain(..surplus);
            self.came.latest.push((caused_by.clone(), seq));
        }
    }
}

impl Entry {
    /// The same, remembered by the message that caused it: the last step in making an entry.
    #[must_use]
    pub fn remembered(mut self) -> Self {
        Arc::make_mut(&mut self.head).remember_message(&self.caused_by, self.seq, &self.changes);
        self
    }
}
