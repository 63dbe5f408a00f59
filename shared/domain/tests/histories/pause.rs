//! A paused workflow takes everything in and lets nothing out, until it is resumed.

use domain::{
    decide::{Input, Paused},
    history::{Change, ExecutionChange},
    message::Command,
};

use crate::world::{World, playbook_with, workflow};

fn resume(world: &mut World) {
    resume_with(world, false);
}

fn resume_with(world: &mut World, not_again: bool) {
    world.paused = Paused::Nothing;
    let execution = world.head().executions[0].id.clone();
    world.give(&Input::Resume { execution, not_again });
    world.settle();
}

#[test]
fn a_lead_that_comes_during_a_pause_is_enrolled_and_goes_on_after_it() {
    let mut world = World::r1(25.0);
    world.paused = Paused::Everything;
    world.submit();
    assert!(world.head().executions[0].held);
    assert!(world.sent().is_empty() && world.owner().is_none());
    resume(&mut world);
    assert_eq!(world.sent(), ["intro"]);
}

/// The owner's answer comes with a message of its own: the introduction is asked for in a later entry.
#[test]
fn what_was_sent_before_is_not_sent_again_and_what_comes_after_the_next_wait_is() {
    let mut world = World::r1(25.0);
    world.paused = Paused::Everything;
    world.submit();
    resume_with(&mut world, true);
    assert_eq!(world.owner().as_deref(), Some("ana"));
    assert!(world.sent().is_empty(), "{:?}", world.sent());
    world.advance_to("2026-03-02T09:20Z");
    assert_eq!(world.owner().as_deref(), Some("ben"));
    assert!(!world.sent().is_empty(), "that the call was missed is said");
}

#[test]
fn what_is_not_to_be_sent_again_is_kept_until_a_pause_ends() {
    let mut world = World::r1(25.0);
    world.paused = Paused::Everything;
    world.submit();
    let execution = world.head().executions[0].id.clone();
    assert!(world.give(&Input::Resume { execution: execution.clone(), not_again: false }).is_empty(), "it stays held");
    for times in [2, 0] {
        let changes = world.give(&Input::Resume { execution: execution.clone(), not_again: true });
        assert_eq!(changes.len(), times, "once it is noted, there is nothing to note: {changes:?}");
        assert!(world.head().executions[0].held);
    }
    world.settle();
    assert!(world.owner().is_none());
    resume(&mut world);
    assert_eq!(world.owner().as_deref(), Some("ana"));
    assert!(world.sent().is_empty(), "{:?}", world.sent());
}

#[test]
fn a_timer_that_fires_during_a_pause_counts_after_it() {
    let mut world = World::r1(25.0);
    world.submit();
    world.paused = Paused::Some(["speed-to-lead".into()].into());
    world.advance_to("2026-03-02T09:20Z");
    assert_eq!(world.owner().as_deref(), Some("ana"));
    assert!(world.head().executions[0].held);
    resume(&mut world);
    assert_eq!(world.owner().as_deref(), Some("ben"));
    assert!(!world.head().executions[0].held);
}

#[test]
fn a_call_during_a_pause_is_taken_and_the_execution_ends_after_it() {
    let mut world = World::r1(25.0);
    world.submit();
    world.paused = Paused::Everything;
    world.advance_to("2026-03-02T09:20Z");
    world.event("call_logged");
    world.settle();
    assert!(world.head().tasks.is_empty());
    resume(&mut world);
    assert!(world.head().executions.is_empty());
    assert_eq!(world.owner().as_deref(), Some("ana"));
    assert_eq!(world.count(|change| matches!(change, Change::Execution(ExecutionChange::WaitMissed { .. }))), 0);
}

#[test]
fn a_resume_of_what_is_not_held_changes_nothing() {
    let mut world = World::r1(25.0);
    world.submit();
    let execution = world.head().executions[0].id.clone();
    assert!(world.give(&Input::Resume { execution: execution.clone(), not_again: false }).is_empty());
    assert!(world.give(&Input::Continue { execution }).is_empty());
}

#[test]
fn a_wait_that_began_again_during_a_pause_is_waited_out_after_it() {
    let mut world = World::r1(25.0);
    world.submit();
    world.paused = Paused::Everything;
    world.advance_to("2026-03-02T09:20Z");
    world.command(Command::Reassign { to: "ben".into(), reason: "knows them".to_owned() });
    resume(&mut world);
    assert_eq!(world.owner().as_deref(), Some("ben"), "he has his fifteen minutes");
    world.advance_to("2026-03-02T09:34Z");
    assert_eq!(world.owner().as_deref(), Some("ben"));
    world.advance_to("2026-03-02T09:36Z");
    assert_ne!(world.owner().as_deref(), Some("ben"));
}

#[test]
fn a_pause_of_one_workflow_leaves_the_others_running() {
    let aside = workflow(r#"{ "notify": { "to": "leo", "message": "somebody came" } }"#);
    let mut world = World::new(playbook_with("aside", &aside));
    world.company(25.0);
    world.paused = Paused::Some(["speed-to-lead".into()].into());
    world.submit();
    assert_eq!(world.sent(), ["leo: somebody came"]);
    let [held] = &world.head().executions[..] else { panic!("one is left: {:?}", world.head().executions) };
    assert!(held.workflow.as_str() == "speed-to-lead" && held.held);
}

#[test]
fn a_message_to_go_on_that_comes_during_a_pause_leaves_it_held() {
    let mut world = World::r1(25.0);
    world.paused = Paused::Everything;
    world.form("head");
    let execution = world.head().executions[0].id.clone();
    world.paused = Paused::Nothing;
    assert!(world.give(&Input::Continue { execution }).is_empty(), "only the resume lets it go on");
}
