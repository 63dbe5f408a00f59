//! Every kind of step, one row each: its JSON form, and how it reads in a sentence.

use std::collections::BTreeSet;

use domain::step::Step;

const ROWS: &[(&str, &str)] = &[
    (r#"{"assign":{"keep_owner":true,"pool":"inbound"}}"#, "assign an owner from pool inbound"),
    (r#"{"assign":{"keep_owner":false,"route":"inbound"}}"#, "assign an owner by route inbound"),
    (r#"{"reassign":{"to":"next_available"}}"#, "reassign to the next available person"),
    (r#"{"send_email":{"template":"intro","to":"lead"}}"#, "e-mail intro to lead"),
    (
        r#"{"create_task":{"assigned_to":"lead.owner","due":"5 minutes","priority":"P1","title":"Call"}}"#,
        "P1 task \"Call\" for lead.owner, due in 5 minutes",
    ),
    (r#"{"update":{"lead.stage":"contacted"}}"#, "set lead.stage = contacted"),
    (r#"{"add_to_segment":"nurture"}"#, "add to segment nurture"),
    (r#"{"notify":{"message":"Look","to":"team_lead"}}"#, "tell team_lead: Look"),
    (r#"{"if":{"field":"lead.score","op":">","value":40},"then":[{"add_to_segment":"hot"}]}"#, "if lead.score > 40"),
    (r#"{"wait":"3 days"}"#, "wait 3 days"),
    (r#"{"wait_for":"call_logged","within":"15 minutes"}"#, "wait for call_logged, at most 15 minutes"),
    (r#"{"wait_for_opening":"inbound"}"#, "wait until somebody in pool inbound is available"),
];

#[test]
fn every_kind_reads_back_what_it_writes_and_says_what_it_does() {
    for (json, sentence) in ROWS {
        let step: Step = serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"));
        let written = serde_json::to_value(&step).expect("a step is plain data");
        assert_eq!(written, serde_json::from_str::<serde_json::Value>(json).expect("a row is JSON"), "{json}");
        assert_eq!(step.describe(), *sentence);
    }
}

#[test]
fn no_kind_is_without_a_row() {
    let shown: BTreeSet<&str> =
        ROWS.iter().map(|(json, _)| serde_json::from_str::<Step>(json).expect("checked above").key()).collect();
    let all: BTreeSet<&str> = Step::KEYS.iter().copied().collect();
    assert_eq!(shown, all);
}

#[test]
fn a_step_that_is_none_or_two_says_which_there_are() {
    let error = |json: &str| serde_json::from_str::<Step>(json).expect_err(json).to_string();
    assert!(error(r#"{"sned_email":{}}"#).contains("send_email"), "{}", error(r#"{"sned_email":{}}"#));
    assert!(error(r#"{"wait":"1 day","notify":{"to":"ana","message":"x"}}"#).contains("two"));
}
