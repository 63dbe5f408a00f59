//! Whether one condition holds wherever another does, and whether both can hold.
//!
//! Told from the tests alone, two at a time: `false` means that it cannot be told, not that it is not so.

use super::{Comparison, Condition, Test, contradiction::exclude};

impl Condition {
    /// Whether `other` holds of everything that this holds of.
    pub fn implies(&self, other: &Self) -> bool {
        match (self, other) {
            (one, other) if one == other => true,
            (one, Self::All(parts)) => parts.iter().all(|part| one.implies(part)),
            (Self::Any(parts), other) => parts.iter().all(|part| part.implies(other)),
            (Self::All(parts), other) if parts.iter().any(|part| part.implies(other)) => true,
            (one, Self::Any(parts)) => parts.iter().any(|part| one.implies(part)),
            (Self::Test(one), Self::Test(other)) => test_implies(one, other),
            _ => false,
        }
    }

    /// Whether nothing can be that both hold of.
    pub fn excludes(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::All(parts), other) | (other, Self::All(parts)) => parts.iter().any(|part| part.excludes(other)),
            (Self::Any(parts), other) | (other, Self::Any(parts)) => parts.iter().all(|part| part.excludes(other)),
            (Self::Test(one), Self::Test(other)) => one.field == other.field && exclude(one, other),
            _ => false,
        }
    }
}

/// Whether no value satisfies the one and not the other. A missing value satisfies neither.
fn test_implies(one: &Test, other: &Test) -> bool {
    if one.field != other.field || matches!(one.comparison, Comparison::IsMissing | Comparison::Changed) {
        return false;
    }
    let opposite = opposite(&other.comparison).map(|comparison| Test { field: other.field.clone(), comparison });
    opposite.is_some_and(|opposite| exclude(one, &opposite))
}

fn opposite(comparison: &Comparison) -> Option<Comparison> {
    Some(match comparison.clone() {
        Comparison::IsPresent => Comparison::IsMissing,
        Comparison::Is(value) => Comparison::IsNot(value),
        Comparison::IsNot(value) => Comparison::Is(value),
        Comparison::In(values) => Comparison::NotIn(values),
        Comparison::NotIn(values) => Comparison::In(values),
        Comparison::Over(value) => Comparison::AtMost(value),
        Comparison::AtLeast(value) => Comparison::Under(value),
        Comparison::Under(value) => Comparison::AtLeast(value),
        Comparison::AtMost(value) => Comparison::Over(value),
        Comparison::Contains(value) => Comparison::DoesNotContain(value),
        Comparison::DoesNotContain(value) => Comparison::Contains(value),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(text: &str) -> Condition {
        text.parse().unwrap()
    }

    #[test]
    fn a_narrower_condition_implies_a_wider_one() {
        let check = |one: &str, other: &str, expected: bool| {
            assert_eq!(condition(one).implies(&condition(other)), expected, "{one} implies {other}");
        };
        check("a.b > 500", "a.b >= 100", true);
        check("a.b >= 100", "a.b > 500", false);
        check("a.b is DE", "a.b in [DE, AT]", true);
        check("a.b in [DE, AT]", "a.b is DE", false);
        check("a.b is DE and a.c > 5", "a.c > 5", true);
        check("a.c > 5", "a.b is DE and a.c > 5", false);
        check("a.b is DE", "a.b is DE or a.c > 5", true);
        check("a.b is DE or a.b is AT", "a.b in [AT, DE, CH]", true);
        check("a.b is DE", "a.b is present", true);
        check("a.b is missing", "a.b is DE", false);
        check("a.b is not DE", "a.b is AT", false);
        check("not a.b is DE", "not a.b is DE", true);
    }

    #[test]
    fn conditions_that_cannot_both_hold_exclude_each_other() {
        let check = |one: &str, other: &str, expected: bool| {
            assert_eq!(condition(one).excludes(&condition(other)), expected, "{one} excludes {other}");
        };
        check("a.b is DE", "a.b is AT", true);
        check("a.b < 50", "a.b >= 50 and a.c is x", true);
        check("a.b is DE", "a.c is AT", false);
        check("a.b is DE or a.b is CH", "a.b is AT", true);
    }
}
