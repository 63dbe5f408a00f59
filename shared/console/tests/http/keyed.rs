//! What comes under an Idempotency-Key: once, whatever is sent, and never answered for another.

use axum::{body::Body, http::Request};
use console::{App, Config, whole_router};
use serde_json::json;

use crate::host::{Host, answer, trust};

fn keyed(path: &str, key: &str, body: &str) -> Request<Body> {
    Request::post(path)
        .header("content-type", "application/json")
        .header("authorization", "Bearer hk_events")
        .header("idempotency-key", key)
        .body(Body::from(body.to_owned()))
        .unwrap()
}

#[tokio::test]
async fn an_idempotency_key_gives_the_same_ids_and_an_event_with_another_body_is_refused() {
    let host = Host::new().await;
    for path in ["/v1/forms/demo-request", "/v1/events"] {
        let body = |who: &str| match path {
            "/v1/events" => json!({"type": "call_logged", "record": {"kind": "lead", "id": who}}).to_string(),
            _ => json!({"email": format!("{who}@example.com")}).to_string(),
        };
        let first = host.send(keyed(path, "k1", &body("ada"))).await;
        assert_eq!(first.status, if path == "/v1/events" { 202 } else { 200 }, "{}", first.text);
        host.work().await;
        let again = host.send(keyed(path, "k1", &body("ada"))).await;
        assert_eq!((again.status, again.json()), (first.status, first.json()));
        host.work().await;
        if path == "/v1/events" {
            let other = host.send(keyed(path, "k1", &body("bob"))).await;
            assert_eq!((other.status.as_u16(), other.at("/code")), (422, json!("idempotency_key_reused")), "{path}");
            assert!(host.published().await.is_empty(), "{path}");
        }
        assert_eq!(host.send(keyed(path, "k2", &body("bob"))).await.status, first.status);
        host.work().await;
    }
}

#[tokio::test]
async fn a_form_with_the_key_of_other_content_is_kept_and_its_sender_told_so() {
    let host = Host::new().await;
    let path = "/v1/forms/demo-request";
    assert_eq!(host.send(keyed(path, "k1", r#"{"email":"ada@example.com"}"#)).await.status, 200);
    host.work().await;
    let other = host.send(keyed(path, "k1", r#"{"email":"bob@example.com"}"#)).await;
    assert_eq!((other.status.as_u16(), other.at("/kept"), other.at("/record")), (200, json!("conflict"), json!(null)));
    host.work().await;
    let conflicts = host.get(other.at("/links/conflict").as_str().unwrap()).await;
    assert!(conflicts.at("/data").to_string().contains("bob@example.com"), "{}", conflicts.text);
}

#[tokio::test]
async fn whatever_the_key_of_a_form_is_made_of_the_lead_is_taken_and_its_repeat_known() {
    let long = "k".repeat(300);
    for key in ["a b", "Schlüssel", long.as_str()] {
        let host = Host::new().await;
        let mut ids = Vec::new();
        for who in ["ada", "ada"] {
            let body = json!({"email": format!("{who}@example.com")}).to_string();
            let answer = host.send(keyed("/v1/forms/demo-request", key, &body)).await;
            assert_eq!(answer.status, 200, "{key}: {}", answer.text);
            ids.push(answer.at("/event_id"));
        }
        assert_eq!(ids[0], ids[1], "{key}");
    }
    let host = Host::new().await;
    let empty = || keyed("/v1/forms/demo-request", "", r#"{"email":"ada@example.com"}"#);
    assert_ne!(host.send(empty()).await.at("/event_id"), host.send(empty()).await.at("/event_id"));
    assert_eq!(host.published().await.len(), 2);
}

#[tokio::test]
async fn where_others_accept_as_well_a_key_names_its_record_once_it_is_known() {
    let host = Host::with(Config { others_accept: true, ..Config::default() }).await;
    let send = || host.send(keyed("/v1/forms/demo-request", "k1", r#"{"email":"ada@example.com"}"#));
    let first = send().await;
    assert_eq!((first.status.as_u16(), first.at("/links")), (200, json!({})), "{}", first.text);
    assert!(first.at("/event_id").is_string() && first.at("/record").is_null(), "{}", first.text);
    host.work().await;
    // What another process has accepted is known by its history.
    let other = Host { router: whole_router(App::new(host.app.ports.clone(), trust(), Config::default())), ..host };
    let again = other.send(keyed("/v1/forms/demo-request", "k1", r#"{"email":"ada@example.com"}"#)).await;
    assert_eq!(again.at("/event_id"), first.at("/event_id"));
    assert_eq!(other.get(again.at("/links/record").as_str().unwrap()).await.status, 200);
}

#[tokio::test]
async fn what_is_kept_aside_under_a_used_key_with_other_content_is_kept_as_well() {
    let host = Host::new().await;
    for who in ["ada", "bob", "bob"] {
        let body = json!({"email": format!("{who}@example.com")}).to_string();
        assert_eq!(host.send(keyed("/v1/forms/nobody-described", "k1", &body)).await.at("/kept"), "unmatched");
    }
    host.work().await;
    assert_eq!(host.get("/v1/unmatched").await.at("/data").as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_key_used_twice_at_once_keeps_the_first_and_shows_the_second() {
    let host = Host::new().await;
    let send = |who: &str| {
        let body = json!({"email": format!("{who}@example.com"), "full_name": format!("{who} berg")}).to_string();
        host.send(keyed("/v1/forms/demo-request", "k1", &body))
    };
    let answers = futures_util::future::join_all(["ada", "bob", "ada", "bob"].map(send)).await;
    host.work().await;
    for (place, kept) in [(0, json!(null)), (1, json!("conflict")), (2, json!(null)), (3, json!("conflict"))] {
        let answer = &answers[place];
        assert_eq!((answer.status.as_u16(), answer.at("/kept")), (200, kept), "{}", answer.text);
        if let Some(record) = answer.at("/links/record").as_str() {
            assert_eq!(host.get(record).await.status, 200, "{record}");
        }
    }
    let conflicts = host.get("/v1/conflicts").await.at("/data");
    assert_eq!(conflicts.as_array().unwrap().len(), 1, "sent twice, kept once");
    let conflicts = host.get("/v1/conflicts").await;
    assert_eq!(
        conflicts.at("/data/0/from"),
        "bob berg (bob@example.com)",
        "it is called as its record is: {}",
        conflicts.text
    );
}

#[tokio::test]
async fn a_command_under_a_used_key_is_refused_if_it_asks_for_something_else() {
    let host = Host::new().await;
    let lead = host.lead().await;
    let record = format!("/v1/records/{}/{}", lead.kind, lead.id);
    let task = host.get("/v1/tasks").await.at("/data/0/links/complete").as_str().unwrap().to_owned();
    let send = async |router: &axum::Router, method: &str, path: &str, body: serde_json::Value| {
        let request = Request::builder().method(method).uri(path).header("authorization", "Bearer hk_operate");
        let request = request.header("content-type", "application/json").header("idempotency-key", "k1");
        answer(router, request.body(Body::from(body.to_string())).unwrap()).await
    };
    for (method, path, first, other) in [
        (
            "POST",
            format!("{record}/reassign"),
            json!({"to": "ana", "reason": "x"}),
            Some(json!({"to": "ben", "reason": "x"})),
        ),
        ("POST", format!("{record}/credit"), json!({"reason": "x"}), Some(json!({"reason": "y"}))),
        (
            "POST",
            "/v1/people/ben/away".to_owned(),
            json!({"until": "2026-12-10"}),
            Some(json!({"until": "2026-12-20"})),
        ),
        ("DELETE", "/v1/people/ben/away".to_owned(), json!({}), None),
        ("POST", task, json!({}), None),
        ("POST", format!("{record}/close"), json!({"reason": "x"}), Some(json!({"reason": "y"}))),
    ] {
        // At once by what the process knows, and later, by another one, from what is stored.
        for later in [false, true] {
            let restarted = whole_router(App::new(host.app.ports.clone(), trust(), Config::default()));
            let router = if later { &restarted } else { &host.router };
            if !later {
                let accepted = send(router, method, &path, first.clone()).await;
                assert_eq!(accepted.status, 202, "{path}: {}", accepted.text);
            }
            if let Some(other) = &other {
                let refused = send(router, method, &path, other.clone()).await;
                let said = (refused.status.as_u16(), refused.at("/code"));
                assert_eq!(said, (422, json!("idempotency_key_reused")), "{path}");
            }
            host.work().await;
        }
    }
    let until = host.get("/v1/people/ben/away").await.at("/data");
    assert_eq!(until, json!([]), "he is back");
}

#[tokio::test]
async fn a_repeated_absence_is_not_begun_again_after_the_person_came_back() {
    let host = Host::new().await;
    let away = || {
        let request = Request::post("/v1/people/ben/away").header("authorization", "Bearer hk_operate");
        let request = request.header("content-type", "application/json").header("idempotency-key", "k1");
        host.send(request.body(Body::from(r#"{"until":"2026-12-10"}"#)).unwrap())
    };
    let first = away().await;
    host.work().await;
    host.call("operate", "DELETE", "/v1/people/ben/away", None).await;
    host.work().await;
    let again = away().await;
    assert_eq!((again.status.as_u16(), again.at("/message_id")), (202, first.at("/message_id")));
    assert_eq!(again.at("/sentence"), "The same request was accepted before; nothing is done again.");
    host.work().await;
    assert_eq!(host.get("/v1/people/ben/away").await.at("/data"), json!([]));
}

#[tokio::test]
async fn a_repeated_wish_with_its_key_is_one_message() {
    let host = Host::new().await;
    let lead = host.lead().await;
    let request = |key: &str| {
        Request::post(format!("/v1/records/{}/{}/reassign", lead.kind, lead.id))
            .header("authorization", "Bearer hk_operate")
            .header("content-type", "application/json")
            .header("idempotency-key", key)
            .body(Body::from(r#"{"to":"ben","reason":"x"}"#))
            .unwrap()
    };
    let first = host.send(request("k1")).await;
    let again = host.send(request("k1")).await;
    let other = host.send(request("k2")).await;
    assert_eq!(first.at("/message_id"), again.at("/message_id"));
    assert_ne!(first.at("/message_id"), other.at("/message_id"));
}
