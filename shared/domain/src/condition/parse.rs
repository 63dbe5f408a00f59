//! Reads condition text: `lead.score > 40 and (lead.vip is yes or not (lead.country in [DE, AT]))`.
//!
//! `and` binds tighter than `or`. Every refusal says at which byte and what was expected there.

use std::str::FromStr;

use super::{
    Comparison, ComparisonError, Condition, FieldPath, FieldPathError, MAX_DEPTH, MAX_TESTS, MAX_TEXT, Test,
    comparison::OPS,
    literal::Written,
    token::{Placed, Token, tokens},
};
use crate::value::Value;

/// Condition text that cannot be read: where, and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at byte {at}: {problem}")]
pub struct ParseError {
    /// Bytes from the start of the text.
    pub at: usize,
    pub problem: ParseProblem,
}

/// What is wrong with condition text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseProblem {
    #[error("expected a condition, for example lead.score > 40")]
    Empty,
    #[error("expected a field, for example lead.score")]
    Field,
    #[error(transparent)]
    Path(#[from] FieldPathError),
    #[error("expected a comparison after {field}; choose from {}", OPS.join(", "))]
    Comparison { field: FieldPath },
    /// `not lead.email`, `lead.email`.
    #[error(
        "`{field}` alone is no condition; write {field} is {}, or {field} is {} if it is a yes or no",
        if *negated { "missing" } else { "present" },
        if *negated { "no" } else { "yes" }
    )]
    Alone { field: FieldPath, negated: bool },
    /// A way to say it that other languages have.
    #[error("`{guess}` is not a comparison; {instead}")]
    Guess { guess: String, instead: String },
    /// `lead.country is DE or FR`.
    #[error("`{value}` stands alone after `{joint}`; {instead}")]
    LoneValue { value: String, joint: &'static str, instead: String },
    /// `lead.country is DE, FR`.
    #[error("several values need brackets: write {0} in [DE, AT]")]
    Commas(FieldPath),
    #[error("write `{write}` instead of `{found}`")]
    JointSign { found: &'static str, write: &'static str },
    #[error("`{0}` is not a comparison; write one of is, is not, >, >=, <, <=")]
    Symbol(String),
    #[error("expected `{expected}` after `{after}`")]
    Word { after: &'static str, expected: &'static str },
    #[error("expected a value after `{0}`, for example 40 or \"New Zealand\"")]
    Value(&'static str),
    #[error("`{0}` is a word of the language; as a value it needs quotes: \"{0}\"")]
    Keyword(String),
    #[error("a value of several words needs quotes: \"{0}\"")]
    SeveralWords(String),
    #[error("expected a comma or `]` in the list")]
    Comma,
    #[error("`{0}` is too large, or money with more than two decimals")]
    OutOfRange(String),
    #[error(transparent)]
    Operand(#[from] ComparisonError),
    #[error("`within` looks ahead; for the past write `newer than`")]
    WithinTheLast,
    #[error("expected `and`, `or` or the end")]
    Joint,
    #[error("this bracket is never closed")]
    Bracket,
    #[error("this text is never closed; it needs another {0}")]
    Unclosed(char),
    #[error("after a backslash only \\ \" ' n r t are known")]
    Escape,
    #[error("a condition nests at most {MAX_DEPTH} deep")]
    TooDeep,
    #[error("a condition holds at most {MAX_TESTS} tests")]
    TooManyTests,
    #[error("a condition is at most {MAX_TEXT} bytes long")]
    TooLong,
}

impl FromStr for Condition {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        if text.len() > MAX_TEXT {
            return Err(ParseError { at: MAX_TEXT, problem: ParseProblem::TooLong });
        }
        let tokens = tokens(text)?;
        if tokens.is_empty() {
            return Err(ParseError { at: 0, problem: ParseProblem::Empty });
        }
        let mut parser = Parser { text, tokens, next: 0, tests: 0, last: None };
        let condition = parser.group(0)?;
        match parser.peek() {
            Some(_) => Err(parser.no_joint()),
            None if condition.depth() > MAX_DEPTH => Err(ParseError { at: 0, problem: ParseProblem::TooDeep }),
            None => Ok(condition),
        }
    }
}

pub(super) type Parsed<T> = Result<T, ParseError>;

/// Where reading stands. Groups are read here, comparisons in `operator`.
pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: Vec<Placed<'a>>,
    pub(super) next: usize,
    tests: usize,
    /// The test that was read last.
    last: Option<Test>,
}

impl<'a> Parser<'a> {
    fn group(&mut self, depth: usize) -> Parsed<Condition> {
        let mut parts = vec![self.conjunction(depth)?];
        while self.take("or") {
            parts.push(self.conjunction(depth)?);
        }
        Ok(single_or(parts, Condition::Any))
    }

    fn conjunction(&mut self, depth: usize) -> Parsed<Condition> {
        let mut parts = vec![self.part(depth)?];
        while self.take("and") {
            parts.push(self.part(depth)?);
        }
        Ok(single_or(parts, Condition::All))
    }

    fn part(&mut self, depth: usize) -> Parsed<Condition> {
        // Twice, because `not (…)` is one level of the tree but two here; the tree is measured at the end.
        if depth > 2 * MAX_DEPTH {
            return Err(self.error(ParseProblem::TooDeep));
        }
        if self.take("not") {
            return Ok(Condition::Not(Box::new(self.part(depth + 1)?)));
        }
        if self.peek() != Some(&Token::Open) {
            return self.test().map(Condition::Test);
        }
        let opened = self.at();
        self.next += 1;
        let inside = self.group(depth + 1)?;
        match self.peek() {
            Some(Token::Close) => self.next += 1,
            Some(_) => return Err(self.no_joint()),
            None => return Err(ParseError { at: opened, problem: ParseProblem::Bracket }),
        }
        Ok(inside)
    }

    fn test(&mut self) -> Parsed<Test> {
        let Some(Token::Word(word)) = self.peek() else {
            return Err(self.lone_value().unwrap_or_else(|| self.error(ParseProblem::Field)));
        };
        let field: FieldPath = word
            .parse()
            .map_err(|error: FieldPathError| self.lone_value().unwrap_or_else(|| self.error(error.into())))?;
        self.tests += 1;
        if self.tests > MAX_TESTS {
            return Err(self.error(ParseProblem::TooManyTests));
        }
        self.next += 1;
        let comparison = self.comparison(&field)?;
        let test = Test { field, comparison };
        self.last = Some(test.clone());
        Ok(test)
    }

    /// What follows a test is no `and` or `or`.
    fn no_joint(&self) -> ParseError {
        let problem = match (self.peek(), &self.last) {
            (Some(Token::Comma), Some(last)) => ParseProblem::Commas(last.field.clone()),
            (Some(Token::Word("&&")), _) => ParseProblem::JointSign { found: "&&", write: "and" },
            (Some(Token::Word("||")), _) => ParseProblem::JointSign { found: "||", write: "or" },
            _ => ParseProblem::Joint,
        };
        self.error(problem)
    }

    /// A value that stands where the next test should begin: the field was not written again.
    fn lone_value(&self) -> Option<ParseError> {
        let last = self.last.as_ref()?;
        let value = match self.peek()? {
            Token::Word(word) => Value::text(*word),
            Token::Quoted(text) => Value::text(text.as_str()),
            _ => return None,
        };
        let joint = match &self.tokens.get(self.next.checked_sub(1)?)?.token {
            Token::Word(word) if word.eq_ignore_ascii_case("or") => "or",
            Token::Word(word) if word.eq_ignore_ascii_case("and") => "and",
            _ => return None,
        };
        let (field, written) = (&last.field, Written(&value));
        let instead = match (&last.comparison, joint) {
            (Comparison::Is(first), "or") => {
                format!("for several values write {field} in [{}, {written}]", Written(first))
            }
            (comparison, _) => format!("write the field again: {field} {} {written}", comparison.op()),
        };
        Some(self.error(ParseProblem::LoneValue { value: written.to_string(), joint, instead }))
    }

    pub(super) fn peek(&self) -> Option<&Token<'a>> {
        self.tokens.get(self.next).map(|placed| &placed.token)
    }

    /// Where the next token starts, or the text ends.
    pub(super) fn at(&self) -> usize {
        self.tokens.get(self.next).map_or(self.text.len(), |placed| placed.at)
    }

    pub(super) fn error(&self, problem: ParseProblem) -> ParseError {
        ParseError { at: self.at(), problem }
    }

    /// Takes the next token if it is this word, in small letters or capitals.
    pub(super) fn take(&mut self, word: &str) -> bool {
        let taken = matches!(self.peek(), Some(Token::Word(next)) if next.eq_ignore_ascii_case(word));
        self.next += usize::from(taken);
        taken
    }
}

fn single_or(mut parts: Vec<Condition>, group: fn(Vec<Condition>) -> Condition) -> Condition {
    if parts.len() > 1 { group(parts) } else { parts.remove(0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let condition: Condition = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(condition.to_string(), expected);
        assert_eq!(expected.parse(), Ok(condition), "the canonical text reads back");
    }

    fn refuse(text: &str, at: usize, problem: &str) {
        let error = text.parse::<Condition>().unwrap_err();
        assert_eq!((error.at, error.problem.to_string().as_str()), (at, problem), "{text}");
    }

    #[test]
    fn every_way_to_write_a_comparison_has_one_canonical_text() {
        for (text, expected) in [
            ("lead.score > 40", "lead.score > 40"),
            ("lead.score>40", "lead.score > 40"),
            ("lead.score is over 40", "lead.score > 40"),
            ("lead.score more than 40", "lead.score > 40"),
            ("company.employees at least 10", "company.employees >= 10"),
            ("company.employees is at most 10", "company.employees <= 10"),
            ("lead.score less than 4.50", "lead.score < 4.5"),
            ("lead.country = DE", "lead.country is DE"),
            ("lead.country == 'DE'", "lead.country is DE"),
            ("lead.country IS not DE", "lead.country is not DE"),
            ("lead.country <> DE", "lead.country is not DE"),
            ("lead.country is NO", "lead.country is NO"),
            ("lead.score > 5 AND lead.vip = no", "lead.score > 5 and lead.vip is no"),
            ("lead.country is AND and lead.vip is yes", "lead.country is AND and lead.vip is yes"),
            ("lead.vip is yes", "lead.vip is yes"),
            ("lead.vip = true", "lead.vip is yes"),
            ("lead.vip is not \"yes\"", "lead.vip is not \"yes\""),
            ("lead.country in [DE,AT,'New Zealand']", "lead.country in [DE, AT, \"New Zealand\"]"),
            ("lead.country is not in [OR, IN]", "lead.country not in [OR, IN]"),
            ("lead.message contains \"call me\"", "lead.message contains \"call me\""),
            ("lead.email does not contain @gmail.com", "lead.email does not contain \"@gmail.com\""),
            ("lead.email ends with .edu", "lead.email ends with \".edu\""),
            ("lead.phone starts with \"+49\"", "lead.phone starts with \"+49\""),
            ("lead.phone is not present", "lead.phone is missing"),
            ("lead.phone is not missing", "lead.phone is present"),
            ("lead.stage changed", "lead.stage changed"),
            ("lead.stage changed to won", "lead.stage changed to won"),
            ("lead.last_contact is older than 30 days", "lead.last_contact older than 30 days"),
            ("deal.renewal within the next 90 days", "deal.renewal within 90 days"),
            ("deal.renewal before 2026-12-01", "deal.renewal < 2026-12-01"),
            ("deal.amount > 2500 EUR", "deal.amount > 2500.00 EUR"),
            ("event.at >= 2026-12-01T10:00+01:00", "event.at >= 2026-12-01T09:00:00Z"),
        ] {
            check(text, expected);
        }
    }

    #[test]
    fn and_binds_tighter_than_or_and_brackets_are_written_out() {
        check("a.a > 1 or a.b > 1 and a.c > 1", "a.a > 1 or (a.b > 1 and a.c > 1)");
        check("(a.a > 1 OR a.b > 1) AND a.c > 1", "(a.a > 1 or a.b > 1) and a.c > 1");
        check("not a.a > 1 and a.b > 1", "not (a.a > 1) and a.b > 1");
        check("not (a.a > 1 and a.b > 1)", "not (a.a > 1 and a.b > 1)");
        check("((a.a > 1))", "a.a > 1");
        check("a.a > 1 and (a.b > 1 and a.c > 1)", "a.a > 1 and (a.b > 1 and a.c > 1)");
    }

    #[test]
    fn a_refusal_says_where_and_what_was_expected() {
        for (text, at, problem) in [
            ("", 0, "expected a condition, for example lead.score > 40"),
            (
                "lead.score likes 40",
                11,
                "expected a comparison after lead.score; choose from is, is not, >, >=, <, <=, in, not in, contains, \
                 does not contain, starts with, ends with, is missing, is present, changed, changed to, older than, \
                 newer than, within",
            ),
            ("score > 40", 0, "`score` does not name a field; write the record and its field, for example lead.score"),
            ("> 40", 0, "expected a field, for example lead.score"),
            ("lead.score =< 40", 11, "`=<` is not a comparison; write one of is, is not, >, >=, <, <="),
            ("lead.score >", 12, "expected a value after `>`, for example 40 or \"New Zealand\""),
            ("lead.score > 1e400", 13, "`1e400` is too large, or money with more than two decimals"),
            ("lead.stage is closed won", 21, "a value of several words needs quotes: \"closed won\""),
            ("lead.stage is and", 14, "`and` is a word of the language; as a value it needs quotes: \"and\""),
            ("lead.stage is [a, b]", 14, "`is` compares with one value, not a list; use `in` for several"),
            ("lead.stage in DE", 14, "`in` needs a list with at least one value, for example [DE, AT]"),
            ("lead.stage in []", 14, "`in` needs a list with at least one value, for example [DE, AT]"),
            ("lead.stage in [a b]", 17, "expected a comma or `]` in the list"),
            ("lead.stage in [a, b", 19, "expected a comma or `]` in the list"),
            ("lead.stage starts with 4", 23, "`starts with` needs a text"),
            ("lead.stage starts 4", 18, "expected `with` after `starts`"),
            ("lead.score > 40 lead.vip is yes", 16, "expected `and`, `or` or the end"),
            ("lead.score > 40 and", 19, "expected a field, for example lead.score"),
            ("(lead.score > 40", 0, "this bracket is never closed"),
            ("lead.score > 40)", 15, "expected `and`, `or` or the end"),
            ("lead.name is \"Ada", 13, "this text is never closed; it needs another \""),
            ("lead.name is \"\\x\"", 14, "after a backslash only \\ \" ' n r t are known"),
            ("lead.seen within the last 3 days", 21, "`within` looks ahead; for the past write `newer than`"),
        ] {
            refuse(text, at, problem);
        }
    }

    #[test]
    fn a_length_of_time_that_cannot_be_read_is_refused_at_its_place() {
        let error = "lead.seen older than three moons and a.b > 1".parse::<Condition>().unwrap_err();
        assert_eq!(error.at, 21);
        assert!(error.problem.to_string().starts_with("`older than` needs a length of time"), "{error}");
    }

    #[test]
    fn size_and_depth_have_limits() {
        let problem = |text: String| text.parse::<Condition>().unwrap_err().problem;
        assert_eq!(problem("(".repeat(8000)), ParseProblem::TooDeep);
        assert_eq!(problem("not ".repeat(2000)), ParseProblem::TooDeep);
        assert_eq!(problem("x".repeat(MAX_TEXT + 1)), ParseProblem::TooLong);
        assert_eq!(problem(vec!["a.b>1"; MAX_TESTS + 1].join(" or ")), ParseProblem::TooManyTests);
        assert!(vec!["a.b>1"; MAX_TESTS].join(" or ").parse::<Condition>().is_ok());
        let deepest: Condition = format!("{}a.b > 1", "not ".repeat(MAX_DEPTH)).parse().unwrap();
        assert_eq!(deepest.to_string().parse(), Ok(deepest));
        assert_eq!(problem(format!("{}a.b > 1", "not ".repeat(MAX_DEPTH + 1))), ParseProblem::TooDeep);
    }
}
