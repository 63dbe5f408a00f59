//! One event that pulls many workflows.

use std::sync::Arc;

use domain::{
    calendar::Zone,
    explain::{Question, Voice, Why, decided_in, timeline, why},
    history::{Change, Entry, ExecutionChange, NotStartedWhy, Unmet},
    id::{Kind, WorkflowId},
};

use crate::world::{World, playbook, workflow};

/// So many workflows of the demo form, each with this condition, and one that starts.
fn world_of(many: usize, condition: &str) -> World {
    let mut playbook = playbook();
    playbook.workflows.clear();
    let mut add = |id: &str, workflow: &str| {
        playbook.workflows.insert(WorkflowId::new(id), serde_json::from_str(workflow).expect("a workflow"));
    };
    let unmet =
        workflow(r#"{ "add_to_segment": "met" }"#).replace(r#""then""#, &format!(r#""if": {condition}, "then""#));
    for n in 0..many {
        add(&format!("w{n:04}"), &unmet);
    }
    add("w0001-starts", &workflow(r#"{ "update": { "lead.vip": true } }, { "add_to_segment": "started" }"#));
    let mut world = World::new(playbook);
    world.company(25.0);
    world
}

fn asked(world: &World, entry: &Entry, workflow: &str) -> Why {
    let workflow = WorkflowId::new(workflow);
    let (linked, playbook) = (&world.linked, &*world.playbook);
    why(&Question { workflow: &workflow, kind: &Kind::new("lead"), entry: Some(entry), playbook, linked })
}

fn told(world: &World) -> Vec<String> {
    timeline(&world.entries, &Voice::new(&world.playbook, &Zone::utc())).into_iter().map(|line| line.text).collect()
}

fn unmet(entry: &Entry) -> Option<&Unmet> {
    entry.changes.iter().find_map(|change| match change {
        Change::Execution(ExecutionChange::Unmet { failed, .. }) => Some(failed),
        _ => None,
    })
}

#[test]
fn a_thousand_that_a_lead_does_not_meet_are_one_change_and_each_has_its_answer() {
    let mut world = world_of(1_000, r#"{ "all": ["lead.score > 1", "lead.score > 90"] }"#);
    world.form("head");
    let entry = &world.entries[0];
    assert_eq!(unmet(entry).map(ToString::to_string).as_deref(), Some("1x2 - 1x998"));
    let bytes = serde_json::to_string(entry).expect("plain data").len();
    assert!(bytes < 3_000, "{bytes} bytes");
    let said = "1000 workflows did not start: their conditions were not met";
    assert!(told(&world).iter().any(|line| line == said), "{:?}", told(&world));
    let why = asked(&world, entry, "w0500");
    assert!(!why.started && why.verdict.is_some());
    assert_eq!(why.sentence, "Not started. Score must be over 90; was 55. Score over 1: was 55 \u{2713}.");
    assert!(asked(&world, entry, "w0001-starts").started);
    assert_eq!(decided_in(entry, &world.playbook).len(), 1_001);
}

#[test]
fn a_few_are_told_by_name() {
    let mut world = world_of(8, r#""lead.score > 90""#);
    world.form("head");
    let one =
        Change::Execution(ExecutionChange::NotStarted { workflow: "w0003".into(), why: NotStartedWhy::Condition });
    assert!(world.entries[0].changes.contains(&one) && unmet(&world.entries[0]).is_none());
    assert!(told(&world).iter().any(|line| line == "w0003 did not start: its conditions were not met"));
}

#[test]
fn what_one_workflow_does_decides_nothing_about_another_of_the_same_event() {
    for many in [2, 20] {
        let mut world = world_of(many, r#""lead.vip is yes""#);
        world.form("head");
        assert!(world.head().segments.contains(&"started".into()) && !world.head().segments.contains(&"met".into()));
        // Also not when it is told later.
        assert_eq!(asked(&world, &world.entries[0], "w0001").sentence, "Not started. Vip must be yes; it is missing.");
    }
}

#[test]
fn an_answer_that_comes_out_otherwise_than_the_decision_says_so() {
    let mut world = world_of(20, r#"{ "all": ["lead.score > 1", "lead.score > 90"] }"#);
    world.form("head");
    let mut entry = world.entries[0].clone();
    for change in &mut entry.changes {
        if let Change::Execution(ExecutionChange::Unmet { failed, .. }) = change {
            *failed = "0x2 - 0x18".parse().expect("well written");
        }
    }
    let sentence = asked(&world, &entry, "w0005").sentence;
    assert!(sentence.ends_with("When it was decided, another part had failed."), "{sentence}");
    Arc::make_mut(&mut world.playbook).workflows.remove(&WorkflowId::new("w0005"));
    assert_eq!(asked(&world, &entry, "w0005").sentence, "Not started: there was no workflow w0005.");
}

#[test]
fn what_is_closed_or_running_is_told_as_before() {
    let mut world = world_of(20, r#""lead.score > 90""#);
    let on_call = workflow(r#"{ "add_to_segment": "called" }"#);
    let on_call = on_call.replace(r#""form_submitted": "demo-request""#, r#""call_logged": "lead""#);
    let workflows = &mut Arc::make_mut(&mut world.playbook).workflows;
    workflows.insert(WorkflowId::new("on-call"), serde_json::from_str(&on_call).expect("a workflow"));
    world.form("head");
    world.command(domain::message::Command::Close { reason: "spam".to_owned() });
    let closed =
        Change::Execution(ExecutionChange::NotStarted { workflow: "on-call".into(), why: NotStartedWhy::RecordClosed });
    assert!(world.event("call_logged").contains(&closed));
}

#[test]
fn why_a_few_did_not_start_is_told_of_the_record_as_it_was_when_it_was_asked() {
    let mut world = world_of(3, r#""lead.vip is yes""#);
    world.form("head");
    assert_eq!(asked(&world, &world.entries[0], "w0002").sentence, "Not started. Vip must be yes; it is missing.");
}

#[test]
fn why_one_started_is_told_of_the_record_as_it_was_when_it_was_asked() {
    let mut world = world_of(3, r#"{ "not": "lead.vip is yes" }"#);
    world.form("head");
    let why = asked(&world, &world.entries[0], "w0002");
    assert!(why.started && why.verdict.as_ref().is_some_and(|verdict| verdict.holds()), "{why:?}");
}
