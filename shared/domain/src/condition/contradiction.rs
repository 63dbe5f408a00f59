//! Pairs of tests of one field where both cannot hold, or one always does.
//!
//! Two at a time: what takes three tests to see is not found. Nothing that depends on `now` is judged.

use std::{cmp::Ordering, mem::discriminant};

use super::{Code, Comparison, Condition, Facts, FieldPath, Problem, Severity, Test, matching::order};
use crate::{instant::Instant, value::Value};

/// At most one warning for each field of each group.
pub(super) fn find(condition: &Condition) -> Vec<Problem> {
    let mut problems = Vec::new();
    visit(condition, &mut problems);
    problems
}

fn visit(condition: &Condition, problems: &mut Vec<Problem>) {
    match condition {
        Condition::Test(_) => {}
        Condition::Not(part) => visit(part, problems),
        Condition::All(parts) => {
            problems.extend(pairs(parts, exclude).into_iter().map(|(one, other)| always_false(one, other)));
            parts.iter().for_each(|part| visit(part, problems));
        }
        Condition::Any(parts) => {
            problems.extend(pairs(parts, cover).into_iter().map(|(one, other)| always_true(one, other)));
            parts.iter().for_each(|part| visit(part, problems));
        }
    }
}

fn always_false(one: &Test, other: &Test) -> Problem {
    Problem {
        code: Code::AlwaysFalse,
        severity: Severity::Warning,
        message: format!("no {} can be both, so this never holds", one.field),
        suggestion: None,
        test: format!("{one} and {other}"),
    }
}

fn always_true(one: &Test, other: &Test) -> Problem {
    let missing = [one, other].iter().any(|test| test.comparison == Comparison::IsMissing);
    let present = Test { field: one.field.clone(), comparison: Comparison::IsPresent };
    Problem {
        code: Code::AlwaysTrue,
        severity: Severity::Warning,
        message: format!("every {} is one of these, so this decides nothing", one.field),
        suggestion: (!missing).then(|| present.to_string()),
        test: format!("{one} or {other}"),
    }
}

/// The first pair of tests of each field, directly in this group, of which `judge` says yes.
fn pairs<'a>(parts: &'a [Condition], judge: fn(&Test, &Test) -> bool) -> Vec<(&'a Test, &'a Test)> {
    let test = |part: &'a Condition| if let Condition::Test(test) = part { Some(test) } else { None };
    let tests: Vec<&Test> = parts.iter().filter_map(test).collect();
    let mut found: Vec<(&Test, &Test)> = Vec::new();
    for (index, one) in tests.iter().enumerate() {
        if found.iter().any(|(known, _)| known.field == one.field) {
            continue;
        }
        let rest = tests[index + 1..].iter().filter(|other| other.field == one.field);
        found.extend(rest.filter(|other| judge(one, other)).map(|other| (*one, *other)).take(1));
    }
    found
}

/// Whether no value satisfies both.
pub(super) fn exclude(one: &Test, other: &Test) -> bool {
    let apart = |bounds: Bounds| match bounds.lower_to_upper {
        Ordering::Less => false,
        Ordering::Equal => bounds.inclusive < 2,
        Ordering::Greater => true,
    };
    rules_out(one, other) || rules_out(other, one) || bounds(one, other).is_some_and(apart)
}

fn rules_out(one: &Test, other: &Test) -> bool {
    match (&one.comparison, &other.comparison) {
        (Comparison::IsMissing, Comparison::IsMissing | Comparison::Changed) => false,
        (Comparison::IsMissing, _) => true,
        (Comparison::Contains(part), Comparison::DoesNotContain(no_part)) => part == no_part,
        (Comparison::Is(_) | Comparison::In(_) | Comparison::ChangedTo(_), _) => {
            one.comparison.values().iter().all(|value| answer(other, value) == Some(false))
        }
        _ => false,
    }
}

/// Whether every value satisfies one of them.
fn cover(one: &Test, other: &Test) -> bool {
    let overlap = |bounds: Bounds| match bounds.lower_to_upper {
        Ordering::Less => true,
        Ordering::Equal => bounds.inclusive > 0,
        Ordering::Greater => false,
    };
    completes(one, other) || completes(other, one) || bounds(one, other).is_some_and(overlap)
}

fn completes(one: &Test, other: &Test) -> bool {
    match (&one.comparison, &other.comparison) {
        (Comparison::IsMissing, Comparison::IsPresent) => true,
        (Comparison::Contains(part), Comparison::DoesNotContain(no_part)) => part == no_part,
        (_, Comparison::ChangedTo(_)) | (Comparison::ChangedTo(_), _) => false,
        (Comparison::IsNot(_) | Comparison::NotIn(_), _) => {
            one.comparison.values().iter().all(|value| answer(other, value) == Some(true))
        }
        _ => false,
    }
}

/// Where a lower bound lies beside an upper one, in either order.
struct Bounds {
    lower_to_upper: Ordering,
    /// How many of the two bounds include the bound itself.
    inclusive: usize,
}

fn bounds(one: &Test, other: &Test) -> Option<Bounds> {
    let (lower, upper) = match (lower(one), upper(other)) {
        (Some(lower), Some(upper)) => (lower, upper),
        _ => (lower(other)?, upper(one)?),
    };
    let alike = discriminant(lower.0) == discriminant(upper.0);
    let lower_to_upper = order(&Only(lower.0), lower.0, upper.0).ok().filter(|_| alike)?;
    Some(Bounds { lower_to_upper, inclusive: usize::from(lower.1) + usize::from(upper.1) })
}

fn lower(test: &Test) -> Option<(&Value, bool)> {
    match &test.comparison {
        Comparison::Over(value) => Some((value, false)),
        Comparison::AtLeast(value) => Some((value, true)),
        _ => None,
    }
}

fn upper(test: &Test) -> Option<(&Value, bool)> {
    match &test.comparison {
        Comparison::Under(value) => Some((value, false)),
        Comparison::AtMost(value) => Some((value, true)),
        _ => None,
    }
}

/// What a test says of this value; none if that depends on more, or the types differ.
fn answer(test: &Test, value: &Value) -> Option<bool> {
    let depends = matches!(
        test.comparison,
        Comparison::OlderThan(_) | Comparison::NewerThan(_) | Comparison::Within(_) | Comparison::Changed
    );
    // A date and a moment compare by day, which says nothing about the moment itself.
    let alike = test.comparison.values().iter().all(|wanted| discriminant(wanted) == discriminant(value));
    (!depends && alike).then(|| Condition::Test(test.clone()).holds(&Only(value), Instant::default()))
}

/// A record whose every field has this value, and had none before.
struct Only<'a>(&'a Value);

impl Facts for Only<'_> {
    fn value(&self, _: &FieldPath) -> Option<&Value> {
        Some(self.0)
    }

    fn before(&self, _: &FieldPath) -> Option<&Value> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let problems = find(&text.parse().unwrap());
        let found: Vec<String> = problems.iter().map(|problem| format!("{}: {}", problem.code, problem.test)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn two_tests_that_cannot_both_hold_are_found() {
        check("a.x > 5 and a.y is 1 and a.x < 3", &["always-false: a.x > 5 and a.x < 3"]);
        check("a.x > 5 and a.x < 5", &["always-false: a.x > 5 and a.x < 5"]);
        check("a.x >= 5 and a.x < 5", &["always-false: a.x >= 5 and a.x < 5"]);
        check("a.x is won and a.x is lost", &["always-false: a.x is won and a.x is lost"]);
        check("a.x is Won and a.x is not won", &["always-false: a.x is Won and a.x is not won"]);
        check("a.x in [a, b] and a.x in [c, d]", &["always-false: a.x in [a, b] and a.x in [c, d]"]);
        check("a.x is 3 and a.x > 5", &["always-false: a.x is 3 and a.x > 5"]);
        check("a.x changed to won and a.x is lost", &["always-false: a.x changed to won and a.x is lost"]);
        check("a.x is missing and a.x > 5", &["always-false: a.x is missing and a.x > 5"]);
        check(
            "a.x contains b and a.x does not contain b",
            &["always-false: a.x contains b and a.x does not contain b"],
        );
        check("a.y is 1 or (a.x > 5 and a.x < 3)", &["always-false: a.x > 5 and a.x < 3"]);
    }

    #[test]
    fn two_tests_of_which_one_always_holds_are_found() {
        check("a.x > 3 or a.x < 5", &["always-true: a.x > 3 or a.x < 5"]);
        check("a.x >= 5 or a.x < 5", &["always-true: a.x >= 5 or a.x < 5"]);
        check("a.x is not a or a.x is not b", &["always-true: a.x is not a or a.x is not b"]);
        check("a.x is a or a.x is not a", &["always-true: a.x is a or a.x is not a"]);
        check("a.x is missing or a.x is present", &["always-true: a.x is missing or a.x is present"]);
    }

    #[test]
    fn what_can_be_so_or_otherwise_is_left_alone() {
        for text in [
            "a.x >= 5 and a.x <= 5",
            "a.x > 3 and a.x < 5",
            "a.x > 5 or a.x < 5",
            "a.x > 5 and b.x < 3",
            "a.x in [a, b] and a.x in [b, c]",
            "a.x is missing and a.x changed",
            "a.x is missing or a.x > 5",
            "a.x is 2026-12-01 and a.x > 2026-12-01T09:00:00Z",
            "a.x >= 2026-12-02 and a.x < 2026-12-01T23:30:00Z",
            "a.x is 2026-12-01 and a.x older than 3 days",
            "a.x > 100 EUR and a.x < 50 USD",
            "a.x changed to a or a.x is not a",
            "a.x contains b and a.x contains c",
        ] {
            check(text, &[]);
        }
    }
}
