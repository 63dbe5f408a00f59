//! A moment in time: milliseconds since 1970 in UTC.
//!
//! Stored as an integer, so that a store can compare it; shown as RFC 3339.
//! Nothing here reads a clock: `now` is always an argument.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A moment, in milliseconds UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(i64);

/// Text that is not an RFC 3339 moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a moment in RFC 3339, for example 2026-03-02T09:00:00Z")]
pub struct InstantError(String);

impl Instant {
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Reads RFC 3339, with or without seconds: `2026-03-02T09:00Z`.
    pub fn parse(text: &str) -> Result<Self, InstantError> {
        text.parse::<jiff::Timestamp>().map(Self::from).map_err(|_| InstantError(text.to_owned()))
    }

    pub fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        })
    }

    pub fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    pub fn plus_minutes(self, minutes: i64) -> Self {
        self.plus_millis(minutes.saturating_mul(60_000))
    }

    /// Milliseconds from `earlier` to `self`; negative if `earlier` is later.
    pub fn millis_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Minutes since 1970: the bucket a timer due at this moment lies in.
    pub fn minute(self) -> i64 {
        self.0.div_euclid(60_000)
    }
}

impl From<jiff::Timestamp> for Instant {
    fn from(timestamp: jiff::Timestamp) -> Self {
        Self(timestamp.as_millisecond())
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}

/// Serde for the API's edge, where a moment is RFC 3339 text: `#[serde(with = "instant::rfc3339")]`.
pub mod rfc3339 {
    use super::{Deserialize, Instant};

    pub fn serialize<S: serde::Serializer>(at: &Instant, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(at)
    }

    pub fn deserialize<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Instant, D::Error> {
        Instant::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_rfc_3339_and_writes_it_back() {
        let at = Instant::parse("2026-03-02T09:00Z").unwrap();
        assert_eq!(at.to_string(), "2026-03-02T09:00:00Z");
        assert_eq!(at, Instant::parse("2026-03-02T10:00:00+01:00").unwrap());
        assert!(Instant::parse("tomorrow").is_err());
    }

    #[test]
    fn the_ends_of_time_do_not_panic() {
        assert_eq!(Instant::from_millis(i64::MAX).plus_minutes(i64::MAX).as_millis(), i64::MAX);
        let _ = Instant::from_millis(i64::MIN).to_string();
    }
}
