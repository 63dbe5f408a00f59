//! How much one post and one address may bring.

use std::net::IpAddr;

use axum::{body::Body, http::Request};
use console::{ClientIp, Config, Rate};
use domain::{kept::KeptWhy, message::ToEvaluate};
use serde_json::json;

use crate::host::{Answer, Host};

const JSON: &str = "application/json";

fn many(count: usize) -> String {
    let leads: Vec<_> = (0..count).map(|number| json!({"email": format!("lead-{number}@example.com")})).collect();
    json!(leads).to_string()
}

async fn send(host: &Host, client: &str, path: &str, headers: &[(&str, &str)], body: String) -> Answer {
    let client: IpAddr = client.parse().unwrap();
    let mut request = Request::post(path).header("content-type", JSON).extension(ClientIp(client));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    host.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn a_list_from_anybody_is_kept_as_one_for_a_person_who_can_let_it_go_on() {
    let host = Host::new().await;
    let answer = host.post("demo-request", JSON, many(100)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let messages = host.published().await;
    assert_eq!(messages.len(), 1, "100 leads in one post are no 100 leads");
    let ToEvaluate::Kept(kept) = &messages[0].body else { panic!("{messages:?}") };
    assert_eq!(kept.why, KeptWhy::Held);
    assert!(kept.reason.as_deref().unwrap().contains("100 submissions"), "{kept:?}");
    for message in messages {
        engine::evaluate::handle(&host.store, message).await.unwrap();
    }
    let released = host.call("operate", "POST", "/v1/kept/held-1/release", None).await;
    assert_eq!(released.at("/records").as_array().unwrap().len(), 100, "{}", released.text);
    host.work().await;
    assert_eq!(host.get("/v1/executions?state=ended&limit=200").await.at("/data").as_array().unwrap().len(), 100);
}

#[tokio::test]
async fn a_list_of_one_is_one_and_a_list_too_long_to_keep_is_refused() {
    let host = Host::new().await;
    assert!(host.post("demo-request", JSON, many(1)).await.at("/record").is_string());
    let refused = host.post("demo-request", JSON, many(1_400)).await;
    assert_eq!((refused.status.as_u16(), refused.at("/code")), (413, json!("list_too_long")), "{}", refused.text);
    assert!(refused.text.contains("one by one") && refused.text.contains("API key"), "{}", refused.text);
    assert_eq!(host.published().await.len(), 1);
}

#[tokio::test]
async fn a_list_with_a_key_or_a_proof_is_taken() {
    let host = Host::new().await;
    let secret = crate::host::SECRET;
    for (path, header) in [
        ("/v1/forms/demo-request", ("authorization", "Bearer hk_events")),
        ("/v1/forms/shared", ("x-handoff-secret", secret)),
    ] {
        let answer = send(&host, "192.0.2.1", path, &[header], many(20)).await;
        assert_eq!(answer.at("/events").as_array().unwrap().len(), 20, "{}", answer.text);
        assert_eq!(host.published().await.len(), 20);
    }
}

#[tokio::test]
async fn the_leads_of_an_envelope_are_a_list() {
    let host = Host::new().await;
    let body = format!(r#"{{"page":1,"leads":{}}}"#, many(3));
    let answer = host.post("demo-request", JSON, body.clone()).await;
    assert_eq!((answer.status.as_u16(), answer.at("/events")), (200, json!(null)), "{}", answer.text);
    let messages = host.published().await;
    let ToEvaluate::Kept(kept) = &messages[0].body else { panic!("{messages:?}") };
    assert!(kept.reason.as_deref().unwrap().contains("3 submissions"), "{kept:?}");
    let key = [("authorization", "Bearer hk_events")];
    let answer = send(&host, "192.0.2.1", "/v1/forms/demo-request", &key, body).await;
    assert_eq!(answer.at("/events").as_array().unwrap().len(), 3, "{}", answer.text);
}

#[tokio::test]
async fn one_of_a_list_that_the_form_does_not_accept_is_held_and_costs_no_other() {
    let host = Host::new().await;
    let body = json!([{"email": "one@example.com"}, {"name": "Only a name"}, null, {"email": "two@example.com"}]);
    let proof = [("x-handoff-secret", crate::host::SECRET)];
    let answer = send(&host, "192.0.2.1", "/v1/forms/shared", &proof, body.to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    host.work().await;
    let of = |at: usize| answer.at(&format!("/events/{at}/record"));
    assert_eq!((of(0).is_string(), of(1).is_string(), of(2).is_string()), (true, false, true), "{}", answer.text);
    let held = host.get("/v1/held").await;
    let reason = held.at("/data/0/reason");
    assert!(reason.as_str().unwrap().contains("lead.email is required"), "{reason}");
    let alone = send(&host, "192.0.2.1", "/v1/forms/shared", &proof, r#"{"name":"Only a name"}"#.to_owned()).await;
    assert_eq!(alone.status, 422, "{}", alone.text);
}

#[tokio::test]
async fn a_proved_list_counts_each_of_its_submissions() {
    let rate = Rate { per_second: 0.5, burst: 30.0 };
    let host = Host::with(Config { rate: Some(rate), ..Config::default() }).await;
    let proof = [("x-handoff-secret", crate::host::SECRET)];
    assert_eq!(send(&host, "192.0.2.1", "/v1/forms/shared", &proof, many(40)).await.status, 200);
    let refused = send(&host, "192.0.2.1", "/v1/forms/shared", &proof, many(1)).await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "22"), "10 too many, and one");
    let program = [("authorization", "Bearer hk_events")];
    for _ in 0..3 {
        assert_eq!(send(&host, "192.0.2.2", "/v1/forms/demo-request", &program, many(40)).await.status, 200);
    }
}

#[tokio::test]
async fn made_up_names_of_forms_share_the_small_part_of_one_budget() {
    let rate = Rate { per_second: 0.5, burst: 30.0 };
    let host = Host::with(Config { rate: Some(rate), ..Config::default() }).await;
    let mut accepted = 0;
    for number in 0..20 {
        let answer = send(&host, "192.0.2.1", &format!("/v1/forms/made-up-{number}"), &[], many(1)).await;
        accepted += usize::from(answer.status == 200);
    }
    assert_eq!(accepted, 3);
    // Their posts were counted; the rest of the budget is for forms that there are.
    for expected in (0..10).map(|_| 200).chain([429]) {
        assert_eq!(send(&host, "192.0.2.1", "/v1/forms/demo-request", &[], many(1)).await.status, expected);
    }
    assert_eq!(send(&host, "192.0.2.2", "/v1/forms/made-up", &[], many(1)).await.status, 200);
}
