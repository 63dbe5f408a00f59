//! One problem in a playbook, as people and programs read it.

use std::fmt;

use domain::plural::counted;
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

/// So many of the other places are named to people.
const SHOWN: usize = 3;

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
    /// What can stand at this place, written out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
    /// The other places that are wrong for the same reason.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Spot>,
    /// What is missing, where something is: problems that have it in common are told once.
    #[serde(skip)]
    pub(crate) cause: Option<String>,
}

/// A place in a file of the playbook, 1-based.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Spot {
    pub file: String,
    pub line: usize,
    pub column: usize,
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
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

    pub(crate) fn spot(&self) -> Spot {
        Spot { file: self.file.clone(), line: self.line, column: self.column }
    }

    /// `also at pools.yaml:7:14, pools.yaml:7:22 and in 3 more places`; none if this is the only place.
    pub(crate) fn also_at(&self) -> Option<String> {
        let shown: Vec<String> = self.also.iter().take(SHOWN).map(Spot::to_string).collect();
        let more = match self.also.len().saturating_sub(SHOWN) {
            0 => String::new(),
            many => format!(" and in {}", counted(many, "more place")),
        };
        (!shown.is_empty()).then(|| format!("also at {}{more}", shown.join(", ")))
    }
}

/// One line: `people.yaml:3:5 error unknown-person: …`.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, .. } = self;
        write!(f, "{file}:{line}:{column} {} {}: {}", self.severity, self.code, self.message)?;
        if let Some(suggestion) = &self.suggestion {
            write!(f, " → {suggestion}")?;
        }
        if let Some(example) = &self.example {
            write!(f, " (for example {example})")?;
        }
        match self.also_at() {
            Some(places) => write!(f, " ({places})"),
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
