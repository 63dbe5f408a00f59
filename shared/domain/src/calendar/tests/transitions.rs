//! Every transition of many zones against a reference that walks minute by minute.

use std::fmt;

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};

use super::super::{Calendar, Holiday, WeeklyHours, Zone, window::Window};
use crate::instant::Instant;

const ZONES: &str = "
    Africa/Cairo Africa/Casablanca Africa/El_Aaiun Africa/Johannesburg America/Anchorage America/Asuncion
    America/Chicago America/Denver America/Halifax America/Havana America/Los_Angeles America/Mexico_City
    America/Miquelon America/New_York America/Nuuk America/Port-au-Prince America/Santiago America/Sao_Paulo
    America/Scoresbysund America/St_Johns Antarctica/Troll Asia/Almaty Asia/Beirut Asia/Gaza Asia/Jerusalem
    Asia/Kolkata Asia/Kathmandu Asia/Tehran Asia/Tokyo Atlantic/Azores Australia/Adelaide Australia/Lord_Howe
    Australia/Sydney Europe/Berlin Europe/Chisinau Europe/Dublin Europe/London Pacific/Apia Pacific/Auckland
    Pacific/Chatham Pacific/Easter Pacific/Norfolk";

/// Hours whose ends fall before, into and after what the clocks skip or repeat.
const HOURS: [&str; 4] = [
    r#"{"mon-sun":["00:20-01:15","01:45-02:20","02:30-03:00","03:05-04:00","23:10-23:50"]}"#,
    r#"{"mon-sun":["01:00-02:00","02:00-03:00","22:00-00:30"]}"#,
    r#"{"mon-sun":["02:10-02:50","03:30-24:00"]}"#,
    r#""24/7""#,
];

/// Minutes looked at before and after a transition.
const AROUND: i64 = 180;

#[test]
fn around_every_transition_until_2037_openings_are_those_of_a_minute_walk() {
    let all_hours = HOURS.map(|hours| serde_json::from_str::<WeeklyHours>(hours).unwrap());
    let mut seen = 0;
    for name in ZONES.split_whitespace() {
        let (zone, jiff) = (Zone::named(name).unwrap(), TimeZone::get(name).unwrap());
        let (start, end): (Timestamp, Timestamp) =
            ("2024-01-01T00:00Z".parse().unwrap(), "2038-01-01T00:00Z".parse().unwrap());
        for transition in jiff.following(start).take_while(|transition| transition.timestamp() < end) {
            let walk = Walk::over(&jiff, transition.timestamp());
            seen += 1;
            let day = walk.date_of(walk.turn);
            let holiday = Holiday { date: day, name: "the clocks change".into() };
            let holidays = if seen % 5 == 0 { std::slice::from_ref(&holiday) } else { &[] };
            let hours = &all_hours[seen % all_hours.len()];
            let calendar = Calendar { zone: &zone, hours, holidays };
            walk.compare(calendar);
        }
    }
    assert!(seen > 800, "only {seen} transitions");
}

/// Minutes around one transition, by plain arithmetic on its two offsets.
struct Walk {
    /// Minutes since 1970 in UTC.
    turn: i64,
    offset_before: i64,
    offset_after: i64,
}

impl Walk {
    fn over(zone: &TimeZone, turn: Timestamp) -> Self {
        let minutes_at = |at: Timestamp| i64::from(zone.to_offset(at).seconds()) / 60;
        let before = turn - SignedDuration::from_secs(1);
        Self { turn: turn.as_second() / 60, offset_before: minutes_at(before), offset_after: minutes_at(turn) }
    }

    /// The wall clock in minutes since 1970.
    fn wall(&self, minute: i64) -> i64 {
        minute + if minute < self.turn { self.offset_before } else { self.offset_after }
    }

    fn date_of(&self, minute: i64) -> Date {
        date(self.wall(minute).div_euclid(1440))
    }

    /// For each minute around the transition: is it open?
    fn open_minutes(&self, calendar: Calendar<'_>) -> Vec<bool> {
        let minutes = self.turn - AROUND..self.turn + AROUND;
        let mut open = vec![false; minutes.clone().count()];
        let today = self.wall(self.turn).div_euclid(1440);
        for day in today - 2..=today + 1 {
            if calendar.holidays.iter().any(|holiday| holiday.date == date(day)) {
                continue;
            }
            for window in calendar.hours.on(date(day).weekday()) {
                self.open_for(day, *window, minutes.clone().zip(&mut open));
            }
        }
        open
    }

    /// Open from the first time that the wall clock reaches `from` to the last time that it shows less than
    /// `until`, or `until` itself once more.
    fn open_for<'a>(&self, day: i64, window: Window, minutes: impl Iterator<Item = (i64, &'a mut bool)>) {
        let (from, until) = (day * 1440 + i64::from(window.from), day * 1440 + i64::from(window.until));
        // Most windows of these days are hours away.
        if until < self.wall(self.turn - AROUND) - 180 || from > self.wall(self.turn + AROUND) + 180 {
            return;
        }
        let mut highest = i64::MIN;
        for (minute, open) in minutes {
            highest = highest.max(self.wall(minute));
            let lowest =
                if minute < self.turn { self.wall(minute).min(self.wall(self.turn)) } else { self.wall(minute) };
            let shown = [until - self.offset_before, until - self.offset_after];
            let again = shown.into_iter().any(|later| later > minute && self.wall(later) == until);
            *open |= highest >= from && (lowest < until || again);
        }
    }

    fn compare(&self, calendar: Calendar<'_>) {
        let open = self.open_minutes(calendar);
        let first = self.turn - AROUND;
        let instant = |index: usize| Instant::from_millis((first + index as i64) * 60_000);
        let end = instant(open.len());
        let at_first = |wanted: bool, from: usize| open[from..].iter().position(|is| *is == wanted).map(|n| n + from);
        let changes = (1..open.len()).filter(|index| open[*index] != open[*index - 1]);
        let samples = changes.flat_map(|index| [index - 1, index]).chain((0..open.len()).step_by(90));
        for index in samples {
            let (at, case) = (instant(index), Case { calendar, at: instant(index) });
            let opening = at_first(true, index);
            agree(calendar.next_opening(at), opening.map(instant), end, case);
            // Never closing is only found out by searching for a year, which is too long to do here.
            if let Some(closing) = opening.and_then(|index| at_first(false, index)) {
                assert_eq!(calendar.next_closing(at), Some(instant(closing)), "{case}");
            }
        }
        for index in [0, open.len() / 2, open.len() - 1] {
            self.compare_counts(calendar, &open, index);
        }
    }

    fn compare_counts(&self, calendar: Calendar<'_>, open: &[bool], index: usize) {
        let instant = |index: usize| Instant::from_millis((self.turn - AROUND + index as i64) * 60_000);
        let (start, at, end) = (instant(0), instant(index), instant(open.len()));
        let case = Case { calendar, at };
        let count = |minutes: &[bool]| minutes.iter().filter(|open| **open).count() as i64 * 60_000;
        let (earlier, later) = (count(&open[..index]), count(&open[index..]));
        assert_eq!(calendar.working_millis_between(at, end), later, "{case}");
        if later > 0 {
            let last = open.iter().rposition(|open| *open).unwrap();
            assert_eq!(calendar.working_millis_after(at, later), Some(instant(last + 1)), "{case}");
        }
        if earlier > 0 {
            let first = open.iter().position(|open| *open).unwrap();
            assert_eq!(calendar.working_millis_before(at, earlier), Some(instant(first)), "{case}");
        }
        assert_eq!(calendar.working_millis_between(at, start), 0, "{case}");
    }
}

/// What is compared, written out only when it fails.
#[derive(Clone, Copy)]
struct Case<'a> {
    calendar: Calendar<'a>,
    at: Instant,
}

impl fmt::Display for Case<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} at {}", self.calendar, self.at)
    }
}

/// What the walk did not see must lie behind what it saw.
fn agree(answer: Option<Instant>, walked: Option<Instant>, end: Instant, case: Case<'_>) {
    match walked {
        Some(_) => assert_eq!(answer, walked, "{case}"),
        None => assert!(answer.is_none_or(|answer| answer >= end), "{case}: {answer:?}"),
    }
}

fn date(days_since_1970: i64) -> Date {
    let epoch = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
    (epoch + SignedDuration::from_hours(days_since_1970 * 24)).date()
}
