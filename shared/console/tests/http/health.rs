//! Whether a host lives, and whether it can do its work.

use std::{future::ready, pin::Pin, sync::Arc};

use axum::{body::Body, http::Request};
use console::{App, Config, Health, Unwell, whole_router};
use serde_json::json;
use sqlite::{ManualClock, Store};

use crate::host::{Answer, Host, answer, trust};

/// A host whose disk is full.
struct Full;

/// A host that works, by a wrong clock.
struct Misdated;

impl Health for Misdated {
    fn problems(&self) -> Pin<Box<dyn Future<Output = Vec<Unwell>> + Send + '_>> {
        Box::pin(ready(Vec::new()))
    }

    fn warnings(&self) -> Vec<Unwell> {
        vec![Unwell { code: "clock_wrong", detail: "set the clock".to_owned() }]
    }
}

impl Health for Full {
    fn problems(&self) -> Pin<Box<dyn Future<Output = Vec<Unwell>> + Send + '_>> {
        Box::pin(ready(vec![Unwell { code: "disk_full", detail: "the disk is full".to_owned() }]))
    }

    fn warnings(&self) -> Vec<Unwell> {
        Vec::new()
    }
}

async fn ask(app: App<Store>, path: &str) -> Answer {
    answer_of(app, Request::get(path)).await
}

async fn answer_of(app: App<Store>, request: axum::http::request::Builder) -> Answer {
    answer(&whole_router(app), request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_host_that_can_work_is_ready() {
    let host = Host::new().await;
    for path in ["/healthz", "/healthz?ready", "/healthz?ready=1"] {
        let answer = ask(host.app.clone(), path).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, r#"{"status":"ok"}"#), "{path}");
    }
    assert_eq!(ask(host.app, "/healthz?redy").await.status, 400);
}

#[tokio::test]
async fn a_host_that_lives_and_cannot_work_says_why() {
    let app = Host::new().await.app.with_health(Full);
    let lives = ask(app.clone(), "/healthz").await;
    assert_eq!((lives.status.as_u16(), lives.at("/status")), (200, json!("not_ready")));
    assert_eq!(lives.at("/problems"), json!([{"code": "disk_full", "detail": "the disk is full"}]));
    let ready = ask(app, "/healthz?ready").await;
    assert_eq!((ready.status.as_u16(), ready.at("/problems/0/code")), (503, json!("disk_full")));
    assert_eq!((ready.at("/detail"), ready.header("retry-after")), (json!("the disk is full"), "5"));
}

#[tokio::test]
async fn what_is_wrong_with_a_host_that_does_its_work_is_named_and_it_stays_ready() {
    let answer = ask(Host::new().await.app.with_health(Misdated), "/healthz?ready").await;
    assert_eq!((answer.status.as_u16(), answer.at("/status")), (200, json!("ok")));
    assert_eq!(answer.at("/warnings"), json!([{"code": "clock_wrong", "detail": "set the clock"}]));
}

#[tokio::test]
async fn a_host_without_a_playbook_is_not_ready() {
    let store = Store::in_memory(Arc::new(ManualClock::new(domain::instant::Instant::from_millis(0))));
    let app = App::new(Arc::new(store), trust(), Config::default());
    let answer = ask(app, "/healthz?ready").await;
    assert_eq!((answer.status.as_u16(), answer.at("/problems/0/code")), (503, json!("playbook_missing")));
}

#[tokio::test]
async fn what_is_not_done_names_what_the_host_knows_to_be_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("handoff.db");
    let store = Store::open(&path, Arc::new(ManualClock::new(domain::instant::Instant::from_millis(0)))).unwrap();
    let app = App::new(Arc::new(store), trust(), Config::default());
    std::fs::remove_file(path).unwrap();
    for (app, code, detail) in [
        (app.clone(), "unavailable", "nothing was accepted or changed; send the same request again"),
        (app.with_health(Full), "disk_full", "nothing was accepted or changed: the disk is full"),
    ] {
        let answer = ask(app.clone(), "/v1/forms/demo-request").await;
        assert_eq!(
            (answer.status.as_u16(), answer.at("/code"), answer.at("/detail")),
            (503, json!(code), json!(detail))
        );
        let page = Request::get("/").header("authorization", "Bearer hk_read").header("accept", "text/html");
        let page = answer_of(app, page).await;
        assert!(page.status == 503 && page.text.contains(&format!("<p>{detail}</p>")), "{page:?}");
    }
}
