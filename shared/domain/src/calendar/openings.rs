//! From rules to the line of instants. All other questions are answered by two:
//! which opening is the first from here, and which the last before here.

use std::iter;

use jiff::{
    SignedDuration,
    civil::{Date, DateTime, Time},
};

use super::{Calendar, window::Window};
use crate::instant::Instant;

/// How many days are searched for an opening before a calendar counts as closed for good.
pub(super) const HORIZON_DAYS: usize = 400;

/// A stretch of open time: `from` belongs to it, `until` does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Opening {
    pub from: Instant,
    pub until: Instant,
}

impl<'a> Calendar<'a> {
    /// The first opening that ends after `at`; it may have begun before.
    ///
    /// Openings come in order of both their ends, but at an overlap two may share time,
    /// so a walk along them goes on from `until`.
    pub(super) fn opening_from(self, at: Instant) -> Option<Opening> {
        // Yesterday's may still last: night shifts, and clocks set back at midnight.
        let start = self.zone.local(at).date().yesterday().unwrap_or(Date::MIN);
        days_from(start, forwards).flat_map(|day| self.openings_of(day)).find(|opening| opening.until > at)
    }

    /// The last opening that begins before `at`; it may last longer.
    pub(super) fn opening_before(self, at: Instant) -> Option<Opening> {
        let start = self.zone.local(at).date().tomorrow().unwrap_or(Date::MAX);
        days_from(start, backwards).flat_map(|day| self.openings_of(day).rev()).find(|opening| opening.from < at)
    }

    /// What opens on this day.
    pub(super) fn openings_of(self, day: Date) -> impl DoubleEndedIterator<Item = Opening> {
        // A window that lies in a gap as a whole does not happen.
        let opening = move |window| self.opening(day, window);
        self.windows_of(day).iter().map(opening).filter(|opening| opening.from < opening.until)
    }

    /// Opening is the first occurrence of the time on the wall clock, closing the last.
    fn opening(self, day: Date, window: &Window) -> Opening {
        let [from, until] = [window.from, window.until].map(|minute| on_the_wall(day, i64::from(minute) * 60_000));
        Opening { from: self.zone.first(from), until: self.zone.last(until) }
    }

    pub(super) fn windows_of(self, day: Date) -> &'a [Window] {
        if self.holiday(day).is_some() { &[] } else { self.hours.on(day.weekday()) }
    }
}

/// The wall clock so many milliseconds after a day's midnight, if no clock were ever changed.
pub(super) fn on_the_wall(day: Date, millis: i64) -> DateTime {
    day.to_datetime(Time::midnight()).saturating_add(SignedDuration::from_millis(millis))
}

pub(super) fn forwards(day: Date) -> Option<Date> {
    day.tomorrow().ok()
}

pub(super) fn backwards(day: Date) -> Option<Date> {
    day.yesterday().ok()
}

/// Days from this one on, in either direction, as far as a calendar is searched.
pub(super) fn days_from(start: Date, step: fn(Date) -> Option<Date>) -> impl Iterator<Item = Date> {
    iter::successors(Some(start), move |day| step(*day)).take(HORIZON_DAYS + 2)
}
