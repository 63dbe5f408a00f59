//! Counting in working time, forwards and backwards.

use jiff::civil::{Date, Time};

use super::{
    Calendar,
    openings::{backwards, days_from, forwards, on_the_wall},
};
use crate::instant::Instant;

const MILLIS_OF_DAY: i64 = 24 * 60 * 60 * 1000;

/// Counting further than this means that the calendar is hardly ever open.
const CENTURY: i64 = 36_525 * MILLIS_OF_DAY;

impl Calendar<'_> {
    /// Open time from `a` to `b` in milliseconds; 0 if `b` is not later.
    pub fn working_millis_between(self, a: Instant, b: Instant) -> i64 {
        let (mut open, mut at) = (0, a);
        while let Some(opening) = self.opening_from(at)
            && opening.from < b
        {
            open += opening.until.min(b).millis_since(opening.from.max(at)).max(0);
            at = opening.until;
            if at >= b {
                break;
            }
        }
        open
    }

    /// The first instant with so much open time between `at` and it; the end of an opening rather than
    /// the start of the next.
    pub(crate) fn working_millis_after(self, at: Instant, millis: i64) -> Option<Instant> {
        let (mut left, mut from) = (millis, at);
        while from.millis_since(at) < CENTURY {
            let opening = self.opening_from(from)?;
            from = opening.from.max(from);
            let open = opening.until.millis_since(from);
            if left <= open {
                return Some(from.plus_millis(left));
            }
            left -= open;
            from = opening.until;
        }
        None
    }

    /// The last instant with so much open time between it and `at`.
    pub(crate) fn working_millis_before(self, at: Instant, millis: i64) -> Option<Instant> {
        let (mut left, mut until) = (millis, at);
        while at.millis_since(until) < CENTURY {
            let opening = self.opening_before(until)?;
            until = opening.until.min(until);
            let open = until.millis_since(opening.from);
            if left <= open {
                return Some(until.plus_millis(-left));
            }
            left -= open;
            until = opening.from;
        }
        None
    }

    /// The same wall time so many open days later, moved into that day's hours.
    pub(crate) fn working_days_after(self, at: Instant, days: u32) -> Option<Instant> {
        self.working_days(at, days, forwards)
    }

    /// The same wall time so many open days earlier, moved into that day's hours.
    pub(crate) fn working_days_before(self, at: Instant, days: u32) -> Option<Instant> {
        self.working_days(at, days, backwards)
    }

    fn working_days(self, at: Instant, days: u32, step: fn(Date) -> Option<Date>) -> Option<Instant> {
        let (mut day, wall) = self.working_day_of(at);
        for _ in 0..days {
            day = days_from(step(day)?, step).find(|day| self.openings_of(*day).next().is_some())?;
        }
        Some(self.moved_into_hours(day, wall))
    }

    /// The day that `at` counts as, and milliseconds since its midnight: the small hours of
    /// a night shift belong to the day on which it began.
    fn working_day_of(self, at: Instant) -> (Date, i64) {
        let local = self.zone.local(at);
        let wall = millis_of(local.time());
        if let Ok(yesterday) = local.date().yesterday()
            && let Some(last) = self.windows_of(yesterday).last()
            && wall + MILLIS_OF_DAY < i64::from(last.until) * 60_000
        {
            return (yesterday, wall + MILLIS_OF_DAY);
        }
        (local.date(), wall)
    }

    /// Before an opening: that opening. After the last one: its end. Else unchanged.
    fn moved_into_hours(self, day: Date, wall: i64) -> Instant {
        let mut closing = wall;
        for window in self.windows_of(day) {
            let from = i64::from(window.from) * 60_000;
            closing = i64::from(window.until) * 60_000;
            if wall <= closing {
                return self.zone.first(on_the_wall(day, wall.max(from)));
            }
        }
        self.zone.last(on_the_wall(day, closing))
    }
}

fn millis_of(time: Time) -> i64 {
    let minutes = i64::from(time.hour()) * 60 + i64::from(time.minute());
    (minutes * 60 + i64::from(time.second())) * 1000 + i64::from(time.millisecond())
}
