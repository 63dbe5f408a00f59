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

impl<'a> Calendar<'a> {
    /// Whether somebody with these absences is available.
    pub fn available(self, at: Instant, time_off: &'a [TimeOff]) -> Availability<'a> {
        if let Some(off) = time_off.iter().find(|off| off.covers(at)) {
            let why = Closed::TimeOff(off.reason.as_deref());
            return Availability::Closed { until: self.next_available(at, time_off), why };
        }
        match self.next_available(at, time_off) {
            Some(opening) if opening == at => Availability::Open,
            until => Availability::Closed { until, why: self.why_closed(at) },
        }
    }

    /// The first moment from `at` on that is open and not off.
    pub fn next_available(self, at: Instant, time_off: &[TimeOff]) -> Option<Instant> {
        let mut from = self.next_opening(at)?;
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
