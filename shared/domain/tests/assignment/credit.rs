//! Credits in the pool: what they give back, and that they do so once.

use domain::{
    assignment::withdraw,
    playbook::{Caps, Strategy},
    rotation::Amount,
};

use super::desk::{Desk, at, person, request};

#[test]
fn the_member_who_is_credited_gets_the_next_two_of_two_who_take_turns() {
    let mut desk = Desk::with(&[("ana", 1), ("ben", 1)]);
    let (first, second) = (desk.ask(), desk.ask());
    assert_ne!(person(&first), person(&second));
    desk.credit(&second);
    assert_eq!(person(&desk.ask()), person(&second));
    let next = desk.picks(2);
    assert!(next.contains(&person(&first)) && next.contains(&person(&second)), "{next:?}");
}

#[test]
fn a_credit_that_comes_again_gives_back_once() {
    let mut desk = Desk::with(&[("ana", 2), ("ben", 1)]);
    let bad = desk.ask();
    desk.credit(&bad);
    let once = desk.state.clone();
    desk.credit(&bad);
    assert_eq!(desk.state, once);
    let share = &once.members[&person(&bad).as_str().into()];
    assert_eq!((share.given, share.credited), (0, 1));
}

#[test]
fn a_credit_makes_somebody_due_another_one_at_nobody_elses_cost() {
    let mut desk = Desk::with(&[("ana", 1), ("ben", 1), ("chloe", 1)]);
    desk.away("chloe", "2026-03-09T00:00Z");
    let bad = desk.ask();
    desk.back("chloe");
    desk.away("ben", "2026-03-09T00:00Z");
    desk.picks(9);
    let before = desk.owed("chloe");
    desk.credit(&bad);
    assert_eq!(desk.owed("chloe"), before, "she was not there when the bad one came");
    let none: Amount = "0.000000000001".parse().unwrap();
    assert!(-none < desk.imbalance() && desk.imbalance() < none, "{}", desk.imbalance());
}

/// Ana takes one a day at most, and Ben whatever is left.
fn one_a_day() -> Desk {
    let mut desk = Desk::with(&[("ana", 9), ("ben", 1)]);
    desk.pool().caps_of = [("ana".into(), Caps { per_day: Some(1), ..Caps::default() })].into();
    desk
}

#[test]
fn a_credited_record_counts_no_longer_against_the_cap_of_its_day() {
    let mut desk = one_a_day();
    let bad = desk.ask();
    assert_eq!((person(&bad), person(&desk.ask())), ("ana".to_owned(), "ben".to_owned()));
    desk.credit(&bad);
    assert_eq!(desk.picks(2), ["ana", "ben"]);
}

#[test]
fn a_record_of_yesterday_takes_nothing_from_todays_cap_when_it_is_credited() {
    let mut desk = one_a_day();
    let bad = desk.ask();
    desk.now = at("2026-03-03T10:00Z");
    assert_eq!(desk.picks(1), ["ana"]);
    desk.credit(&bad);
    assert_eq!(desk.picks(1), ["ben"], "ana has had today's");
}

#[test]
fn a_total_counts_what_still_counts() {
    let mut desk = Desk::with(&[("ana", 9), ("ben", 1)]);
    desk.pool().caps_of = [("ana".into(), Caps { total: Some(1), ..Caps::default() })].into();
    let bad = desk.ask();
    assert_eq!(desk.picks(1), ["ben"]);
    desk.credit(&bad);
    assert_eq!(desk.picks(2), ["ana", "ben"]);
}

#[test]
fn in_turn_what_was_given_back_leaves_its_place_in_the_line() {
    let in_turn = || {
        let mut desk = Desk::with(&[("ana", 1), ("ben", 1), ("chloe", 1)]);
        desk.pool().strategy = Strategy::InTurn;
        desk.picks(3);
        desk
    };
    let mut credited = in_turn();
    let bad = credited.ask();
    credited.credit(&bad);
    assert_eq!(person(&credited.ask()), person(&bad));
    let mut withdrawn = in_turn();
    let kept = request("kept");
    let taken = withdrawn.ask_for(&kept);
    assert!(withdraw(&mut withdrawn.state, &kept.id));
    assert_eq!(person(&withdrawn.ask()), person(&taken));
}
