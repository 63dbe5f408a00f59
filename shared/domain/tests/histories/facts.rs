//! What Handoff itself makes true starts workflows and meets waits, in the entry that makes it true.

use domain::{
    calendar::Zone,
    cause::Cause,
    decide::Input,
    explain::{Voice, timeline},
    history::{Change, ExecutionChange, NotStartedWhy, OwnerChange, TaskChange},
    id::WorkflowId,
    message::Command,
    playbook::EventSchema,
};

use crate::world::{World, playbook_with, workflow, world_of};

/// A workflow with these steps that starts by what this names, about a lead.
fn by(name: &str, steps: &str) -> String {
    workflow(steps).replace(r#""form_submitted": "demo-request""#, &format!(r#""{name}": "lead""#))
}

fn add(world: &mut World, id: &str, workflow: &str) {
    let workflow = serde_json::from_str(workflow).expect("a workflow");
    std::sync::Arc::make_mut(&mut world.playbook).workflows.insert(WorkflowId::new(id), workflow);
}

/// The speed-to-lead world with a second workflow.
fn with(id: &str, workflow: &str) -> World {
    let mut world = World::new(playbook_with(id, workflow));
    world.company(25.0);
    world
}

fn started(changes: &[Change], wanted: &str) -> Option<Cause> {
    changes.iter().find_map(|change| match change {
        Change::Execution(ExecutionChange::Started { workflow, cause, .. }) if workflow.as_str() == wanted => {
            Some(cause.clone())
        }
        _ => None,
    })
}

fn in_segment(world: &World, segment: &str) -> bool {
    world.head().segments.contains(&segment.into())
}

fn reassign(to: &str) -> Command {
    Command::Reassign { to: to.into(), reason: "she asked".to_owned() }
}

/// The open task that a workflow created.
fn complete_task(world: &mut World) -> Vec<Change> {
    let task = world.head().tasks.iter().find(|task| task.execution.is_some()).expect("a task").id.clone();
    world.command(Command::CompleteTask { task })
}

#[test]
fn an_owner_starts_a_workflow_in_the_entry_that_gives_it_and_the_entry_says_by_what() {
    let mut world = with("welcome", &by("record_assigned", r#"{ "add_to_segment": "owned" }"#));
    world.submit();
    assert!(in_segment(&world, "owned"));
    let entry = world.entries.iter().find(|entry| started(&entry.changes, "welcome").is_some()).expect("it started");
    let Some(Cause::Change { seq, index }) = started(&entry.changes, "welcome") else { panic!("by a change") };
    assert_eq!(seq, entry.seq);
    assert!(matches!(entry.changes[index as usize], Change::Owner(OwnerChange::Assigned { .. })));
}

#[test]
fn an_owner_by_hand_starts_it_too_and_each_time_anew() {
    let mut world = with("welcome", &by("record_assigned", r#"{ "add_to_segment": "owned" }"#));
    world.event("website_visited");
    let [first, second] = ["ana", "ben"].map(|person| world.command(reassign(person)));
    let ids = |changes: &[Change]| {
        changes.iter().find_map(|change| match change {
            Change::Execution(ExecutionChange::Started { execution, .. }) => Some(execution.clone()),
            _ => None,
        })
    };
    assert!(ids(&first).is_some() && ids(&second).is_some());
    assert_ne!(ids(&first), ids(&second));
}

#[test]
fn its_condition_sees_the_record_as_the_change_leaves_it() {
    let condition = r#""if": "lead.vip is yes", "then""#;
    let mut world =
        with("welcome", &by("record_assigned", r#"{ "add_to_segment": "owned" }"#).replace(r#""then""#, condition));
    world.event("website_visited");
    let changes = world.command(reassign("ana"));
    let unmet =
        Change::Execution(ExecutionChange::NotStarted { workflow: "welcome".into(), why: NotStartedWhy::Condition });
    assert!(changes.contains(&unmet));
}

#[test]
fn a_task_that_a_workflow_created_is_a_fact_when_it_is_done() {
    let mut world = with("after", &by("task_completed", r#"{ "add_to_segment": "done" }"#));
    world.submit();
    assert!(!in_segment(&world, "done"));
    assert!(started(&complete_task(&mut world), "after").is_some());
    assert!(in_segment(&world, "done"));
}

#[test]
fn what_a_workflow_brings_about_while_it_runs_does_not_start_it_again() {
    let steps = r#"{ "create_task": { "title": "Again", "assigned_to": "leo" } },
                   { "wait_for": "task_completed", "within": "1 day" }, { "add_to_segment": "done" }"#;
    let mut world = with("after", &by("task_completed", steps));
    world.submit();
    assert!(started(&complete_task(&mut world), "after").is_some());
    let changes = complete_task(&mut world);
    let running =
        Change::Execution(ExecutionChange::NotStarted { workflow: "after".into(), why: NotStartedWhy::WasRunning });
    assert!(in_segment(&world, "done") && changes.contains(&running), "{changes:?}");
}

#[test]
fn a_task_that_the_record_closed_or_that_handoff_raised_is_none() {
    let mut world = with("after", &by("task_completed", r#"{ "add_to_segment": "done" }"#));
    world.submit();
    let raised = Input::Exception { dead_letter: "dlq_1".to_owned(), why: "a test".to_owned() };
    world.give(&raised);
    let task = world.head().tasks.iter().find(|task| task.execution.is_none()).expect("it was raised").id.clone();
    let changes = world.command(Command::CompleteTask { task });
    assert!(changes.iter().any(|change| matches!(change, Change::Task(TaskChange::Ended { .. }))));
    assert!(started(&changes, "after").is_none());
    let changes = world.command(Command::Close { reason: "spam".to_owned() });
    assert!(started(&changes, "after").is_none());
}

#[test]
fn a_wait_is_met_by_a_fact_and_the_timeline_names_it() {
    let mut world = world_of(
        r#"{ "create_task": { "title": "Sign", "assigned_to": "leo" } },
           { "wait_for": "task_completed", "within": "1 day", "if_missed": [{ "add_to_segment": "late" }] },
           { "add_to_segment": "signed" }"#,
    );
    world.submit();
    complete_task(&mut world);
    assert!(in_segment(&world, "signed") && !in_segment(&world, "late"));
    assert!(world.head().executions.is_empty());
    let zone = Zone::utc();
    let lines = timeline(&world.entries, &Voice::new(&world.playbook, &zone));
    let told: Vec<String> = lines.into_iter().flat_map(|line| [vec![line.text], line.detail].concat()).collect();
    assert!(told.contains(&"Task completed: nothing more to wait for".to_owned()), "{told:?}");
}

#[test]
fn a_task_is_done_by_a_fact_as_by_an_event() {
    let mut world = world_of(
        r#"{ "create_task": { "title": "Find somebody", "assigned_to": "leo", "done_when": "record_assigned" } },
           { "wait_for": "call_logged", "within": "1 day" }"#,
    );
    world.submit();
    assert_eq!(world.head().tasks.len(), 1);
    world.command(reassign("ana"));
    assert!(world.head().tasks.is_empty());
}

#[test]
fn two_workflows_that_hand_a_record_to_and_fro_end_and_a_person_hears_of_it() {
    let to = |person: &str| by("record_assigned", &format!(r#"{{ "reassign": {{ "to": "{person}" }} }}"#));
    let mut world = with("to-ana", &to("ana"));
    add(&mut world, "to-ben", &to("ben"));
    world.event("website_visited");
    world.command(reassign("chloe"));
    world.settle();
    assert!(world.head().executions.is_empty());
    let loops = world.head().tasks.iter().filter(|task| task.title == "Workflows start each other in a loop").count();
    assert!(loops > 0, "{:?}", world.head().tasks);
    assert!(world.entries.len() < 60, "{} entries", world.entries.len());
}

#[test]
fn two_that_ask_pools_to_and_fro_end_as_well_though_each_answer_is_an_entry() {
    let while_role_is = |role: &str, then: &str| {
        let steps = format!(
            r#"{{ "update": {{ "lead.role": "{then}" }} }},
               {{ "reassign": {{ "pool": "inbound", "to": "next_available" }} }}"#
        );
        by("record_assigned", &steps).replace(r#""then""#, &format!(r#""if": "lead.role is {role}", "then""#))
    };
    let mut world = with("clerk-comes-first", &while_role_is("clerk", "head"));
    add(&mut world, "head-comes-second", &while_role_is("head", "clerk"));
    world.form("head");
    world.assign.clear();
    world.command(reassign("chloe"));
    world.settle();
    let starts = world.count(|change| matches!(change, Change::Execution(ExecutionChange::Started { .. })));
    assert!((9..=12).contains(&starts), "{starts} executions");
    assert!(world.head().tasks.iter().any(|task| task.title == "Workflows start each other in a loop"));
}

#[test]
fn a_name_that_the_schema_declares_stays_that_of_the_program_that_posts_it() {
    let mut world = with("welcome", &by("record_assigned", r#"{ "add_to_segment": "owned" }"#));
    let schema = &mut std::sync::Arc::make_mut(&mut world.playbook).schema;
    schema.events.insert("record_assigned".into(), EventSchema::default());
    world.submit();
    assert!(world.owner().is_some() && !in_segment(&world, "owned"));
    world.event("record_assigned");
    assert!(in_segment(&world, "owned"));
}

#[test]
fn a_task_that_a_fact_ends_is_as_deep_as_the_fact() {
    let steps = r#"{ "create_task": { "title": "T", "assigned_to": "leo", "done_when": "record_assigned" } },
                   { "reassign": { "to": "ana" } }"#;
    let mut world = with("again", &by("task_completed", steps));
    add(&mut world, "first", &by("call_logged", r#"{ "create_task": { "title": "T", "assigned_to": "leo" } }"#));
    world.event("call_logged");
    complete_task(&mut world);
    let mut rounds = 0;
    while !world.evaluate.is_empty() && rounds < 60 {
        rounds += 1;
        world.act.clear();
        for message in std::mem::take(&mut world.evaluate) {
            world.evaluate(&message);
        }
    }
    let starts = world.count(|change| matches!(change, Change::Execution(ExecutionChange::Started { .. })));
    assert!(rounds < 60, "{starts} starts, {} entries", world.entries.len());
}

#[test]
fn a_wait_straight_after_an_assignment_is_not_met_by_it() {
    for assign in [r#"{ "assign": { "pool": "inbound" } }"#, r#"{ "reassign": { "to": "ana" } }"#] {
        let mut world = world_of(&format!(
            r#"{assign}, {{ "wait_for": "record_assigned", "within": "1 day", "if_missed": [] }}, {{ "add_to_segment": "on" }}"#
        ));
        world.submit();
        assert!(world.owner().is_some());
        assert!(!in_segment(&world, "on"), "{assign}");
    }
}

#[test]
fn a_task_straight_after_an_assignment_is_not_done_by_it() {
    for assign in [r#"{ "assign": { "pool": "inbound" } }"#, r#"{ "reassign": { "to": "ana" } }"#] {
        let mut world = world_of(&format!(
            r#"{assign}, {{ "create_task": {{ "title": "T", "assigned_to": "leo", "done_when": "record_assigned" }} }}, {{ "wait_for": "call_logged", "within": "1 day" }}"#
        ));
        world.submit();
        assert_eq!(world.head().tasks.len(), 1, "{assign}");
    }
}

#[test]
fn two_that_ask_a_pool_where_nobody_is_end_as_well() {
    let asks = r#"{ "reassign": { "pool": "inbound", "to": "next_available" } }"#;
    let mut world = with("a", &by("record_assigned", asks));
    add(&mut world, "b", &by("record_assigned", &format!(r#"{{ "wait": "1 minute" }}, {asks}"#)));
    let pools = &mut std::sync::Arc::make_mut(&mut world.playbook).pools;
    let pool = pools.get_mut(&"inbound".into()).expect("a pool");
    pool.members.clear();
    world.event("website_visited");
    world.command(reassign("chloe"));
    world.settle();
    world.advance_to("2026-03-02T12:00Z");
    let starts = world.count(|change| matches!(change, Change::Execution(ExecutionChange::Started { .. })));
    assert!(starts < 40, "{starts} executions in three hours, owner {:?}", world.owner());
}

#[test]
fn a_task_that_is_done_while_another_owner_is_sought_calls_the_search_off() {
    let mut world = world_of(
        r#"{ "assign": { "pool": "inbound" } },
           { "create_task": { "title": "Call", "assigned_to": "lead.owner" } },
           { "wait_for": "task_completed", "within": "5 minutes", "if_missed": [
               { "reassign": { "pool": "inbound", "to": "next_available" } } ] },
           { "add_to_segment": "on" }"#,
    );
    world.submit();
    let owner = world.owner();
    let row = world.timers.pop().expect("the wait's timer");
    world.now = row.due;
    world.fire(&row);
    assert!(!world.assign.is_empty(), "another owner is sought");
    complete_task(&mut world);
    world.settle();
    assert_eq!(world.owner(), owner);
    assert!(in_segment(&world, "on"));
}

#[test]
fn a_wait_that_an_owner_meets_is_not_begun_anew_for_them() {
    let mut world = world_of(
        r#"{ "assign": { "pool": "inbound" } },
           { "wait_for": "record_assigned", "within": "1 day" }, { "add_to_segment": "on" }"#,
    );
    world.submit();
    let other = if world.owner().as_deref() == Some("ana") { "ben" } else { "ana" };
    let changes = world.command(reassign(other));
    assert!(in_segment(&world, "on"));
    let begins = |change: &Change| matches!(change, Change::Execution(ExecutionChange::WaitStarted { .. }));
    assert!(!changes.iter().any(begins), "{changes:?}");
}

#[test]
fn who_has_been_given_an_owner_does_not_go_on_as_if_nobody_were_there() {
    let asks = r#"{ "assign": { "pool": "inbound" }, "if_nobody_available": [
                      { "wait_for": "call_logged", "within": "1 day" }, { "add_to_segment": "nobody-yet" } ] },
                  { "add_to_segment": "on" }"#;
    let gives = r#"{ "wait_for": "call_logged", "within": "1 day" }, { "reassign": { "to": "leo" } }"#;
    let mut world = with("b-asks", &workflow(asks));
    add(&mut world, "a-gives", &workflow(gives));
    std::sync::Arc::make_mut(&mut world.playbook).workflows.retain(|id, _| id.as_str() != "speed-to-lead");
    world.now = crate::world::at("2026-03-01T03:00Z");
    world.submit();
    assert_eq!(world.owner(), None);
    world.event("call_logged");
    assert_eq!(world.owner().as_deref(), Some("leo"));
    assert!(in_segment(&world, "on") && !in_segment(&world, "nobody-yet"), "{:?}", world.head().segments);
}
