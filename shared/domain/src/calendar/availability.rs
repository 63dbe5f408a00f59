//! Whether somebody is there now, why not, and from when.

use std::fmt;

use super::{Calendar, TimeOff};
use crate::instant::Instant;

/// The answer for one person at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Availability<'a> {
    Open,
    /// `until`: when they are next available; none if that is not within sight.
    Closed {
        until: Option<Instant>,
        why: Closed<'a>,
    },
}

/// Why somebody is not available. Time off outweighs a holiday, which outweighs the hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed<'a> {
    OutOfHours,
    /// The holiday's name.
    Holiday(&'a str),
    /// What was given as the reason.
    TimeOff(Option<&'a str>),
}

/// What a calendar says of one moment: the same for everybody who works by it.
#[derive(Debug, Clone, Copy)]
pub struct CalendarAt<'a> {
    pub calendar: Calendar<'a>,
    next_opening: Option<Instant>,
    closed: Option<Closed<'a>>,
    at: Instant,
}

impl<'a> CalendarAt<'a> {
    /// Whether somebody with these absences is available.
    pub fn available(&self, time_off: &'a [TimeOff]) -> Availability<'a> {
        let off = time_off.iter().find(|off| off.covers(self.at));
        match off.map(|off| Closed::TimeOff(off.reason.as_deref())).or(self.closed) {
            None => Availability::Open,
            Some(why) => Availability::Closed { until: self.calendar.past(self.next_opening, time_off), why },
        }
    }
}

impl<'a> Calendar<'a> {
    /// Asks once what holds for many.
    pub fn at(self, at: Instant) -> CalendarAt<'a> {
        let next_opening = self.next_opening(at);
        let closed = (next_opening != Some(at)).then(|| self.why_closed(at));
        CalendarAt { calendar: self, next_opening, closed, at }
    }

    /// Whether somebody with these absences is available.
    pub fn available(self, at: Instant, time_off: &'a [TimeOff]) -> Availability<'a> {
        self.at(at).available(time_off)
    }

    /// The first moment from `at` on that is open and not off.
    pub fn next_available(self, at: Instant, time_off: &[TimeOff]) -> Option<Instant> {
        self.past(self.next_opening(at), time_off)
    }

    /// This opening, or the first after the absences it lies in.
    fn past(self, opening: Option<Instant>, time_off: &[TimeOff]) -> Option<Instant> {
        let mut from = opening?;
        // Each turn leaves an absence behind for good, so this ends.
        while let Some(off) = time_off.iter().find(|off| off.covers(from)) {
            from = self.next_opening(off.until)?;
        }
        Some(from)
    }

    fn why_closed(self, at: Instant) -> Closed<'a> {
        let today = self.zone.local(at).date();
        let last_night = || {
            let holiday = self.holiday(today.yesterday().ok()?)?;
            Calendar { holidays: &[], ..self }.is_open(at).then_some(holiday)
        };
        self.holiday(today).or_else(last_night).map_or(Closed::OutOfHours, |holiday| Closed::Holiday(&holiday.name))
    }
}

impl fmt::Display for Closed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfHours => f.write_str("outside working hours"),
            Self::Holiday(name) => write!(f, "holiday: {name}"),
            Self::TimeOff(Some(reason)) => write!(f, "away: {reason}"),
            Self::TimeOff(None) => f.write_str("away"),
        }
    }
}
