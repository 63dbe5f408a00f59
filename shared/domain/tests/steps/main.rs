//! Every kind of step, one row each: its JSON form, how it reads in a sentence, and what it does.

mod recorder;

use std::collections::BTreeSet;

use domain::{
    execution::Waiting,
    step::{Outcome, Step},
    step_path::StepPath,
};

use recorder::{Recorder, now};

const ROWS: &[(&str, &str, &str)] = &[
    (
        r#"{"assign":{"keep_owner":true,"pool":"inbound"}}"#,
        "assign an owner from pool inbound",
        "ask inbound, keep true, []",
    ),
    (
        r#"{"assign":{"keep_owner":false,"route":"inbound","skills":["german"]}}"#,
        "assign an owner by route inbound",
        "route inbound, keep false, [\"german\"]",
    ),
    (r#"{"reassign":{"to":"next_available"}}"#, "reassign to the next available person", "ask None for another, []"),
    (
        r#"{"reassign":{"to":"team_lead"}}"#,
        "reassign to team_lead",
        "give to team_lead: the workflow reassigns it to <team_lead>",
    ),
    (
        r#"{"send_email":{"template":"intro","to":"lead"}}"#,
        "e-mail \u{201c}intro\u{201d} to lead",
        "send intro to the record, from None",
    ),
    (
        r#"{"create_task":{"assigned_to":"lead.owner","due":"5 minutes","priority":"P1","title":"Call"}}"#,
        "P1 task \"Call\" for lead.owner, due in 5 minutes",
        "task Call for lead.owner",
    ),
    (r#"{"update":{"lead.stage":"contacted"}}"#, "set lead.stage = contacted", "stage = contacted"),
    (r#"{"add_to_segment":"nurture"}"#, "add to segment nurture", "join nurture"),
    (r#"{"notify":{"message":"Look","to":"team_lead"}}"#, "tell team_lead: Look", "tell team_lead Look"),
    (
        r#"{"if":{"field":"lead.score","op":">","value":40},"then":[{"add_to_segment":"hot"}]}"#,
        "if lead.score > 40",
        "lead.score > 40 holds",
    ),
    (r#"{"wait":"3 days"}"#, "wait 3 days", ""),
    (r#"{"wait_for":"call_logged","within":"15 minutes"}"#, "wait for call_logged, at most 15 minutes", ""),
    (r#"{"wait_for_opening":"inbound"}"#, "wait until somebody in pool inbound is available", ""),
];

/// What a step does when an execution reaches it, and what comes of it.
fn run_with(json: &str, mut hands: Recorder) -> (Vec<String>, Outcome) {
    let step: Step = serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"));
    let outcome = step.run(&mut hands);
    (hands.done, outcome)
}

fn run(json: &str) -> (Vec<String>, Outcome) {
    run_with(json, Recorder::new())
}

#[test]
fn every_kind_reads_back_what_it_writes_and_says_what_it_does() {
    for (json, sentence, does) in ROWS {
        let step: Step = serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"));
        let written = serde_json::to_value(&step).expect("a step is plain data");
        assert_eq!(written, serde_json::from_str::<serde_json::Value>(json).expect("a row is JSON"), "{json}");
        assert_eq!(step.describe(), *sentence);
        assert_eq!(run(json).0.join("; "), *does, "{json}");
    }
}

#[test]
fn no_kind_is_without_a_row() {
    let shown: BTreeSet<&str> =
        ROWS.iter().map(|(json, ..)| serde_json::from_str::<Step>(json).expect("checked above").key()).collect();
    let all: BTreeSet<&str> = Step::KEYS.iter().copied().collect();
    assert_eq!(shown, all);
}

#[test]
fn a_step_that_is_none_or_two_says_which_there_are() {
    let error = |json: &str| serde_json::from_str::<Step>(json).expect_err(json).to_string();
    assert!(error(r#"{"sned_email":{}}"#).contains("send_email"), "{}", error(r#"{"sned_email":{}}"#));
    assert!(error(r#"{"wait":"1 day","notify":{"to":"ana","message":"x"}}"#).contains("two"));
}

#[test]
fn a_wait_ends_at_its_moment_or_at_once_by_what_has_come() {
    let due = |json: &str| match run(json).1 {
        Outcome::Wait(Waiting::Time { due, .. } | Waiting::Event { due, .. }) => due.millis_since(now()) / 60_000,
        other => panic!("{json}: {other:?}"),
    };
    assert_eq!(due(r#"{"wait":"3 days"}"#), 3 * 24 * 60);
    assert_eq!(due(r#"{"wait_for":"call_logged","within":"15 minutes"}"#), 15);
    assert_eq!(due(r#"{"wait_for_opening":"inbound"}"#), 60);
    let called = Recorder { seen: Some(7), ..Recorder::new() };
    let (done, outcome) = run_with(r#"{"wait_for":"call_logged","within":"15 minutes"}"#, called);
    assert_eq!((done, outcome), (vec!["then/0/if_missed/0 is met by 7".to_owned()], Outcome::Done));
}

#[test]
fn a_reassign_gives_way_to_a_contact_that_came_after_all() {
    let called = Recorder { seen: Some(7), ..Recorder::new() };
    let (done, outcome) = run_with(r#"{"reassign":{"to":"next_available"}}"#, called);
    let wait = StepPath::first_of("then");
    assert_eq!((done, outcome), (vec!["then/0 is met by 7".to_owned()], Outcome::Leave(wait)));
}

#[test]
fn a_person_who_is_not_found_is_an_exception_that_says_why() {
    for (json, raised) in [
        (r#"{"notify":{"message":"Look","to":"nobody"}}"#, "Cannot notify <nobody>: they are not there"),
        (
            r#"{"send_email":{"template":"intro","to":"nobody"}}"#,
            "The e-mail to <nobody> was not sent: they are not there",
        ),
        (
            r#"{"reassign":{"to":"nobody"}}"#,
            "Reassign this record by hand: the workflow cannot give it to <nobody>, they are not there",
        ),
    ] {
        assert_eq!(run(json), (vec![raised.to_owned()], Outcome::Done), "{json}");
    }
}
