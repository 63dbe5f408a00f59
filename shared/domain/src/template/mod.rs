//! The language of templates: what a playbook's author may write into a text, and how it is filled.
//!
//! ```text
//! Hello {{ lead.first_name or "there" }},
//! {% if lead.products %}you asked about {{ lead.products | join(" and ") }}.{% endif %}
//! ```
//!
//! Only the author of a playbook writes templates. What people type is a *value*: it is put in once and never read as
//! template. There are no calls, no arithmetic and no way to reach anything but the values, and filling is metered
//! ([`meter`]): whatever a template says, it ends soon and stays small. That is why the language is our own. A general
//! engine counts instructions, but one instruction may double a text: thirty of them ended the process. Here every byte
//! is paid for before it is copied. Besides, `{{ big-deal.name }}` is a name and no subtraction, and the check of a
//! playbook gets the fields and their places from the same tree.
//!
//! E-mails are filled where they are sent, from the entry that asked for them, so that histories hold no letters.
//! Notices and titles of tasks are filled by the decision: what is stored of them is text and never a template.

mod ast;
mod expression;
mod fill;
mod filter;
mod instead;
mod meter;
mod problems;
mod reference;
mod scan;
mod statement;
mod token;

use std::{collections::BTreeMap, ops::Range};

use crate::value::Fields;

pub use meter::{MOST_OUTPUT, MOST_STEPS, MOST_WORK};
pub use reference::Reference;

/// What a template can be filled with: `lead.name` is the field `name` of `lead`.
pub type Values = BTreeMap<String, Fields>;

/// A text with merge fields, read and ready to be filled.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    nodes: Vec<ast::Node>,
}

/// Why a text is no template, where in it, and what may be meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    pub message: String,
    /// Bytes of the text.
    pub span: Range<usize>,
    pub suggestion: Option<String>,
}

impl SyntaxError {
    fn new(message: impl Into<String>, span: Range<usize>) -> Self {
        Self { message: message.into(), span, suggestion: None }
    }
}

/// Why a template could not be filled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FillError {
    #[error("{0}")]
    Syntax(#[from] SyntaxError),
    #[error("the text would be longer than {} KB; shorten the template, or the values in it", MOST_OUTPUT / 1_000)]
    TooLong,
    #[error("filling the template takes more than {} MB of memory; it makes a text longer again and again", MOST_WORK / 1_000_000)]
    TooMuchWork,
    #[error("filling the template takes more than {MOST_STEPS} steps; it repeats something too often")]
    TooManySteps,
}

impl Template {
    /// Reads a text, or says what is wrong with it first. Of a line end that ends it nothing is kept, so that a file
    /// and a line of YAML read the same.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        let (template, problems) = Self::read(text);
        problems.into_iter().next().map_or(Ok(template), Err)
    }

    /// As much of a text as can be read, and everything that is wrong with it, in the order of the text. What only
    /// follows from something else that is told, is not.
    pub fn read(text: &str) -> (Self, Vec<SyntaxError>) {
        let text = text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text));
        let mut problems = problems::Problems::default();
        let pieces = scan::scan(text, &mut problems);
        let nodes = statement::read(pieces, &mut problems);
        (Self { nodes }, problems.in_order())
    }

    /// The text with its merge fields filled. A field without a value leaves a gap; it does not keep a letter from
    /// going out.
    pub fn fill(&self, values: &Values) -> Result<String, FillError> {
        fill::fill(&self.nodes, values)
    }

    /// The fields it names, in order, with their places.
    pub fn references(&self) -> Vec<Reference<'_>> {
        reference::of(&self.nodes)
    }
}

/// Whether a text has no merge fields and no statements: it says the same, whatever it is filled with.
pub fn is_plain(text: &str) -> bool {
    scan::is_plain(text)
}

/// Reads and fills a text that is used once.
pub fn fill(text: &str, values: &Values) -> Result<String, FillError> {
    Template::parse(text)?.fill(values)
}

#[cfg(test)]
mod tests;
