//! A submission as its provider counts it, and its versions: the first content, and what came under its name later.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Change, Entry, EventChange};
use crate::{
    clock::was_ahead,
    event::{Event, Fetch, Gap},
    id::{EventId, FormId, SubmissionId},
    instant::Instant,
    value::{FieldName, Fields, Value},
};

/// The submission that an event belongs to, and when intake took the event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    pub id: SubmissionId,
    pub at: Instant,
}

impl Accepted {
    pub fn of(event: &Event) -> Option<Self> {
        Some(Self { id: event.submission.clone()?, at: event.accepted_at })
    }
}

/// A later version of a submission, and what it changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Update {
    pub event: EventId,
    pub submission: Accepted,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<FormId>,
    pub occurred_at: Instant,
    /// Everything that this version says of the record, changed or not.
    #[serde(default, skip_serializing_if = "Fields::is_empty")]
    pub fields: Fields,
    /// Those of them that the record takes over.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub changed: BTreeSet<FieldName>,
    /// Answers that the version before gave and this one does not: the record keeps them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub taken_back: BTreeSet<FieldName>,
    /// What changed beside the record's own fields: in linked records, and in what no field takes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<Edit>,
    #[serde(default, skip_serializing_if = "Fields::is_empty")]
    pub unmapped: Fields,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<Gap>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
}

impl Update {
    /// The fields that it sets.
    pub fn set(&self) -> impl Iterator<Item = (&FieldName, &Value)> {
        self.fields.iter().filter(|(name, _)| self.changed.contains(*name))
    }
}

/// One answer before and after an update.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Edit {
    /// `company.employees`, or a question that no field takes.
    pub target: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<Value>,
}

/// A submission, by the hash of its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submitted {
    pub fingerprint: String,
    pub event: EventId,
    pub at: Instant,
    /// None as well where an earlier release wrote it, which did not tell forms apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<FormId>,
}

/// A submission, and the entry that holds its latest version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Updated {
    pub submission: SubmissionId,
    pub seq: u64,
}

/// What an entry says of one submission.
#[derive(Debug, Clone, Copy)]
pub struct Version<'e> {
    pub fields: &'e Fields,
    pub unmapped: &'e Fields,
    pub fingerprint: Option<&'e str>,
    pub to_fetch: Option<&'e Fetch>,
    /// As its source says, else when it was taken.
    pub occurred_at: Instant,
    pub accepted_at: Instant,
}

impl<'e> Version<'e> {
    /// The version that an entry holds; none if it only repeats another submission's content.
    pub fn of(entry: &'e Entry, wanted: &SubmissionId) -> Option<Self> {
        // Before submissions had names, the first content came under the very id that is its name now.
        let is_of = |named: Option<&Accepted>| match named {
            Some(named) => named.id == *wanted,
            None => entry.caused_by.as_str() == wanted.as_str(),
        };
        entry.changes.iter().find_map(|change| match change {
            Change::Event(EventChange::Received {
                submission,
                fields,
                unmapped,
                fingerprint,
                to_fetch,
                occurred_at,
                ..
            }) if is_of(submission.as_ref()) => {
                let accepted_at = submission.as_ref().map_or(entry.at, |named| named.at);
                let (fingerprint, to_fetch) = (fingerprint.as_deref(), to_fetch.as_ref());
                Some(Self { fields, unmapped, fingerprint, to_fetch, occurred_at: *occurred_at, accepted_at })
            }
            Change::Event(EventChange::Updated(update)) if update.submission.id == *wanted => Some(Self {
                fields: &update.fields,
                unmapped: &update.unmapped,
                fingerprint: update.fingerprint.as_deref(),
                to_fetch: None,
                occurred_at: update.occurred_at,
                accepted_at: update.submission.at,
            }),
            _ => None,
        })
    }

    /// Whether an event has this very content.
    pub fn is_content_of(&self, event: &Event) -> bool {
        self.fingerprint.is_some() && self.fingerprint == event.fingerprint.as_deref()
    }

    /// Whether an event is older than this: by its source's time, else by when it was taken. Not where this was taken
    /// by a clock that was ahead: whatever comes after it would be older.
    pub fn outdates(&self, event: &Event, now: Instant) -> bool {
        !was_ahead(self.accepted_at, now)
            && (event.occurred_at, event.accepted_at) < (self.occurred_at, self.accepted_at)
    }
}
