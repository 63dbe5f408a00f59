//! The one reader of entries: every version that a release ever wrote is read, one is written.
//!
//! | version | written until | what is different |
//! |---|---|---|
//! | 1 | 2026-11-22 | the record after the changes (`head`) is stored, the one before them is not |
//! | 2 | 2026-11-22 | candidates are a list of members; a request does not say since when it waits |
//! | 3 | 2026-11-27 | as version 4; its number tells a release that knows only 3 what it can read |
//! | 4 | 2026-11-27 | as version 5; a release that knows only 4 would take a deleted record for one that never was, and send `not_again` what a copy may have sent |
//! | 5 | 2026-11-27 | all changes are one list ([`flat`]); in version 6 they stand by what they are about |
//! | 6 | – | what is new since then is additional fields and changes |
//!
//! A new field or change needs no new version unless a release that does not know it would
//! decide wrongly: then the number is raised, and that release says so instead.

mod flat;

use std::{fmt, sync::Arc};

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};
use serde_json::{Map, Value};

use super::{Change, Entry, Head, LinkedSeq};
use crate::{
    id::{ManifestId, MessageId, RecordKey},
    instant::Instant,
};

/// The version of the entry format that this release writes. It reads this and all before it.
pub const ENTRY_VERSION: u8 = 6;

/// The first version that stores the record before the changes.
const STORES_BEFORE: u8 = 2;
/// The first version whose requests say since when they wait.
const SAYS_SINCE: u8 = 3;

/// An entry that no release up to this one has written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OtherVersion {
    #[error(
        "the entry has version {found}; Handoff {} reads versions 1 to {ENTRY_VERSION}. A newer release of Handoff \
         wrote it: run that release, or a later one",
        env!("CARGO_PKG_VERSION")
    )]
    Newer { found: u8 },
    #[error("the entry has version 0, which no release of Handoff has written")]
    Zero,
}

/// An entry as any version stores it: without the record after the changes, which version 1 alone has.
#[derive(Deserialize)]
pub(super) struct Stored {
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
    changes: Vec<AnyChange>,
    #[serde(default)]
    head: Option<Head>,
}

/// A change as any version stores it.
struct AnyChange(Change);

impl<'de> Deserialize<'de> for AnyChange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ChangeVisitor).map(Self)
    }
}

struct ChangeVisitor;

impl<'de> Visitor<'de> for ChangeVisitor {
    type Value = Change;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a change")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Change, A::Error> {
        let Some(first) = map.next_key::<String>()? else { return Err(A::Error::custom("a change says nothing")) };
        // No part of a flat change that is named like a concern comes before its name, in any order that was written.
        Ok(match first.as_str() {
            "event" => Change::Event(map.next_value()?),
            "kept" => Change::Kept(map.next_value()?),
            "record" => Change::Record(map.next_value()?),
            "execution" => Change::Execution(map.next_value()?),
            "request" => Change::Request(map.next_value()?),
            "owner" => Change::Owner(map.next_value()?),
            "effect" => Change::Effect(map.next_value()?),
            "task" => Change::Task(map.next_value()?),
            _ => {
                let mut parts = Map::from_iter([(first, map.next_value::<Value>()?)]);
                while let Some((name, value)) = map.next_entry()? {
                    parts.insert(name, value);
                }
                return flat::read(parts);
            }
        })
    }
}

impl TryFrom<Stored> for Entry {
    type Error = OtherVersion;

    fn try_from(stored: Stored) -> Result<Self, OtherVersion> {
        match stored.version {
            0 => return Err(OtherVersion::Zero),
            1..=ENTRY_VERSION => {}
            found => return Err(OtherVersion::Newer { found }),
        }
        let (before, head) = heads(&stored);
        let Stored { version, record, seq, at, caused_by, manifest, linked, changes, .. } = stored;
        let changes = changes.into_iter().map(|AnyChange(change)| change).collect();
        let (before, head) = (Arc::new(before), Arc::new(head));
        Ok(Self { version, record, seq, at, caused_by, manifest, linked, before, changes, head })
    }
}

/// The record before and after the entry's changes.
fn heads(stored: &Stored) -> (Head, Head) {
    let Stored { version, seq, at, before, changes, head, .. } = stored;
    let waiting_since = |mut head: Head| {
        if *version < SAYS_SINCE {
            // Their place in the pool's line is lost, not their turn: they wait from here on.
            head.requests.iter_mut().for_each(|request| request.since = *at);
        }
        head
    };
    if let (Some(after), true) = (head, *version < STORES_BEFORE) {
        let after = waiting_since(after.clone());
        // Only the first entry says what was before it. For a later one the record after it stands in:
        // explanations that compare with an earlier value find it unchanged.
        return (if *seq == 1 { Head::default() } else { after.clone() }, after);
    }
    let before = waiting_since(before.clone());
    let mut after = before.clone();
    for AnyChange(change) in changes {
        after.apply(change, *seq, *at);
    }
    (before, after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(version: u8) -> Result<Entry, String> {
        let json = serde_json::json!({
            "v": version, "record": "lead/L1", "seq": 1, "at": 0, "caused_by": "msg_1", "manifest": "man_1",
            "changes": [match version {
                ..=5 => serde_json::json!({ "change": "fields_set", "fields": { "score": 85 } }),
                _ => serde_json::json!({ "record": { "fields_set": { "fields": { "score": 85 } } } }),
            }],
        });
        serde_json::from_value::<Entry>(json).map_err(|error| error.to_string())
    }

    #[test]
    fn every_version_so_far_is_read() {
        for version in 1..=ENTRY_VERSION {
            assert_eq!(read(version).unwrap().head.fields["score"], 85.0.into(), "version {version}");
        }
    }

    #[test]
    fn a_newer_version_is_refused_and_says_which_release_to_run() {
        let refused = read(ENTRY_VERSION + 1).unwrap_err();
        let said = ["version 7", "reads versions 1 to 6", "run that release, or a later one"];
        assert!(said.iter().all(|words| refused.contains(words)), "{refused}");
        assert!(read(0).unwrap_err().contains("no release of Handoff has written"));
    }
}
