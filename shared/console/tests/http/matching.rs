//! Leads that do not say which company is theirs: what intake looks for, and what people are told.

use std::path::PathBuf;

use console::Config;
use domain::{
    event::LinkedPart,
    id::RecordKey,
    matching::Way,
    message::{Message, ToEvaluate},
};
use serde_json::{Value as Json, json};

use crate::host::Host;

const JSON: &str = "application/json";

/// A host with the playbook of the routing sheets, whose leads are matched in every way.
async fn host() -> Host {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/scenarios/routing/base");
    let playbook = playbook::load(&playbook::read_folder(&folder).unwrap().files).playbook.unwrap();
    Host::of(&playbook, Config::default()).await
}

async fn lead(host: &Host, form: Json) -> RecordKey {
    let answer = host.post("demo", JSON, form.to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    host.work().await;
    answer.at("/record").as_str().unwrap().parse().unwrap()
}

fn linked(messages: &[Message<ToEvaluate>]) -> &[LinkedPart] {
    match &messages[0].body {
        ToEvaluate::Event(event) => &event.linked,
        other => panic!("not an event: {other:?}"),
    }
}

/// By what a form's company is sought, and whether anything identifies it.
async fn check(form: Json, expected: Option<(&[Way], bool)>) {
    let host = host().await;
    host.post("demo", JSON, form.to_string()).await;
    let messages = host.published().await;
    let sought = |linked: &LinkedPart| linked.sought.iter().map(|sought| sought.way).collect::<Vec<_>>();
    let found = linked(&messages).first().map(|linked| (sought(linked), !linked.stands_in));
    assert_eq!(found, expected.map(|(ways, is_known)| (ways.to_vec(), is_known)), "{form}");
}

#[tokio::test]
async fn a_company_is_sought_by_its_domain_else_by_what_is_said_of_it() {
    let (name, phone) = ("Acme", "+49 89 1234567");
    check(json!({"email": "a@acme.example", "company": name, "phone": phone}), Some((&[Way::EmailDomain], true))).await;
    let said = json!({"email": "a@gmail.com", "domain": "acme.example", "company": name});
    check(said, Some((&[Way::EmailDomain], true))).await;
    check(json!({"email": "a@gmail.com", "company": name}), Some((&[Way::Name], true))).await;
    check(json!({"email": "a@gmail.com", "company": name, "phone": phone}), Some((&[Way::Name, Way::Phone], true)))
        .await;
    check(json!({"email": "a@gmail.com", "company": "n/a", "company_phone": phone}), Some((&[Way::Phone], false)))
        .await;
    check(json!({"email": "a@gmail.com", "phone": phone}), Some((&[Way::Phone], false))).await;
    check(json!({"email": "a@gmail.com", "phone": "12345"}), None).await;
    check(json!({"email": "a@gmail.com", "team_size": "1-10"}), Some((&[], false))).await;
}

#[tokio::test]
async fn the_timeline_why_and_the_assignments_say_how_the_company_was_found() {
    let host = host().await;
    lead(&host, json!({"email": "ada@acme.example", "company": "Acme GmbH", "domain": "acme.example"})).await;
    let bob = lead(&host, json!({"email": "bob@gmail.com", "company": "ACME", "team_size": "51-200"})).await;
    let get = async |rest: &str| host.get(&format!("/v1/records/{}/{}{rest}", bob.kind, bob.id)).await;
    let timeline = get("/timeline").await.text;
    assert!(timeline.contains("Matched to company Acme GmbH by its name \u{201c}ACME\u{201d}"), "{timeline}");
    for rest in ["/why?workflow=inbound", "/assignments"] {
        let told = get(rest).await.text;
        assert!(told.contains("The company has no owner (company matched by its name)"), "{rest}: {told}");
    }
    let record = get("").await;
    let gaps = record.at("/gaps");
    assert!(!gaps.as_array().unwrap().iter().any(|gap| gap["target"] == "company"), "a match is no gap: {gaps}");
}

#[tokio::test]
async fn an_event_about_a_lead_fills_the_lead_and_no_company() {
    let host = host().await;
    let event = json!({
        "type": "lead_imported", "record": {"kind": "lead", "id": "1"}, "data": {"email": "ada@acme.example", "name": "Ada"},
    });
    let answer = host.call("events", "POST", "/v1/events", Some(event)).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    let messages = host.published().await;
    let ToEvaluate::Event(event) = &messages[0].body else { panic!("{messages:?}") };
    assert_eq!(json!(event.record.fields), json!({"email": "ada@acme.example", "name": "Ada"}));
    assert_eq!((event.linked.len(), event.gaps.len()), (0, 0), "{event:?}");
}
