//! Lengths of time in conditions, until `crate::duration::Span` can be read from text:
//! then this file becomes `pub use crate::duration::Span;`.

use std::{fmt, str::FromStr};

use crate::instant::Instant;

/// A length of time in one unit: `30 days`, `1 hour`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    amount: u32,
    unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Minute,
    Hour,
    Day,
    Week,
}

impl Span {
    pub fn before(self, at: Instant) -> Instant {
        at.plus_minutes(-self.minutes())
    }

    pub fn after(self, at: Instant) -> Instant {
        at.plus_minutes(self.minutes())
    }

    fn minutes(self) -> i64 {
        let unit = match self.unit {
            Unit::Minute => 1,
            Unit::Hour => 60,
            Unit::Day => 24 * 60,
            Unit::Week => 7 * 24 * 60,
        };
        i64::from(self.amount) * unit
    }
}

/// Text that is not a length of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a length of time, for example 30 days")]
pub struct SpanError(String);

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        let error = || SpanError(text.chars().take(40).collect());
        let (amount, unit) = text.trim().split_once(char::is_whitespace).ok_or_else(error)?;
        let unit = match unit.trim().trim_end_matches('s') {
            "minute" => Unit::Minute,
            "hour" => Unit::Hour,
            "day" => Unit::Day,
            "week" => Unit::Week,
            _ => return Err(error()),
        };
        Ok(Self { amount: amount.parse().map_err(|_| error())?, unit })
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::Minute => "minute",
            Unit::Hour => "hour",
            Unit::Day => "day",
            Unit::Week => "week",
        };
        write!(f, "{} {unit}{}", self.amount, if self.amount == 1 { "" } else { "s" })
    }
}
