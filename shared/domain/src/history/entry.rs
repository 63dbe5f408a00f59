use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};

use super::{Change, Head};
use crate::{
    id::{ManifestId, MessageId, RecordKey},
    instant::Instant,
};

/// One entry of a record's history.
///
/// Stored are the changes, and in a [snapshot](Entry::is_snapshot) the record before them. The record after them is
/// never stored: it is folded when the entry is read ([`unfold`](super::unfold)), so nothing is said twice. The price:
/// how a change folds is part of the format. A change that is stored already must go on folding to the same record,
/// unless the version is raised.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub version: u8,
    pub record: RecordKey,
    /// 1 for the first entry, then without gaps.
    pub seq: u64,
    /// When it was decided. Never before the entry before it, unless this one says that the clock was set back.
    pub at: Instant,
    /// The message that caused it: a redelivery finds its own entry by this.
    pub caused_by: MessageId,
    /// The playbook that was active at the decision.
    pub manifest: ManifestId,
    /// Linked records that the decision read, at which entry: so it can be recomputed from what it saw. An event
    /// writes them before this record.
    pub linked: Vec<LinkedSeq>,
    /// The record before these changes: the head of the entry before.
    pub before: Arc<Head>,
    pub changes: Vec<Change>,
    /// The record after these changes: `before` with them folded in.
    pub head: Arc<Head>,
}

/// A linked record as the decision saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedSeq {
    pub link: String,
    pub record: RecordKey,
    pub seq: u64,
}

/// As a store keeps it; read again as [`Stored`](super::Stored).
impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Written<'e> {
            v: u8,
            record: &'e RecordKey,
            seq: u64,
            at: Instant,
            caused_by: &'e MessageId,
            manifest: &'e ManifestId,
            #[serde(skip_serializing_if = "<[_]>::is_empty")]
            linked: &'e [LinkedSeq],
            #[serde(skip_serializing_if = "Option::is_none")]
            before: Option<&'e Head>,
            changes: &'e [Change],
        }
        let Self { version, record, seq, at, caused_by, manifest, linked, before: _, changes, head: _ } = self;
        Written {
            v: *version,
            record,
            seq: *seq,
            at: *at,
            caused_by,
            manifest,
            linked,
            before: self.stored_before(),
            changes,
        }
        .serialize(serializer)
    }
}
