//! What `retention:` deletes: the entry that says so, and what goes with it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Entry, Head};
use crate::{
    id::{EventId, RecordKey, TaskId},
    instant::Instant,
    playbook::Lifetime,
};

/// That a record was deleted, as its head says it from then on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deleted {
    /// The entry that deleted everything before it. Its number is the first that is left.
    pub seq: u64,
    pub at: Instant,
    /// The time of the last entry before that.
    pub last: Instant,
    /// What `retention: closed_records` was.
    pub rule: Lifetime,
    /// Something came since: it is a record again, which knows nothing of the one before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub came_back: bool,
}

impl Head {
    /// That the record was deleted, where nothing has come since.
    pub fn deletion(&self) -> Option<&Deleted> {
        self.deleted.as_ref().filter(|deleted| !deleted.came_back)
    }

    /// Whether the record was deleted, and nothing has come since.
    pub fn is_deleted(&self) -> bool {
        self.deletion().is_some()
    }

    /// The number of the oldest entry that is left: 1, or that of the latest deletion.
    pub fn first_left(&self) -> u64 {
        self.deleted.as_ref().map_or(1, |deleted| deleted.seq)
    }

    /// What a deletion leaves of a record: nothing of the person, and what ids derive from.
    pub(crate) fn left_by_deletion(&self) -> Self {
        Self { last_number: self.last_number, deleted: self.deleted.clone(), ..Self::default() }
    }

    pub(super) fn delete(&mut self, rule: Lifetime, last: Instant, seq: u64, at: Instant) {
        *self = self.left_by_deletion();
        self.deleted = Some(Deleted { seq, at, last, rule, came_back: false });
    }
}

impl Entry {
    /// Whether there is none before it, or none any more.
    pub fn is_first_left(&self) -> bool {
        self.seq <= self.head.first_left()
    }
}

/// Entries, newest first, down to the oldest that is left: below it, something may still wait to be deleted.
pub fn left(mut newest_first: Vec<Entry>) -> Vec<Entry> {
    if let Some(first) = newest_first.iter().position(Entry::is_first_left) {
        newest_first.truncate(first + 1);
    }
    newest_first
}

/// The beginning of a history that is to be deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erase {
    pub record: RecordKey,
    /// Entries with a smaller number go, and what follows from them.
    pub below: u64,
    /// Open tasks, which stay on the list.
    pub open_tasks: BTreeSet<TaskId>,
    /// Of kept submissions: settlements under which younger ones are kept, too.
    pub needed: BTreeSet<EventId>,
}
