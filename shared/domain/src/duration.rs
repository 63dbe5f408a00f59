//! Lengths of time in words: `15 minutes`, `2 working days`.
//!
//! What one means depends on where it starts: a day may have 23 hours and a working day may
//! be four days away. So a span is kept as written and only becomes an instant with a calendar.

use std::{fmt, str::FromStr};

use jiff::ToSpan;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, Visitor},
};

use crate::{calendar::Calendar, instant::Instant};

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
        "`{unit}` is not a unit of time; write seconds, minutes, hours, days, weeks, working minutes, working hours or working days"
    )]
    Unit { unit: String },
    #[error("`{0}` is no time at all; write at least 1")]
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
    calendar.zone.first(calendar.zone.local(at).saturating_add(days.days()))
}

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        let text = text.trim();
        let digits = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
        let (amount, unit) = text.split_at(digits);
        if amount.is_empty() || unit.trim().is_empty() {
            return Err(SpanError::Shape(text.to_owned()));
        }
        let unit = Unit::read(unit).ok_or_else(|| SpanError::Unit { unit: unit.trim().to_owned() })?;
        match amount.parse() {
            Ok(0) => Err(SpanError::Zero(text.to_owned())),
            Ok(amount) if Self::new(amount, unit).millis() <= LONGEST => Ok(Self::new(amount, unit)),
            _ => Err(SpanError::TooLong(text.to_owned())),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.amount == 1 { "" } else { "s" };
        write!(f, "{} {}{plural}", self.amount, self.unit.one())
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
