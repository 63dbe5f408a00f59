//! Lengths of time in words: `15 minutes`, `2 working days`.
//!
//! What one means depends on where it starts: a day may have 23 hours and a working day may
//! be four days away. So a span is kept as written and only becomes an instant with a calendar.

pub mod moment;
pub mod until;

use std::{fmt, str::FromStr};

use jiff::SignedDuration;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, Visitor},
};

use crate::{calendar::Calendar, instant::Instant, plural::counted};

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const LONGEST: i64 = 5 * 366 * DAY;

/// A length of time as somebody wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    pub amount: u32,
    pub unit: Unit,
}

/// What a span counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Seconds, minutes and hours are exact.
    Seconds,
    Minutes,
    Hours,
    /// Days and weeks keep the time on the wall clock.
    Days,
    Weeks,
    /// Working minutes and hours count open time only.
    WorkingMinutes,
    WorkingHours,
    /// Working days keep the time on the wall clock, moved into the hours of the day they end on.
    WorkingDays,
}

/// Text that is not a length of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpanError {
    #[error("`{0}` is not a length of time; write for example 15 minutes, 4 working hours or 2 working days")]
    Shape(String),
    #[error(
        "`{0}` is not a unit of time; write seconds, minutes, hours, days or weeks, or working minutes, hours or days"
    )]
    Unit(String),
    #[error("`{0}` is too short; write at least 1")]
    Zero(String),
    #[error("`{0}` is longer than 5 years")]
    TooLong(String),
}

impl Span {
    pub const fn new(amount: u32, unit: Unit) -> Self {
        Self { amount, unit }
    }

    pub const fn minutes(minutes: u32) -> Self {
        Self::new(minutes, Unit::Minutes)
    }

    /// So many days on the calendar.
    pub const fn days(days: u32) -> Self {
        Self::new(days, Unit::Days)
    }

    /// The instant this long after `at`.
    ///
    /// Working time ends with the opening it is used up in (`17:30`, not `09:00` on the next day).
    /// A working day is the same wall time on the next day with opening hours: outside those hours,
    /// it is the next opening on that day, or its last closing.
    /// None only if the calendar is not open for that long within sight.
    pub fn after(self, at: Instant, calendar: &Calendar<'_>) -> Option<Instant> {
        match self.unit.counts() {
            _ if self.amount == 0 => Some(at),
            Counts::Exact => Some(at.plus_millis(self.millis())),
            Counts::Calendar => Some(on_another_day(at, calendar, self.millis() / DAY)),
            Counts::OpenTime => calendar.working_millis_after(at, self.millis()),
            Counts::OpenDays => calendar.working_days_after(at, self.amount),
        }
    }

    /// The instant this long before `at`; the mirror of `after`.
    pub fn before(self, at: Instant, calendar: &Calendar<'_>) -> Option<Instant> {
        match self.unit.counts() {
            _ if self.amount == 0 => Some(at),
            Counts::Exact => Some(at.plus_millis(-self.millis())),
            Counts::Calendar => Some(on_another_day(at, calendar, -self.millis() / DAY)),
            Counts::OpenTime => calendar.working_millis_before(at, self.millis()),
            Counts::OpenDays => calendar.working_days_before(at, self.amount),
        }
    }

    fn millis(self) -> i64 {
        i64::from(self.amount) * self.unit.millis()
    }
}

impl Unit {
    const ALL: [Self; 8] = [
        Self::Seconds,
        Self::Minutes,
        Self::Hours,
        Self::Days,
        Self::Weeks,
        Self::WorkingMinutes,
        Self::WorkingHours,
        Self::WorkingDays,
    ];

    /// Whether it counts working time, and so depends on somebody's hours.
    pub const fn is_working(self) -> bool {
        matches!(self, Self::WorkingMinutes | Self::WorkingHours | Self::WorkingDays)
    }

    const fn one(self) -> &'static str {
        match self {
            Self::Seconds => "second",
            Self::Minutes => "minute",
            Self::Hours => "hour",
            Self::Days => "day",
            Self::Weeks => "week",
            Self::WorkingMinutes => "working minute",
            Self::WorkingHours => "working hour",
            Self::WorkingDays => "working day",
        }
    }

    const fn millis(self) -> i64 {
        match self {
            Self::Seconds => SECOND,
            Self::Minutes | Self::WorkingMinutes => MINUTE,
            Self::Hours | Self::WorkingHours => HOUR,
            Self::Days | Self::WorkingDays => DAY,
            Self::Weeks => 7 * DAY,
        }
    }

    const fn counts(self) -> Counts {
        match self {
            Self::Seconds | Self::Minutes | Self::Hours => Counts::Exact,
            Self::Days | Self::Weeks => Counts::Calendar,
            Self::WorkingMinutes | Self::WorkingHours => Counts::OpenTime,
            Self::WorkingDays => Counts::OpenDays,
        }
    }

    /// Reads `minutes`, `minute` or `m`.
    fn read(text: &str) -> Option<Self> {
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_lowercase();
        let is_named = |unit: &Self| words.strip_suffix('s').unwrap_or(&words) == unit.one();
        match words.as_str() {
            "s" => Some(Self::Seconds),
            "m" | "min" => Some(Self::Minutes),
            "h" => Some(Self::Hours),
            "d" => Some(Self::Days),
            "w" => Some(Self::Weeks),
            _ => Self::ALL.into_iter().find(is_named),
        }
    }
}

enum Counts {
    Exact,
    Calendar,
    OpenTime,
    OpenDays,
}

fn on_another_day(at: Instant, calendar: &Calendar<'_>, days: i64) -> Instant {
    // Without a zone a day always has 24 hours.
    calendar.zone.first(calendar.zone.local(at).saturating_add(SignedDuration::from_hours(days * 24)))
}

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        let text = text.trim();
        let digits = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
        let (amount, unit) = text.split_at(digits);
        let unit = unit.trim();
        if amount.is_empty() || !unit.starts_with(char::is_alphabetic) {
            return Err(SpanError::Shape(text.to_owned()));
        }
        let unit = Unit::read(unit).ok_or_else(|| SpanError::Unit(unit.to_owned()))?;
        match amount.parse() {
            Ok(0) => Err(SpanError::Zero(text.to_owned())),
            Ok(amount) if Self::new(amount, unit).millis() <= LONGEST => Ok(Self::new(amount, unit)),
            _ => Err(SpanError::TooLong(text.to_owned())),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&counted(self.amount, self.unit.one()))
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SpanVisitor)
    }
}

struct SpanVisitor;

impl Visitor<'_> for SpanVisitor {
    type Value = Span;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a length of time with its unit, for example 15 minutes")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Span, E> {
        text.parse().map_err(E::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Span {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Span".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "A length of time in words: 15 minutes, 4 working hours, 2 working days.",
            "pattern": "^\\s*0*[1-9][0-9]*\\s*(s|m|min|h|d|w|([Ww]orking\\s+)?([Mm]inute|[Hh]our|[Dd]ay)s?|([Ss]econd|[Ww]eek)s?)\\s*$"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Holiday, WeeklyHours, Zone};

    fn check(text: &str, canonical: &str) {
        let span: Span = text.parse().unwrap();
        assert_eq!(span.to_string(), canonical);
        assert_eq!(serde_json::from_str::<Span>(&serde_json::to_string(&span).unwrap()).unwrap(), span);
    }

    #[test]
    fn a_span_is_written_back_in_words() {
        check("15 minutes", "15 minutes");
        check("1 minutes", "1 minute");
        check("2 Working  days", "2 working days");
        check("4 working hours", "4 working hours");
        check("90 working minutes", "90 working minutes");
        check(" 30days ", "30 days");
        for (short, long) in [("30s", "30 seconds"), ("15m", "15 minutes"), ("2h", "2 hours"), ("3d", "3 days")] {
            check(short, long);
        }
        check("1w", "1 week");
        check("1830 days", "1830 days");
    }

    #[test]
    fn a_wrong_span_says_how_to_write_it() {
        let shape = |text: &str| SpanError::Shape(text.into());
        for wrong in ["", "15", "minutes", "-3 days", "a day", "1.5 hours"] {
            assert_eq!(wrong.parse::<Span>(), Err(shape(wrong)));
        }
        assert_eq!("3 months".parse::<Span>(), Err(SpanError::Unit("months".into())));
        assert_eq!("0 days".parse::<Span>(), Err(SpanError::Zero("0 days".into())));
        for long in ["1831 days", "262 weeks", "99999999999 seconds", "1831 working days"] {
            assert_eq!(long.parse::<Span>(), Err(SpanError::TooLong(long.into())));
        }
        let message = serde_json::from_str::<Span>("15").unwrap_err().to_string();
        assert!(message.contains("a length of time with its unit, for example 15 minutes"), "{message}");
    }

    /// From there, back again: `after` and `before`, both from `at`, in UTC.
    const IN_BERLIN: &str = "
        1 hour             2026-03-29T00:30Z  2026-03-29T01:30Z  2026-03-28T23:30Z
        1 day              2026-03-28T01:30Z  2026-03-29T01:00Z  2026-03-27T01:30Z
        1 day              2026-10-24T00:30Z  2026-10-25T00:30Z  2026-10-23T00:30Z
        1 week             2026-03-25T12:00Z  2026-04-01T11:00Z  2026-03-18T12:00Z
        30 seconds         2026-03-02T12:00Z  2026-03-02T12:00:30Z  2026-03-02T11:59:30Z
        15 working minutes 2026-03-02T16:20Z  2026-03-03T08:05Z  2026-03-02T16:05Z
        10 working minutes 2026-03-02T16:20Z  2026-03-02T16:30Z  2026-03-02T16:10Z
        8 working hours    2026-03-07T12:00Z  2026-03-09T16:00Z  2026-03-06T08:30Z
        17 working hours   2026-03-05T08:00Z  2026-03-06T16:30Z  2026-03-03T08:00Z
        1 working day      2026-04-30T10:00Z  2026-05-04T10:00Z  2026-04-29T10:00Z
        2 working days     2026-03-06T14:00Z  2026-03-10T14:00Z  2026-03-04T14:00Z
        1 working day      2026-03-27T14:00Z  2026-03-30T13:00Z  2026-03-26T14:00Z
        1 working day      2026-03-07T10:00Z  2026-03-09T10:00Z  2026-03-06T10:00Z
        1 working day      2026-03-03T20:00Z  2026-03-04T16:30Z  2026-03-02T16:30Z
        1 working day      2026-03-03T05:00Z  2026-03-04T08:00Z  2026-03-02T08:00Z
        1 working day      2026-03-03T12:00Z  2026-03-04T12:00Z  2026-03-02T12:00Z";

    #[test]
    fn a_span_leads_to_an_instant_and_back() {
        let zone = Zone::named("Europe/Berlin").unwrap();
        let hours: WeeklyHours = serde_json::from_str(r#"{"mon-fri":"09:00-17:30"}"#).unwrap();
        let holidays = [Holiday { date: "2026-05-01".parse().unwrap(), name: "Labour Day".into() }];
        let calendar = Calendar { zone: &zone, hours: &hours, holidays: &holidays };
        for row in IN_BERLIN.lines().skip(1) {
            let (span, instants) = row.trim().split_once(" 2026").unwrap();
            let instants = format!("2026{instants}");
            let at: Vec<_> = instants.split_whitespace().map(|at| Instant::parse(at).unwrap()).collect();
            let span: Span = span.parse().unwrap();
            let answers = [span.after(at[0], &calendar), span.before(at[0], &calendar)];
            assert_eq!(answers, [Some(at[1]), Some(at[2])], "{row}");
        }
    }

    #[test]
    fn a_working_day_is_moved_out_of_the_break_and_keeps_to_the_night_shift() {
        let zone = Zone::utc();
        let check = |hours: &str, from: &str, expected: &str| {
            let hours: WeeklyHours = serde_json::from_str(hours).unwrap();
            let calendar = Calendar { zone: &zone, hours: &hours, holidays: &[] };
            let after = Span::new(1, Unit::WorkingDays).after(Instant::parse(from).unwrap(), &calendar);
            assert_eq!(after, Some(Instant::parse(expected).unwrap()), "{from}");
        };
        let with_break = r#"{"mon-fri":["09:00-12:00","13:00-17:00"]}"#;
        check(with_break, "2026-03-02T12:00Z", "2026-03-03T12:00Z");
        check(with_break, "2026-03-02T12:30Z", "2026-03-03T13:00Z");
        // Saturday at two is still Friday's shift, and the next working day's shift is Monday's.
        check(r#"{"mon-fri":"22:00-06:00"}"#, "2026-03-07T02:00Z", "2026-03-10T02:00Z");
    }

    #[test]
    fn working_time_that_does_not_come_is_none() {
        let (zone, hours) = (Zone::utc(), serde_json::from_str(r#"{"mon":"09:00-09:01"}"#).unwrap());
        let calendar = Calendar { zone: &zone, hours: &hours, holidays: &[] };
        let now = Instant::parse("2026-03-02T12:00Z").unwrap();
        assert_eq!(Span::new(40_000, Unit::WorkingHours).after(now, &calendar), None);
        assert_eq!(Span::new(1, Unit::WorkingHours).after(Instant::from_millis(i64::MAX), &calendar), None);
        assert!(Span::days(u32::MAX).after(Instant::from_millis(i64::MAX), &calendar).is_some());
        assert!(Span::days(u32::MAX).before(now, &calendar).is_some());
        assert_eq!(Span::new(0, Unit::WorkingDays).after(now, &calendar), Some(now));
    }
}
