//! Nobody is available: the branch runs, and the request stays awaited until somebody is.

use domain::{
    calendar::TimeOff,
    execution::Waiting,
    history::{Change, ExecutionChange, RequestChange, RequestState, TaskChange},
    message::Command,
};

use crate::world::{World, at, world_of};

/// R1 at eight on Monday: the pool opens at nine.
fn early() -> World {
    let mut world = World::r1(25.0);
    world.now = at("2026-03-02T08:00Z");
    world.submit();
    world
}

#[test]
fn the_lead_is_answered_at_once_and_served_at_the_opening() {
    let mut world = early();
    assert_eq!(world.sent(), ["we-open-at-nine"]);
    let head = world.head();
    assert!(
        matches!(head.requests[0].state, RequestState::Waiting { retry_at } if retry_at == at("2026-03-02T09:00Z"))
    );
    assert!(matches!(head.executions[0].waiting, Waiting::Owner { .. }));
    world.advance_to("2026-03-02T09:00Z");
    assert_eq!(world.owner().as_deref(), Some("ana"));
    assert_eq!(world.sent(), ["we-open-at-nine", "intro"], "being served ends the branch");
    assert_eq!(world.head().tasks[0].due, Some(at("2026-03-02T09:05Z")));
}

#[test]
fn being_served_in_the_middle_of_the_branch_ends_it() {
    let branch = r#"{ "assign": { "pool": "inbound" }, "if_nobody_available":
        [{ "wait": "3 hours" }, { "notify": { "to": "team_lead", "message": "three hours" } }] },
        { "notify": { "to": "lead.owner", "message": "yours" } }"#;
    let mut world = world_of(branch);
    world.now = at("2026-03-02T08:00Z");
    world.submit();
    world.advance_to("2026-03-02T12:00Z");
    assert_eq!(world.sent(), ["ana: yours"]);
    assert!(world.head().executions.is_empty());
}

#[test]
fn a_branch_that_ends_leaves_the_execution_waiting_for_its_owner() {
    let mut world = world_of(
        r#"{ "assign": { "pool": "inbound" }, "if_nobody_available":
             [{ "notify": { "to": "team_lead", "message": "nobody" } }] }, { "add_to_segment": "served" }"#,
    );
    world.now = at("2026-03-02T08:00Z");
    world.submit();
    assert_eq!(world.sent(), ["leo: nobody"]);
    assert!(world.head().segments.is_empty());
    world.advance_to("2026-03-02T09:00Z");
    assert!(world.head().segments.contains(&"served".into()));
}

#[test]
fn the_branch_runs_once_however_often_the_pool_says_nobody() {
    let mut world = world_of(
        r#"{ "assign": { "pool": "inbound" }, "if_nobody_available":
             [{ "notify": { "to": "team_lead", "message": "nobody" } }] }"#,
    );
    world.now = at("2026-03-02T08:00Z");
    world.submit();
    let off = TimeOff { from: world.now, until: at("2026-03-02T12:00Z"), reason: None, by: None };
    for person in ["ana", "ben", "chloe"] {
        world.time_off.insert(person.into(), vec![off.clone()]);
    }
    world.advance_to("2026-03-02T10:00Z");
    assert_eq!(world.count(|change| matches!(change, Change::Request(RequestChange::Waits { .. }))), 2);
    assert_eq!(world.sent(), ["leo: nobody"]);
}

#[test]
fn a_reassign_that_finds_nobody_waits_for_somebody_too() {
    let mut world = world_of(
        r#"{ "assign": { "pool": "inbound" } },
           { "reassign": { "to": "next_available" },
             "if_nobody_available": [{ "notify": { "to": "team_lead", "message": "nobody" } }] },
           { "add_to_segment": "handed-over" }"#,
    );
    let off = TimeOff { from: world.now, until: at("2026-03-03T00:00Z"), reason: None, by: None };
    for person in ["ben", "chloe"] {
        world.time_off.insert(person.into(), vec![off.clone()]);
    }
    world.submit();
    assert_eq!(world.sent(), ["leo: nobody"]);
    assert_eq!(world.owner().as_deref(), Some("ana"));
    assert!(world.head().segments.is_empty());
    world.advance_to("2026-03-03T09:00Z");
    assert_eq!(world.owner().as_deref(), Some("ben"));
    assert!(world.head().segments.contains(&"handed-over".into()));
}

#[test]
fn a_branch_that_names_an_owner_itself_goes_on_once_after_the_step() {
    let mut world = world_of(
        r#"{ "assign": { "pool": "inbound" }, "if_nobody_available": [
               { "reassign": { "to": "team_lead" } },
               { "notify": { "to": "team_lead", "message": "not this" } } ] },
           { "create_task": { "title": "Call", "assigned_to": "lead.owner" } }"#,
    );
    world.now = at("2026-03-02T08:00Z");
    world.submit();
    assert_eq!(world.owner().as_deref(), Some("leo"));
    assert_eq!(world.head().tasks.len(), 1, "{:?}", world.head().tasks);
    assert_eq!(world.count(|change| matches!(change, Change::Task(TaskChange::Created { .. }))), 1);
    assert_eq!(world.count(|change| matches!(change, Change::Execution(ExecutionChange::Ended { .. }))), 1);
    assert!(world.sent().is_empty(), "{:?}", world.sent());
}

#[test]
fn a_request_whose_deadline_passes_goes_to_the_lead_of_the_pool() {
    let mut world = early();
    for person in ["ana", "ben", "chloe"] {
        let until = at("2026-04-01T00:00Z");
        world.time_off.insert(person.into(), vec![TimeOff { from: world.now, until, reason: None, by: None }]);
    }
    world.advance_to("2026-03-05T08:00Z");
    assert_eq!(world.owner().as_deref(), Some("leo"));
    assert_eq!(world.count(|change| matches!(change, Change::Request(RequestChange::Withdrawn { .. }))), 1);
    assert_eq!(
        world.count(|change| matches!(change, Change::Request(RequestChange::AskedAgain { .. }))),
        1,
        "at the opening"
    );
    assert_eq!(world.head().tasks.len(), 1);
}

#[test]
fn an_answer_that_comes_after_the_deadline_gives_it_to_the_lead_of_the_pool() {
    let mut world = World::r1(25.0);
    world.now = at("2026-03-02T08:00Z");
    world.form("head");
    world.serve();
    world.now = at("2026-03-06T08:00Z");
    world.settle();
    assert_eq!(world.owner().as_deref(), Some("leo"));
}

#[test]
fn an_absent_lead_is_stood_in_for_by_the_delegate_else_by_the_manager() {
    let check = |delegate: Option<&str>, ben_is_away: bool, expected: &str| {
        let mut world = world_of(r#"{ "assign": { "pool": "desk" } }"#);
        let people = &mut std::sync::Arc::make_mut(&mut world.playbook).people;
        let leo = people.get_mut(&"leo".into()).unwrap();
        (leo.delegate, leo.manager) = (delegate.map(Into::into), Some("ana".into()));
        people.get_mut(&"ben".into()).unwrap().manager = Some("chloe".into());
        let off = TimeOff { from: world.now, until: at("2027-03-02T09:00Z"), reason: None, by: None };
        world.time_off.insert("leo".into(), vec![off.clone()]);
        if ben_is_away {
            world.time_off.insert("ben".into(), vec![off]);
        }
        world.submit();
        world.advance_to("2026-05-02T09:00Z");
        assert_eq!(world.owner().as_deref(), Some(expected));
    };
    check(Some("ben"), false, "ben");
    check(None, false, "ana");
    check(Some("ben"), true, "chloe");
}

#[test]
fn a_pool_is_not_asked_again_within_a_minute() {
    let mut world = World::r1(25.0);
    world.now = at("2026-03-02T08:59:30Z");
    world.submit();
    assert_eq!(world.timers[0].due, at("2026-03-02T09:00:30Z"));
}

#[test]
fn when_nobody_will_ever_be_available_the_lead_has_it_at_once() {
    let mut world = World::r1(25.0);
    let playbook = std::sync::Arc::make_mut(&mut world.playbook);
    playbook.people.iter_mut().filter(|(id, _)| id.as_str() != "leo").for_each(|(_, person)| person.active = false);
    world.submit();
    assert_eq!(world.owner().as_deref(), Some("leo"));
    assert_eq!(world.sent(), ["intro"]);
}

#[test]
fn choosing_an_owner_by_hand_satisfies_an_execution_that_waits_for_a_pool() {
    let mut world = early();
    world.command(Command::Reassign { to: "ben".into(), reason: "knows them".to_owned() });
    world.settle();
    assert_eq!(world.owner().as_deref(), Some("ben"));
    assert_eq!(world.sent(), ["we-open-at-nine", "intro"]);
    assert!(matches!(world.head().executions[0].waiting, Waiting::Event { .. }));
    let asking_again = world.timers.remove(0);
    assert!(world.fire(&asking_again).is_empty(), "the request was withdrawn");
}

#[test]
fn a_late_answer_to_an_earlier_asking_does_not_make_it_wait_again() {
    let mut world = World::r1(25.0);
    world.now = at("2026-03-02T08:00Z");
    world.form("head");
    world.serve();
    let first = world.evaluate[0].clone();
    world.settle();
    let timer = world.timers.last().unwrap().clone();
    world.now = at("2026-03-02T09:00Z");
    world.fire(&timer);
    assert!(world.evaluate(&first).is_empty());
}

/// The pool has given a slot for it, and answers a later asking with the same one.
#[test]
fn an_owner_who_is_the_answer_to_an_earlier_asking_is_applied_all_the_same() {
    for is_asked_again in [false, true] {
        let mut world = World::r1(25.0);
        world.now = at("2026-03-02T08:00Z");
        world.form("head");
        let first_asking = world.assign[0].clone();
        world.settle();
        let opening = world.timers.remove(0);
        world.now = opening.due;
        if is_asked_again {
            world.fire(&opening);
            world.assign.clear();
        }
        world.assign.push(first_asking);
        world.settle();
        assert_eq!(world.owner().as_deref(), Some("ana"), "asked again: {is_asked_again}");
        assert_eq!(world.sent(), ["we-open-at-nine", "intro"], "asked again: {is_asked_again}");
    }
}

#[test]
fn an_answer_that_comes_again_changes_nothing() {
    for pool in ["inbound", "nowhere"] {
        let mut world = world_of(&format!(r#"{{ "assign": {{ "pool": "{pool}" }} }}"#));
        world.now = at("2026-03-02T08:00Z");
        world.form("head");
        world.serve();
        let answer = world.evaluate.remove(0);
        assert!(!world.evaluate(&answer).is_empty());
        assert!(world.evaluate(&answer).is_empty(), "{pool}");
    }
}

#[test]
fn a_deadline_that_passes_in_a_pool_without_a_lead_leaves_one_task() {
    let mut world = early();
    std::sync::Arc::make_mut(&mut world.playbook).pools.clear();
    let again = world.timers.remove(0);
    world.now = at("2026-03-10T09:00Z");
    world.fire(&again);
    assert!(world.fire(&again).is_empty(), "a second firing raised another");
    let [task] = &world.head().tasks[..] else { panic!("one task: {:?}", world.head().tasks) };
    assert_eq!(task.title, "Assign this record by hand: it waited as long as the pool lets it");
    let (person, due) = (task.assigned_to.clone(), task.due);
    assert_eq!((person, due), (Some("leo".into()), Some(at("2026-03-10T10:00Z"))), "a person, and by when");
    assert_eq!(world.head().awaited_requests().count(), 1, "the one who is chosen satisfies it");
}

#[test]
fn an_unknown_pool_leaves_a_task_for_a_person() {
    let mut world = world_of(r#"{ "assign": { "pool": "nowhere" } }, { "add_to_segment": "served" }"#);
    world.submit();
    let [task] = &world.head().tasks[..] else { panic!("one task: {:?}", world.head().tasks) };
    assert_eq!(task.title, "Assign this record by hand: there is no pool nowhere");
    let (person, due) = (task.assigned_to.clone(), task.due);
    assert_eq!((person, due), (Some("leo".into()), Some(at("2026-03-02T10:00Z"))), "a person, and by when");
    world.command(Command::Reassign { to: "ben".into(), reason: String::new() });
    assert!(world.head().segments.contains(&"served".into()));
}

#[test]
fn a_member_without_a_share_opens_no_pool() {
    let mut world = world_of(r#"{ "wait_for_opening": "inbound" }, { "add_to_segment": "open" }"#);
    let playbook = std::sync::Arc::make_mut(&mut world.playbook);
    playbook.pools.get_mut(&"inbound".into()).unwrap().members.insert("leo".into(), 0);
    world.now = at("2026-03-02T08:00Z");
    world.submit();
    assert!(world.head().segments.is_empty(), "leo works around the clock, and takes nothing");
    world.advance_to("2026-03-02T09:00Z");
    assert!(world.head().segments.contains(&"open".into()));
}
