use serde::{Deserialize, Serialize};

use super::{Test, evaluate::number};
use crate::value::Value;

/// The answer to a condition: a tree of the same shape, with a reason at every test.
///
/// As JSON: `{"all": {"holds": false, "parts": [{"test": {"holds": false, "test": {…}, "label": "Score", "actual": 8}}]}}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    All { holds: bool, parts: Vec<Verdict> },
    Any { holds: bool, parts: Vec<Verdict> },
    Not { holds: bool, part: Box<Verdict> },
    Test(Finding),
}

/// What one test found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    pub holds: bool,
    pub test: Test,
    /// What the sentence calls the field.
    pub label: String,
    /// The value it had; none if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<Value>,
    /// The value before the event, where the test asks for a change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// Why the test could not be asked, and is therefore false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
}

/// Why a value cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    Missing,
    WrongType,
    OtherCurrency,
}

impl Verdict {
    pub fn holds(&self) -> bool {
        match self {
            Self::All { holds, .. } | Self::Any { holds, .. } | Self::Not { holds, .. } => *holds,
            Self::Test(finding) => finding.holds,
        }
    }

    /// The part by which the condition did not hold, as [`super::Condition::failing_part`] numbers them.
    pub fn failing_part(&self) -> Option<u8> {
        match self {
            Self::All { parts, .. } => number(parts.iter().position(|part| !part.holds())),
            Self::Any { .. } | Self::Not { .. } | Self::Test(_) => (!self.holds()).then_some(0),
        }
    }

    /// What every test found, in the order written.
    pub fn findings(&self) -> Vec<&Finding> {
        match self {
            Self::All { parts, .. } | Self::Any { parts, .. } => parts.iter().flat_map(Self::findings).collect(),
            Self::Not { part, .. } => part.findings(),
            Self::Test(finding) => vec![finding],
        }
    }

    pub(super) fn all(parts: Vec<Self>) -> Self {
        Self::All { holds: parts.iter().all(Self::holds), parts }
    }

    pub(super) fn any(parts: Vec<Self>) -> Self {
        Self::Any { holds: parts.iter().any(Self::holds), parts }
    }

    pub(super) fn not(part: Self) -> Self {
        Self::Not { holds: !part.holds(), part: Box::new(part) }
    }
}
