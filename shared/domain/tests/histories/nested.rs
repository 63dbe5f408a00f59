//! Requests and waits inside each other's branches: an execution stands in one place, and each of
//! its steps runs once, whatever is answered, chosen or logged while several things are open.

use domain::{
    execution::Waiting,
    history::{Change, ExecutionChange, Request, TaskChange},
    message::Command,
};

use crate::world::{World, at, world_of};

/// The pool is asked, a second one in its branch, and a third in that one's.
const BACKUP: &str = r#"
    { "assign": { "pool": "inbound" }, "if_nobody_available": [
        { "notify": { "to": "team_lead", "message": "asking the backup" } },
        { "assign": { "pool": "backup" }, "if_nobody_available": [
            { "wait_for": "email_sent", "within": "10 days", "if_missed": [{ "add_to_segment": "left" }] },
            { "add_to_segment": "left" } ] },
        { "add_to_segment": "backup" } ] },
    { "create_task": { "title": "Call", "assigned_to": "lead.owner" } },
    { "notify": { "to": "lead.owner", "message": "yours" } },
    { "wait_for": "call_logged", "within": "30 minutes", "if_missed": [{ "add_to_segment": "cold" }] }"#;

/// Two hours before the pool opens; its backup has the same members, and opens with it.
fn two_are_asked() -> World {
    let mut world = world_of(BACKUP);
    let pools = &mut std::sync::Arc::make_mut(&mut world.playbook).pools;
    let mut backup = pools[&"inbound".into()].clone();
    backup.wait_at_most = "4 days".parse().expect("a span");
    pools.insert("backup".into(), backup);
    world.now = at("2026-03-02T07:00Z");
    world.submit();
    assert_eq!(world.head().awaited_requests().count(), 2);
    assert!(matches!(world.head().executions[0].waiting, Waiting::Event { .. }));
    world
}

/// The steps after the request ran once, and the execution waits for the call.
fn goes_on_once(world: &World, owner: &str) {
    assert_eq!(world.owner().as_deref(), Some(owner));
    assert_eq!(world.sent(), ["leo: asking the backup".to_owned(), format!("{owner}: yours")]);
    assert_eq!(
        world.count(|change| matches!(change, Change::Task(TaskChange::Created { .. }))),
        1,
        "no exception, and one call"
    );
    let head = world.head();
    assert_eq!(head.awaited_requests().collect::<Vec<&Request>>(), Vec::<&Request>::new());
    let [open] = &head.executions[..] else { panic!("one execution: {:?}", head.executions) };
    assert_eq!(open.at.as_str(), "then/3");
    assert!(head.segments.is_empty(), "a branch that was left ran on: {:?}", head.segments);
}

#[test]
fn the_opening_serves_the_outer_request_and_the_inner_branch_is_left() {
    let mut world = two_are_asked();
    world.advance_to("2026-03-02T09:00Z");
    goes_on_once(&world, "ana");
}

#[test]
fn an_owner_chosen_by_hand_serves_both_requests_at_once() {
    let mut world = two_are_asked();
    world.command(Command::Reassign { to: "ben".into(), reason: "knows them".to_owned() });
    world.settle();
    goes_on_once(&world, "ben");
}

#[test]
fn a_deadline_that_passes_serves_both_requests_at_once() {
    let mut world = two_are_asked();
    for person in ["ana", "ben", "chloe"] {
        let (from, until) = (world.now, at("2026-04-01T00:00Z"));
        let off = domain::calendar::TimeOff { from, until, reason: None, by: None };
        world.time_off.insert(person.into(), vec![off]);
    }
    world.advance_to("2026-03-05T07:00Z");
    goes_on_once(&world, "leo");
}

#[test]
fn a_backup_that_answers_ends_the_workflow_without_an_exception() {
    let mut world =
        world_of(r#"{ "assign": { "pool": "inbound" }, "if_nobody_available": [{ "assign": { "pool": "desk" } }] }"#);
    world.now = at("2026-03-02T07:00Z");
    world.submit();
    assert_eq!(world.owner().as_deref(), Some("leo"));
    assert!(world.head().executions.is_empty() && world.head().tasks.is_empty(), "{:?}", world.head());
    assert_eq!(world.count(|change| matches!(change, Change::Execution(ExecutionChange::Ended { .. }))), 1);
}

/// The walk that an answer begins reassigns the record, while the head still says where it stood.
#[test]
fn a_walk_out_of_a_wait_does_not_set_it_waiting_there_again() {
    let mut world = world_of(
        r#"{ "assign": { "pool": "inbound" }, "if_nobody_available": [
               { "wait_for": "call_logged", "within": "5 hours" } ] },
           { "reassign": { "to": "team_lead" } }, { "wait": "1 day" }"#,
    );
    world.now = at("2026-03-02T08:00Z");
    world.submit();
    let armed = world.timers.len();
    world.advance_to("2026-03-02T09:00Z");
    assert_eq!(world.owner().as_deref(), Some("leo"));
    let waits = |change: &Change| {
        matches!(change, Change::Execution(ExecutionChange::WaitStarted { waiting: Waiting::Event { .. }, .. }))
    };
    assert_eq!(world.count(waits), 1, "it was set waiting for the call once, before the opening");
    assert_eq!(world.timers.len(), armed, "one timer fired, and one began");
}

/// A call leaves the branch in which the pool is still being asked: the request stays, its branch does not.
#[test]
fn a_step_that_names_an_owner_does_not_return_to_a_branch_that_was_left() {
    let mut world = world_of(
        r#"{ "wait_for": "call_logged", "within": "10 minutes", "if_missed": [
               { "assign": { "pool": "inbound", "keep_owner": false }, "if_nobody_available": [
                   { "wait": "10 minutes" }, { "reassign": { "to": "next_available" } } ] },
               { "add_to_segment": "missed" } ] },
           { "reassign": { "to": "team_lead" } },
           { "create_task": { "title": "Call", "assigned_to": "lead.owner" } }"#,
    );
    world.now = at("2026-03-02T07:00Z");
    world.submit();
    world.advance_to("2026-03-02T07:15Z");
    world.event("call_logged");
    world.advance_to("2026-03-02T07:30Z");
    assert_eq!(world.owner().as_deref(), Some("leo"));
    assert!(world.head().segments.is_empty(), "{:?}", world.head().segments);
    assert_eq!(world.count(|change| matches!(change, Change::Task(TaskChange::Created { .. }))), 1);
}

/// Two reassigns in one missed branch: the call they stand in for meets one wait, once.
#[test]
fn a_call_that_overtakes_two_requests_meets_their_wait_once() {
    let mut world = world_of(
        r#"{ "assign": { "pool": "inbound" } },
           { "wait_for": "call_logged", "within": "10 minutes", "if_missed": [
               { "reassign": { "to": "next_available" }, "if_nobody_available": [
                   { "wait_for": "call_logged", "within": "10 minutes", "if_missed": [
                       { "reassign": { "to": "next_available" } } ] } ] } ] },
           { "create_task": { "title": "Follow up", "assigned_to": "lead.owner" } }"#,
    );
    world.submit();
    let (from, until) = (world.now, at("2026-03-04T09:00Z"));
    for person in ["ana", "ben", "chloe"] {
        let off = domain::calendar::TimeOff { from, until, reason: None, by: None };
        world.time_off.insert(person.into(), vec![off]);
    }
    world.advance_to("2026-03-02T10:00Z");
    assert_eq!(world.head().awaited_requests().count(), 2);
    world.event("call_logged");
    world.settle();
    assert_eq!(world.count(|change| matches!(change, Change::Execution(ExecutionChange::WaitMet { .. }))), 1);
    assert_eq!(world.count(|change| matches!(change, Change::Task(TaskChange::Created { .. }))), 1);
    assert!(world.head().executions.is_empty(), "{:?}", world.head().executions);
}
