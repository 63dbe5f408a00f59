//! A fact from outside, as intake publishes it: already mapped to records, not yet decided.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    id::{EventId, EventType, FormId, Kind, RecordKey, SubmissionId},
    instant::Instant,
    matching::{Found, Sought, Tried, Way},
    value::{FieldName, Fields},
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
    /// Which of `unmapped` no person answered: what the provider sent beside the answers.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub apart: BTreeSet<FieldName>,
    /// Mapped fields that came empty or unreadable.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<Gap>,
    /// Hash of the content: the same content through the same form within ten minutes is a repeat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// The provider's own name for the submission: other content under it is an update.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submission: Option<SubmissionId>,
    /// The id comes from an Idempotency-Key: the key's own history guards it against another body.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub keyed: bool,
    /// What the provider did not send and has to be fetched: an object type and its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_fetch: Option<Fetch>,
    /// The record that had come with ids only, where these are its answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers_for: Option<RecordKey>,
    /// The record that it would be about, had no other been found: its sender was told this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<RecordKey>,
    /// How many events caused by workflows led to this one.
    #[serde(default)]
    pub depth: u8,
}

impl Event {
    /// An event that was taken when it happened, and fills nothing of its record.
    pub fn new(id: EventId, event_type: EventType, record: RecordKey, at: Instant) -> Self {
        Self {
            id,
            event_type,
            form: None,
            occurred_at: at,
            accepted_at: at,
            record: RecordPart { key: record, fields: Fields::new() },
            linked: Vec::new(),
            unmapped: Fields::new(),
            apart: BTreeSet::new(),
            gaps: Vec::new(),
            fingerprint: None,
            submission: None,
            keyed: false,
            to_fetch: None,
            answers_for: None,
            instead_of: None,
            depth: 0,
        }
    }

    /// Addresses it to the record that it turned out to be about.
    pub fn readdress(&mut self, record: RecordKey) {
        if self.record.key != record {
            self.instead_of = Some(std::mem::replace(&mut self.record.key, record));
        }
    }

    /// The links that it brings to a record with these: a guess replaces none that is known.
    pub fn brings<'e>(&'e self, known: &'e BTreeMap<String, RecordKey>) -> impl Iterator<Item = &'e LinkedPart> {
        self.linked.iter().filter(|linked| !self.is_guess(linked) || linked.may_replace(known.get(&linked.link)))
    }

    /// Whether nothing that came with it says for certain which record the link leads to, as a domain does.
    pub fn is_guess(&self, linked: &LinkedPart) -> bool {
        let kind = &linked.part.key.kind;
        let by_guess = |sought: &Sought| sought.way != Way::EmailDomain;
        linked.stands_in || linked.sought.iter().any(by_guess) || self.gaps.iter().any(|gap| gap.is_guess_of(kind))
    }

    /// How the record behind a link was found, where it was.
    pub fn matched_by(&self, linked: &LinkedPart) -> Option<Way> {
        let mut gaps = self.gaps.iter().filter(|gap| gap.is_guess_of(&linked.part.key.kind));
        gaps.find_map(|gap| match &gap.why {
            GapWhy::EmailDomain { .. } => Some(Way::EmailDomain),
            GapWhy::Sought { tried } => tried.last().filter(|tried| tried.record().is_some()).map(|tried| tried.way),
            _ => None,
        })
    }

    /// Drops guessed links where the link is already known: nothing is written to the guessed records.
    pub fn pass_over(&mut self, known: &BTreeMap<String, RecordKey>) {
        let brought: Vec<LinkedPart> = self.brings(known).cloned().collect();
        let passed_over: Vec<LinkedPart> = self.linked.extract_if(.., |linked| !brought.contains(linked)).collect();
        for LinkedPart { part, .. } in passed_over {
            self.set_aside(&part.key.kind, part.fields);
        }
    }

    /// Takes in what a search for a linked record came to. What the event says of a record that was found by a guess
    /// is kept with the record that is linked to it: a guess writes nothing.
    pub fn settle(&mut self, link: &str, tried: Vec<Tried>) {
        let Some(index) = self.linked.iter().position(|linked| linked.link == link) else { return };
        let is_guess = self.is_guess(&self.linked[index]);
        let linked = &mut self.linked[index];
        let kind = linked.part.key.kind.clone();
        match tried.last().and_then(Tried::record).cloned() {
            // By what it says of itself it would be this very record.
            Some(found) if found == linked.part.key => return,
            Some(found) => {
                linked.instead_of = Some(std::mem::replace(&mut linked.part.key, found));
                (linked.stands_in, linked.sought) = (false, Vec::new());
                if is_guess {
                    let fields = std::mem::take(&mut linked.part.fields);
                    self.set_aside(&kind, fields);
                }
            }
            // The domain names a record of its own.
            None if tried.iter().all(|tried| tried.way == Way::EmailDomain) => return,
            None if linked.part.fields.is_empty() => drop(self.linked.remove(index)),
            None => {}
        }
        if is_guess {
            self.gaps.push(Gap { target: kind.to_string(), why: GapWhy::Sought { tried } });
        }
    }

    /// Keeps what is said of a record that is not written to, and forgets what was guessed of it.
    fn set_aside(&mut self, kind: &Kind, fields: Fields) {
        let all = std::mem::take(&mut self.gaps).into_iter();
        let (guesses, gaps): (Vec<Gap>, Vec<Gap>) = all.partition(|gap| gap.is_guess_of(kind));
        self.gaps = gaps;
        let named = fields.into_iter().map(|(name, value)| (format!("{kind}.{name}"), value));
        self.unmapped.extend(named.filter(|(target, _)| guesses.iter().all(|gap| gap.target != *target)));
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
    /// Nothing that came identifies it: it belongs to its primary record, and has no match keys. If it had, the first
    /// lead from Acme would make a second "Acme", and later leads could not tell which one is meant.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stands_in: bool,
    /// By what a record that is known already may be found in its place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sought: Vec<Sought>,
    /// The record that it would be, had no other been found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<RecordKey>,
}

impl LinkedPart {
    /// A part that says which record it is.
    pub fn identified(link: impl Into<String>, part: RecordPart) -> Self {
        Self { link: link.into(), part, stands_in: false, sought: Vec::new(), instead_of: None }
    }

    /// Whether a guess may take the place of what the link leads to: of the same record, or of the stand-in that would
    /// have been made for this one.
    pub fn may_replace(&self, known: Option<&RecordKey>) -> bool {
        known.is_none_or(|known| *known == self.part.key || Some(known) == self.instead_of.as_ref())
    }
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
    /// The linked record was sought by what is said of it, in this order; found, if it was, by the last.
    Sought { tried: Vec<Tried> },
    /// Not empty: others have this value as well, or one has, and is who it is.
    Identified { value: String, found: Found },
    /// Not empty: somebody has the same, and what ranks above it says that it is somebody else.
    SharedWith { value: String, called: String, differs: FieldName },
    /// The name that is known stays: this one is shorter, or came with no more than a number that is known.
    KnownName { answer: String, known: String, shorter: bool },
    /// The answer, and what is wrong with it.
    Unreadable { answer: String, detail: String },
    /// Not empty: the answer says more than the field can hold, and what.
    Partly { answer: String, detail: String },
    /// What people write where they have none: `n/a`.
    Placeholder { answer: String },
    /// Several answers fit, and nothing says which one is meant: none was taken.
    Several { answers: Vec<String> },
}

impl Gap {
    /// Whether it tells how a record of this kind was found.
    pub fn is_guess_of(&self, kind: &Kind) -> bool {
        let root = self.target.split('.').next();
        self.is_match() && root == Some(kind.as_str())
    }

    /// Whether it tells how a linked record was found or not, and nothing of a field.
    pub fn is_match(&self) -> bool {
        matches!(self.why, GapWhy::EmailDomain { .. } | GapWhy::Sought { .. })
    }

    /// Whether it tells who the person was taken for, and leaves nothing open.
    pub fn is_identity(&self) -> bool {
        matches!(self.why, GapWhy::Identified { .. } | GapWhy::SharedWith { .. } | GapWhy::KnownName { .. })
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
    /// The provider, as people call it: `Meta`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}
