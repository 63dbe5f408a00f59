//! What happens to a pool in a year, drawn before anything is shared out: the same for all.

use domain::{assignment::TimesOff, calendar::TimeOff, instant::Instant};
use serde_json::{Value, json};

use crate::{pool::person, random::Random};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// Monday, 5 January 2026, in UTC.
pub const START: i64 = 1_767_571_200_000;
pub const DAYS: u64 = 364;
const YEAR: i64 = DAYS as i64 * DAY;

const ZONES: [&str; 6] =
    ["Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles", "Asia/Kolkata", "Australia/Sydney"];

/// Something that happens in a pool.
#[derive(Debug, Clone, PartialEq)]
pub enum Happening {
    /// A record comes.
    Lead,
    /// The record of this number turns out not to count: the person who got it is credited.
    Bad { lead: usize },
    /// A member joins, or has another weight from now on.
    Weight { member: usize, weight: u32 },
}

/// One pool's year.
pub struct Trace {
    /// As in `people.yaml`.
    pub people: Value,
    /// Those who are there from the start.
    pub weights: Vec<u32>,
    pub off: TimesOff,
    /// In the order of time.
    pub happenings: Vec<(Instant, Happening)>,
}

impl Trace {
    /// Records come on the first so many days of the year; without credits it is the same year.
    pub fn new(seed: u64, number: u64, days: u64, credits: bool) -> Self {
        let mut random = Random::of(seed, number);
        let members = random.within(2, 20) as usize;
        let newcomers = random.within(0, 2).min(members as u64 - 2) as usize;
        let weights: Vec<u32> = (0..members - newcomers).map(|_| weight(&mut random)).collect();
        let mut happenings = leads(&mut random, days);
        happenings.extend(changes(&mut random, members, newcomers));
        happenings.retain(|(_, happening)| credits || !matches!(happening, Happening::Bad { .. }));
        happenings.sort_by_key(|(at, _)| *at);
        Self { people: people(&mut random, members), weights, off: times_off(&mut random, members), happenings }
    }

    /// Absences of a day or more that end within the year: who, and when they are back.
    pub fn absences(&self) -> Vec<(usize, Instant)> {
        let end = Instant::from_millis(START + YEAR);
        let numbered = self.off.values().enumerate();
        let all = numbered.flat_map(|(member, off)| off.iter().map(move |off| (member, off)));
        all.filter(|(_, off)| off.until.millis_since(off.from) >= DAY && off.until < end)
            .map(|(member, off)| (member, off.until))
            .collect()
    }
}

fn weight(random: &mut Random) -> u32 {
    match random.within(0, 9) {
        0..5 => 1,
        5..8 => random.within(2, 4) as u32,
        _ => random.within(5, 10) as u32,
    }
}

/// At random times of day and night, as many a day as a small or a busy team gets; one in a
/// hundred turns out bad after one to five days.
fn leads(random: &mut Random, days: u64) -> Vec<(Instant, Happening)> {
    let count = random.within(3, 30) * days;
    let mut times: Vec<i64> = (0..count).map(|_| START + random.within(0, days * DAY as u64 - 1) as i64).collect();
    times.sort_unstable();
    let mut happenings = Vec::new();
    for (lead, at) in times.into_iter().enumerate() {
        happenings.push((Instant::from_millis(at), Happening::Lead));
        if random.chance(1) {
            let after = random.within(DAY as u64, 5 * DAY as u64) as i64;
            happenings.push((Instant::from_millis(at + after), Happening::Bad { lead }));
        }
    }
    happenings
}

/// The last members join in the course of the year; a few weights change.
fn changes(random: &mut Random, members: usize, newcomers: usize) -> Vec<(Instant, Happening)> {
    let mut changes = Vec::new();
    let mut at = |random: &mut Random, member, weight| {
        let at = START + random.within(30 * DAY as u64, 330 * DAY as u64) as i64;
        changes.push((Instant::from_millis(at), Happening::Weight { member, weight }));
    };
    for member in members - newcomers..members {
        let weight = weight(random);
        at(random, member, weight);
    }
    for _ in 0..random.within(1, 4) {
        let (member, weight) = (random.index(members - newcomers), weight(random));
        at(random, member, weight);
    }
    changes
}

/// One or two zones a pool; most work full weeks, some in the mornings or on three days.
fn people(random: &mut Random, members: usize) -> Value {
    let zones = [ZONES[random.index(ZONES.len())], ZONES[random.index(ZONES.len())]];
    let mut person_of = |number| {
        let hours = match random.within(0, 9) {
            0 => json!({ "mon-fri": "08:00-12:30" }),
            1 => json!({ "tue-thu": "09:00-18:00" }),
            2 => json!({ "mon-sat": ["10:00-14:00", "15:00-19:00"] }),
            _ => json!({ "mon-fri": "09:00-17:00" }),
        };
        let zone = zones[usize::from(random.chance(30))];
        (
            person(number).to_string(),
            json!({ "name": "P", "email": "p@example.com", "time_zone": zone, "hours": hours }),
        )
    };
    (0..members).map(&mut person_of).collect()
}

/// Days to weeks, every month or two.
fn times_off(random: &mut Random, members: usize) -> TimesOff {
    let mut of_one = |number| {
        let mut off = Vec::new();
        let mut at = START + random.within(0, 60) as i64 * DAY;
        while at < START + YEAR {
            let days = if random.chance(50) { random.within(1, 4) } else { random.within(5, 21) } as i64;
            let until = at + days * DAY;
            off.push(TimeOff {
                from: Instant::from_millis(at),
                until: Instant::from_millis(until),
                reason: None,
                by: None,
            });
            at = until + random.within(14, 75) as i64 * DAY;
        }
        (person(number), off)
    };
    (0..members).map(&mut of_one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_has_all_that_may_happen_in_the_order_of_time() {
        let traces: Vec<Trace> = (0..20).map(|number| Trace::new(1, number, DAYS, true)).collect();
        for Trace { happenings, weights, off, .. } in &traces {
            assert!(happenings.is_sorted_by_key(|(at, _)| *at));
            assert!((1..=20).contains(&weights.len()) && (2..=20).contains(&off.len()));
        }
        let count = |of: fn(&Happening) -> bool| {
            traces.iter().flat_map(|trace| &trace.happenings).filter(|(_, happening)| of(happening)).count()
        };
        assert!(count(|happening| matches!(happening, Happening::Lead)) > 20_000);
        assert!(count(|happening| matches!(happening, Happening::Bad { .. })) > 200);
        assert!(count(|happening| matches!(happening, Happening::Weight { .. })) > 20);
        assert!(traces.iter().map(|trace| trace.absences().len()).sum::<usize>() > 500);
    }
}
