//! Submissions that are kept aside until a person decides, and what became of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    id::{EventId, FormId, RecordKey, SubmissionId, derive},
    instant::Instant,
    matching::KnownBy,
};

/// A submission kept aside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    pub why: KeptWhy,
    pub form: String,
    pub accepted_at: Instant,
    /// What came, as JSON text.
    pub body: String,
    /// For an unmatched form: field → question, as a start for `forms/*.yaml`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub proposed_map: BTreeMap<String, String>,
    /// What made it be kept, in words, where the cause alone does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What its settlement is found under, where the versions of one submission are settled together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under: Option<SubmissionId>,
    /// Of an unfinished submission without an id of its own: the record that its answers name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begun_by: Option<RecordKey>,
    /// All that its answers tell that person by, the highest rank first. What an earlier release has sent lacks it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known_by: Vec<KnownBy>,
}

/// The name of what a person has begun in a form, where its provider gives it none.
pub fn begun(form: &str, person: &RecordKey) -> SubmissionId {
    SubmissionId::new(derive("evt_", &[form, "begun", person.kind.as_str(), &person.id]))
}

/// The name of what was begun in a form by somebody who gave this, and something that ranks above it.
pub fn begun_beside(form: &str, person: &RecordKey) -> SubmissionId {
    SubmissionId::new(derive("evt_", &[form, "begun beside", person.kind.as_str(), &person.id]))
}

/// Why a submission was kept aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeptWhy {
    /// No form of this name is in the playbook.
    Unmatched,
    /// Looks like spam: the honeypot field was filled, or a list came from a sender that proved nothing.
    Held,
    /// The Idempotency-Key was used before, with another body. The first one wins.
    Conflict,
    /// The person has not finished: the rest may come later.
    Partial,
    /// The provider says that it is a test: it is shown, and nobody has to look at it.
    Test,
}

impl KeptWhy {
    pub const ALL: [Self; 5] = [Self::Held, Self::Unmatched, Self::Conflict, Self::Partial, Self::Test];

    /// As it is written: `held`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unmatched => "unmatched",
            Self::Held => "held",
            Self::Conflict => "conflict",
            Self::Partial => "partial",
            Self::Test => "test",
        }
    }

    /// Why it waits, where no reason is kept with it.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Unmatched => "no form of that name",
            Self::Held => "it looks like spam",
            Self::Conflict => "its key was used before",
            Self::Partial => "not finished",
            Self::Test => "a test",
        }
    }

    /// What goes on by itself, and what somebody has to do.
    pub fn what_next(self) -> &'static str {
        match self {
            Self::Unmatched => "describe the form and `handoff held replay FORM`, or `handoff held map ID --form FORM`",
            Self::Held | Self::Conflict => {
                "see it with `handoff held`; `handoff held release ID` lets it go on, and \
                 `handoff held drop ID --reason TEXT` ends it"
            }
            Self::Partial => {
                "the finished submission goes on by itself and settles it; until then `handoff held` shows it, and \
                 `handoff held release ID` lets it go on as it is. With `partial: start` in the form it goes on at once"
            }
            Self::Test => "nobody has to do anything: tests are only listed, at /v1/tests",
        }
    }

    /// Whether somebody has a task about it.
    pub fn needs_a_person(self) -> bool {
        self != Self::Test
    }
}

/// What became of a kept submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "settled", rename_all = "snake_case")]
pub enum Settlement {
    /// It went on as if it had not been kept.
    Released,
    /// It was read by the map of this form.
    Mapped {
        form: FormId,
    },
    Dropped {
        reason: String,
    },
    /// The finished submission came.
    Finished {
        event: EventId,
    },
}
