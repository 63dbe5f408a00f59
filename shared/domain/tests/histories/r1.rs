//! The main job, from the form to the escalation and back.

use domain::{
    execution::Waiting,
    history::{Change, EventChange, ExecutionChange, RequestChange, WithdrawnWhy},
    id::PersonId,
    message::Command,
    task::Priority,
};

use crate::world::{World, at, world_of};

fn waits_for_a_call(world: &World) -> bool {
    matches!(&world.head().executions[..], [open] if matches!(open.waiting, Waiting::Event { .. }))
}

#[test]
fn a_qualified_lead_is_assigned_answered_and_given_a_task_and_a_timer() {
    let mut world = World::r1(25.0);
    world.submit();
    assert_eq!(world.owner().as_deref(), Some("ana"));
    assert_eq!(world.sent(), ["intro"]);
    let head = world.head();
    let [task] = &head.tasks[..] else { panic!("one task: {:?}", head.tasks) };
    assert_eq!((task.priority, task.due), (Priority::P1, Some(at("2026-03-02T09:05Z"))));
    assert_eq!(task.assigned_to, Some(PersonId::new("ana")));
    assert!(waits_for_a_call(&world));
    assert_eq!(world.timers.last().unwrap().due, at("2026-03-02T09:15Z"));
}

#[test]
fn a_call_in_time_meets_the_wait_does_the_task_and_ends_it() {
    let mut world = World::r1(25.0);
    world.submit();
    world.advance_to("2026-03-02T09:03Z");
    world.event("call_logged");
    world.settle();
    assert!(world.head().executions.is_empty() && world.head().tasks.is_empty());
    world.advance_to("2026-03-02T10:00Z");
    assert_eq!(world.owner().as_deref(), Some("ana"));
    assert_eq!(world.sent(), ["intro"]);
}

#[test]
fn no_call_hands_over_then_tells_the_lead_then_gives_it_to_the_lead() {
    let mut world = World::r1(25.0);
    world.submit();
    world.advance_to("2026-03-02T09:15Z");
    assert_eq!(world.owner().as_deref(), Some("ben"));
    let told =
        ["intro", "ben: Kim Reyes is now yours; it was Ana Lopez's", "leo: Kim Reyes was not called in 15 minutes"];
    assert_eq!(world.sent(), told);
    assert_eq!(world.head().tasks[0].assigned_to, Some(PersonId::new("ben")));
    assert!(waits_for_a_call(&world));
    let timers = world.timers.len();
    world.advance_to("2026-03-02T09:30Z");
    assert!(world.timers.len() < timers, "an execution on its way is not set waiting again");
    assert_eq!(world.owner().as_deref(), Some("leo"));
    assert!(world.head().executions.is_empty());
    assert_eq!(world.head().tasks[0].assigned_to, Some(PersonId::new("leo")));
}

#[test]
fn a_call_after_the_handover_is_late_contact_and_meets_the_second_wait() {
    let mut world = World::r1(25.0);
    world.submit();
    world.advance_to("2026-03-02T09:20Z");
    let changes = world.event("call_logged");
    assert!(changes.iter().any(|change| matches!(change, Change::Event(EventChange::Received { late: true, .. }))));
    let changes = world.event("call_logged");
    assert!(
        changes.iter().any(|change| matches!(change, Change::Event(EventChange::Received { late: false, .. }))),
        "only the first"
    );
    assert!(world.head().executions.is_empty());
    assert_eq!(world.owner().as_deref(), Some("ben"));
}

#[test]
fn a_timely_call_for_a_new_enrolment_is_not_late_because_an_earlier_one_was_missed() {
    let mut world = World::r1(25.0);
    world.submit();
    world.advance_to("2026-03-02T10:30Z");
    assert!(world.head().executions.is_empty() && world.head().missed.contains(&"call_logged".into()));
    world.submit();
    assert!(waits_for_a_call(&world));
    let changes = world.event("call_logged");
    assert!(changes.iter().any(|change| matches!(change, Change::Event(EventChange::Received { late: false, .. }))));
}

#[test]
fn a_call_that_overtakes_the_reassign_keeps_the_owner_and_skips_the_rest() {
    let mut world = World::r1(25.0);
    world.submit();
    world.now = at("2026-03-02T09:15Z");
    let timer = world.timers.pop().unwrap();
    world.fire(&timer);
    // The pool has picked somebody; the answer is on its way when the call comes.
    world.serve();
    let changes = world.event("call_logged");
    assert!(changes.iter().any(|change| matches!(change, Change::Request(RequestChange::Withdrawn { .. }))));
    assert!(
        changes.iter().any(|change| matches!(change, Change::Execution(ExecutionChange::WaitMet { .. }))),
        "the wait counts as met"
    );
    assert!(changes.iter().any(|change| matches!(change, Change::Event(EventChange::Received { late: false, .. }))));
    world.settle();
    assert_eq!(world.owner().as_deref(), Some("ana"));
    assert_eq!(world.sent(), ["intro"]);
    assert!(world.head().executions.is_empty());
    let state = &world.pools[&"inbound".into()];
    assert_eq!(state.members.values().map(|share| share.given).sum::<u64>(), 1, "the slot went back");
}

#[test]
fn too_few_employees_take_the_else_path() {
    let mut world = World::r1(8.0);
    world.submit();
    assert_eq!(world.sent(), ["thanks"]);
    assert!(world.head().segments.contains(&"nurture".into()));
    assert!(world.head().executions.is_empty() && world.owner().is_none());
}

#[test]
fn choosing_another_owner_moves_tasks_gives_the_whole_time_again_and_tells_the_new_one() {
    let mut world = World::r1(25.0);
    world.submit();
    world.advance_to("2026-03-02T09:10Z");
    let old = world.timers.last().unwrap().clone();
    world.command(Command::Reassign { to: "chloe".into(), reason: "speaks French".to_owned() });
    world.settle();
    assert_eq!(world.owner().as_deref(), Some("chloe"));
    assert_eq!(world.head().tasks[0].assigned_to, Some(PersonId::new("chloe")));
    assert_eq!(world.timers.last().unwrap().due, at("2026-03-02T09:25Z"));
    assert_eq!(world.sent()[1], "chloe: Kim Reyes is now yours; it was Ana Lopez's: speaks French");
    world.now = at("2026-03-02T09:15Z");
    assert!(world.fire(&old).is_empty(), "the old generation no longer counts");
}

#[test]
fn a_task_of_somebody_else_stays_theirs_when_the_owner_changes() {
    let mut world = world_of(
        r#"{ "assign": { "pool": "inbound" } },
           { "create_task": { "title": "Call", "assigned_to": "lead.owner" } },
           { "create_task": { "title": "Review", "assigned_to": "leo" } }"#,
    );
    world.submit();
    world.command(Command::Reassign { to: "chloe".into(), reason: "speaks French".to_owned() });
    let head = world.head();
    let of: Vec<_> = head.tasks.iter().filter_map(|task| task.assigned_to.as_ref()).map(PersonId::as_str).collect();
    assert_eq!(of, ["chloe", "leo"]);
}

#[test]
fn closing_ends_drops_and_withdraws_everything() {
    let mut world = World::r1(25.0);
    world.submit();
    world.command(Command::Close { reason: "sold".to_owned() });
    let head = world.head();
    assert!(head.closed && head.executions.is_empty() && head.tasks.is_empty());
    world.advance_to("2026-03-02T10:00Z");
    assert_eq!(world.sent(), ["intro"]);
    assert!(world.command(Command::Close { reason: "again".to_owned() }).is_empty());
}

#[test]
fn closing_withdraws_what_is_asked_of_a_pool() {
    let mut world = World::r1(25.0);
    world.form("head");
    world.serve();
    let late = world.evaluate[0].clone();
    let changes = world.command(Command::Close { reason: "spam".to_owned() });
    let why = |change: &Change| match change {
        Change::Request(RequestChange::Withdrawn { why, .. }) => Some(*why),
        _ => None,
    };
    assert_eq!(changes.iter().filter_map(why).collect::<Vec<_>>(), [WithdrawnWhy::RecordClosed]);
    assert!(world.evaluate(&late).is_empty(), "the pool's answer comes too late");
    world.settle();
    assert!(world.owner().is_none() && world.sent().is_empty());
    let given: u64 = world.pools.values().flat_map(|pool| pool.members.values()).map(|share| share.given).sum();
    assert_eq!(given, 0, "the slot went back");
}

#[test]
fn an_event_that_says_so_closes_the_record() {
    let mut world = World::r1(25.0);
    world.submit();
    world.event("record_closed");
    assert!(world.head().closed && world.head().executions.is_empty());
}

#[test]
fn the_entries_of_the_usual_lead_stay_small() {
    let mut world = World::r1(25.0);
    world.submit();
    world.advance_to("2026-03-02T09:03Z");
    world.event("call_logged");
    world.settle();
    for entry in &world.entries {
        let size = serde_json::to_string(entry).unwrap().len();
        println!("entry {}: {size} bytes", entry.seq);
        assert!(size <= 1300, "entry {} has {size} bytes", entry.seq);
    }
}
