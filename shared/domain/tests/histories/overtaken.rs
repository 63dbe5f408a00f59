//! A contact, a timer and a person's choice race for one record: the order of entries decides.

use domain::{
    history::{Change, ExecutionChange, OwnerChange, RequestChange},
    message::Command,
};

use crate::world::{World, at, playbook_with, workflow, world_of};

#[test]
fn a_call_logged_before_the_wait_began_counts() {
    let mut world = world_of(
        r#"{ "assign": { "pool": "inbound" } }, { "wait": "5 minutes" },
           { "wait_for": "call_logged", "within": "15 minutes" }, { "add_to_segment": "called" }"#,
    );
    world.submit();
    world.advance_to("2026-03-02T09:02Z");
    world.event("call_logged");
    world.advance_to("2026-03-02T09:05Z");
    assert!(world.head().segments.contains(&"called".into()));
    assert_eq!(
        world.count(|change| matches!(change, Change::Execution(ExecutionChange::WaitMet { by_seq: 3, .. }))),
        1
    );
}

#[test]
fn a_call_before_the_assignment_does_not_count() {
    let mut world = World::r1(25.0);
    world.now = at("2026-03-02T08:00Z");
    world.submit();
    world.event("call_logged");
    world.advance_to("2026-03-02T09:00Z");
    assert_eq!(world.head().executions.len(), 1, "the new owner has not called");
}

#[test]
fn a_reassign_later_in_the_branch_does_not_apply_after_contact() {
    let mut world = world_of(
        r#"{ "assign": { "pool": "inbound" } },
           { "wait_for": "call_logged", "within": "15 minutes", "if_missed": [
               { "notify": { "to": "lead.owner", "message": "call now" } }, { "wait": "5 minutes" },
               { "reassign": { "to": "next_available" } }, { "add_to_segment": "escalated" } ] },
           { "add_to_segment": "done" }"#,
    );
    world.submit();
    world.advance_to("2026-03-02T09:16Z");
    assert_eq!(world.sent(), ["ana: call now"]);
    world.event("call_logged");
    world.settle();
    world.advance_to("2026-03-02T10:00Z");
    assert_eq!(world.owner().as_deref(), Some("ana"));
    let segments = world.head().segments;
    assert!(segments.contains(&"done".into()) && !segments.contains(&"escalated".into()), "{segments:?}");
    assert_eq!(world.count(|change| matches!(change, Change::Execution(ExecutionChange::WaitMet { .. }))), 1);
}

/// A lead whose call was missed: a pool has been asked, by these steps, and its answer is not there yet.
fn missed(steps: &str) -> World {
    let wait = r#"{ "wait_for": "call_logged", "within": "15 minutes", "if_missed":"#;
    let mut world = world_of(&format!(
        r#"{{ "assign": {{ "pool": "inbound" }} }}, {wait} [{steps}] }}, {{ "add_to_segment": "after" }}"#
    ));
    world.submit();
    world.now = at("2026-03-02T09:15Z");
    let timer = world.timers.pop().expect("the wait has a timer");
    world.fire(&timer);
    assert_eq!(world.assign.len(), 1);
    world
}

const REASSIGN: &str = r#"{ "reassign": { "to": "next_available" } }, { "add_to_segment": "escalated" }"#;

fn segments(world: &World) -> Vec<String> {
    world.head().segments.iter().map(ToString::to_string).collect()
}

#[test]
fn a_reassign_gives_way_only_to_the_event_it_stands_in_for() {
    let mut world = missed(REASSIGN);
    world.event("email_sent");
    world.settle();
    assert_eq!(world.owner().as_deref(), Some("ben"));
    assert_eq!(segments(&world), ["after", "escalated"]);
}

#[test]
fn a_reassign_gives_way_however_deep_in_the_branch_it_lies() {
    let mut world = missed(&format!(r#"{{ "if": "lead.vip is yes", "then": [], "else": [{REASSIGN}] }}"#));
    let changes = world.event("call_logged");
    assert!(changes.iter().any(
        |change| matches!(change, Change::Execution(ExecutionChange::WaitMet { step, .. }) if step.as_str() == "then/1")
    ));
    world.settle();
    assert_eq!(world.owner().as_deref(), Some("ana"));
    assert_eq!(segments(&world), ["after"], "the rest of the branch does not run");
}

#[test]
fn a_contact_does_not_stop_an_assignment_that_is_no_reassign() {
    let steps = r#"{ "assign": { "pool": "desk", "keep_owner": false } }, { "add_to_segment": "escalated" }"#;
    let mut world = missed(steps);
    world.event("call_logged");
    world.settle();
    assert_eq!(world.owner().as_deref(), Some("leo"));
    assert_eq!(segments(&world), ["after", "escalated"]);
}

#[test]
fn a_call_to_an_earlier_owner_does_not_stop_the_reassign() {
    let mut world = World::r1(25.0);
    world.now = at("2026-03-02T08:00Z");
    world.submit();
    world.event("call_logged");
    world.advance_to("2026-03-02T09:15Z");
    assert_eq!(world.owner().as_deref(), Some("ben"));
}

#[test]
fn a_reassign_does_not_go_back_to_an_owner_from_before_the_enrolment() {
    let mut world = world_of(r#"{ "reassign": { "pool": "inbound", "to": "next_available" } }"#);
    world.command(Command::Reassign { to: "ana".into(), reason: "knows them".to_owned() });
    world.submit();
    assert_eq!(world.owner().as_deref(), Some("ben"));
}

#[test]
fn a_call_before_this_enrolment_does_not_count() {
    let mut world = world_of(r#"{ "wait_for": "call_logged", "within": "15 minutes" }"#);
    world.command(Command::Reassign { to: "ana".into(), reason: "knows them".to_owned() });
    world.event("call_logged");
    world.submit();
    assert_eq!(world.head().executions.len(), 1, "the call was about what came before");
}

#[test]
fn a_reassign_to_somebody_in_particular_does_not_apply_after_contact_either() {
    let mut world = world_of(
        r#"{ "assign": { "pool": "inbound" } },
           { "wait_for": "call_logged", "within": "15 minutes", "if_missed": [
               { "wait": "5 minutes" }, { "reassign": { "to": "team_lead" } } ] }"#,
    );
    world.submit();
    world.advance_to("2026-03-02T09:16Z");
    world.event("call_logged");
    world.advance_to("2026-03-02T10:00Z");
    assert_eq!(world.owner().as_deref(), Some("ana"));
}

#[test]
fn two_workflows_that_assign_one_record_give_it_one_owner() {
    let steps = r#"{ "assign": { "pool": "desk" } }, { "notify": { "to": "lead.owner", "message": "second" } }"#;
    let mut world = World::new(playbook_with("second", &workflow(steps)));
    world.company(25.0);
    world.form("head");
    world.serve();
    let answers = std::mem::take(&mut world.evaluate);
    for answer in &answers {
        world.evaluate(answer);
    }
    world.settle();
    assert_eq!(world.count(|change| matches!(change, Change::Owner(OwnerChange::Assigned { .. }))), 1);
    assert_eq!(world.count(|change| matches!(change, Change::Request(RequestChange::Withdrawn { .. }))), 1);
    assert!(world.sent().iter().any(|text| text == "intro"));
    assert!(world.sent().iter().any(|text| text.ends_with(": second")), "{:?}", world.sent());
    let given: u64 = world.pools.values().flat_map(|pool| pool.members.values()).map(|share| share.given).sum();
    assert_eq!(given, 1, "the other slot went back");
}

#[test]
fn a_record_given_by_hand_still_belongs_to_its_pool() {
    let mut world = world_of(
        r#"{ "assign": { "pool": "inbound" } },
           { "wait_for": "call_logged", "within": "15 minutes",
             "if_missed": [{ "reassign": { "to": "next_available" } }] }"#,
    );
    world.submit();
    world.command(Command::Reassign { to: "ben".into(), reason: "knows them".to_owned() });
    world.advance_to("2026-03-02T10:00Z");
    assert_eq!(world.owner().as_deref(), Some("chloe"));
    assert!(world.head().tasks.is_empty(), "{:?}", world.head().tasks);
}
