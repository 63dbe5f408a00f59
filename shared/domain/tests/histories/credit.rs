//! Credits: who can be credited for a record, how often, and how it is told.

use domain::{
    calendar::{TimeOff, Zone},
    explain::{Voice, assignments, timeline},
    history::{Change, NotCreditedWhy, OwnerChange},
    message::{Command, ToAssign},
};

use crate::world::{World, at, world_of};

fn credit(world: &mut World) -> Vec<Change> {
    world.command(Command::Credit { reason: "no-show".to_owned() })
}

/// What a person of the pool has been given, and what was credited to them.
fn ledger(world: &World, person: &str) -> (u64, u64) {
    let share = &world.pools[&"inbound".into()].members[&person.into()];
    (share.given, share.credited)
}

fn refused(changes: &[Change], expected: NotCreditedWhy) {
    match changes {
        [Change::Owner(OwnerChange::CreditRefused { why, by, reason, .. })] => {
            assert_eq!((*why, by.as_str(), reason.as_str()), (expected, "Maria", "no-show"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_one_who_was_picked_is_credited_once_for_it() {
    let mut world = World::r1(25.0);
    world.submit();
    assert_eq!(ledger(&world, "ana"), (1, 0));
    assert!(matches!(&credit(&mut world)[..], [Change::Owner(OwnerChange::CreditAsked { number: 1, .. })]));
    refused(&credit(&mut world), NotCreditedWhy::AlreadyCredited);
    assert_eq!(ledger(&world, "ana"), (1, 0), "nothing is counted before the pool has heard of it");
    world.settle();
    assert_eq!(ledger(&world, "ana"), (0, 1));
    assert!(world.head().credits.is_empty());
    refused(&credit(&mut world), NotCreditedWhy::AlreadyCredited);
    world.settle();
    assert_eq!(ledger(&world, "ana"), (0, 1));
}

#[test]
fn who_is_given_what_they_own_already_can_still_be_credited_for_the_pick() {
    let mut world = World::r1(25.0);
    world.submit();
    let owner = world.head().owner.clone().unwrap();
    let changes = world.command(Command::Reassign { to: owner.person.clone(), reason: "knows them".to_owned() });
    assert!(changes.is_empty(), "{changes:?}");
    assert_eq!(world.head().owner, Some(owner));
    assert!(matches!(&credit(&mut world)[..], [Change::Owner(OwnerChange::CreditAsked { number: 1, .. })]));
}

#[test]
fn a_credit_tells_its_pool_who_could_have_had_the_record_and_no_more() {
    let mut world = World::r1(25.0);
    let off = TimeOff { from: at("2026-03-01T00:00Z"), until: at("2026-03-09T00:00Z"), reason: None, by: None };
    world.time_off = [("chloe".into(), vec![off])].into();
    world.submit();
    credit(&mut world);
    let [ToAssign::Credit(request)] = &world.assign[..] else { panic!("{:?}", world.assign) };
    assert_eq!((request.person.as_str(), request.pool.as_str()), ("ana", "inbound"));
    let could: Vec<_> = request.candidates.available.iter().map(|one| (one.person.as_str(), one.weight)).collect();
    assert_eq!(could, [("ana", 3), ("ben", 2)]);
    assert!(request.candidates.against.is_empty());
}

#[test]
fn a_new_owner_whom_the_pool_picked_can_be_credited_again() {
    let mut world = World::r1(25.0);
    world.submit();
    credit(&mut world);
    world.advance_to("2026-03-02T09:15Z");
    assert_eq!(world.owner().as_deref(), Some("ben"));
    credit(&mut world);
    world.settle();
    assert_eq!((ledger(&world, "ana"), ledger(&world, "ben")), ((0, 1), (0, 1)));
}

#[test]
fn who_did_not_get_it_by_a_pick_cannot_be_credited() {
    let mut nobody = World::r1(8.0);
    nobody.submit();
    refused(&credit(&mut nobody), NotCreditedWhy::NoOwner);

    let mut by_hand = World::r1(25.0);
    by_hand.submit();
    by_hand.command(Command::Reassign { to: "ben".into(), reason: "knows them".to_owned() });
    refused(&credit(&mut by_hand), NotCreditedWhy::NotPicked);

    let mut by_rule = World::r1(25.0);
    by_rule.submit();
    by_rule.advance_to("2026-03-02T09:30Z");
    assert_eq!(by_rule.owner().as_deref(), Some("leo"));
    refused(&credit(&mut by_rule), NotCreditedWhy::NotPicked);

    let mut kept = world_of(r#"{ "assign": { "pool": "inbound" } }"#);
    kept.submit();
    kept.now = at("2026-03-03T09:00Z");
    kept.submit();
    assert_eq!(kept.count(|change| matches!(change, Change::Owner(OwnerChange::Assigned { .. }))), 2);
    refused(&credit(&mut kept), NotCreditedWhy::NotPicked);
}

#[test]
fn a_credit_outlasts_its_owner_and_its_record() {
    for overtaken_by in [
        Command::Reassign { to: "ben".into(), reason: "knows them".to_owned() },
        Command::Close { reason: "spam".to_owned() },
    ] {
        let mut world = World::r1(25.0);
        world.submit();
        credit(&mut world);
        world.command(overtaken_by);
        world.settle();
        assert_eq!(ledger(&world, "ana"), (0, 1));
        assert!(world.head().credits.is_empty());
    }
    let mut closed = World::r1(25.0);
    closed.submit();
    closed.command(Command::Close { reason: "spam".to_owned() });
    credit(&mut closed);
    closed.settle();
    assert_eq!(ledger(&closed, "ana"), (0, 1));
}

#[test]
fn an_answer_that_comes_again_changes_nothing() {
    let mut world = World::r1(25.0);
    world.submit();
    credit(&mut world);
    world.serve();
    let [answer] = std::mem::take(&mut world.evaluate).try_into().unwrap();
    assert!(matches!(&world.evaluate(&answer)[..], [Change::Owner(OwnerChange::CreditGiven { number: 1, .. })]));
    assert!(world.evaluate(&answer).is_empty());
}

#[test]
fn a_credit_is_told_and_stands_with_its_assignment() {
    let mut world = World::r1(25.0);
    world.submit();
    credit(&mut world);
    let zone = Zone::utc();
    let given = |world: &World| {
        let [one] = assignments(&world.entries, &Voice::new(&world.playbook, &zone)).try_into().unwrap();
        let credit = one.credit.unwrap();
        assert_eq!((credit.by.as_str(), credit.reason.as_str(), credit.at), ("Maria", "no-show", world.now));
        credit.given
    };
    assert!(!given(&world));
    world.settle();
    assert!(given(&world));
    credit(&mut world);
    world.command(Command::Reassign { to: "ben".into(), reason: "knows them".to_owned() });
    credit(&mut world);
    let told: Vec<String> = timeline(&world.entries, &Voice::new(&world.playbook, &zone))
        .into_iter()
        .map(|line| line.text)
        .filter(|text| text.contains("redit") || text.contains("due one more"))
        .collect();
    assert_eq!(
        told,
        [
            "Credit for Ana Lopez by Maria: no-show",
            "Pool inbound counts it no longer: Ana is due one more",
            "No credit for “no-show” by Maria: Ana has been credited for it already; a new owner can be, once a pool has picked them",
            "No credit for “no-show” by Maria: Ben did not get it by a pool's pick, so it cost no turn; nothing has to be given back",
        ]
    );
}
