//! How many records a member had in the hour, day, week and month, where there is a cap.

use jiff::civil::{DateTime, Time};
use serde::{Deserialize, Serialize};

use super::{Cap, Reason};
use crate::{calendar::Zone, instant::Instant, playbook::Caps};

/// Counts of the running periods. Only those with a cap are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Taken {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hour: Option<Period>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    day: Option<Period>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    week: Option<Period>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    month: Option<Period>,
}

/// One period of a member's clock, and what was taken in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Period {
    from: Instant,
    until: Instant,
    count: u32,
    /// The number of the pick that began it: a pick that is taken back is counted here only if it is not older.
    /// By time this could not be told: a record knows when its owner was applied, not when they were picked.
    #[serde(default)]
    first: u64,
}

impl Taken {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The first of the caps of a period that is reached.
    pub(crate) fn reached(&self, caps: &Caps, now: Instant) -> Option<Reason> {
        let periods = [
            (self.hour, caps.per_hour, Cap::Hour),
            (self.day, caps.per_day, Cap::Day),
            (self.week, caps.per_week, Cap::Week),
            (self.month, caps.per_month, Cap::Month),
        ];
        periods.into_iter().find_map(|(period, limit, cap)| {
            let (limit, period) = (limit?, period.filter(|period| period.holds(now)));
            let (count, until) = (period.map_or(0, |period| period.count), period.map(|period| period.until));
            (count >= limit).then_some(Reason::Capped { cap, limit, until })
        })
    }

    /// Counts the record of this pick; periods without a cap are forgotten.
    pub(crate) fn count(&mut self, caps: &Caps, zone: &Zone, now: Instant, pick: u64) {
        let kept = |period: Option<Period>, cap: Option<u32>, bounds: fn(DateTime) -> Option<(DateTime, DateTime)>| {
            cap?;
            let running = period.filter(|period| period.holds(now));
            let mut period = running.or_else(|| Some(Period { first: pick, ..Period::around(now, zone, bounds)? }))?;
            period.count += 1;
            Some(period)
        };
        self.hour = kept(self.hour, caps.per_hour, hour);
        self.day = kept(self.day, caps.per_day, day);
        self.week = kept(self.week, caps.per_week, week);
        self.month = kept(self.month, caps.per_month, month);
    }

    /// Takes back the record of this pick, in the periods that it was counted in.
    pub(crate) fn uncount(&mut self, pick: u64) {
        for period in [&mut self.hour, &mut self.day, &mut self.week, &mut self.month].into_iter().flatten() {
            if period.first <= pick {
                period.count = period.count.saturating_sub(1);
            }
        }
    }
}

impl Period {
    fn holds(&self, at: Instant) -> bool {
        self.from <= at && at < self.until
    }

    fn around(now: Instant, zone: &Zone, bounds: fn(DateTime) -> Option<(DateTime, DateTime)>) -> Option<Self> {
        let (from, until) = bounds(zone.local(now))?;
        Some(Self {
            from: zone.first(from).min(now),
            until: zone.first(until).max(now.plus_millis(1)),
            count: 0,
            first: 0,
        })
    }
}

/// The end of the day that runs now by this clock.
pub(crate) fn end_of_day(zone: &Zone, now: Instant) -> Instant {
    Period::around(now, zone, day).map_or(now.plus_minutes(24 * 60), |period| period.until)
}

fn hour(at: DateTime) -> Option<(DateTime, DateTime)> {
    let from = at.date().to_datetime(Time::constant(at.hour(), 0, 0, 0));
    Some((from, from.checked_add(jiff::Span::new().hours(1)).ok()?))
}

fn day(at: DateTime) -> Option<(DateTime, DateTime)> {
    Some((midnight(at.date()), midnight(at.date().tomorrow().ok()?)))
}

fn week(at: DateTime) -> Option<(DateTime, DateTime)> {
    let since_monday = i64::from(at.date().weekday().to_monday_zero_offset());
    let monday = at.date().checked_sub(jiff::Span::new().days(since_monday)).ok()?;
    Some((midnight(monday), midnight(monday.checked_add(jiff::Span::new().days(7)).ok()?)))
}

fn month(at: DateTime) -> Option<(DateTime, DateTime)> {
    Some((midnight(at.date().first_of_month()), midnight(at.date().last_of_month().tomorrow().ok()?)))
}

fn midnight(date: jiff::civil::Date) -> DateTime {
    date.to_datetime(Time::midnight())
}
