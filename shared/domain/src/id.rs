//! Names of things. Every id is a newtype over text, so that an execution's id
//! can never be passed where a timer's is meant.
//!
//! Ids of things that Handoff makes are *derived*, never random: the same cause
//! gives the same id, which is what lets a repeated message be recognised.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

macro_rules! text_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    )+};
}

text_ids! {
    /// A kind of record from `schema.yaml`: `lead`, `company`, `deal`.
    Kind,
    /// A person from `people.yaml`.
    PersonId,
    /// A pool from `pools.yaml`.
    PoolId,
    /// A route from `routing.yaml`: rules that say who gets a record.
    RouteId,
    /// A territory from `routing.yaml`.
    TerritoryId,
    /// A form from `forms/*.yaml`.
    FormId,
    /// A workflow from `workflows/*.yaml`.
    WorkflowId,
    /// A template from `templates/*`.
    TemplateId,
    /// A segment or nurture sequence a record can be a member of.
    SegmentId,
    /// The type of an event, snake_case and past tense: `form_submitted`, `call_logged`.
    EventType,
    /// One published playbook: the hash of its content.
    ManifestId,
    /// One event from outside. Derived from the provider's own id and the content, or from the Idempotency-Key.
    EventId,
    /// One submission as its provider counts it: derived from the form and the provider's own id. Whatever content
    /// comes under it, it is the same submission.
    SubmissionId,
    /// One message on a queue.
    MessageId,
    /// One enrolment's run: derived from (workflow, record, trigger event), never from the version.
    ExecutionId,
    /// One request to a pool for an owner.
    RequestId,
    /// One intended effect on the world: the stable key a receiver may deduplicate by.
    EffectId,
    /// One task for a person.
    TaskId,
    /// One timer; its firings are told apart by generation.
    TimerId,
    /// What records of a kind may be found by: a hash of the kind, a field and its value in one spelling.
    MatchKey,
}

/// A record's name: its kind and its id within the kind, written `lead/L1`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordKey {
    pub kind: Kind,
    pub id: String,
}

impl RecordKey {
    pub fn new(kind: impl Into<Kind>, id: impl Into<String>) -> Self {
        Self { kind: kind.into(), id: id.into() }
    }

    /// The name as a log may hold it. An id that somebody else chose can be an address or a name: it stands as a hash,
    /// `lead/~…`, the same each time.
    pub fn logged(&self) -> String {
        let is_ours = self.id.rsplit('_').next().is_some_and(is_derived);
        match is_ours {
            true => self.to_string(),
            false => format!("{}/~{}", self.kind, derive("", &[&self.id])),
        }
    }
}

impl fmt::Display for RecordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.id)
    }
}

/// A record's name that cannot be read: it needs a kind, a slash and an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` does not name a record; write kind/id, for example lead/L1")]
pub struct RecordKeyError(String);

impl FromStr for RecordKey {
    type Err = RecordKeyError;

    fn from_str(text: &str) -> Result<Self, RecordKeyError> {
        match text.split_once('/') {
            Some((kind, id)) if !kind.is_empty() && !id.is_empty() => Ok(Self::new(kind, id)),
            _ => Err(RecordKeyError(text.to_owned())),
        }
    }
}

impl Serialize for RecordKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RecordKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Crockford's alphabet: no letter that reads like a digit.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Letters of a derived id, without its prefix.
const DERIVED: usize = 26;

fn is_derived(letters: &str) -> bool {
    letters.len() == DERIVED && letters.bytes().all(|letter| ALPHABET.contains(&letter))
}

/// Derives an id of 128 bits from its cause, as `prefix` and 26 letters of base 32.
///
/// Parts are length-prefixed before hashing (SHA-256, truncated), so `["ab", "c"]`
/// and `["a", "bc"]` give different ids.
pub fn derive(prefix: &str, parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let digest: [u8; 32] = hash.finalize().into();
    let mut bits = u128::from_be_bytes(digest[..16].try_into().expect("16 of 32 bytes"));
    let mut letters = [0u8; DERIVED];
    for letter in letters.iter_mut().rev() {
        *letter = ALPHABET[(bits & 31) as usize];
        bits >>= 5;
    }
    format!("{prefix}{}", std::str::from_utf8(&letters).expect("the alphabet is ASCII"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_holds_our_own_ids_and_hashes_of_others() {
        let ours = RecordKey::new("lead", derive("", &["lead", "ada@example.com"]));
        assert_eq!(ours.logged(), ours.to_string());
        let guard = RecordKey::new("request", derive("evt_", &["k"]));
        assert_eq!(guard.logged(), guard.to_string());
        for id in ["ada@example.com", "Ada Example", "4930123456", "ada_example"] {
            let theirs = RecordKey::new("lead", id);
            assert!(theirs.logged().starts_with("lead/~") && !theirs.logged().contains(id), "{}", theirs.logged());
            assert_eq!(theirs.logged(), RecordKey::new("lead", id).logged());
        }
    }

    #[test]
    fn the_same_cause_gives_the_same_id_and_another_cause_another() {
        assert_eq!(derive("exe_", &["a", "b"]), derive("exe_", &["a", "b"]));
        assert_ne!(derive("exe_", &["ab", "c"]), derive("exe_", &["a", "bc"]));
        assert_eq!(derive("exe_", &["a"]).len(), 4 + 26);
    }

    #[test]
    fn a_record_key_reads_back_what_it_writes() {
        let key: RecordKey = "lead/a/b".parse().unwrap();
        assert_eq!((key.kind.as_str(), key.id.as_str()), ("lead", "a/b"));
        assert_eq!(key.to_string(), "lead/a/b");
        assert!("lead".parse::<RecordKey>().is_err());
        assert!("/x".parse::<RecordKey>().is_err());
    }
}
