//! Time zones: from an instant to the wall clock and back, with one answer for times
//! that do not exist or exist twice.

use std::fmt;

use jiff::{
    Timestamp,
    civil::DateTime,
    tz::{AmbiguousOffset, Offset, TimeZone},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::instant::Instant;

/// A time zone by its IANA name. Cheap to clone; equal if the names are.
#[derive(Clone)]
pub struct Zone(TimeZone);

/// A name the time-zone database does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not a time zone; write an IANA name, for example Europe/Berlin")]
pub struct ZoneError {
    pub name: String,
}

impl Zone {
    /// The zone of this IANA name, in any case: `Europe/Berlin`.
    pub fn named(name: &str) -> Result<Self, ZoneError> {
        match TimeZone::get(name) {
            Ok(zone) if !zone.is_unknown() && zone.iana_name().is_some() => Ok(Self(zone)),
            _ => Err(ZoneError { name: name.to_owned() }),
        }
    }

    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    pub fn name(&self) -> &str {
        self.0.iana_name().expect("`named` lets no zone without a name through")
    }

    /// What a clock on the wall shows at this instant.
    pub fn local(&self, at: Instant) -> DateTime {
        self.0.to_datetime(at.timestamp())
    }

    /// The first instant at which the wall clock shows this; if it is skipped, the next valid instant.
    pub fn first(&self, local: DateTime) -> Instant {
        self.resolve(local, |before, _| before)
    }

    /// The last instant at which the wall clock shows this; if it is skipped, the next valid instant.
    pub fn last(&self, local: DateTime) -> Instant {
        self.resolve(local, |_, after| after)
    }

    /// The instant as people write it here: `Mon 2 Mar 09:00`.
    pub fn describe(&self, at: Instant) -> String {
        self.local(at).strftime("%a %-d %b %H:%M").to_string()
    }

    /// The same, with the year where it is not that of `beside`: `Mon 2 Mar 2026 09:00`.
    pub fn describe_beside(&self, at: Instant, beside: Instant) -> String {
        let local = self.local(at);
        match local.year() == self.local(beside).year() {
            true => self.describe(at),
            false => local.strftime("%a %-d %b %Y %H:%M").to_string(),
        }
    }

    /// A day: `Mon 2 Mar`, with the year where it is not that of `beside`.
    pub fn describe_day_beside(&self, day: jiff::civil::Date, beside: Instant) -> String {
        let with_year = day.year() != self.local(beside).year();
        day.strftime(if with_year { "%a %-d %b %Y" } else { "%a %-d %b" }).to_string()
    }

    fn resolve(&self, local: DateTime, overlap: fn(Offset, Offset) -> Offset) -> Instant {
        match self.0.to_ambiguous_timestamp(local).offset() {
            AmbiguousOffset::Unambiguous { offset } => at_offset(local, offset).into(),
            AmbiguousOffset::Fold { before, after } => at_offset(local, overlap(before, after)).into(),
            AmbiguousOffset::Gap { after, .. } => {
                let inside = at_offset(local, after);
                // A transition may change the abbreviation only, so the offset is asked for as well.
                let end = self.0.following(inside).find(|transition| transition.offset() == after);
                end.map_or(inside, |transition| transition.timestamp()).into()
            }
        }
    }
}

fn at_offset(local: DateTime, offset: Offset) -> Timestamp {
    offset.to_timestamp(local).unwrap_or(if local.year() < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Zone {}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name())
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::named(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Zone {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Zone".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "A time zone by its IANA name: Europe/Berlin.",
            "pattern": "^[A-Za-z][A-Za-z0-9_+/-]*$"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_its_name_and_an_unknown_one_is_refused() {
        let berlin: Zone = serde_json::from_str("\"europe/berlin\"").unwrap();
        assert_eq!(serde_json::to_string(&berlin).unwrap(), "\"Europe/Berlin\"");
        assert_eq!(berlin, Zone::named("Europe/Berlin").unwrap());
        assert_ne!(berlin, Zone::utc());
        for wrong in ["Europe/Berlln", "", "Etc/Unknown", "CET+1"] {
            assert_eq!(Zone::named(wrong), Err(ZoneError { name: wrong.into() }));
        }
        let message = serde_json::from_str::<Zone>("\"Mars\"").unwrap_err().to_string();
        assert!(message.contains("`Mars` is not a time zone; write an IANA name"), "{message}");
    }

    #[test]
    fn an_instant_is_described_as_the_wall_clock_shows_it() {
        let at = Instant::parse("2026-03-02T08:00Z").unwrap();
        assert_eq!(Zone::named("Europe/Berlin").unwrap().describe(at), "Mon 2 Mar 09:00");
    }

    /// Zone, wall time, first instant, last instant.
    const AT_THE_TRANSITIONS_OF_2026: &str = "
        America/New_York    2026-03-08T02:30  2026-03-08T07:00Z  2026-03-08T07:00Z
        America/New_York    2026-03-08T03:00  2026-03-08T07:00Z  2026-03-08T07:00Z
        America/New_York    2026-11-01T01:30  2026-11-01T05:30Z  2026-11-01T06:30Z
        America/New_York    2026-11-01T02:00  2026-11-01T07:00Z  2026-11-01T07:00Z
        Europe/Berlin       2026-03-29T02:00  2026-03-29T01:00Z  2026-03-29T01:00Z
        Europe/Berlin       2026-10-25T02:59  2026-10-25T00:59Z  2026-10-25T01:59Z
        Australia/Lord_Howe 2026-10-04T02:10  2026-10-03T15:30Z  2026-10-03T15:30Z
        Australia/Lord_Howe 2026-04-05T01:45  2026-04-04T14:45Z  2026-04-04T15:15Z
        Pacific/Chatham     2026-09-27T03:00  2026-09-26T14:00Z  2026-09-26T14:00Z
        Pacific/Chatham     2026-04-05T03:00  2026-04-04T13:15Z  2026-04-04T14:15Z
        Asia/Kolkata        2026-03-29T02:30  2026-03-28T21:00Z  2026-03-28T21:00Z
        Pacific/Apia        2026-04-05T03:30  2026-04-04T14:30Z  2026-04-04T14:30Z
        Pacific/Apia        2011-12-30T12:00  2011-12-30T10:00Z  2011-12-30T10:00Z";

    #[test]
    fn a_gap_goes_to_the_next_valid_instant_and_an_overlap_has_a_first_and_a_last() {
        for row in AT_THE_TRANSITIONS_OF_2026.lines().skip(1) {
            let cells: Vec<&str> = row.split_whitespace().collect();
            let (zone, local) = (Zone::named(cells[0]).unwrap(), cells[1].parse().unwrap());
            let answers = [zone.first(local), zone.last(local)];
            assert_eq!(answers, [cells[2], cells[3]].map(|at| Instant::parse(at).unwrap()), "{row}");
        }
    }
}
