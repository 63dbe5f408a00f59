//! What starts a workflow, what does not, and how a long one is cut into entries.

use domain::{
    decide::Input,
    event::Event,
    follow_up::{FollowUp, MAX_FOLLOW_UPS, follow_ups},
    history::{Change, EventChange, ExecutionChange, NotStartedWhy, OwnerChange, RecordChange},
    message::Command,
    value::Value,
};

use crate::world::{World, at, playbook_with, workflow, world_of};

fn not_started(changes: &[Change]) -> Option<NotStartedWhy> {
    changes.iter().find_map(|change| match change {
        Change::Execution(ExecutionChange::NotStarted { why, .. }) => Some(*why),
        _ => None,
    })
}

#[test]
fn the_same_content_within_ten_minutes_is_an_alias_and_nothing_else() {
    let mut world = World::r1(25.0);
    let submitted = |world: &mut World| {
        let event = Event { fingerprint: Some("same".to_owned()), ..world.a_form("head") };
        world.give(&Input::Event(event.into()))
    };
    submitted(&mut world);
    world.now = at("2026-03-02T09:09Z");
    assert!(
        matches!(&submitted(&mut world)[..], [Change::Event(EventChange::Repeated { of, .. })] if of.as_str() == "evt_1")
    );
    world.now = at("2026-03-02T09:10:00.001Z");
    assert!(
        matches!(submitted(&mut world)[0], Change::Event(EventChange::Received { .. })),
        "later it is a new submission"
    );
    assert_eq!(world.head().submissions.len(), 1, "and the earlier one is forgotten");
}

#[test]
fn a_second_form_does_not_start_what_is_still_running() {
    let mut world = World::r1(25.0);
    world.submit();
    let changes = world.form("head");
    assert_eq!(not_started(&changes), Some(NotStartedWhy::AlreadyEnrolled));
    assert_eq!(world.head().executions.len(), 1);
}

#[test]
fn a_returning_lead_keeps_the_owner() {
    let mut world = World::r1(25.0);
    world.submit();
    world.event("call_logged");
    world.now = at("2026-03-03T09:00Z");
    world.submit();
    assert_eq!(world.owner().as_deref(), Some("ana"));
    assert_eq!(world.count(|change| matches!(change, Change::Owner(OwnerChange::Assigned { .. }))), 2);
    assert_eq!(world.pools[&"inbound".into()].picks, 1, "the rotation was not moved");
    assert_eq!(world.sent(), ["intro", "intro"], "nobody is told of a change that is none");
}

#[test]
fn an_event_too_deep_in_a_chain_starts_nothing_and_tells_a_person() {
    let mut world = World::r1(25.0);
    for depth in [8, 9] {
        let event = Event { depth, ..world.a_form("head") };
        let changes = world.give(&Input::Event(event.into()));
        let expected = (depth == 9).then_some(NotStartedWhy::TooDeep);
        assert_eq!(not_started(&changes), expected);
        if depth == 8 {
            world.command(Command::CompleteTask { task: "none".into() });
        }
    }
    let [task] = &world.head().tasks[..] else { panic!("one task: {:?}", world.head().tasks) };
    assert_eq!(task.title, "Workflows start each other in a loop");
    assert!(task.assigned_to == Some("leo".into()) && task.due.is_some(), "a person, and by when: {task:?}");
}

#[test]
fn a_closed_record_starts_nothing_until_the_person_comes_back() {
    let steps = workflow(r#"{ "add_to_segment": "called" }"#);
    let on_call = steps.replace(r#""form_submitted": "demo-request""#, r#""call_logged": "lead""#);
    let mut world = World::new(playbook_with("on-call", &on_call));
    world.company(25.0);
    world.event("website_visited");
    world.command(Command::Close { reason: "spam".to_owned() });
    assert_eq!(not_started(&world.event("call_logged")), Some(NotStartedWhy::RecordClosed));
    let changes = world.form("head");
    assert!(changes.contains(&Change::Record(RecordChange::Reopened)) && not_started(&changes).is_none());
}

#[test]
fn the_score_is_added_up_before_the_condition_is_asked() {
    let mut world = World::r1(25.0);
    world.form("clerk");
    assert_eq!(world.head().fields["score"], Value::Number(0.0));
    let mut world = World::r1(25.0);
    world.form("head");
    assert_eq!(world.head().fields["score"], Value::Number(55.0));
}

#[test]
fn a_field_that_a_step_sets_counts_in_the_score() {
    let mut world = world_of(r#"{ "update": { "lead.vip": true } }"#);
    world.submit();
    assert_eq!(world.head().fields["score"], Value::Number(65.0));
}

#[test]
fn a_long_list_is_cut_into_entries_of_at_most_ten_follow_ups() {
    let notes: Vec<String> =
        (0..25).map(|index| format!(r#"{{ "notify": {{ "to": "leo", "message": "{index}" }} }}"#)).collect();
    let mut world = world_of(&notes.join(","));
    world.submit();
    let expected: Vec<String> = (0..25).map(|index| format!("leo: {index}")).collect();
    assert_eq!(world.sent(), expected);
    for entry in &world.entries {
        let all = follow_ups(entry);
        assert!(all.len() <= MAX_FOLLOW_UPS, "entry {} has {}", entry.seq, all.len());
        let rows = all.iter().take_while(|follow_up| follow_up.is_row()).count();
        assert!(!all[rows..].iter().any(FollowUp::is_row), "rows come first");
    }
    assert!(world.head().executions.is_empty());
}

#[test]
fn a_long_list_without_follow_ups_is_cut_after_a_hundred_steps() {
    let segments: Vec<String> = (0..250).map(|index| format!(r#"{{ "add_to_segment": "s{index}" }}"#)).collect();
    let mut world = world_of(&segments.join(","));
    world.submit();
    assert_eq!(world.head().segments.len(), 250);
    let joined = |change: &&Change| matches!(change, Change::Record(RecordChange::SegmentJoined { .. }));
    let cut: Vec<usize> = world.entries.iter().map(|entry| entry.changes.iter().filter(joined).count()).collect();
    assert_eq!(cut, [100, 100, 50]);
}

#[test]
fn an_inner_condition_takes_one_branch_and_both_merge_after_it() {
    let mut world = world_of(
        r#"{ "if": "lead.vip is yes", "then": [{ "add_to_segment": "vips" }], "else": [{ "add_to_segment": "others" }] },
           { "add_to_segment": "all" }"#,
    );
    world.submit();
    let segments: Vec<String> = world.head().segments.iter().map(ToString::to_string).collect();
    assert_eq!(segments, ["all", "others"]);
}
