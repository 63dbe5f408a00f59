//! Calendars by example; every transition is walked in `transitions`. An independent calculation is in
//! `tests/scenarios/availability`.

mod transitions;

use super::*;

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

/// What a calendar borrows from. Its one holiday is a Friday.
struct Office {
    zone: Zone,
    hours: WeeklyHours,
    holidays: Vec<Holiday>,
}

impl Office {
    fn new(zone: &str, hours: &str) -> Self {
        let holidays = vec![Holiday { date: "2026-05-01".parse().unwrap(), name: "Labour Day".into() }];
        Self { zone: Zone::named(zone).unwrap(), hours: serde_json::from_str(hours).unwrap(), holidays }
    }

    fn calendar(&self) -> Calendar<'_> {
        Calendar { zone: &self.zone, hours: &self.hours, holidays: &self.holidays }
    }
}

#[test]
fn an_office_opens_and_closes_and_keeps_its_holidays() {
    let office = Office::new("Europe/Berlin", r#"{"mon-fri":"09:00-17:30"}"#);
    // At, next opening, next closing.
    for row in "
        2026-03-02T07:59Z  2026-03-02T08:00Z  2026-03-02T16:30Z
        2026-03-02T08:00Z  2026-03-02T08:00Z  2026-03-02T16:30Z
        2026-03-02T16:29Z  2026-03-02T16:29Z  2026-03-02T16:30Z
        2026-03-02T16:30Z  2026-03-03T08:00Z  2026-03-03T16:30Z
        2026-03-28T12:00Z  2026-03-30T07:00Z  2026-03-30T15:30Z
        2026-04-30T15:30Z  2026-05-04T07:00Z  2026-05-04T15:30Z"
        .lines()
        .skip(1)
    {
        let cells: Vec<Instant> = row.split_whitespace().map(at).collect();
        let answers = [office.calendar().next_opening(cells[0]), office.calendar().next_closing(cells[0])];
        assert_eq!(answers, [Some(cells[1]), Some(cells[2])], "{row}");
        assert_eq!(office.calendar().is_open(cells[0]), cells[0] == cells[1], "{row}");
    }
}

const NINE_TO_FIVE: &str = r#"{"mon-fri":"09:00-17:00"}"#;

/// Zone, hours of the day of the transition, the opening in UTC.
const AT_THE_TRANSITIONS_OF_2026: &str = "
    America/New_York    sun 02:15-06:00  2026-03-08T00:00Z  2026-03-08T07:00Z  2026-03-08T10:00Z
    America/New_York    sun 01:15-01:45  2026-11-01T00:00Z  2026-11-01T05:15Z  2026-11-01T06:45Z
    Europe/Berlin       sun 02:15-02:45  2026-03-28T00:00Z  2026-04-05T00:15Z  2026-04-05T00:45Z
    Europe/Berlin       sun 02:30-09:00  2026-10-24T00:00Z  2026-10-25T00:30Z  2026-10-25T08:00Z
    Australia/Lord_Howe sun 01:30-02:15  2026-10-03T00:00Z  2026-10-03T15:00Z  2026-10-03T15:30Z
    Australia/Lord_Howe sun 01:00-01:40  2026-04-04T00:00Z  2026-04-04T14:00Z  2026-04-04T15:10Z
    Pacific/Chatham     sun 03:00-05:00  2026-09-26T00:00Z  2026-09-26T14:00Z  2026-09-26T15:15Z
    Pacific/Chatham     sun 03:00-05:00  2026-04-04T00:00Z  2026-04-04T13:15Z  2026-04-04T16:15Z
    Asia/Kolkata        sun 02:15-02:45  2026-03-28T00:00Z  2026-03-28T20:45Z  2026-03-28T21:15Z
    Pacific/Apia        sun 03:15-03:45  2026-04-04T00:00Z  2026-04-04T14:15Z  2026-04-04T14:45Z
    America/Havana      sat 20:00-24:00  2026-10-31T12:00Z  2026-11-01T00:00Z  2026-11-01T05:00Z";

#[test]
fn hours_that_meet_a_transition_open_at_the_first_and_close_at_the_last() {
    for row in AT_THE_TRANSITIONS_OF_2026.lines().skip(1) {
        let cells: Vec<&str> = row.split_whitespace().collect();
        let office = Office::new(cells[0], &format!(r#"{{"{}":"{}"}}"#, cells[1], cells[2]));
        let calendar = office.calendar();
        let answers = [calendar.next_opening(at(cells[3])), calendar.next_closing(at(cells[3]))];
        assert_eq!(answers, [Some(at(cells[4])), Some(at(cells[5]))], "{row}");
    }
}

#[test]
fn a_night_shift_belongs_to_the_day_it_begins_on() {
    let office = Office::new("UTC", r#"{"thu-fri":"22:00-06:00"}"#);
    let calendar = office.calendar();
    // Thursday's shift runs into the holiday, and the holiday's own shift does not happen.
    assert!(calendar.is_open(at("2026-05-01T05:59Z")));
    assert_eq!(calendar.next_closing(at("2026-04-30T22:00Z")), Some(at("2026-05-01T06:00Z")));
    assert_eq!(calendar.next_opening(at("2026-05-01T06:00Z")), Some(at("2026-05-07T22:00Z")));
    let Availability::Closed { why, .. } = calendar.available(at("2026-05-02T01:00Z"), &[]) else { panic!("open") };
    assert_eq!(why, Closed::Holiday("Labour Day"));
}

#[test]
fn hours_that_touch_at_midnight_are_one_opening_and_24_7_never_closes() {
    let office = Office::new("UTC", r#"{"mon":"22:00-24:00","tue":["00:00-02:00","08:00-09:00"]}"#);
    assert_eq!(office.calendar().next_closing(at("2026-03-02T12:00Z")), Some(at("2026-03-03T02:00Z")));

    let always = Office::new("UTC", r#""24/7""#);
    let noon = at("2026-03-02T12:00Z");
    assert_eq!(always.calendar().next_opening(noon), Some(noon));
    assert_eq!(always.calendar().next_closing(noon), Some(at("2026-05-01T00:00Z")));
    assert_eq!(Calendar { holidays: &[], ..always.calendar() }.next_closing(noon), None);
}

#[test]
fn a_clock_set_back_over_midnight_does_not_close_what_has_opened() {
    // Saint John's went from 00:01 on Sunday back to 23:01 on Saturday.
    let office = Office::new("America/St_Johns", r#"{"sun":"00:00-02:00"}"#);
    let (opening, saturday_again) = (at("2010-11-07T02:30Z"), at("2010-11-07T02:45Z"));
    assert!(office.calendar().is_open(saturday_again));
    assert_eq!(office.calendar().working_millis_before(saturday_again, 15 * 60_000), Some(opening));
}

#[test]
fn somebody_is_available_when_open_and_not_off() {
    let office = Office::new("UTC", NINE_TO_FIVE);
    let off =
        |from, until, reason: &str| TimeOff { from: at(from), until: at(until), reason: Some(reason.into()), by: None };
    let time_off = [
        off("2026-03-03T12:00Z", "2026-03-04T00:00Z", "dentist"),
        off("2026-03-04T00:00Z", "2026-03-05T10:00Z", "skiing"),
    ];
    let check = |now: &str, until: &str, why| {
        let expected = Availability::Closed { until: Some(at(until)), why };
        assert_eq!(office.calendar().available(at(now), &time_off), expected, "{now}");
    };
    assert_eq!(office.calendar().available(at("2026-03-03T11:59Z"), &time_off), Availability::Open);
    check("2026-03-03T12:00Z", "2026-03-05T10:00Z", Closed::TimeOff(Some("dentist")));
    check("2026-03-04T03:00Z", "2026-03-05T10:00Z", Closed::TimeOff(Some("skiing")));
    check("2026-03-02T17:00Z", "2026-03-03T09:00Z", Closed::OutOfHours);
    check("2026-05-01T10:00Z", "2026-05-04T09:00Z", Closed::Holiday("Labour Day"));
}

#[test]
fn a_calendar_that_holidays_close_for_good_says_so() {
    let mondays = (0..60).map(|week| "2026-03-02".parse::<Date>().unwrap() + jiff::Span::new().weeks(week));
    let holidays: Vec<Holiday> = mondays.map(|date| Holiday { date, name: "closed".into() }).collect();
    let office = Office::new("UTC", r#"{"mon":"09:00-17:00"}"#);
    let calendar = Calendar { holidays: &holidays, ..office.calendar() };
    let now = at("2026-03-02T10:00Z");
    assert_eq!((calendar.next_opening(now), calendar.next_closing(now)), (None, None));
    assert_eq!(calendar.working_millis_between(now, now.plus_minutes(100_000)), 0);
    assert_eq!(calendar.available(now, &[]), Availability::Closed { until: None, why: Closed::Holiday("closed") });
}

#[test]
fn the_ends_of_time_have_no_openings_and_do_not_panic() {
    let office = Office::new("Europe/Berlin", NINE_TO_FIVE);
    let [first, last] = [i64::MIN, i64::MAX].map(Instant::from_millis);
    assert_eq!(office.calendar().next_opening(last), None);
    assert!(office.calendar().next_opening(first).is_some());
    let away_for_good = TimeOff { from: first, until: last, reason: None, by: None };
    let expected = Availability::Closed { until: None, why: Closed::TimeOff(None) };
    assert_eq!(office.calendar().available(at("2026-03-02T10:00Z"), &[away_for_good]), expected);
}

#[test]
fn somebody_switched_off_is_available_at_no_moment_to_come() {
    let office = Office::new("Europe/Berlin", NINE_TO_FIVE);
    let now = at("2026-03-02T10:00Z");
    let off = [TimeOff { from: now, until: TimeOff::NO_END, reason: None, by: None }];
    assert_eq!(office.calendar().next_available(now, &off), None);
    let earlier = now.plus_minutes(-1);
    assert_eq!(office.calendar().next_available(earlier, &off), Some(earlier));
}

#[test]
fn why_somebody_is_not_there_reads_as_words() {
    let words =
        [Closed::OutOfHours, Closed::Holiday("Labour Day"), Closed::TimeOff(Some("ill")), Closed::TimeOff(None)];
    let words = words.map(|why| why.to_string());
    assert_eq!(words, ["outside working hours", "holiday: Labour Day", "away: ill", "away"]);
}
