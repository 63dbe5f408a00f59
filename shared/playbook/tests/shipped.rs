//! The playbook that ships with the `handoff` binary passes its own check.
#![expect(clippy::unwrap_used, reason = "a test stops where its own files are not as they must be")]

use std::{collections::BTreeMap, path::Path};

use domain::{
    condition::{Condition, Facts, FieldPath},
    id::{FormId, Kind, PersonId, PoolId, WorkflowId},
    instant::Instant,
    playbook::{Outbound, Playbook},
    value::Value,
};
use playbook::{Files, load, read_folder, render};

fn files() -> Files {
    read_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/cli/playbook")).unwrap().files
}

fn shipped() -> Playbook {
    let files = files();
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
            "e-mail \u{201c}intro\u{201d} to lead",
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
    let examples = load(&read_folder(&folder).unwrap().files).examples;
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

struct Lead(BTreeMap<String, Value>);

impl Facts for Lead {
    fn value(&self, path: &FieldPath) -> Option<&Value> {
        self.0.get(&path.to_string())
    }

    fn before(&self, path: &FieldPath) -> Option<&Value> {
        self.value(path)
    }

    fn label(&self, path: &FieldPath) -> String {
        path.to_string()
    }
}

fn check_score(facts: &[(&str, &str)], employees: f64, score: i64, qualifies: bool) {
    let playbook = shipped();
    let mut lead: BTreeMap<String, Value> =
        facts.iter().map(|(field, text)| ((*field).to_owned(), Value::text(*text))).collect();
    lead.insert("company.employees".to_owned(), employees.into());
    let mut lead = Lead(lead);
    let now = Instant::from_millis(0);
    let rules = &playbook.schema.kinds[&Kind::from("lead")].scoring["score"];
    let points: i64 = rules.iter().filter(|rule| rule.condition.holds(&lead, now)).map(|rule| rule.points).sum();
    assert_eq!(points, score, "{facts:?}");
    lead.0.insert("lead.score".to_owned(), (points as f64).into());
    let condition = playbook.workflows[&WorkflowId::from("speed-to-lead")].condition.clone().unwrap();
    assert_eq!(condition.holds(&lead, now), qualifies, "{facts:?}");
}

#[test]
fn an_address_of_their_own_and_a_team_are_worth_a_call() {
    check_score(&[("lead.email", "ada@example.com")], 11.0, 45, true);
    check_score(&[("lead.email", "ada@example.com"), ("lead.job_title", "Head of Sales")], 51.0, 70, true);
}

#[test]
fn a_score_of_forty_and_a_team_of_ten_are_thanked_and_no_more() {
    let free =
        [("lead.email", "ada@gmail.com"), ("lead.phone", "+4930"), ("lead.message", "Hi"), ("lead.products", "CRM")];
    check_score(&free, 11.0, 40, false);
    let keen = [
        ("lead.email", "ada@example.com"),
        ("lead.phone", "+4930"),
        ("lead.message", "Hi"),
        ("lead.job_title", "Founder"),
    ];
    check_score(&keen, 10.0, 55, false);
    check_score(&[], 0.0, 0, false);
}

#[test]
fn the_workflow_that_the_readme_shows_passes_the_check_as_printed() {
    let readme = include_str!("../../../README.md");
    let printed = readme.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    let mut files = files();
    files.insert("workflows/speed-to-lead.yaml".to_owned(), printed.to_owned());
    let told: Vec<String> = load(&files).diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(told, Vec::<String>::new());
}
