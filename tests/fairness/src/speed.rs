//! How long `answer` takes among a thousand members with calendars.

use std::{
    hint::black_box,
    time::{Duration, Instant as Stopwatch},
};

use domain::{
    assignment::{TimesOff, answer},
    calendar::TimeOff,
    instant::Instant,
    message::AssignOutcome,
    playbook::Playbook,
    rotation::PoolState,
};
use serde_json::json;

use crate::{
    pool::{NOON, person, playbook, request},
    random::Random,
};

pub const MEMBERS: usize = 1000;

const DAY: i64 = 24 * 60 * 60 * 1000;

const ZONES: [&str; 12] = [
    "America/Los_Angeles",
    "America/Denver",
    "America/Chicago",
    "America/New_York",
    "America/Sao_Paulo",
    "Europe/London",
    "Europe/Berlin",
    "Africa/Johannesburg",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Australia/Sydney",
];

/// What a pick took, and among how many of the members who were there.
pub struct Speed {
    pub p50_us: f64,
    pub p99_us: f64,
    pub available: f64,
}

/// A thousand people in twelve zones with four kinds of hours, one in seven of them off.
fn team() -> (Playbook, TimesOff) {
    let hours = [
        json!({ "mon-fri": "09:00-17:00" }),
        json!({ "mon-fri": ["08:00-12:00", "13:00-17:30"] }),
        json!({ "mon-sun": "06:00-22:00" }),
        json!({ "mon-thu": "10:00-20:00" }),
    ];
    let mut random = Random::new(12);
    let mut people = serde_json::Map::new();
    let (mut weights, mut off) = (Vec::new(), TimesOff::new());
    for number in 0..MEMBERS {
        let (zone, hours) = (ZONES[random.index(ZONES.len())], &hours[random.index(hours.len())]);
        let known = json!({ "name": "P", "email": "p@example.com", "time_zone": zone, "hours": hours });
        people.insert(person(number).to_string(), known);
        weights.push(random.within(1, 10) as u32);
        if random.chance(15) {
            let from = NOON.plus_millis(random.within(0, 10 * DAY as u64) as i64 - 5 * DAY);
            off.insert(
                person(number),
                vec![TimeOff { from, until: from.plus_millis(7 * DAY), reason: None, by: None }],
            );
        }
    }
    (playbook(&people.into(), &weights, &json!("resume")), off)
}

/// Times so many picks, spread over a week.
pub fn run(picks: u64) -> Speed {
    let (playbook, off) = team();
    let mut state = PoolState::default();
    let (mut took, mut available) = (Vec::new(), 0);
    for number in 0..picks {
        let now = NOON.plus_millis(7 * DAY * number as i64 / picks as i64);
        let (spent, among) = timed(&mut state, &playbook, &off, number, now);
        if among > 0 {
            took.push(spent);
            available += among;
        }
    }
    took.sort_unstable();
    let micros = |percent: usize| took[(took.len() * percent / 100).min(took.len() - 1)].as_secs_f64() * 1e6;
    Speed { p50_us: micros(50), p99_us: micros(99), available: available as f64 / took.len() as f64 }
}

/// The time of one pick, and how many could have had it.
fn timed(state: &mut PoolState, playbook: &Playbook, off: &TimesOff, number: u64, now: Instant) -> (Duration, usize) {
    let request = request(number);
    let start = Stopwatch::now();
    let answer = black_box(answer(state, &request, playbook, off, now));
    let spent = start.elapsed();
    state.ledger.clear();
    let picked = matches!(answer.outcome, AssignOutcome::Assigned { .. });
    let candidates = &answer.candidates;
    (spent, if picked { candidates.available.len() + candidates.further } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_team_is_spread_so_that_some_are_always_there_and_never_all() {
        let speed = run(60);
        assert!((100.0..900.0).contains(&speed.available), "{}", speed.available);
        assert!(speed.p50_us > 0.0 && speed.p50_us <= speed.p99_us);
    }
}
