//! When an absence ends, as people say it: `monday`, `2026-03-09`, `3 days`, `further notice`.

use jiff::{
    ToSpan,
    civil::{Date, DateTime, Time},
};

use super::Span;
use crate::{
    calendar::{Calendar, TimeOff, WeeklyHours, Zone, no_such_day, weekdays},
    instant::Instant,
};

/// Text that names no end, or one that is over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UntilError {
    #[error("`{0}` is not a time; write monday, tomorrow, 2026-03-09, 2026-03-09T12:00, 3 days or further notice")]
    Unknown(String),
    #[error("`{text}` is not a date: {why}")]
    NoSuchDay { text: String, why: String },
    #[error("`{0}` counts working time, and a person who is away has none; write days or hours")]
    Working(String),
    #[error("`{0}` is in the past")]
    Past(String),
    #[error("`{0}` is too far ahead; write further notice for an absence without an end")]
    TooFar(String),
}

/// Moments of this year and later are no ends: what people write as "for ever" does not fit into an instant everywhere.
const TOO_FAR: i16 = 9999;

/// Reads the end of an absence in a zone, with or without `until` before it.
///
/// A day means its start: a person who is away until monday is back on Monday, and on a Monday
/// it means the next one.
pub fn parse(text: &str, now: Instant, zone: &Zone) -> Result<Instant, UntilError> {
    let said = text.trim();
    let said = said.strip_prefix("until ").unwrap_or(said).trim();
    let at = match said.parse::<Span>() {
        Ok(span) if span.unit.is_working() => return Err(UntilError::Working(said.to_owned())),
        Ok(span) => {
            let hours = WeeklyHours::always();
            span.after(now, &Calendar { zone, hours: &hours, holidays: &[] })
        }
        Err(_) => moment(said, now, zone),
    };
    match at {
        Some(at) if at <= now => Err(UntilError::Past(said.to_owned())),
        Some(at) if at != TimeOff::NO_END && zone.local(at).year() >= TOO_FAR => {
            Err(UntilError::TooFar(said.to_owned()))
        }
        Some(at) => Ok(at),
        None => Err(match no_such_day(said) {
            Some(why) => UntilError::NoSuchDay { text: said.to_owned(), why },
            None => UntilError::Unknown(said.to_owned()),
        }),
    }
}

fn moment(said: &str, now: Instant, zone: &Zone) -> Option<Instant> {
    if said.eq_ignore_ascii_case("further notice") {
        return Some(TimeOff::NO_END);
    }
    if let Ok(at) = Instant::parse(said) {
        return Some(at);
    }
    if let Some(day) = day(said, zone.local(now).date()) {
        return Some(zone.first(day.to_datetime(Time::midnight())));
    }
    said.parse::<DateTime>().ok().map(|local| zone.first(local))
}

fn day(said: &str, today: Date) -> Option<Date> {
    if said.eq_ignore_ascii_case("tomorrow") {
        return today.tomorrow().ok();
    }
    let Some(weekday) = weekdays::read(said) else {
        return Date::strptime("%Y-%m-%d", said).ok();
    };
    let days = (weekday + 6 - weekdays::index(today.weekday())) % 7 + 1;
    today.checked_add(i64::try_from(days).ok()?.days()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Monday 2 March 2026, 10:00 in Berlin.
    const NOW: &str = "2026-03-02T09:00Z";

    fn read(text: &str) -> Result<Instant, UntilError> {
        parse(text, Instant::parse(NOW).unwrap(), &Zone::named("Europe/Berlin").unwrap())
    }

    fn check(text: &str, expected: &str) {
        assert_eq!(read(text), Ok(Instant::parse(expected).unwrap()), "{text}");
    }

    #[test]
    fn a_day_means_its_start_in_the_zone() {
        check("monday", "2026-03-08T23:00Z");
        check("until Tue", "2026-03-02T23:00Z");
        check("sunday", "2026-03-07T23:00Z");
        check("tomorrow", "2026-03-02T23:00Z");
        check(" until 2026-03-09 ", "2026-03-08T23:00Z");
        check("2026-04-01", "2026-03-31T22:00Z");
    }

    #[test]
    fn further_notice_is_no_end() {
        assert_eq!(read("until further notice"), Ok(TimeOff::NO_END));
        assert_eq!(read("Further Notice"), Ok(TimeOff::NO_END));
    }

    #[test]
    fn a_moment_is_on_the_wall_clock_unless_it_says_otherwise() {
        check("2026-03-09T12:00", "2026-03-09T11:00Z");
        check("2026-03-09 12:00", "2026-03-09T11:00Z");
        check("2026-03-09T12:00Z", "2026-03-09T12:00Z");
        check("2026-03-29T02:30", "2026-03-29T01:00Z");
    }

    #[test]
    fn a_length_of_time_counts_from_now() {
        check("3 days", "2026-03-05T09:00Z");
        check("4 weeks", "2026-03-30T08:00Z");
        check("until 90 minutes", "2026-03-02T10:30Z");
    }

    #[test]
    fn what_cannot_be_an_end_is_refused() {
        assert_eq!(read("someday"), Err(UntilError::Unknown("someday".into())));
        assert_eq!(
            read("2026-02-30").unwrap_err().to_string(),
            "`2026-02-30` is not a date: February 2026 has 28 days; write for example 2026-02-28"
        );
        assert_eq!(read("until 2026-03-01"), Err(UntilError::Past("2026-03-01".into())));
        assert_eq!(read("9999-12-31"), Err(UntilError::TooFar("9999-12-31".into())));
        assert_eq!(read("2 working days"), Err(UntilError::Working("2 working days".into())));
    }
}
