//! What providers send, as they send it: every fixture is accepted, by a form of its own and
//! by one nobody described.

use std::{collections::BTreeSet, fs, path::PathBuf};

use axum::{body::Body, http::Request};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::message::ToEvaluate;
use hmac::{Hmac, Mac};
use serde_json::json;

use crate::host::{Host, SECRET, TOKEN};

fn fixtures() -> Vec<(String, &'static str, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../forms/tests/fixtures");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with(".golden.json") && !name.ends_with(".md"))
        .collect();
    names.sort();
    let content_type = |name: &str| match name {
        _ if name.ends_with(".json") => "application/json",
        _ if name.ends_with("urlencoded.txt") => "application/x-www-form-urlencoded",
        "jotform.multipart.txt" => "multipart/form-data; boundary=JotB",
        _ => "multipart/form-data; boundary=XyZ",
    };
    names.into_iter().map(|name| (name.clone(), content_type(&name), fs::read(folder.join(&name)).unwrap())).collect()
}

#[tokio::test]
async fn every_providers_shape_is_accepted_by_the_shipped_form() {
    let fixtures = fixtures();
    assert!(fixtures.len() >= 20, "{}", fixtures.len());
    let mut empty = Vec::new();
    for (name, content_type, body) in fixtures {
        let host = Host::new().await;
        let answer = host.post("demo-request", content_type, body.clone()).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.text);
        let messages = host.published().await;
        assert!(!messages.is_empty(), "{name}");
        let filled = messages.iter().all(|message| match &message.body {
            ToEvaluate::Event(event) => event.to_fetch.is_some() || event.record.fields.contains_key("email"),
            ToEvaluate::Kept(_) => true,
            _ => false,
        });
        if !filled {
            empty.push(name.clone());
        }
        let again = host.post("demo-request", content_type, body.clone()).await;
        assert_eq!(again.at("/record"), answer.at("/record"), "{name}");
        assert_eq!(host.post("somewhere", content_type, body).await.status, 200, "{name}");
    }
    assert!(empty.is_empty(), "nobody was found in {empty:?}");
}

#[tokio::test]
async fn a_batch_of_ids_is_one_event_each_to_be_fetched() {
    let host = Host::new().await;
    let (_, content_type, body) =
        fixtures().into_iter().find(|(name, ..)| name == "hubspot.webhook.batch.json").unwrap();
    let request = Request::post("/v1/forms/hubspot").header("content-type", content_type);
    let request = request.header("authorization", "Bearer hk_events").body(Body::from(body)).unwrap();
    let answer = host.send(request).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let messages = host.published().await;
    assert_eq!(answer.at("/events").as_array().unwrap().len(), messages.len());
    let mut ids = BTreeSet::new();
    for message in &messages {
        let ToEvaluate::Event(event) = &message.body else { panic!("{message:?}") };
        assert!(event.to_fetch.is_some());
        ids.insert(event.id.clone());
    }
    assert_eq!(ids.len(), messages.len());
}

#[tokio::test]
async fn a_form_with_a_secret_takes_only_what_is_signed_with_it() {
    let host = Host::new().await;
    let body = json!({"event_id": "e1", "event_type": "form_response", "form_response": {
        "form_id": "f", "token": "t1", "definition": {"fields": [{"id": "q1", "title": "email", "type": "email"}]},
        "answers": [{"type": "email", "email": "ada@example.com", "field": {"id": "q1", "type": "email"}}]}})
    .to_string();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    let right = format!("sha256={}", STANDARD.encode(mac.finalize().into_bytes()));
    for (signature, status, code) in [
        (Some(right.as_str()), 200, ""),
        (None, 401, "signature_missing"),
        (Some("sha256=AAAA"), 401, "signature_wrong"),
        (Some(""), 401, "signature_missing"),
    ] {
        let mut request = Request::post("/v1/forms/signed").header("content-type", "application/json");
        if let Some(signature) = signature {
            request = request.header("typeform-signature", signature);
        }
        let answer = host.send(request.body(Body::from(body.clone())).unwrap()).await;
        assert_eq!((answer.status.as_u16(), answer.at("/code").as_str().unwrap_or_default()), (status, code));
    }
    assert_eq!(host.published().await.len(), 1);
}

#[tokio::test]
async fn without_its_configured_secret_a_form_takes_nothing() {
    let host = Host::new().await;
    let answer = host.post("forgotten", "application/json", r#"{"email":"ada@example.com"}"#).await;
    assert_eq!((answer.status.as_u16(), answer.at("/code")), (503, json!("secret_unavailable")));
    assert!(!answer.text.contains("UNKNOWN"));
    assert!(host.published().await.is_empty());
}

#[tokio::test]
async fn meta_gets_its_challenge_back_for_the_right_token_only() {
    let host = Host::new().await;
    let [token, secret] = [TOKEN, SECRET].map(|text| text.replace(' ', "%20"));
    for (path, status, text) in [
        (format!("meta?hub.mode=subscribe&hub.verify_token={secret}&hub.challenge=1158"), 403, "handshake_refused"),
        (format!("meta?hub.mode=subscribe&hub.verify_token={token}&hub.challenge=1158"), 200, "1158"),
        ("meta?hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1158".to_owned(), 403, "handshake_refused"),
        ("meta".to_owned(), 400, "handshake_refused"),
        ("demo-request".to_owned(), 405, "method_not_allowed"),
        ("unknown".to_owned(), 405, "method_not_allowed"),
    ] {
        let answer = host.send(Request::get(format!("/v1/forms/{path}")).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
        assert!(answer.text.contains(text), "{path}: {}", answer.text);
    }
    assert!(host.published().await.is_empty());
}
