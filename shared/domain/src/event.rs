//! A fact from outside, as intake publishes it: already mapped to records, not yet decided.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    id::{EventId, EventType, FormId, Kind, RecordKey},
    instant::Instant,
    value::Fields,
};

/// Something that happened, about one record (the primary) and the records it is linked to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    pub id: EventId,
    #[serde(rename = "type")]
    pub event_type: EventType,
    /// The form it was submitted through, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<FormId>,
    /// When it happened, as its source says.
    pub occurred_at: Instant,
    /// When intake took it. Searches for repeats begin here.
    pub accepted_at: Instant,
    /// The record it is about and what it fills there.
    pub record: RecordPart,
    /// Linked records, written before the primary one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub linked: Vec<LinkedPart>,
    /// What no field takes, kept as it came.
    #[serde(default, skip_serializing_if = "Fields::is_empty")]
    pub unmapped: Fields,
    /// Mapped fields that came empty or unreadable.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<Gap>,
    /// Hash of the content: the same form and content within ten minutes is a repeat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// The id comes from an Idempotency-Key: the key's own history guards it against another body.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub keyed: bool,
    /// What the provider did not send and has to be fetched: an object type and its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_fetch: Option<Fetch>,
    /// How many workflow-caused events lie before this one.
    #[serde(default)]
    pub depth: u8,
}

impl Event {
    /// The links that it brings to a record with these: a link found by the e-mail's domain is a guess, and
    /// replaces none that is known.
    pub fn brings<'e>(&'e self, known: &'e BTreeMap<String, RecordKey>) -> impl Iterator<Item = &'e LinkedPart> {
        self.linked.iter().filter(|linked| !known.contains_key(&linked.link) || !self.is_guess(&linked.part.key.kind))
    }

    fn is_guess(&self, kind: &Kind) -> bool {
        self.gaps.iter().any(|gap| gap.is_guess_of(kind))
    }
}

/// One record's share of an event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordPart {
    pub key: RecordKey,
    #[serde(default, skip_serializing_if = "Fields::is_empty")]
    pub fields: Fields,
}

/// A linked record's share of an event: the link's name (`company`) and the record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinkedPart {
    pub link: String,
    pub part: RecordPart,
}

/// A target of a form's map that stayed empty, or is doubtful.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// As the map names it: `lead.phone`.
    pub target: String,
    #[serde(default, skip_serializing_if = "GapWhy::is_missing")]
    pub why: GapWhy,
}

/// Why a target stayed empty, or is doubtful.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GapWhy {
    /// None of its questions was answered. The usual case, and not written.
    #[default]
    Missing,
    /// Not empty: no question of the map was asked, and these, by their names, mean the same.
    Assumed { questions: Vec<String> },
    /// Not empty: the domain of the e-mail address, by which the linked record was found.
    EmailDomain { domain: String },
    /// The answer, and what is wrong with it.
    Unreadable { answer: String, detail: String },
}

impl Gap {
    /// Whether it tells that a record of this kind was found by the e-mail's domain.
    pub fn is_guess_of(&self, kind: &Kind) -> bool {
        let root = self.target.split('.').next();
        matches!(self.why, GapWhy::EmailDomain { .. }) && root == Some(kind.as_str())
    }
}

impl GapWhy {
    pub fn is_missing(&self) -> bool {
        *self == Self::Missing
    }
}

/// What a provider named but did not send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fetch {
    pub object: String,
    pub id: String,
}
