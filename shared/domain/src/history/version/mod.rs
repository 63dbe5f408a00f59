//! The one reader of entries: every version that a release ever wrote is read, one is written.
//!
//! | version | written until | what is different |
//! |---|---|---|
//! | 1 | 2026-11-22 | the record after the changes (`head`) is stored, the one before them is not |
//! | 2 | 2026-11-22 | candidates are a list of members; a request does not say since when it waits |
//! | 3 | 2026-11-27 | as version 4; its number tells a release that knows only 3 what it can read |
//! | 4 | 2026-11-27 | as version 5; a release that knows only 4 would take a deleted record for one that never was, and send `not_again` what a copy may have sent |
//! | 5 | 2026-11-27 | all changes are one list ([`flat`]); in version 6 they stand by what they are about |
//! | 6 | 2026-11-27 | every entry stores the record before it |
//! | 7 | – | most leave it out (`snapshot.rs`), and heads remember messages (`came.rs`); what is new since then is additional fields and changes |
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
pub const ENTRY_VERSION: u8 = 7;

/// The first version that stores the record before the changes.
const STORES_BEFORE: u8 = 2;
/// The first version whose requests say since when they wait.
const SAYS_SINCE: u8 = 3;

/// The first version whose heads remember by which messages events came.
const REMEMBERS_MESSAGES: u8 = 7;

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

/// An entry as any version stores it: without the record after the changes, which version 1 alone has, and since
/// version 7 mostly without the one before them.
#[derive(Deserialize)]
pub struct Stored {
    #[serde(rename = "v")]
    pub(super) version: u8,
    pub(super) record: RecordKey,
    pub(super) seq: u64,
    at: Instant,
    caused_by: MessageId,
    manifest: ManifestId,
    #[serde(default)]
    linked: Vec<LinkedSeq>,
    #[serde(default)]
    pub(super) before: Option<Head>,
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

impl Stored {
    pub fn seq(&self) -> u64 {
        self.seq
    }

    pub(super) fn changes(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().map(|AnyChange(change)| change)
    }

    /// The entry by itself. None if it goes on from the entry before it.
    pub(super) fn alone(mut self) -> Result<Option<Entry>, OtherVersion> {
        self.check_version()?;
        if !self.stands_alone() {
            return Ok(None);
        }
        if let (Some(after), true) = (self.head.take(), self.version < STORES_BEFORE) {
            let after = Arc::new(self.waiting_since(after));
            // Only the first entry says what was before it. For a later one the record after it stands in:
            // explanations that compare with an earlier value find it unchanged.
            let before = if self.seq == 1 { Arc::default() } else { Arc::clone(&after) };
            return Ok(Some(self.between(before, after)));
        }
        let before = self.before.take().unwrap_or_default();
        let before = Arc::new(self.waiting_since(before));
        self.after(before).map(Some)
    }

    /// The entry, by the record before it.
    pub(super) fn after(self, before: Arc<Head>) -> Result<Entry, OtherVersion> {
        let after = self.fold(Arc::clone(&before))?;
        Ok(self.between(before, after))
    }

    /// The record after it, by the one before it.
    pub(super) fn fold(&self, mut head: Arc<Head>) -> Result<Arc<Head>, OtherVersion> {
        self.check_version()?;
        let after = Arc::make_mut(&mut head);
        for change in self.changes() {
            after.apply(change, self.seq, self.at);
        }
        if self.version >= REMEMBERS_MESSAGES {
            after.remember_message(&self.caused_by, self.seq, self.changes());
        }
        Ok(head)
    }

    fn check_version(&self) -> Result<(), OtherVersion> {
        match self.version {
            0 => Err(OtherVersion::Zero),
            1..=ENTRY_VERSION => Ok(()),
            found => Err(OtherVersion::Newer { found }),
        }
    }

    fn waiting_since(&self, mut head: Head) -> Head {
        if self.version < SAYS_SINCE {
            // Their place in the pool's line is lost, not their turn: they wait from here on.
            head.requests.iter_mut().for_each(|request| request.since = self.at);
        }
        head
    }

    fn between(self, before: Arc<Head>, head: Arc<Head>) -> Entry {
        let Self { version, record, seq, at, caused_by, manifest, linked, changes, .. } = self;
        let changes = changes.into_iter().map(|AnyChange(change)| change).collect();
        Entry { version, record, seq, at, caused_by, manifest, linked, before, changes, head }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::unfold;

    fn read(version: u8) -> Result<Entry, String> {
        let json = serde_json::json!({
            "v": version, "record": "lead/L1", "seq": 1, "at": 0, "caused_by": "msg_1", "manifest": "man_1",
            "changes": [match version {
                ..=5 => serde_json::json!({ "change": "fields_set", "fields": { "score": 85 } }),
                _ => serde_json::json!({ "record": { "fields_set": { "fields": { "score": 85 } } } }),
            }],
        });
        let stored = serde_json::from_value(json).map_err(|error| error.to_string())?;
        Ok(unfold(vec![stored]).map_err(|error| error.to_string())?.remove(0))
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
        let said = ["version 8", "reads versions 1 to 7", "run that release, or a later one"];
        assert!(said.iter().all(|words| refused.contains(words)), "{refused}");
        assert!(read(0).unwrap_err().contains("no release of Handoff has written"));
    }
}
