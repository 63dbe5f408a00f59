//! The words for one test: what it demands, what it states, and what was found.

use super::{Comparison, Finding, Note};
use crate::{calendar::Zone, instant::Instant, value::Value};

/// Longer values are cut, so that a message of a page does not bury the reason.
const LONGEST_VALUE: usize = 60;

/// The organisation's clock, and the moment from which it is read.
#[derive(Clone, Copy)]
pub(super) struct Wall<'a> {
    pub zone: &'a Zone,
    pub now: Instant,
}

/// What follows *must*: `be over 10`, `not be missing`.
pub(super) fn demand(finding: &Finding, negated: bool, wall: Wall<'_>) -> String {
    let [must, must_not, _, _] = words(&finding.test.comparison);
    with_object(if negated { must_not } else { must }, &finding.test.comparison, wall)
}

/// What is so: `over 10`, `is DE`, `does not contain "call me"`.
pub(super) fn statement(finding: &Finding, negated: bool, wall: Wall<'_>) -> String {
    let [_, _, is, is_not] = words(&finding.test.comparison);
    let mut statement = with_object(if negated { is_not } else { is }, &finding.test.comparison, wall);
    // A negation holds where the field is missing: said, so that it does not surprise.
    if negated && finding.note == Some(Note::Missing) {
        statement.push_str(" or missing");
    }
    statement
}

/// What was found: `was 8`, `it is missing`, `went from open to won`.
pub(super) fn found(finding: &Finding, wall: Wall<'_>) -> String {
    let comparison = &finding.test.comparison;
    let Finding { actual, before, note, .. } = finding;
    match (actual, note) {
        _ if matches!(comparison, Comparison::Changed | Comparison::ChangedTo(_)) => {
            change(before.as_ref(), actual.as_ref(), wall)
        }
        (None, _) => "it is missing".to_owned(),
        (Some(actual), Some(Note::WrongType)) => {
            format!("was {}, {}", short(actual, wall), wrong_type(actual, comparison))
        }
        (Some(actual), Some(Note::OtherCurrency)) => format!("was {}, which is another currency", short(actual, wall)),
        (Some(actual), _) => format!("was {}", short(actual, wall)),
    }
}

fn change(before: Option<&Value>, actual: Option<&Value>, wall: Wall<'_>) -> String {
    match (before, actual) {
        (None, None) => "it is still missing".to_owned(),
        (before, Some(actual)) if before == Some(actual) => format!("it is still {}", short(actual, wall)),
        (before, actual) => {
            let name = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), |value| short(value, wall));
            format!("went from {} to {}", name(before), name(actual))
        }
    }
}

fn wrong_type(actual: &Value, comparison: &Comparison) -> String {
    let actual = type_name(actual);
    let wanted = match comparison {
        Comparison::StartsWith(_) | Comparison::EndsWith(_) => "text",
        Comparison::OlderThan(_) | Comparison::NewerThan(_) | Comparison::Within(_) => "a date",
        Comparison::Contains(_) | Comparison::DoesNotContain(_) if actual != "text" => "text or a list",
        other => other.values().first().map_or("comparable", type_name),
    };
    match actual == wanted {
        true => format!("which is {actual} and has no order"),
        false => format!("which is {actual} and not {wanted}"),
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Text(_) => "text",
        Value::Number(_) => "a number",
        Value::YesNo(_) => "yes or no",
        Value::Date(_) => "a date",
        Value::Instant(_) => "a moment",
        Value::Money { .. } => "money",
        Value::List(_) => "a list",
    }
}

/// After *must*, after *must* when negated, as a fact, as a fact when negated.
fn words(comparison: &Comparison) -> [&'static str; 4] {
    use Value::{Date, Instant};
    match comparison {
        Comparison::Over(Date(_) | Instant(_)) => ["be after", "not be after", "after", "not after"],
        Comparison::AtLeast(Date(_)) => ["be on or after", "not be on or after", "on or after", "not on or after"],
        Comparison::AtLeast(Instant(_)) => ["be at or after", "not be at or after", "at or after", "not at or after"],
        Comparison::Under(Date(_) | Instant(_)) => ["be before", "not be before", "before", "not before"],
        Comparison::AtMost(Date(_)) => ["be on or before", "not be on or before", "on or before", "not on or before"],
        Comparison::AtMost(Instant(_)) => {
            ["be at or before", "not be at or before", "at or before", "not at or before"]
        }
        Comparison::Is(_) => ["be", "not be", "is", "is not"],
        Comparison::IsNot(_) => ["not be", "be", "is not", "is"],
        Comparison::Over(_) => ["be over", "not be over", "over", "not over"],
        Comparison::AtLeast(_) => ["be at least", "not be at least", "at least", "not at least"],
        Comparison::Under(_) => ["be under", "not be under", "under", "not under"],
        Comparison::AtMost(_) => ["be at most", "not be at most", "at most", "not at most"],
        Comparison::In(_) => ["be one of", "not be one of", "one of", "not one of"],
        Comparison::NotIn(_) => ["not be one of", "be one of", "not one of", "one of"],
        Comparison::Contains(_) => ["contain", "not contain", "contains", "does not contain"],
        Comparison::DoesNotContain(_) => ["not contain", "contain", "does not contain", "contains"],
        Comparison::StartsWith(_) => ["start with", "not start with", "starts with", "does not start with"],
        Comparison::EndsWith(_) => ["end with", "not end with", "ends with", "does not end with"],
        Comparison::IsMissing => ["be missing", "be present", "is missing", "is present"],
        Comparison::IsPresent => ["be present", "be missing", "is present", "is missing"],
        Comparison::Changed => ["have changed", "not have changed", "changed", "did not change"],
        Comparison::ChangedTo(_) => ["have changed to", "not have changed to", "changed to", "did not change to"],
        Comparison::OlderThan(_) => ["be older than", "not be older than", "older than", "not older than"],
        Comparison::NewerThan(_) => ["be newer than", "not be newer than", "newer than", "not newer than"],
        Comparison::Within(_) => {
            ["be within the next", "not be within the next", "within the next", "not within the next"]
        }
    }
}

fn with_object(words: &str, comparison: &Comparison, wall: Wall<'_>) -> String {
    match comparison {
        Comparison::IsMissing | Comparison::IsPresent | Comparison::Changed => words.to_owned(),
        Comparison::OlderThan(span) | Comparison::NewerThan(span) | Comparison::Within(span) => {
            format!("{words} {span}")
        }
        Comparison::StartsWith(text) | Comparison::EndsWith(text) => format!("{words} \"{}\"", cut(text)),
        Comparison::Contains(Value::Text(text)) | Comparison::DoesNotContain(Value::Text(text)) => {
            format!("{words} \"{}\"", cut(text))
        }
        several => {
            let values = several.values().iter().map(|value| short(value, wall)).collect::<Vec<_>>();
            format!("{words} {}", values.join(", "))
        }
    }
}

fn short(value: &Value, wall: Wall<'_>) -> String {
    cut(&value.describe(wall.zone, wall.now))
}

fn cut(text: &str) -> String {
    let mut words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = words.char_indices().nth(LONGEST_VALUE) {
        words.truncate(end);
        words.push('…');
    }
    words
}
