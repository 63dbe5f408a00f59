//! One problem in a playbook, as people and programs read it.

use std::fmt;

use serde::Serialize;

/// Where something stands in a file: 1-based line and column, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    pub line: usize,
    pub column: usize,
    /// The column after the last one, on the same line; `column` itself where nothing is marked.
    pub end: usize,
}

impl Place {
    pub const START: Self = Self { line: 1, column: 1, end: 1 };

    /// `length` characters of this place, `skip` characters after its start.
    pub fn part(self, skip: usize, length: usize) -> Self {
        let column = self.column + skip;
        Self { line: self.line, column, end: column + length }
    }
}

/// Something in a playbook that is wrong, or will not do what its writer meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Diagnostic {
    pub file: String,
    pub line: usize,
    pub column: usize,
    /// The column after the last marked one, on the same line.
    pub end: usize,
    pub severity: Severity,
    /// Stable: one of [`crate::CODES`].
    pub code: &'static str,
    pub message: String,
    /// What to write instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}

/// Whether a playbook with the problem can be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Error,
    Warning,
}

impl Diagnostic {
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// One line: `people.yaml:3:5 error unknown-person: …`.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, .. } = self;
        write!(f, "{file}:{line}:{column} {} {}: {}", self.severity, self.code, self.message)?;
        match &self.suggestion {
            Some(suggestion) => write!(f, " → {suggestion}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}
