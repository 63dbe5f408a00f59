//! What `retention:` needs of a store.

use std::{future::Future, sync::Arc};

use domain::{follow_up::Erasure, history::Entry, id::RecordKey, instant::Instant, playbook::Retention};
use serde::{Deserialize, Serialize};

use super::{Cursor, Page, PortError};

/// Deleting the beginning of a history. The only one who does is `evaluate`.
pub trait Erase: Send + Sync {
    /// The first entries that are left of a history, oldest first, at most so many. Sees every append that has
    /// returned. Where the beginning is deleted already, their heads may lack what it said.
    fn oldest(
        &self,
        record: &RecordKey,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Arc<Entry>>, PortError>> + Send;

    /// Deletes entries and what follows from them, the entries last: whatever happens on the way, they are there
    /// to be asked again for the rows that go with them. Repeating it changes nothing. Rows of later entries stay.
    fn erase(&self, erasure: &Erasure) -> impl Future<Output = Result<(), PortError>> + Send;
}

/// Going through everything that is stored, in small steps. The only one who does is `escalate`.
pub trait Walk: Send + Sync {
    /// The newest entries of histories, from a place on and in the store's own order, and the place behind each.
    /// About so many. Without a `next`, it was the end.
    ///
    /// What is shown may be behind, and a history may come twice: look again before acting on it. A history that is
    /// not changed meanwhile comes at least once.
    fn walk(
        &self,
        from: Option<&Cursor>,
        limit: usize,
    ) -> impl Future<Output = Result<Page<(Arc<Entry>, Cursor)>, PortError>> + Send;

    /// Deletes settled effects that were written at this moment or before, at most so many; how many it were. A store
    /// that lets them go by themselves does nothing.
    fn forget_effects(&self, written_by: Instant, most: usize)
    -> impl Future<Output = Result<usize, PortError>> + Send;

    /// None before the first round.
    fn rounds(&self) -> impl Future<Output = Result<Option<Rounds>, PortError>> + Send;

    fn set_rounds(&self, rounds: &Rounds) -> impl Future<Output = Result<(), PortError>> + Send;
}

/// How far the search for what may be deleted has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rounds {
    /// The latest round, under way until it says when it ended.
    pub latest: Round,
    /// The one before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Round>,
    /// Where the latest goes on among the histories; at the beginning where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Cursor>,
    /// The latest has been through the histories.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_walked: bool,
}

/// One time through everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    pub began_at: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Instant>,
    /// What it goes by.
    pub rule: Retention,
    /// It deletes nothing: its rule is new, or the clock has leapt.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub only_counts: bool,
    /// Histories that were looked at.
    pub looked_at: u64,
    /// Records that were found to be due; unless it only counts, `evaluate` was told to delete them.
    pub records: u64,
    /// Effects that were deleted here; where the store lets them go by itself, they are not counted.
    pub effects: u64,
}
