//! Shares over many picks: the bound, and what changes of the pool do to it.

use domain::rotation::{Amount, strategy};

use super::desk::{Desk, person, request};

/// The worst |given − due| over every prefix of so many picks, in records.
fn worst_deviation(weights: &[u32], picks: u32) -> f64 {
    let names: Vec<String> = (0..weights.len()).map(|i| format!("p{i}")).collect();
    let members: Vec<(&str, u32)> = names.iter().map(String::as_str).zip(weights.iter().copied()).collect();
    let mut desk = Desk::with(&members);
    let sum: u32 = weights.iter().sum();
    let mut worst: f64 = 0.0;
    for pick in 1..=picks {
        desk.ask();
        for (name, weight) in &members {
            let due = f64::from(pick) * f64::from(*weight) / f64::from(sum);
            worst = worst.max((desk.given(name) as f64 - due).abs());
        }
    }
    worst
}

#[test]
fn every_prefix_is_within_the_bound() {
    let cases: &[&[u32]] = &[&[3, 2, 1], &[1, 1], &[100, 1, 1], &[5, 3, 2, 1, 1], &[1000, 999, 1], &[7, 0, 3], &[1; 9]];
    for weights in cases {
        let bound = strategy::bound(weights.iter().filter(|weight| **weight > 0).count());
        let worst = worst_deviation(weights, 600);
        assert!(worst <= bound + 1e-9, "{weights:?}: {worst} is over {bound}");
    }
}

#[test]
fn one_member_gets_everything() {
    assert!(worst_deviation(&[5], 20) < 1e-9);
}

#[test]
fn what_is_due_is_what_was_given_but_for_rounding() {
    let mut desk = Desk::with(&[("ana", 3), ("ben", 2), ("chloe", 2)]);
    desk.picks(1000);
    let imbalance = desk.imbalance();
    let [least, most] = ["-0.00000000000001", "0"].map(|text| text.parse::<Amount>().unwrap());
    assert!(least < imbalance && imbalance <= most, "{imbalance}");
}

#[test]
fn a_new_member_is_not_flooded() {
    let mut desk = Desk::with(&[("ana", 1), ("ben", 1)]);
    desk.picks(100);
    desk.playbook.people.insert("zoe".into(), desk.playbook.people[&"ana".into()].clone());
    desk.pool().members.insert("zoe".into(), 1);
    desk.picks(30);
    assert_eq!([desk.given("ana"), desk.given("ben"), desk.given("zoe")], [60, 60, 10]);
}

#[test]
fn a_new_weight_counts_from_now_on() {
    let mut desk = Desk::with(&[("ana", 1), ("ben", 1)]);
    desk.picks(100);
    desk.pool().members.insert("ben".into(), 3);
    desk.picks(100);
    assert_eq!([desk.given("ana"), desk.given("ben")], [75, 125]);
}

#[test]
fn who_leaves_the_pool_and_comes_again_goes_on_where_they_were() {
    let mut desk = Desk::with(&[("ana", 1), ("ben", 1), ("chloe", 1)]);
    desk.picks(10);
    let before = desk.owed("chloe");
    desk.pool().members.remove(&"chloe".into());
    desk.picks(20);
    assert_eq!((desk.owed("chloe"), desk.given("chloe")), (before, desk.given("chloe")));
    desk.pool().members.insert("chloe".into(), 1);
    desk.picks(30);
    assert!([desk.given("ana"), desk.given("ben")].iter().all(|given| given.abs_diff(23) <= 1), "no reset");
    assert!(desk.given("chloe").abs_diff(13) <= 1, "{}", desk.given("chloe"));
}

#[test]
fn shares_hold_when_a_request_excludes_somebody() {
    let mut desk = Desk::with(&[("ana", 1), ("ben", 1), ("chloe", 1)]);
    for round in 0..300 {
        let mut request = request(&format!("r{round}"));
        if round % 3 == 0 {
            request.exclude = vec!["ana".into()];
        }
        desk.ask_for(&request);
    }
    // Two thirds of 300 are shared by three, one third by two.
    let given = ["ana", "ben", "chloe"].map(|name| desk.given(name));
    assert!(given[0].abs_diff(66) <= 1 && given[1].abs_diff(117) <= 1 && given[2].abs_diff(117) <= 1, "{given:?}");
}

#[test]
fn a_skill_is_needed_by_the_one_who_gets_it() {
    let mut desk = Desk::with(&[("ana", 1), ("ben", 1)]);
    desk.playbook.people.get_mut(&"ben".into()).unwrap().skills = vec!["german".to_owned()];
    let mut german = request("g");
    german.skills = vec!["german".to_owned()];
    let answer = desk.ask_for(&german);
    assert_eq!(person(&answer), "ben");
    assert_eq!(format!("{:?}", answer.candidates.against[0].why), r#"LacksSkill { skill: "german" }"#);
}

#[test]
fn of_many_available_the_next_twenty_are_named_and_the_rest_counted() {
    let names: Vec<String> = (0..200).map(|i| format!("p{i:03}")).collect();
    let members: Vec<(&str, u32)> = names.iter().map(|name| (name.as_str(), 1)).collect();
    let mut desk = Desk::with(&members);
    desk.away("p000", "2026-03-09T00:00Z");
    let candidates = desk.ask().candidates;
    assert_eq!((candidates.available.len(), candidates.further, candidates.against.len()), (20, 179, 1));
}
