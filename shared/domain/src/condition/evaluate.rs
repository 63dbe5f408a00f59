//! What each comparison means.
//!
//! - A field is *missing* when it has no value, or only blanks, or an empty list.
//! - Every comparison with a missing field is false and says so, `is not` and `not in` too. `not (…)` turns
//!   the answer round, so `not (lead.score > 40)` is true where there is no score.
//! - A value of another type than the one compared with is false and says so; nothing is converted.
//! - `changed` compares with the value before the event; a value that came or went has changed.
//!   `changed to won` needs the value to be won now and not to have been won before.
//! - `older than 30 days`: before the moment (for a date: the day) 30 days ago. `newer than`: after it, the
//!   future included. `within`: from now to then, both included. Days and working time are the organisation's.
//! - A date and a moment compare by day, in the organisation's zone.

use std::sync::LazyLock;

use super::{
    Comparison, Condition, FieldPath, Finding, Note, Test, Verdict,
    matching::{contains, ends_with, is_blank, one_of, order, same, starts_with},
};
use crate::{
    calendar::{Calendar, WeeklyHours, Zone},
    duration::Span,
    instant::Instant,
    value::Value,
};

/// What a condition is decided on.
pub trait Facts {
    /// The value now.
    fn value(&self, path: &FieldPath) -> Option<&Value>;

    /// The value before the event being decided: none if there was none, the same as now if the event left it.
    fn before(&self, path: &FieldPath) -> Option<&Value>;

    /// What sentences call the field.
    fn label(&self, path: &FieldPath) -> String {
        path.default_label()
    }

    /// The days and the working time that dates and lengths of time are counted in; the organisation's.
    fn calendar(&self) -> Calendar<'_> {
        Calendar { zone: &ANYWHERE.0, hours: &ANYWHERE.1, holidays: &[] }
    }
}

/// In UTC and always open, where nothing better is known.
static ANYWHERE: LazyLock<(Zone, WeeklyHours)> = LazyLock::new(|| (Zone::utc(), WeeklyHours::always()));

impl Condition {
    /// The answer with all its reasons: every test is decided, also where the answer is clear before.
    pub fn evaluate(&self, facts: &dyn Facts, now: Instant) -> Verdict {
        match self {
            Self::All(parts) => Verdict::all(parts.iter().map(|part| part.evaluate(facts, now)).collect()),
            Self::Any(parts) => Verdict::any(parts.iter().map(|part| part.evaluate(facts, now)).collect()),
            Self::Not(part) => Verdict::not(part.evaluate(facts, now)),
            Self::Test(test) => Verdict::Test(test.find(facts, now)),
        }
    }

    /// The answer alone. Allocates nothing, stops as soon as it is clear, and is always that of `evaluate`.
    pub fn holds(&self, facts: &dyn Facts, now: Instant) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(facts, now)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(facts, now)),
            Self::Not(part) => !part.holds(facts, now),
            Self::Test(test) => test.decide(facts, now) == Ok(true),
        }
    }

    /// The first of the parts that `all` joins which does not hold: the one part of any other condition. Numbers beyond
    /// 255 are 255. None if the condition holds.
    pub fn failing_part(&self, facts: &dyn Facts, now: Instant) -> Option<u8> {
        let fails = |part: &Self| !part.holds(facts, now);
        match self {
            Self::All(parts) => number(parts.iter().position(fails)),
            Self::Any(_) | Self::Not(_) | Self::Test(_) => fails(self).then_some(0),
        }
    }
}

/// The number of a part in its place.
pub(super) fn number(place: Option<usize>) -> Option<u8> {
    place.map(|place| u8::try_from(place).unwrap_or(u8::MAX))
}

impl Test {
    fn find(&self, facts: &dyn Facts, now: Instant) -> Finding {
        let outcome = self.decide(facts, now);
        let changes = matches!(self.comparison, Comparison::Changed | Comparison::ChangedTo(_));
        Finding {
            holds: outcome == Ok(true),
            test: self.clone(),
            label: facts.label(&self.field),
            actual: self.value(facts).cloned(),
            before: self.value_before(facts).filter(|_| changes).cloned(),
            note: outcome.err(),
        }
    }

    /// Whether the test holds, or why it cannot be asked.
    fn decide(&self, facts: &dyn Facts, now: Instant) -> Result<bool, Note> {
        let actual = self.value(facts);
        match &self.comparison {
            Comparison::IsMissing => return Ok(actual.is_none()),
            Comparison::IsPresent => return Ok(actual.is_some()),
            Comparison::Changed => return Ok(actual != self.value_before(facts)),
            _ => {}
        }
        let actual = actual.ok_or(Note::Missing)?;
        match &self.comparison {
            Comparison::IsMissing | Comparison::IsPresent | Comparison::Changed => Ok(true),
            Comparison::Is(wanted) => same(facts, actual, wanted),
            Comparison::IsNot(wanted) => same(facts, actual, wanted).map(|same| !same),
            Comparison::Over(wanted) => order(facts, actual, wanted).map(|order| order.is_gt()),
            Comparison::AtLeast(wanted) => order(facts, actual, wanted).map(|order| order.is_ge()),
            Comparison::Under(wanted) => order(facts, actual, wanted).map(|order| order.is_lt()),
            Comparison::AtMost(wanted) => order(facts, actual, wanted).map(|order| order.is_le()),
            Comparison::In(wanted) => one_of(facts, actual, wanted),
            Comparison::NotIn(wanted) => one_of(facts, actual, wanted).map(|found| !found),
            Comparison::Contains(wanted) => contains(facts, actual, wanted),
            Comparison::DoesNotContain(wanted) => contains(facts, actual, wanted).map(|found| !found),
            Comparison::StartsWith(wanted) => starts_with(actual, wanted),
            Comparison::EndsWith(wanted) => ends_with(actual, wanted),
            Comparison::ChangedTo(wanted) => {
                let was = self.value_before(facts).is_some_and(|before| same(facts, before, wanted) == Ok(true));
                same(facts, actual, wanted).map(|is| is && !was)
            }
            Comparison::OlderThan(span) => Side::Before.of(facts, actual, *span, now),
            Comparison::NewerThan(span) => Side::After.of(facts, actual, *span, now),
            Comparison::Within(span) => ahead(facts, actual, now, *span),
        }
    }

    fn value<'a>(&self, facts: &'a dyn Facts) -> Option<&'a Value> {
        facts.value(&self.field).filter(|value| !is_blank(value))
    }

    fn value_before<'a>(&self, facts: &'a dyn Facts) -> Option<&'a Value> {
        facts.before(&self.field).filter(|value| !is_blank(value))
    }
}

/// On which side of the moment that lies so long ago.
#[derive(PartialEq)]
enum Side {
    Before,
    After,
}

impl Side {
    fn of(self, facts: &dyn Facts, actual: &Value, span: Span, now: Instant) -> Result<bool, Note> {
        let Some(limit) = span.before(now, &facts.calendar()) else { return Ok(false) };
        let order = order(facts, actual, &Value::Instant(limit))?;
        Ok(if self == Self::Before { order.is_lt() } else { order.is_gt() })
    }
}

fn ahead(facts: &dyn Facts, actual: &Value, now: Instant, span: Span) -> Result<bool, Note> {
    let Some(limit) = span.after(now, &facts.calendar()) else { return Ok(false) };
    let from_now = order(facts, actual, &Value::Instant(now))?;
    let to_limit = order(facts, actual, &Value::Instant(limit))?;
    Ok(from_now.is_ge() && to_limit.is_le())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Holiday;

    /// A record with one moment in it, kept by an office in Berlin.
    struct Berlin {
        zone: Zone,
        hours: WeeklyHours,
        at: Value,
    }

    impl Facts for Berlin {
        fn value(&self, _: &FieldPath) -> Option<&Value> {
            Some(&self.at)
        }

        fn before(&self, path: &FieldPath) -> Option<&Value> {
            self.value(path)
        }

        fn calendar(&self) -> Calendar<'_> {
            const NONE: &[Holiday] = &[];
            Calendar { zone: &self.zone, hours: &self.hours, holidays: NONE }
        }
    }

    fn check(at: &str, text: &str, expected: bool) {
        let zone = Zone::named("Europe/Berlin").unwrap();
        let hours = WeeklyHours::from_days([("mon-fri", ["09:00-17:00"])]).unwrap();
        let facts = Berlin { zone, hours, at: Value::Instant(Instant::parse(at).unwrap()) };
        let monday_morning = Instant::parse("2026-03-02T10:00:00+01:00").unwrap();
        let condition: Condition = text.parse().unwrap();
        assert_eq!(condition.holds(&facts, monday_morning), expected, "{at} {text}");
    }

    #[test]
    fn a_moment_falls_on_the_day_of_the_organisations_zone() {
        check("2026-12-01T22:30:00Z", "deal.closed is 2026-12-01", true);
        check("2026-12-01T23:30:00Z", "deal.closed is 2026-12-02", true);
        check("2026-12-01T23:30:00Z", "deal.closed > 2026-12-01", true);
    }

    #[test]
    fn working_time_is_that_of_the_organisation() {
        check("2026-02-27T15:30:00Z", "lead.seen newer than 2 working hours", true);
        check("2026-02-27T14:30:00Z", "lead.seen newer than 2 working hours", false);
        check("2026-02-27T14:30:00Z", "lead.seen older than 2 working hours", true);
    }
}
