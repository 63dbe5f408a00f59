//! Why a member of a pool is passed over: the first reason of a fixed order, and when it ends.

use std::collections::BTreeMap;

use domain::{
    assignment::answer,
    calendar::{Holiday, TimeOff},
    id::PersonId,
    message::{Answer, AssignOutcome, AssignRequest},
    playbook::Playbook,
    rotation::{PoolState, Reason},
};

use super::desk::{Desk, at, person, request};

/// A Sunday: the pool is closed until Monday at nine.
const SUNDAY: &str = "2026-03-01T12:00Z";
const MONDAY_AT_NINE: &str = "2026-03-02T09:00Z";

/// Everything that speaks against ana; each test takes one reason after the other away.
struct Against {
    active: bool,
    weight: u32,
    tried: bool,
    away_until: Option<&'static str>,
    now: &'static str,
}

const EVERYTHING: Against =
    Against { active: false, weight: 0, tried: true, away_until: Some("2026-03-04T12:00Z"), now: SUNDAY };

fn asked(against: &Against) -> Answer {
    let mut playbook: Playbook = serde_json::from_str(include_str!("../histories/playbook.json")).unwrap();
    let ana = PersonId::new("ana");
    playbook.organisation.holidays.push(Holiday { date: "2026-03-03".parse().unwrap(), name: "Founders".into() });
    playbook.people.get_mut(&ana).unwrap().active = against.active;
    playbook.pools.get_mut(&"inbound".into()).unwrap().members = BTreeMap::from([(ana.clone(), against.weight)]);
    let exclude = if against.tried { vec![ana.clone()] } else { Vec::new() };
    let request = AssignRequest { exclude, ..request("r1") };
    let off = |until| TimeOff { from: at("2026-02-28T00:00Z"), until: at(until), reason: None, by: None };
    let off = against.away_until.map(|until| (ana, vec![off(until)])).into_iter().collect();
    answer(&mut PoolState::default(), &request, &playbook, &off, at(against.now))
}

fn check(against: &Against, reason: &Reason, outcome: &AssignOutcome) {
    let answer = asked(against);
    let [ana] = &answer.candidates.against[..] else { panic!("one candidate: {:?}", answer.candidates) };
    assert_eq!((&ana.why, &answer.outcome), (reason, outcome));
}

#[test]
fn of_several_reasons_the_one_that_lasts_longest_is_told() {
    let nobody = &AssignOutcome::Nobody;
    check(&EVERYTHING, &Reason::NotActive, nobody);
    check(&Against { active: true, ..EVERYTHING }, &Reason::NoWeight, nobody);
    check(&Against { active: true, weight: 1, ..EVERYTHING }, &Reason::AlreadyTried, nobody);
}

#[test]
fn an_absence_is_told_before_the_hours_and_ends_when_both_do() {
    let away = |until| Against { active: true, weight: 1, tried: false, away_until: Some(until), now: SUNDAY };
    let open = AssignOutcome::Waiting { next_opening: at("2026-03-04T12:00Z") };
    check(&away("2026-03-04T12:00Z"), &Reason::Away { until: at("2026-03-04T12:00Z") }, &open);
    let open = AssignOutcome::Waiting { next_opening: at(MONDAY_AT_NINE) };
    check(&away("2026-03-01T18:00Z"), &Reason::Away { until: at(MONDAY_AT_NINE) }, &open);
}

#[test]
fn out_of_hours_ends_at_the_opening() {
    let closed = Against { active: true, weight: 1, tried: false, away_until: None, now: SUNDAY };
    let open = at(MONDAY_AT_NINE);
    check(&closed, &Reason::OutOfHours { until: Some(open) }, &AssignOutcome::Waiting { next_opening: open });
}

#[test]
fn a_holiday_is_told_by_its_name_and_ends_at_the_next_opening() {
    let (noon, open) = ("2026-03-03T12:00Z", at("2026-03-04T09:00Z"));
    let closed = Against { active: true, weight: 1, tried: false, away_until: None, now: noon };
    let holiday = Reason::Holiday { name: "Founders".to_owned(), until: Some(open) };
    check(&closed, &holiday, &AssignOutcome::Waiting { next_opening: open });
}

/// A person whom Maria switched off on Monday at ten, and the answer to the next request.
fn switched_off(people: &[&str], desk: &mut Desk) -> Answer {
    for person in people {
        let off = TimeOff { from: desk.now, until: TimeOff::NO_END, reason: None, by: Some("maria".into()) };
        desk.off.insert(PersonId::new(*person), vec![off]);
    }
    desk.ask()
}

#[test]
fn somebody_switched_off_gets_nothing_since_when_and_by_whom() {
    let mut desk = Desk::with(&[("ana", 1), ("ben", 1)]);
    let answer = switched_off(&["ana"], &mut desk);
    let reason = Reason::SwitchedOff { since: desk.now, by: Some("maria".into()) };
    assert_eq!((person(&answer), &answer.candidates.against[0].why), ("ben".to_owned(), &reason));
    assert_eq!(desk.picks(3), ["ben"; 3]);
    desk.back("ana");
    assert!(desk.picks(2).contains(&"ana".to_owned()));
}

#[test]
fn with_everybody_switched_off_it_waits_for_somebody_to_be_switched_on() {
    let mut desk = Desk::with(&[("ana", 1), ("ben", 1)]);
    let answer = switched_off(&["ana", "ben"], &mut desk);
    assert_eq!(answer.outcome, AssignOutcome::Waiting { next_opening: TimeOff::NO_END });
    desk.away("ben", "2026-03-03T00:00Z");
    assert_eq!(desk.ask().outcome, AssignOutcome::Waiting { next_opening: at("2026-03-03T00:00Z") });
}

#[test]
fn nothing_new_comes_shortly_before_somebody_is_off_without_an_end() {
    let mut desk = Desk::with(&[("ana", 1), ("ben", 1)]);
    desk.pool().stop_before_time_off = Some("1 day".parse().unwrap());
    let from = desk.now.plus_minutes(60);
    let off = TimeOff { from, until: TimeOff::NO_END, reason: None, by: None };
    desk.off.insert("ana".into(), vec![off]);
    let answer = desk.ask();
    assert_eq!(answer.candidates.against[0].why, Reason::AwaySoon { from, until: TimeOff::NO_END });
}
