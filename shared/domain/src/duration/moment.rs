//! A moment to look at, as people name it: `03:00`, `monday`, `2026-03-09T12:00`.

use jiff::civil::{Date, DateTime, Time};

use super::{Span, SpanError, until};
use crate::{
    calendar::{Calendar, no_such_day},
    instant::Instant,
};

/// Text that names no moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MomentError {
    #[error(
        "`{0}` is not a moment; write 03:00, today, tomorrow, monday, 2 hours, 2026-03-02 or 2026-03-02T03:00 by the \
         organisation's clock, or 2026-03-02T03:00Z in UTC"
    )]
    Unknown(String),
    #[error("`{text}` is not a moment: {why}")]
    NoSuchDay { text: String, why: String },
    #[error(transparent)]
    Length(SpanError),
}

impl MomentError {
    fn of(text: &str) -> Self {
        match no_such_day(text) {
            Some(why) => Self::NoSuchDay { text: text.to_owned(), why },
            None => Self::Unknown(text.to_owned()),
        }
    }
}

/// Reads a moment by a calendar's clock, seen from `now`. A time is the next such time, a length of time counts from
/// now, and a day means when it opens, or its start where it does not.
///
/// # Errors
///
/// The text, where it names no moment.
pub fn parse(text: &str, now: Instant, calendar: Calendar<'_>) -> Result<Instant, MomentError> {
    let (said, zone) = (text.trim(), calendar.zone);
    if let Ok(at) = Instant::parse(said) {
        return Ok(at);
    }
    let opening = |start: Instant| {
        let date = |at: Instant| zone.local(at).date();
        calendar.next_opening(start).filter(|opening| date(*opening) == date(start)).unwrap_or(start)
    };
    if let Ok(day) = Date::strptime("%Y-%m-%d", said) {
        return Ok(opening(zone.first(day.to_datetime(Time::midnight()))));
    }
    if let Ok(local) = said.parse::<DateTime>() {
        return Ok(zone.first(local));
    }
    // After the others: as a time, a moment would be read without its day.
    if let Ok(time) = said.parse::<Time>() {
        let today = zone.local(now).date();
        let at = zone.first(today.to_datetime(time));
        let tomorrow = || today.tomorrow().map_or(at, |day| zone.first(day.to_datetime(time)));
        return Ok(if at < now { tomorrow() } else { at });
    }
    match said.parse::<Span>() {
        Ok(span) => return span.after(now, &calendar).ok_or_else(|| MomentError::of(said)),
        Err(error @ (SpanError::TooLong(_) | SpanError::Zero(_))) => return Err(MomentError::Length(error)),
        Err(SpanError::Shape(_) | SpanError::Unit(_)) => {}
    }
    if said.eq_ignore_ascii_case("today") {
        return Ok(opening(zone.first(zone.local(now).date().to_datetime(Time::midnight()))));
    }
    match until::parse(said, now, zone) {
        Ok(day) if !said.eq_ignore_ascii_case("further notice") => Ok(opening(day)),
        _ => Err(MomentError::of(said)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{WeeklyHours, Zone};

    #[test]
    fn a_moment_is_named_as_people_do() {
        let zone = Zone::named("Europe/Berlin").unwrap();
        let hours: WeeklyHours = serde_json::from_str(r#"{"mon-fri":"09:00-18:00"}"#).unwrap();
        let calendar = Calendar { zone: &zone, hours: &hours, holidays: &[] };
        // Friday, 15:00 in Berlin.
        let now = Instant::parse("2026-11-27T14:00Z").unwrap();
        for (text, expected) in [
            ("03:00", "2026-11-28T02:00Z"),
            ("16:30", "2026-11-27T15:30Z"),
            ("monday", "2026-11-30T08:00Z"),
            ("today", "2026-11-27T08:00Z"),
            ("tomorrow", "2026-11-27T23:00Z"),
            ("2026-11-30", "2026-11-30T08:00Z"),
            ("2026-03-02", "2026-03-02T08:00Z"),
            ("2026-12-24T03:00", "2026-12-24T02:00Z"),
            ("2026-12-24 03:00", "2026-12-24T02:00Z"),
            ("2026-11-28T03:00Z", "2026-11-28T03:00Z"),
            ("2 hours", "2026-11-27T16:00Z"),
            ("4 working hours", "2026-11-30T09:00Z"),
        ] {
            assert_eq!(parse(text, now, calendar), Ok(Instant::parse(expected).unwrap()), "{text}");
        }
        for wrong in ["", "soon", "25:00", "further notice"] {
            let error = parse(wrong, now, calendar).unwrap_err().to_string();
            assert!(error.starts_with(&format!("`{wrong}` is not a moment; write 03:00, today")), "{error}");
        }
        let why = "`5000 weeks` is longer than";
        assert!(parse("5000 weeks", now, calendar).unwrap_err().to_string().starts_with(why));
        let why = "`2026-02-30` is not a moment: February 2026 has 28 days; write for example 2026-02-28";
        assert_eq!(parse("2026-02-30", now, calendar).unwrap_err().to_string(), why);
    }
}
