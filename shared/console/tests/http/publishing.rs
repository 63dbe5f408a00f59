//! Publishing: checked first, never over somebody else's, and taken back by publishing again.

use axum::{body::Body, http::Request};
use console::{Access, App, Config, whole_router};
use engine::ports::Clock;
use serde_json::{Value as Json, json};
use sqlite::{ManualClock, Store};

use crate::host::{Answer, Host, answer, files, trust};

async fn put(host: &Host, body: Json, if_match: Option<&str>) -> Answer {
    let mut request = Request::put("/v1/playbook")
        .header("authorization", "Bearer hk_admin")
        .header("content-type", "application/json");
    if let Some(manifest) = if_match {
        request = request.header("if-match", format!("\"{manifest}\""));
    }
    host.send(request.body(Body::from(body.to_string())).unwrap()).await
}

#[tokio::test]
async fn a_playbook_that_passes_check_becomes_the_active_one_and_can_be_rolled_back() {
    let host = Host::new().await;
    let first = host.get("/v1/playbook").await.at("/manifest").as_str().unwrap().to_owned();
    let published = put(&host, json!({"files": files()}), Some(&first)).await;
    assert_eq!(published.status, 200, "{}", published.text);
    let second = published.at("/manifest").as_str().unwrap().to_owned();
    assert_eq!((published.at("/activated"), published.at("/replaces")), (json!(true), json!(first)));
    let now = host.get("/v1/playbook").await;
    assert_eq!((now.at("/manifest"), now.at("/activations/0/by")), (json!(second), json!("admin")));

    let again = put(&host, json!({"files": files()}), None).await;
    assert_eq!((again.status.as_u16(), again.at("/activated")), (200, json!(false)));
    let stale = put(&host, json!({"files": files()}), Some(&first)).await;
    assert_eq!((stale.status.as_u16(), stale.at("/code")), (409, json!("playbook_conflict")));

    let back = host.call("admin", "POST", "/v1/playbook/rollback", Some(json!({"manifest": first}))).await;
    assert_eq!((back.status.as_u16(), back.at("/manifest")), (200, json!(first)), "{}", back.text);
    let unknown = host.call("admin", "POST", "/v1/playbook/rollback", Some(json!({"manifest": "man_none"}))).await;
    assert_eq!(unknown.status, 404);
}

#[tokio::test]
async fn publishing_to_a_host_that_watches_a_folder_says_so() {
    let alone = put(&Host::new().await, json!({"files": files()}), None).await;
    assert_eq!(alone.at("/notice"), Json::Null);
    let watching = Host::with(Config { folder_is_watched: true, ..Config::default() }).await;
    let told = put(&watching, json!({"files": files()}), None).await;
    assert!(told.at("/notice").as_str().unwrap().contains("the next edit of the folder replaces"), "{}", told.text);
}

#[tokio::test]
async fn a_playbook_with_problems_is_refused_with_all_of_them_and_stays_out() {
    let host = Host::new().await;
    let first = host.get("/v1/playbook").await.at("/manifest");
    let mut broken = files();
    let workflow = broken.get_mut("workflows/speed-to-lead.yaml").unwrap();
    *workflow = workflow.replace("pool: inbound", "pool: inbond").replace("lead.score > 40", "lead.scor > 40");
    let refused = put(&host, json!({"files": broken}), None).await;
    assert_eq!((refused.status.as_u16(), refused.at("/code")), (422, json!("playbook_invalid")), "{}", refused.text);
    assert_eq!(refused.header("content-type"), "application/problem+json");
    let diagnostics = refused.at("/diagnostics");
    assert!(diagnostics.as_array().unwrap().len() >= 2, "{diagnostics}");
    assert_eq!(diagnostics[0]["file"], "workflows/speed-to-lead.yaml");
    assert!(diagnostics[0]["line"].is_u64() && diagnostics[0]["code"].is_string());
    assert_eq!(host.get("/v1/playbook").await.at("/manifest"), first);
    for (body, status) in [
        (json!({}), 422),
        (json!({"files": {}}), 422),
        (json!({"files": {"people.yaml": 7}}), 422),
        (json!({"files": [], "x": 1}), 422),
        (json!([]), 422),
    ] {
        assert_eq!(put(&host, body.clone(), None).await.status, status, "{body}");
    }
}

#[tokio::test]
async fn a_playbook_that_sends_is_refused_by_a_host_that_cannot_and_taken_by_one_that_can() {
    let live = |mode: &str| {
        let mut files = files();
        let organisation = files.get_mut("organisation.yaml").unwrap();
        *organisation = organisation.replace("outbound: capture", mode);
        json!({ "files": files })
    };
    for (mode, cannot_mail, status) in [
        ("outbound: live", Some("set a provider"), 422),
        ("outbound: { only: [me@example.com] }", Some("set a provider"), 422),
        ("outbound: capture", Some("set a provider"), 200),
        ("outbound: live", None, 200),
    ] {
        let host = Host::with(Config { cannot_mail, ..Config::default() }).await;
        let answer = put(&host, live(mode), None).await;
        assert_eq!(answer.status, status, "{mode}: {}", answer.text);
        if status == 422 {
            assert_eq!(
                (answer.at("/code"), answer.at("/detail")),
                (json!("no_mail_provider"), json!("set a provider"))
            );
        }
    }
}

#[tokio::test]
async fn before_the_first_playbook_nothing_is_accepted_and_the_first_can_be_published() {
    let clock = std::sync::Arc::new(ManualClock::new(domain::instant::Instant::parse(crate::host::NOW).unwrap()));
    let store = Store::in_memory(clock);
    let config = Config { access: Access::Open, ..Config::default() };
    let router = whole_router(App::new(std::sync::Arc::new(store.clone()), trust(), config));
    let post = || {
        let request = Request::post("/v1/forms/demo-request").header("content-type", "application/json");
        request.body(Body::from(r#"{"email":"ada@example.com"}"#)).unwrap()
    };
    let early = answer(&router, post()).await;
    assert_eq!((early.status.as_u16(), early.at("/code")), (503, json!("playbook_missing")), "{}", early.text);
    assert_eq!(answer(&router, Request::get("/").body(Body::empty()).unwrap()).await.status, 503);
    let publish = Request::put("/v1/playbook").header("content-type", "application/json");
    let publish = publish.body(Body::from(json!({"files": files()}).to_string())).unwrap();
    let published = answer(&router, publish).await;
    assert_eq!(published.status, 200, "{}", published.text);
    assert_eq!(answer(&router, post()).await.status, 200);
    assert!(store.now().as_millis() > 0);
}
