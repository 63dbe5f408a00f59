//! `retention:` in `organisation.yaml`: what is deleted by itself, and when.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{instant::Instant, plural::counted};

const DAY_MILLIS: i64 = 24 * 60 * 60_000;

/// A message, or a dead letter that somebody puts back, may speak of something that is this old.
const SHORTEST_DAYS: u32 = 30;
const LONGEST_DAYS: u32 = 100 * 365;

/// What is deleted, how long after it was last needed. What is not named is kept for good.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Closed records about which nothing is open, counted from their last entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_records: Option<Lifetime>,
    /// What was kept aside at the door, counted from when it came. What waits for a person stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_submissions: Option<Lifetime>,
    /// What was sent, with its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effects: Option<Lifetime>,
}

impl Retention {
    /// Whether everything is kept for good.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// How long something is kept: whole days of 24 hours. A year has 365 of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    amount: u32,
    unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Days,
    Weeks,
    Years,
}

/// Text that does not say how long something is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LifetimeError {
    #[error("`{0}` does not say how long to keep it; write days, weeks or years, for example 90 days or 2 years")]
    Shape(String),
    #[error(
        "`{0}` is too short; write at least {SHORTEST_DAYS} days: a message that failed and is put back may speak of \
         something that old"
    )]
    TooShort(String),
    #[error("`{0}` is longer than 100 years; take the line out to keep it for good")]
    TooLong(String),
}

impl Lifetime {
    /// The moment from which on something that was last needed at `at` may be deleted.
    pub fn ends(self, at: Instant) -> Instant {
        at.plus_millis(i64::from(self.days()) * DAY_MILLIS)
    }

    /// What was last needed at this moment or before may be deleted `now`.
    pub fn before(self, now: Instant) -> Instant {
        now.plus_millis(-i64::from(self.days()) * DAY_MILLIS)
    }

    pub fn days(self) -> u32 {
        self.amount.saturating_mul(self.unit.days())
    }
}

impl Unit {
    const fn days(self) -> u32 {
        match self {
            Self::Days => 1,
            Self::Weeks => 7,
            Self::Years => 365,
        }
    }

    const fn one(self) -> &'static str {
        match self {
            Self::Days => "day",
            Self::Weeks => "week",
            Self::Years => "year",
        }
    }
}

impl FromStr for Lifetime {
    type Err = LifetimeError;

    fn from_str(text: &str) -> Result<Self, LifetimeError> {
        let text = text.trim();
        let shape = || LifetimeError::Shape(text.to_owned());
        let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
        let (amount, unit) = text.split_at(digits);
        let unit = match unit.trim().to_ascii_lowercase().as_str() {
            "day" | "days" => Unit::Days,
            "week" | "weeks" => Unit::Weeks,
            "year" | "years" => Unit::Years,
            _ => return Err(shape()),
        };
        if amount.is_empty() {
            return Err(shape());
        }
        let too_long = || LifetimeError::TooLong(text.to_owned());
        let lifetime = Self { amount: amount.parse().map_err(|_| too_long())?, unit };
        match lifetime.days() {
            ..SHORTEST_DAYS => Err(LifetimeError::TooShort(text.to_owned())),
            SHORTEST_DAYS..=LONGEST_DAYS => Ok(lifetime),
            _ => Err(too_long()),
        }
    }
}

impl fmt::Display for Lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&counted(self.amount, self.unit.one()))
    }
}

impl Serialize for Lifetime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Lifetime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl de::Visitor<'_> for Visitor {
            type Value = Lifetime;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("how long to keep it, for example 90 days or 2 years")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Lifetime, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Lifetime {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Lifetime".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "How long something is kept, at least 30 days: 90 days, 12 weeks, 2 years.",
            "pattern": "^\\s*0*[1-9][0-9]*\\s*([Dd]ay|[Ww]eek|[Yy]ear)s?\\s*$"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_is_counted_in_days_and_written_back_as_it_was() {
        for (text, canonical, days) in [
            ("30 days", "30 days", 30),
            ("90Days", "90 days", 90),
            (" 12 weeks", "12 weeks", 84),
            ("1 years", "1 year", 365),
            ("100 years", "100 years", 36_500),
        ] {
            let lifetime: Lifetime = text.parse().unwrap();
            assert_eq!((lifetime.to_string().as_str(), lifetime.days()), (canonical, days));
            assert_eq!(serde_json::from_str::<Lifetime>(&serde_json::to_string(&lifetime).unwrap()).unwrap(), lifetime);
        }
    }

    #[test]
    fn what_ends_now_was_last_needed_that_long_ago() {
        let (lifetime, now) = ("30 days".parse::<Lifetime>().unwrap(), Instant::parse("2026-03-31T00:00Z").unwrap());
        let needed = Instant::parse("2026-03-01T00:00Z").unwrap();
        assert_eq!((lifetime.ends(needed), lifetime.before(now)), (now, needed));
    }

    #[test]
    fn a_wrong_lifetime_says_how_to_write_it() {
        let refused = |text: &str| text.parse::<Lifetime>().unwrap_err().to_string();
        for wrong in ["", "90", "days", "-90 days", "6 months", "90 working days", "1.5 years"] {
            assert!(refused(wrong).contains("for example 90 days or 2 years"), "{wrong}");
        }
        for short in ["0 days", "29 days", "4 weeks"] {
            assert!(refused(short).contains("write at least 30 days"), "{short}");
        }
        for long in ["101 years", "99999999999 days", "4294967295 weeks"] {
            assert!(refused(long).contains("take the line out"), "{long}");
        }
        let number = serde_json::from_str::<Lifetime>("90").unwrap_err().to_string();
        assert!(number.contains("how long to keep it, for example 90 days"), "{number}");
    }
}
