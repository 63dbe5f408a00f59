//! What a return policy does for who was away.

use domain::{playbook::OnReturn, rotation::Amount};

use super::desk::{Desk, at};

/// Three equals; Ana is away for 30 records, and then so many more come, as many a day.
fn after_an_absence(policy: OnReturn, days: u32, a_day: usize) -> Desk {
    let mut desk = Desk::with(&[("ana", 1), ("ben", 1), ("chloe", 1)]);
    desk.pool().on_return = policy;
    desk.picks(9);
    desk.away("ana", "2026-03-09T00:00Z");
    desk.picks(30);
    desk.back("ana");
    for day in 0..days {
        desk.now = at("2026-03-09T10:00Z").plus_minutes(i64::from(day) * 24 * 60);
        desk.picks(a_day);
    }
    desk
}

#[test]
fn resume_makes_nothing_up() {
    let desk = after_an_absence(OnReturn::Resume, 3, 10);
    assert_eq!([desk.given("ana"), desk.given("ben"), desk.given("chloe")], [13, 28, 28]);
}

#[test]
fn catch_up_makes_up_so_many_a_day_up_to_its_bound() {
    let policy = OnReturn::CatchUp { at_most: 4, per_day: 2 };
    let first_day = after_an_absence(policy, 1, 9);
    assert_eq!(first_day.given("ana"), 3 + 3 + 2, "a share of 3, and 2 made up");
    let week = after_an_absence(policy, 6, 9);
    let given = [week.given("ana"), week.given("ben"), week.given("chloe")];
    // 54 among three are 18 each. Four are made up: the other two give two each.
    assert_eq!(given, [3 + 18 + 4, 3 + 15 + 18 - 2, 3 + 15 + 18 - 2]);
}

#[test]
fn a_clock_that_was_a_year_ahead_holds_nothing_back_that_is_to_be_made_up() {
    let mut desk = Desk::with(&[("ana", 1), ("ben", 1), ("chloe", 1)]);
    desk.pool().on_return = OnReturn::CatchUp { at_most: 4, per_day: 2 };
    desk.picks(9);
    desk.away("ana", "2026-03-09T00:00Z");
    desk.picks(30);
    desk.back("ana");
    desk.now = at("2027-03-09T10:00Z");
    desk.picks(9);
    assert_eq!(desk.given("ana"), 3 + 3 + 2, "two are made up on that day");
    desk.now = at("2026-03-09T10:00Z");
    desk.picks(9);
    assert_eq!(desk.given("ana"), 3 + 3 + 2 + 3 + 2, "and the other two on this one");
    desk.picks(9);
    assert_eq!(desk.given("ana"), 3 + 3 + 2 + 3 + 2 + 3, "and nothing more");
}

#[test]
fn what_was_missed_is_about_the_share_one_would_have_had() {
    let desk = after_an_absence(OnReturn::Resume, 1, 1);
    let ana = &desk.state.members[&"ana".into()];
    assert_eq!((ana.missed.billionths(), &ana.absence), (10_000_000_000, &None), "a third of 30");
}

#[test]
fn an_absence_that_goes_on_shows_since_when_and_what_it_costs() {
    let mut desk = Desk::with(&[("ana", 2), ("ben", 1), ("chloe", 1)]);
    desk.picks(4);
    desk.away("ana", "2026-03-09T00:00Z");
    desk.picks(12);
    let (ana, state) = (&desk.state.members[&"ana".into()], &desk.state);
    let absence = ana.absence.as_ref().unwrap();
    assert_eq!(absence.since, desk.now);
    assert_eq!(ana.missed_by(absence, state.level, state.picks).billionths(), 6_000_000_000, "half of 12");
}

#[test]
fn rejoin_starts_level() {
    let mut desk = Desk::with(&[("ana", 5), ("ben", 3), ("chloe", 1)]);
    desk.pool().on_return = OnReturn::Rejoin;
    desk.picks(5);
    assert_ne!(desk.owed("ana"), 0);
    desk.away("ana", "2026-03-09T00:00Z");
    desk.picks(1);
    desk.back("ana");
    desk.picks(1);
    // Level before this pick: what she is owed after it is this pick's share alone.
    let after = desk.owed("ana");
    assert!(after == 555 || after == 555 - 999, "{after}");
}

#[test]
fn no_policy_changes_the_sum() {
    for policy in [OnReturn::Resume, OnReturn::Rejoin, OnReturn::CatchUp { at_most: 5, per_day: 1 }] {
        let imbalance = after_an_absence(policy, 9, 7).imbalance();
        let least: Amount = "-0.000000000001".parse().unwrap();
        assert!(least < imbalance && imbalance < -least, "{policy:?}: {imbalance}");
    }
}

#[test]
fn out_of_hours_nothing_is_missed() {
    let mut desk = Desk::with(&[("ana", 1), ("ben", 1)]);
    desk.playbook.people.get_mut(&"ana".into()).unwrap().hours =
        Some(serde_json::from_str(r#"{ "mon-fri": "09:00-10:00" }"#).unwrap());
    desk.picks(4);
    assert_eq!(desk.given("ben"), 4);
    assert!(desk.state.members.get(&"ana".into()).is_none_or(|ana| ana.absence.is_none()));
}

#[test]
fn shortly_before_time_off_nothing_new_comes() {
    let mut desk = Desk::with(&[("ana", 1), ("ben", 1)]);
    desk.pool().stop_before_time_off = Some("1 day".parse().unwrap());
    desk.away("ana", "2026-03-09T00:00Z");
    desk.now = desk.now.plus_minutes(-23 * 60);
    assert_eq!(desk.picks(3), ["ben"; 3]);
    desk.now = desk.now.plus_minutes(-2 * 60);
    assert!(desk.picks(2).contains(&"ana".to_owned()));
}
