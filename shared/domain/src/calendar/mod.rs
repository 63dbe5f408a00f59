//! Working time: zones, weekly hours, holidays and time off.
//!
//! Rules hold a zone and times on the wall clock; instants are computed from them when asked
//! for, never stored with them. Open time is counted on the line of instants.
//! A time skipped by the clock means the next valid instant; of a time that comes twice,
//! opening is the first and closing the last.

mod availability;
mod date;
mod hours;
mod openings;
mod time_off;
mod time_off_change;
pub(crate) mod weekdays;
mod window;
mod working;
mod zone;

use jiff::civil::Date;

pub use availability::{Availability, CalendarAt, Closed};
pub use date::no_such_day;
pub use hours::{HoursError, WeeklyHours};
pub use time_off::{Holiday, TimeOff};
pub use time_off_change::TimeOffChange;
pub use window::WindowError;
pub use zone::{Zone, ZoneError};

use crate::instant::Instant;

/// When it is open: hours in a zone, without the holidays. Borrowed from a playbook, free to copy.
///
/// A holiday closes what would open on it, 24/7 included; a night shift that began the day
/// before goes on.
#[derive(Debug, Clone, Copy)]
pub struct Calendar<'a> {
    pub zone: &'a Zone,
    pub hours: &'a WeeklyHours,
    pub holidays: &'a [Holiday],
}

impl<'a> Calendar<'a> {
    pub fn is_open(self, at: Instant) -> bool {
        self.opening_from(at).is_some_and(|opening| opening.from <= at)
    }

    /// `at` itself if open, else the next opening; none if there is none within 400 days.
    pub fn next_opening(self, at: Instant) -> Option<Instant> {
        self.opening_from(at).map(|opening| opening.from.max(at))
    }

    /// The end of the opening at `at`, or else of the next; none if it never closes (within 400 days).
    pub fn next_closing(self, at: Instant) -> Option<Instant> {
        let mut closing = self.opening_from(at)?.until;
        for _ in 0..openings::HORIZON_DAYS {
            match self.opening_from(closing) {
                Some(next) if next.from <= closing => closing = next.until,
                _ => return Some(closing),
            }
        }
        None
    }

    /// The holiday on this day, if it is one.
    pub fn holiday(self, day: Date) -> Option<&'a Holiday> {
        self.holidays.iter().find(|holiday| holiday.date == day)
    }
}

#[cfg(test)]
mod tests;
