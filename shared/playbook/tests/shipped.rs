//! The playbook that ships with the `handoff` binary passes its own check.
#![expect(clippy::unwrap_used, reason = "a test stops where its own files are not as they must be")]

use std::path::Path;

use domain::{
    condition::Condition,
    id::{FormId, PersonId, PoolId, WorkflowId},
    playbook::{Outbound, Playbook},
};
use playbook::{load, read_folder, render};

fn shipped() -> Playbook {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/cli/playbook");
    let files = read_folder(&folder).unwrap();
    let checked = load(&files);
    let problems: String = checked.diagnostics.iter().map(|problem| render(problem, &files)).collect();
    assert_eq!(problems, "");
    checked.playbook.unwrap()
}

#[test]
fn it_has_no_problem_at_all() {
    shipped();
}

#[test]
fn it_sends_nothing_to_anybody_as_it_comes() {
    assert_eq!(shipped().organisation.outbound, Outbound::Capture);
}

#[test]
fn it_holds_speed_to_lead_as_the_mission_tells_it() {
    let playbook = shipped();
    let workflow = &playbook.workflows[&WorkflowId::from("speed-to-lead")];
    let wanted: Condition = "lead.score > 40 and company.employees > 10".parse().unwrap();
    assert_eq!(workflow.condition, Some(wanted));
    let said: Vec<String> = workflow.then.iter().map(|step| step.describe()).collect();
    assert_eq!(
        said,
        [
            "assign an owner from pool inbound",
            "e-mail intro to lead",
            "P1 task \"Call within 5 min\" for lead.owner, due in 5 minutes",
            "wait for call_logged, at most 15 minutes",
        ]
    );
    let inbound = &playbook.pools[&PoolId::from("inbound")];
    let weights: Vec<u32> = ["ana", "ben", "chloe"].map(|id| inbound.members[&PersonId::from(id)]).into();
    assert_eq!(weights, [3, 2, 1]);
    assert!(playbook.forms.contains_key(&FormId::from("demo-request")));
}

#[test]
fn it_survives_the_way_through_its_stored_form() {
    let playbook = shipped();
    let stored = serde_json::to_string(&playbook).unwrap();
    assert_eq!(serde_json::from_str::<Playbook>(&stored).unwrap(), playbook);
}

#[test]
fn its_lengths_of_time_are_shown_by_example() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/cli/playbook");
    let examples = load(&read_folder(&folder).unwrap()).examples;
    let said: Vec<String> = examples.iter().map(|example| format!("{}: {}", example.line, example.text)).collect();
    assert_eq!(
        said,
        [
            "20: due 5 minutes: from Mon 2 Mar 09:00 until Mon 2 Mar 09:05",
            "24: within 15 minutes: from Mon 2 Mar 09:00 until Mon 2 Mar 09:15",
            "31: within 15 minutes: from Mon 2 Mar 09:00 until Mon 2 Mar 09:15",
        ]
    );
}
