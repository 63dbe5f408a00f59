//! `POST /v1/events`: what a program's event fills, for which kinds of record it is taken, and what its sender is told.

use std::collections::BTreeMap;

use console::Config;
use domain::{
    id::Kind,
    instant::Instant,
    playbook::{EventSchema, Playbook},
};
use serde_json::{Value as Json, json};

use crate::host::{Host, event, playbook};

#[tokio::test]
async fn two_calls_without_a_key_are_two_calls() {
    let host = Host::new().await;
    let body = json!({"type": "call_logged", "record": {"kind": "lead", "id": "L1"}});
    for _ in 0..2 {
        assert_eq!(host.call("events", "POST", "/v1/events", Some(body.clone())).await.status, 202);
    }
    let messages = host.published().await;
    assert_ne!(event(&messages[0]).id, event(&messages[1]).id);
    assert_eq!(event(&messages[0]).fingerprint, None);
}

/// The shipped playbook, with an event of its own that is about leads.
fn with_renewals() -> Playbook {
    let mut playbook = playbook();
    let about_leads = EventSchema { kind: Some(Kind::new("lead")), fields: BTreeMap::new() };
    playbook.schema.events.insert("renewal_due".into(), about_leads);
    playbook
}

#[tokio::test]
async fn a_declared_event_is_taken_only_for_the_kind_that_it_is_about() {
    let host = Host::of(&with_renewals(), Config::default()).await;
    let of = |kind: &str| json!({"type": "renewal_due", "record": {"kind": kind, "id": "C1"}});
    let refused = host.call("events", "POST", "/v1/events", Some(of("company"))).await;
    let told = (refused.status.as_u16(), refused.at("/errors/0/pointer"), refused.at("/errors/0/code"));
    assert_eq!(told, (422, json!("/record/kind"), json!("kind_not_of_event")));
    let detail = "`renewal_due` is about a lead, as schema.yaml declares it, and not about a company";
    assert_eq!(refused.at("/errors/0/detail"), detail);
    assert_eq!(host.published().await.len(), 0);
    let taken = host.call("events", "POST", "/v1/events", Some(of("lead"))).await;
    assert_eq!((taken.status.as_u16(), taken.at("/warning")), (202, Json::Null));
}

#[tokio::test]
async fn an_event_that_nothing_goes_by_is_taken_and_its_sender_is_told() {
    let host = Host::of(&with_renewals(), Config::default()).await;
    let warned = async |event: &str| {
        let body = json!({"type": event, "record": {"kind": "lead", "id": "L1"}});
        let answer = host.call("events", "POST", "/v1/events", Some(body)).await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        answer.at("/warning")
    };
    let slip = warned("renewl_due").await;
    assert!(slip.as_str().unwrap().ends_with("did you mean `renewal_due`?"), "{slip}");
    let other = warned("contract_signed").await;
    assert!(
        other.as_str().unwrap().contains("declare it in schema.yaml, `events: { contract_signed: {} }`"),
        "{other}"
    );
    assert_eq!(host.published().await.len(), 2, "both are kept");
    for known in ["renewal_due", "call_logged", "meeting_booked"] {
        assert_eq!(warned(known).await, Json::Null, "{known}");
    }
}

#[tokio::test]
async fn why_says_that_a_workflow_starts_for_another_kind() {
    let host = Host::new().await;
    let body = json!({"type": "call_logged", "record": {"kind": "company", "id": "C1"}});
    host.call("events", "POST", "/v1/events", Some(body)).await;
    host.work().await;
    let why = host.get("/v1/records/company/C1/why?workflow=speed-to-lead").await;
    assert_eq!(why.at("/sentence"), "Not started: it starts for a lead, and this is a company.");
}

#[tokio::test]
async fn an_event_types_what_the_schema_knows_and_keeps_the_rest() {
    let host = Host::new().await;
    let body = json!({
        "type": "stage_changed", "at": "2026-03-02T08:00:00Z", "record": {"kind": "lead", "id": "a/b ü"},
        "data": {"stage": "won", "score": "50", "call": {"minutes": 3, "tags": ["a", "b"]}, "nothing": null, "order": 9_007_199_254_740_993_i64},
    });
    let answer = host.call("events", "POST", "/v1/events", Some(body)).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    assert_eq!(answer.at("/links/timeline"), "/v1/records/lead/a%2Fb%20%C3%BC/timeline");
    let messages = host.published().await;
    let event = event(&messages[0]);
    assert_eq!(event.occurred_at, Instant::parse("2026-03-02T08:00:00Z").unwrap());
    assert_eq!(serde_json::to_value(&event.record.fields).unwrap(), json!({"score": 50, "stage": "won"}));
    let unmapped = json!({"call.minutes": 3, "call.tags": ["a", "b"], "order": "9007199254740993"});
    assert_eq!(serde_json::to_value(&event.unmapped).unwrap(), unmapped);
}
