//! One history per record: everything that can race about a record races on this list.
//!
//! An entry is appended on condition that its `seq` is free, which is lock, log and
//! dedupe in one write. The newest entry carries the folded head.

mod change;
mod follow_up;
mod head;
mod rows;

use serde::{Deserialize, Serialize};

pub use change::{Change, EndedHow, NotStartedWhy, WithdrawnWhy};
pub(crate) use follow_up::has_follow_up;
pub use follow_up::{FollowUp, MAX_FOLLOW_UPS, follow_ups, request_timer};
pub use head::{Head, Owner, Request, RequestKind, RequestState, Seen, Submitted};
pub use rows::{ExecutionRow, ExecutionState, TaskRow, TaskState, TimerRow};

use crate::{
    id::{ManifestId, MessageId, RecordKey},
    instant::Instant,
};

/// The version of the entry format that this release writes.
pub const ENTRY_VERSION: u8 = 1;

/// One entry of a record's history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    #[serde(rename = "v")]
    pub version: u8,
    pub record: RecordKey,
    /// 1 for the first entry, then without gaps.
    pub seq: u64,
    /// When it was decided. Never before the entry before it.
    pub at: Instant,
    /// The message that caused it: a redelivery finds its own entry by this.
    pub caused_by: MessageId,
    /// The playbook that was active at the decision.
    pub manifest: ManifestId,
    /// Linked records that the decision read, at which entry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub linked: Vec<LinkedSeq>,
    pub changes: Vec<Change>,
    /// The record after these changes.
    pub head: Head,
}

/// A linked record as the decision saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedSeq {
    pub link: String,
    pub record: RecordKey,
    pub seq: u64,
}
