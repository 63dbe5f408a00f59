//! Caps, and the slots that open records take.

use domain::{
    assignment::{settle, withdraw},
    history::{Change, Head, OwnerChange, RecordChange},
    id::RecordKey,
    playbook::{Caps, Strategy},
};

use super::desk::{Desk, at, person, request};

fn capped(caps: &Caps) -> Desk {
    let mut desk = Desk::with(&[("ana", 3), ("ben", 1)]);
    desk.pool().caps_of = [("ana".into(), caps.clone())].into();
    desk
}

/// Ana takes two, then Ben gets all until `later`, when she has one again.
fn takes_two_until(caps: &Caps, now: &str, later: &str) {
    let mut desk = capped(caps);
    desk.now = at(now);
    desk.picks(12);
    assert_eq!(desk.given("ana"), 2, "{caps:?}");
    let mut almost = at(later).plus_millis(-1);
    std::mem::swap(&mut desk.now, &mut almost);
    desk.picks(3);
    assert_eq!(desk.given("ana"), 2, "{caps:?} just before {later}");
    desk.now = at(later);
    desk.picks(3);
    assert!(desk.given("ana") > 2, "{caps:?} at {later}");
}

#[test]
fn a_cap_holds_until_its_period_ends_by_the_members_clock() {
    let monday = "2026-03-02T10:30Z";
    takes_two_until(&Caps { per_hour: Some(2), ..Caps::default() }, monday, "2026-03-02T11:00Z");
    takes_two_until(&Caps { per_day: Some(2), ..Caps::default() }, monday, "2026-03-03T00:00Z");
    takes_two_until(&Caps { per_week: Some(2), ..Caps::default() }, "2026-03-05T10:00Z", "2026-03-09T00:00Z");
    takes_two_until(&Caps { per_month: Some(2), ..Caps::default() }, monday, "2026-04-01T00:00Z");
}

#[test]
fn a_day_is_the_members_own() {
    let mut desk = capped(&Caps { per_day: Some(1), ..Caps::default() });
    desk.playbook.people.get_mut(&"ana".into()).unwrap().time_zone =
        Some(serde_json::from_str(r#""Asia/Kolkata""#).unwrap());
    desk.now = at("2026-03-02T18:00Z");
    desk.picks(4);
    assert_eq!(desk.given("ana"), 1);
    desk.now = at("2026-03-02T18:30Z");
    desk.picks(2);
    assert_eq!(desk.given("ana"), 2, "it is Tuesday in Kolkata");
}

#[test]
fn a_total_is_for_good_and_a_withdrawn_pick_does_not_count() {
    let mut desk = capped(&Caps { total: Some(1), per_day: Some(9), ..Caps::default() });
    let kept = request("kept-1");
    assert_eq!(person(&desk.ask_for(&kept)), "ana");
    assert!(withdraw(&mut desk.state, &kept.id));
    assert_eq!(person(&desk.ask()), "ana");
    assert_eq!(desk.picks(5), ["ben"; 5]);
}

#[test]
fn with_everybody_at_a_cap_it_waits_for_the_first_period_to_end() {
    let mut desk = Desk::with(&[("ana", 1), ("ben", 1)]);
    desk.pool().caps = Caps { per_day: Some(1), ..Caps::default() };
    desk.pool().caps_of = [("ben".into(), Caps { per_hour: Some(0), ..Caps::default() })].into();
    desk.picks(1);
    assert_eq!(person(&desk.ask()), "waits until 2026-03-03T00:00:00Z");
    desk.pool().caps = Caps { open: Some(1), ..Caps::default() };
    desk.pool().caps_of.clear();
    desk.picks(2);
    assert_eq!(person(&desk.ask()), "waits until 2026-03-02T11:00:00Z", "busy: asked again within the hour");
}

/// A record as its history has it.
fn head(changes: &[Change]) -> Head {
    let mut head = Head::default();
    for change in changes {
        head.apply(change, 1, at("2026-03-02T10:00Z"));
    }
    head
}

fn owned_by(person: &str) -> Change {
    Change::Owner(OwnerChange::Assigned {
        person: person.into(),
        number: 1,
        previous: None,
        pool: Some("inbound".into()),
        request: None,
        reason: None,
        by: None,
        candidates: domain::rotation::Candidates::default(),
    })
}

fn open_of(desk: &Desk, name: &str) -> u32 {
    desk.state.members[&name.into()].open()
}

#[test]
fn a_slot_follows_the_records_history_and_frees_when_it_closes() {
    let mut desk = Desk::with(&[("ana", 1), ("ben", 1)]);
    desk.pool().caps.open = Some(1);
    let (first, second) = (person(&desk.ask()), person(&desk.ask()));
    assert_ne!(first, second);
    let record = RecordKey::new("lead", "r1");
    let inbound = "inbound".into();
    let tell = |desk: &mut Desk, changes: &[Change]| {
        for _ in 0..2 {
            settle(&mut desk.state, &inbound, &record, Some(&head(changes)), &desk.playbook, desk.now);
        }
    };
    tell(&mut desk, &[owned_by(&first)]);
    assert_eq!((open_of(&desk, &first), open_of(&desk, &second)), (1, 1));
    tell(&mut desk, &[owned_by(&second)]);
    assert_eq!((open_of(&desk, &first), open_of(&desk, &second)), (0, 2), "handed over by hand");
    let closed = Change::Record(RecordChange::Closed { reason: String::new(), by: String::new() });
    tell(&mut desk, &[owned_by(&second), closed.clone()]);
    assert_eq!((open_of(&desk, &first), open_of(&desk, &second)), (0, 1));
    tell(&mut desk, &[owned_by(&second), closed, Change::Record(RecordChange::Reopened)]);
    assert_eq!((open_of(&desk, &first), open_of(&desk, &second)), (0, 2));
    assert_eq!(person(&desk.ask()), first);
}

#[test]
fn a_cap_can_be_for_one_kind_of_record() {
    let mut desk = Desk::with(&[("ana", 1)]);
    desk.pool().caps.open_of_kind = [("deal".into(), 1)].into();
    assert_eq!(desk.picks(3), ["ana"; 3], "leads are not capped");
    let mut deal = request("d1");
    deal.record = RecordKey::new("deal", "d1");
    assert_eq!(person(&desk.ask_for(&deal)), "ana");
    deal = domain::message::AssignRequest { id: "d2".into(), record: RecordKey::new("deal", "d2"), ..deal };
    assert!(person(&desk.ask_for(&deal)).starts_with("waits"));
}

#[test]
fn least_open_goes_to_the_one_who_has_fewest_for_their_weight() {
    let mut desk = Desk::with(&[("ana", 2), ("ben", 1)]);
    desk.pool().strategy = Strategy::LeastOpen;
    desk.picks(9);
    assert_eq!((open_of(&desk, "ana"), open_of(&desk, "ben")), (6, 3));
}

#[test]
fn the_same_record_takes_one_slot_however_often_it_is_picked_for() {
    let mut desk = Desk::with(&[("ana", 1), ("ben", 1)]);
    desk.pool().caps.open = Some(5);
    let mut again = request("r");
    let first = person(&desk.ask_for(&again));
    again = domain::message::AssignRequest { id: "r-again".into(), exclude: vec![first.as_str().into()], ..again };
    let second = person(&desk.ask_for(&again));
    assert_eq!((open_of(&desk, &first), open_of(&desk, &second)), (0, 1));
}

#[test]
fn a_record_given_by_hand_counts_before_its_owner_had_a_pick() {
    let mut desk = Desk::with(&[("ana", 1), ("ben", 1)]);
    desk.pool().caps.open = Some(1);
    settle(
        &mut desk.state,
        &"inbound".into(),
        &RecordKey::new("lead", "r0"),
        Some(&head(&[owned_by("ben")])),
        &desk.playbook,
        desk.now,
    );
    assert_eq!(open_of(&desk, "ben"), 1);
    assert_eq!(person(&desk.ask()), "ana");
}
