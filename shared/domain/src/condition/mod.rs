//! The condition language: typed comparisons nested with all / any / not.
//!
//! One tree, two written forms: text (`lead.score > 40 and company.employees > 10`) for people, and JSON
//! (`{"all": [{"field": "lead.score", "op": ">", "value": 40}]}`) for storage and the console. A verdict says
//! which part failed and with which value. What each comparison means, and what a missing field or a value
//! of another type does, is written in `evaluate`. Nothing here knows records or the schema: both come in
//! through the traits [`Facts`] and [`FieldTypes`].

mod check;
mod comparison;
mod contradiction;
mod evaluate;
mod guess;
mod implication;
mod json;
mod literal;
mod matching;
mod operator;
mod parse;
mod path;
mod print;
mod recover;
mod sentence;
mod token;
mod verdict;
mod wording;

pub use check::{Code, FieldTypes, Problem, Severity};
pub use comparison::{Comparison, ComparisonError};
pub use evaluate::Facts;
pub use json::LIST_WITHOUT_ALL;
pub use operator::operators;
pub use parse::{ParseError, ParseProblem};
pub use path::{FieldPath, FieldPathError};
pub use recover::{Recovered, recover};
pub use verdict::{Finding, Note, Verdict};

/// Groups and negations may nest so deep.
pub const MAX_DEPTH: usize = 32;
/// A condition may hold so many tests.
pub const MAX_TESTS: usize = 500;
/// A condition written as text may be so many bytes long.
pub const MAX_TEXT: usize = 8 * 1024;

/// A question about a record that is answered with yes or no, and with the reason.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Test(Test),
}

/// One field, compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    pub field: FieldPath,
    pub comparison: Comparison,
}

impl Condition {
    /// Every field the condition reads, as often as it reads it, in the order written.
    pub fn fields(&self) -> impl Iterator<Item = &FieldPath> {
        self.tests().map(|test| &test.field)
    }

    /// Every test, in the order written.
    pub fn tests(&self) -> impl Iterator<Item = &Test> {
        let mut rest = vec![self];
        std::iter::from_fn(move || {
            loop {
                match rest.pop()? {
                    Self::All(parts) | Self::Any(parts) => rest.extend(parts.iter().rev()),
                    Self::Not(part) => rest.push(part),
                    Self::Test(test) => return Some(test),
                }
            }
        })
    }

    /// How many groups and negations lie around the deepest test.
    fn depth(&self) -> usize {
        match self {
            Self::All(parts) | Self::Any(parts) => 1 + parts.iter().map(Self::depth).max().unwrap_or(0),
            Self::Not(part) => 1 + part.depth(),
            Self::Test(_) => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_in_the_order_written() {
        let condition: Condition = "not (lead.a > 1 and (lead.b > 1 or lead.c > 1)) and lead.a < 9".parse().unwrap();
        let fields: Vec<String> = condition.fields().map(ToString::to_string).collect();
        assert_eq!(fields, ["lead.a", "lead.b", "lead.c", "lead.a"]);
    }
}
