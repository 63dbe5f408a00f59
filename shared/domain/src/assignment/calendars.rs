//! The calendars of a pool's members at one moment, each asked once: of a thousand members most
//! share theirs with others.

use std::collections::BTreeMap;

use crate::{
    calendar::{Calendar, CalendarAt},
    instant::Instant,
};

pub struct Calendars<'a> {
    now: Instant,
    /// By the zone's name, then one for each kind of hours in it.
    known: BTreeMap<&'a str, Vec<CalendarAt<'a>>>,
}

impl<'a> Calendars<'a> {
    pub fn new(now: Instant) -> Self {
        Self { now, known: BTreeMap::new() }
    }

    /// What this calendar says of the moment. All have the organisation's holidays.
    pub fn of(&mut self, calendar: Calendar<'a>) -> CalendarAt<'a> {
        let of_zone = self.known.entry(calendar.zone.name()).or_default();
        if let Some(known) = of_zone.iter().find(|known| known.calendar.hours == calendar.hours) {
            return *known;
        }
        let asked = calendar.at(self.now);
        of_zone.push(asked);
        asked
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{TimeOff, WeeklyHours, Zone};

    #[test]
    fn people_who_share_a_calendar_are_as_available_as_if_asked_alone() {
        let zones = ["Europe/Berlin", "Asia/Kolkata", "Europe/Berlin"].map(|name| Zone::named(name).unwrap());
        let hours = [("mon-fri", "09:00-17:00"), ("mon-thu", "20:00-04:00"), ("mon-fri", "09:00-17:00")];
        let hours = hours.map(|(days, window)| WeeklyHours::from_days([(days, [window])]).unwrap());
        let start = Instant::parse("2026-03-02T00:00Z").unwrap();
        let off = TimeOff { from: start.plus_minutes(600), until: start.plus_minutes(2000), reason: None, by: None };
        for minutes in (0..7 * 24 * 60).step_by(47) {
            let now = start.plus_minutes(minutes);
            let mut calendars = Calendars::new(now);
            for (zone, hours) in zones.iter().flat_map(|zone| hours.iter().map(move |hours| (zone, hours))) {
                let alone = Calendar { zone, hours, holidays: &[] };
                for off in [&[][..], std::slice::from_ref(&off)] {
                    assert_eq!(calendars.of(alone).available(off), alone.available(now, off), "{now}");
                    let is_open = alone.available(now, off) == crate::calendar::Availability::Open;
                    assert_eq!(is_open, alone.next_available(now, off) == Some(now), "{now}");
                }
            }
            assert_eq!(calendars.known.values().map(Vec::len).sum::<usize>(), 4, "each is asked once");
        }
    }
}
