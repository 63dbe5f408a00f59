//! One submission, normalised: what was asked, what was answered, and by which ids.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use domain::{
    instant::Instant,
    playbook::Source,
    value::{FieldType, Value},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{FieldProblem, limits, names::Names};

/// One submission as a provider sent it, in one shape for all providers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Submission {
    /// As recognised: a generic form that receives Typeform's shape has `Typeform` here.
    pub source: Source,
    /// The provider's name for the form, else its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form_name: Option<String>,
    /// The stable id that the event's id is derived from: the same for each delivery of one
    /// submission, another for each submission. None where the provider has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// None where the provider says nothing, or something that lies in the future.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitted_at: Option<Instant>,
    /// Each question once, under its main name (the label people saw), with its answer.
    pub fields: BTreeMap<String, Value>,
    /// Those of the fields that are not the person's answers: what is said of the form, the page or the
    /// host, and what the reader of the shape did not ask for. Kept as they came: nothing is guessed from
    /// them, and a map reaches them by their full name.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub apart: BTreeSet<String>,
    /// Other names of a question (ref, key, id) → its main name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub aliases: BTreeMap<String, String>,
    /// Question → JSON pointer to its answer in the body.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pointers: BTreeMap<String, String>,
    /// Question → what the provider says it asks for, where that is an e-mail address or a phone number.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub types: BTreeMap<String, FieldType>,
    /// Set where the provider sent ids only: what must be fetched before the fields are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_fetch: Option<Fetch>,
    /// The provider says that this is a test.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub test: bool,
    /// The provider says that the person has not finished: the rest may come later.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
    /// Why a person must look before it counts: a filled honeypot, a cancellation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<String>,
    /// Files that came along: named, not kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<File>,
    /// What was accepted although it is not as it should be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<FieldProblem>,
    /// SHA-256 (hex) of the answers, ids and tokens left out: equal for the same content sent again.
    pub fingerprint: String,
}

/// What a provider that sends ids only wants us to fetch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fetch {
    /// In the provider's words: `contact`, `company`, `leadgen`.
    pub object: String,
    pub id: String,
}

/// A file that came with a submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    pub question: String,
    /// As the sender's computer called it. Data, never a path to use.
    pub name: String,
    /// How large it was. 0 in submissions of older releases, which did not say.
    #[serde(default)]
    pub bytes: usize,
    /// Its SHA-256 (hex), to find it again where it was sent as well.
    #[serde(default)]
    pub sha256: String,
}

impl File {
    pub(crate) fn new(question: String, name: &str, content: &[u8]) -> Self {
        let name = name[..name.floor_char_boundary(limits::NAME_BYTES)].to_owned();
        Self { question, name, bytes: content.len(), sha256: hex::encode(Sha256::digest(content)) }
    }
}

/// As it stands in the place of the file: `cv.pdf (84213 bytes, sha256 2cf24d…)`.
impl fmt::Display for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.sha256.as_str() {
            "" => f.write_str(&self.name),
            sha256 => write!(f, "{} ({} bytes, sha256 {sha256})", self.name, self.bytes),
        }
    }
}

impl Submission {
    /// The answer to a question, by label, ref, key or id.
    ///
    /// An exact name wins; otherwise case, spaces and punctuation do not count, so that
    /// `First Name`, `first_name` and `First name?` are one question.
    pub fn answer(&self, name: &str) -> Option<&Value> {
        self.fields.get(self.question(name)?)
    }

    /// The main name of the question that `name` means.
    ///
    /// What lies apart from the answers is found where no question has the name, and by all of its path only:
    /// `form.title` is no `title`.
    pub fn question(&self, name: &str) -> Option<&str> {
        Names::of(self).question(name)
    }

    /// The question of exactly this name: a trap called `website` is not the question `Website?`.
    pub(crate) fn exact_question(&self, name: &str) -> Option<&str> {
        let label = self.fields.get_key_value(name).map(|(question, _)| question);
        label.or_else(|| self.aliases.get(name)).map(String::as_str)
    }

    /// Where the answer lies in the body; for a question nobody answered, where it would lie.
    pub fn pointer(&self, name: &str) -> String {
        self.question(name)
            .and_then(|question| self.pointers.get(question))
            .cloned()
            .unwrap_or_else(|| crate::problem::step(name))
    }
}
