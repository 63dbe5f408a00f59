use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};

use super::{Change, Head};
use crate::{
    id::{ManifestId, MessageId, RecordKey},
    instant::Instant,
};

/// The version of the entry format that this release writes, and the only one it reads.
pub const ENTRY_VERSION: u8 = 3;

/// One entry of a record's history.
///
/// Stored are the record before the changes, and the changes: what they say is not said again
/// by the record after them, which is folded from the two when the entry is read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
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

/// An entry of another release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an entry of version {0}, and this release reads version {ENTRY_VERSION}")]
pub struct OtherVersion(u8);

/// An entry as it is stored: without the head.
#[derive(Deserialize)]
struct Stored {
    #[serde(rename = "v")]
    version: u8,
    record: RecordKey,
    seq: u64,
    at: Instant,
    caused_by: MessageId,
    manifest: ManifestId,
    #[serde(default)]
    linked: Vec<LinkedSeq>,
    #[serde(default)]
    before: Head,
    changes: Vec<Change>,
}

impl TryFrom<Stored> for Entry {
    type Error = OtherVersion;

    fn try_from(stored: Stored) -> Result<Self, OtherVersion> {
        let Stored { version, record, seq, at, caused_by, manifest, linked, before, changes } = stored;
        if version != ENTRY_VERSION {
            return Err(OtherVersion(version));
        }
        let mut head = before.clone();
        for change in &changes {
            head.apply(change, seq, at);
        }
        let (before, head) = (Arc::new(before), Arc::new(head));
        Ok(Self { version, record, seq, at, caused_by, manifest, linked, before, changes, head })
    }
}

fn shared<S: Serializer>(head: &Arc<Head>, serializer: S) -> Result<S::Ok, S::Error> {
    head.as_ref().serialize(serializer)
}

fn is_unborn(head: &Arc<Head>) -> bool {
    **head == Head::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_of_another_version_is_refused() {
        let entry = |version: u8| {
            let json = serde_json::json!({
                "v": version, "record": "lead/L1", "seq": 1, "at": 0, "caused_by": "msg_1", "manifest": "man_1",
                "changes": [{ "change": "fields_set", "fields": { "score": 85 } }],
            });
            serde_json::from_value::<Entry>(json)
        };
        assert_eq!(entry(ENTRY_VERSION).unwrap().head.fields["score"], 85.0.into());
        let refused = entry(1).unwrap_err().to_string();
        assert_eq!(refused, "an entry of version 1, and this release reads version 3");
    }
}
