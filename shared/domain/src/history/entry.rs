use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};

use super::{Change, Head, version::Stored};
use crate::{
    id::{ManifestId, MessageId, RecordKey},
    instant::Instant,
};

/// One entry of a record's history.
///
/// Stored are the record before the changes, and the changes: what they say (the text of a form, for example) is not
/// said again by the record after them, which is folded from the two when the entry is read. Nothing else has to be
/// read for it. The price: how a change folds is part of the format. A change that is stored already must go on
/// folding to the same record, unless the version is raised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct Entry {
    #[serde(rename = "v")]
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub linked: Vec<LinkedSeq>,
    /// The record before these changes: the head of the entry before.
    #[serde(serialize_with = "shared", skip_serializing_if = "is_unborn")]
    pub before: Arc<Head>,
    pub changes: Vec<Change>,
    /// The record after these changes: `before` with them folded in. Not stored.
    #[serde(skip_serializing)]
    pub head: Arc<Head>,
}

/// A linked record as the decision saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedSeq {
    pub link: String,
    pub record: RecordKey,
    pub seq: u64,
}

fn shared<S: Serializer>(head: &Arc<Head>, serializer: S) -> Result<S::Ok, S::Error> {
    head.as_ref().serialize(serializer)
}

fn is_unborn(head: &Arc<Head>) -> bool {
    **head == Head::default()
}
