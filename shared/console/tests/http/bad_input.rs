//! What must be refused over HTTP: status, code, and the pointer to the field. Never a 5xx,
//! and never anything on the bus.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use console::Config;
use serde_json::{Value as Json, json};

use crate::host::{Answer, Host};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const PARTS: &str = "multipart/form-data; boundary=B";

/// (form or path, content type, body, status, code, pointer; "-" where there is none)
type Row<'a> = (&'a str, &'a str, &'a [u8], u16, &'a str, &'a str);

fn pointer(answer: &Answer) -> String {
    answer.at("/errors/0/pointer").as_str().unwrap_or("-").to_owned()
}

fn is_problem(answer: &Answer, shown: &str) {
    assert_eq!(answer.header("content-type"), "application/problem+json", "{shown}");
    let problem = answer.json();
    assert_eq!(problem["status"], answer.status.as_u16(), "{shown}");
    assert_eq!(problem["type"], format!("urn:handoff:problem:{}", problem["code"].as_str().unwrap()), "{shown}");
    assert!(problem["title"].is_string() && problem["detail"].is_string(), "{shown}");
}

async fn check(rows: &[Row<'_>]) {
    let host = Host::new().await;
    for (form, content_type, body, status, code, at) in rows {
        let shown = format!("{} as {content_type}", String::from_utf8_lossy(&body[..body.len().min(80)]));
        let answer = host.post(form, content_type, body.to_vec()).await;
        is_problem(&answer, &shown);
        let got = (answer.status.as_u16(), answer.at("/code"), pointer(&answer));
        assert_eq!(got, (*status, json!(code), (*at).to_owned()), "{shown}: {}", answer.text);
    }
    assert!(host.published().await.is_empty());
}

#[tokio::test]
async fn a_submission_that_cannot_be_read_is_refused() {
    check(&[
        ("demo-request", JSON, b"", 400, "body_empty", "-"),
        ("demo-request", JSON, b" \n", 400, "body_empty", "-"),
        ("demo-request", FORM, b"", 400, "body_empty", "-"),
        ("demo-request", PARTS, b"", 400, "body_empty", "-"),
        ("demo-request", JSON, b"{", 400, "json_truncated", "-"),
        ("demo-request", JSON, b"{}", 400, "submission_missing", "-"),
        ("demo-request", JSON, b"null", 400, "submission_missing", "-"),
        ("demo-request", JSON, b"[]", 400, "submission_missing", "-"),
        ("demo-request", JSON, b"7", 400, "submission_missing", "-"),
        ("unknown", JSON, b"{", 400, "json_truncated", "-"),
        ("demo-request", "image/png", b"\x89PNG\x01\x02\x03", 415, "content_type_unsupported", "-"),
        ("demo-request", PARTS, b"--B--", 400, "submission_missing", "-"),
    ])
    .await;
}

#[tokio::test]
async fn a_submission_that_cannot_be_accepted_is_refused_at_its_field() {
    check(&[
        ("strict", JSON, b"{\"name\":\"Ada\"}", 422, "fields_invalid", "/email"),
        ("strict", JSON, b"{\"name\":\"Ada\",\"email\":\"\"}", 422, "fields_invalid", "/email"),
        ("strict", JSON, b"{\"name\":\"Ada\",\"email\":\"nobody\"}", 422, "fields_invalid", "/email"),
        ("signed", JSON, b"{\"email\":\"ada@example.com\"}", 401, "signature_missing", "-"),
        ("a%20b", JSON, b"{\"email\":\"ada@example.com\"}", 404, "form_name_invalid", "-"),
        ("%3Cscript%3E", JSON, b"{\"email\":\"ada@example.com\"}", 404, "form_name_invalid", "-"),
        ("%FF", JSON, b"{\"email\":\"ada@example.com\"}", 400, "request_invalid", "-"),
    ])
    .await;
}

#[tokio::test]
async fn a_body_past_the_limit_is_refused() {
    let large = "x".repeat(1024 * 1024 + 1);
    check(&[
        ("demo-request", JSON, large.as_bytes(), 413, "body_too_large", "-"),
        ("demo-request", FORM, large.as_bytes(), 413, "body_too_large", "-"),
        ("demo-request", PARTS, large.as_bytes(), 413, "body_too_large", "-"),
        ("unknown", JSON, large.as_bytes(), 413, "body_too_large", "-"),
    ])
    .await;
    let host = Host::with(Config { body_limit: Some(100), ..Config::default() }).await;
    let body = |letters: usize| json!({"email": "ada@example.com", "message": "x".repeat(letters)}).to_string();
    assert_eq!(host.post("demo-request", JSON, body(100)).await.status, 413);
    assert_eq!(host.post("demo-request", JSON, body(10)).await.status, 200);
}

#[tokio::test]
async fn html_in_every_field_is_accepted_as_it_is() {
    let host = Host::new().await;
    let script = "<script>alert(1)</script>";
    let body = json!({"name": script, "email": "ada@example.com", "company": script, "message": script, "x": script});
    assert_eq!(host.post("demo-request", JSON, body.to_string()).await.status, 200);
}

async fn check_events(rows: Vec<(Json, u16, &str, &str)>) {
    let host = Host::new().await;
    for (body, status, code, at) in rows {
        let answer = host.call("events", "POST", "/v1/events", Some(body.clone())).await;
        is_problem(&answer, &body.to_string());
        let got = (answer.status.as_u16(), answer.at("/errors/0/code"), answer.at("/errors/0/pointer"));
        assert_eq!(got, (status, json!(code), json!(at)), "{body}: {}", answer.text);
    }
    assert!(host.published().await.is_empty());
}

#[tokio::test]
async fn an_event_that_cannot_be_understood_is_refused() {
    let lead = json!({"kind": "lead", "id": "L1"});
    check_events(vec![
        (json!([]), 422, "not_an_object", ""),
        (json!("x"), 422, "not_an_object", ""),
        (json!({}), 422, "required_missing", "/type"),
        (json!({"type": null, "record": lead}), 422, "required_missing", "/type"),
        (json!({"type": 7, "record": lead}), 422, "not_a_text", "/type"),
        (json!({"type": "", "record": lead}), 422, "text_empty", "/type"),
        (json!({"type": "CallLogged", "record": lead}), 422, "type_invalid", "/type"),
        (json!({"type": "call-logged", "record": lead}), 422, "type_invalid", "/type"),
        (json!({"type": "1call", "record": lead}), 422, "type_invalid", "/type"),
        (json!({"type": "x".repeat(65), "record": lead}), 422, "text_too_long", "/type"),
        (json!({"type": "form_submitted", "record": lead}), 422, "type_reserved", "/type"),
        (json!({"type": "record_assigned", "record": lead}), 422, "type_reserved", "/type"),
        (json!({"type": "task_completed", "record": lead}), 422, "type_reserved", "/type"),
        (json!({"type": "call_logged", "record": lead, "dat": {}}), 422, "key_unknown", "/dat"),
        (json!({"type": "call_logged", "record": lead, "data": []}), 422, "not_an_object", "/data"),
        (json!({"type": "call_logged", "record": lead, "data": "x"}), 422, "not_an_object", "/data"),
        (json!({"type": "call_logged", "record": lead, "at": 7}), 422, "not_a_text", "/at"),
        (json!({"type": "call_logged", "record": lead, "at": "today"}), 422, "at_invalid", "/at"),
        (json!({"type": "call_logged", "record": lead, "at": "2026-03-02T09:00:00"}), 422, "at_invalid", "/at"),
        (json!({"type": "call_logged", "record": lead, "at": "2026-03-02T09:05:01Z"}), 422, "at_in_future", "/at"),
        (json!({"type": "call_logged", "record": lead, "at": "1969-12-31T23:59:59Z"}), 422, "at_too_old", "/at"),
        (
            json!({"type": "call_logged", "record": lead, "data": {"score": "many"}}),
            422,
            "field_invalid",
            "/data/score",
        ),
        (
            json!({"type": "call_logged", "record": lead, "data": {"email": "nobody"}}),
            422,
            "field_invalid",
            "/data/email",
        ),
        (
            json!({"type": "call_logged", "record": lead, "data": {"email": "a@example\r\nBcc: b@example"}}),
            422,
            "field_invalid",
            "/data/email",
        ),
    ])
    .await;
}

#[tokio::test]
async fn an_event_about_no_record_is_refused() {
    check_events(vec![
        (json!({"type": "call_logged"}), 422, "required_missing", "/record"),
        (json!({"type": "call_logged", "record": "lead/L1"}), 422, "not_an_object", "/record"),
        (json!({"type": "call_logged", "record": {"id": "L1"}}), 422, "required_missing", "/record/kind"),
        (json!({"type": "call_logged", "record": {"kind": "lead"}}), 422, "required_missing", "/record/id"),
        (json!({"type": "call_logged", "record": {"kind": "lead", "id": 7}}), 422, "not_a_text", "/record/id"),
        (json!({"type": "call_logged", "record": {"kind": "lead", "id": " "}}), 422, "text_empty", "/record/id"),
        (
            json!({"type": "call_logged", "record": {"kind": "lead", "id": "a\nb"}}),
            422,
            "control_character",
            "/record/id",
        ),
        (
            json!({"type": "call_logged", "record": {"kind": "lead", "id": "x".repeat(201)}}),
            422,
            "text_too_long",
            "/record/id",
        ),
        (json!({"type": "call_logged", "record": {"kind": "leads", "id": "L1"}}), 422, "kind_unknown", "/record/kind"),
        (
            json!({"type": "call_logged", "record": {"kind": "intake", "id": "held"}}),
            422,
            "kind_unknown",
            "/record/kind",
        ),
        (json!({"type": "call_logged", "record": {"kind": "request", "id": "x"}}), 422, "kind_unknown", "/record/kind"),
        (
            json!({"type": "call_logged", "record": {"kind": "lead", "id": "L1", "x": 1}}),
            422,
            "key_unknown",
            "/record/x",
        ),
    ])
    .await;
}

#[tokio::test]
async fn an_event_is_refused_with_every_fault_at_once() {
    let host = Host::new().await;
    let everything = json!({"type": "X", "record": {"kind": "laed", "id": ""}, "at": "x", "data": 1, "x": 1});
    let answer = host.call("events", "POST", "/v1/events", Some(everything)).await;
    assert_eq!(answer.at("/errors").as_array().unwrap().len(), 6, "{}", answer.text);
    assert!(answer.text.contains("did you mean `lead`?"));
    assert!(host.published().await.is_empty());
}

#[tokio::test]
async fn a_parameter_that_a_request_does_not_have_is_refused_whatever_its_method() {
    let host = Host::new().await;
    let open = |route: &console::Route| route.method == "GET" || route.path.starts_with("/v1/forms/");
    let mut asked = 0;
    for route in console::routes(host.app.clone()).iter().filter(|route| !open(route)) {
        let path = route.path.replace(['{', '}'], "");
        let answer = host.call("admin", route.method, &format!("{path}?workflows=second"), None).await;
        let got = (answer.status.as_u16(), answer.at("/code"));
        assert_eq!(got, (400, json!("parameter_unknown")), "{} {path}: {}", route.method, answer.text);
        asked += 1;
    }
    assert!(asked > 15, "{asked} addresses");
    assert_eq!(host.get("/v1/playbook").await.at("/paused"), "nothing");
}

#[tokio::test]
async fn headers_addresses_and_methods_that_are_wrong_are_problems_too() {
    let host = Host::new().await;
    let events = |content_type: &str, key: &str, body: &str| {
        Request::post("/v1/events")
            .header("authorization", "Bearer hk_events")
            .header("content-type", content_type)
            .header("idempotency-key", key)
            .body(Body::from(body.to_owned()))
            .unwrap()
    };
    let good = r#"{"type":"call_logged","record":{"kind":"lead","id":"L1"}}"#;
    let plain = |method: &str, path: &str| {
        let request = Request::builder().method(method).uri(path).header("authorization", "Bearer hk_admin");
        request.body(Body::empty()).unwrap()
    };
    for (request, status, code) in [
        (events("text/plain", "k", good), 415, "content_type_unsupported"),
        (events("application/x-www-form-urlencoded", "k", "type=call_logged"), 415, "content_type_unsupported"),
        (events(JSON, "k", ""), 400, "body_empty"),
        (events(JSON, "k", "{"), 400, "json_truncated"),
        (events(JSON, "k", "{\"type\":\"a\",\"type\":\"b\"}"), 400, "key_duplicate"),
        (events(JSON, " ", good), 400, "idempotency_key_invalid"),
        (events(JSON, &"k".repeat(256), good), 400, "idempotency_key_invalid"),
        (plain("GET", "/nothing"), 404, "not_found"),
        (plain("GET", "/v1/records/lead"), 404, "not_found"),
        (plain("DELETE", "/v1/events"), 405, "method_not_allowed"),
        (plain("PATCH", "/v1/playbook"), 405, "method_not_allowed"),
        (plain("GET", "/v1/executions?stat=open"), 400, "parameter_unknown"),
        (plain("GET", "/v1/executions?state=running"), 400, "parameter_invalid"),
        (plain("GET", "/v1/tasks?limit=0"), 400, "parameter_invalid"),
        (plain("GET", "/v1/tasks?limit=201"), 400, "parameter_invalid"),
        (plain("GET", "/v1/tasks?record=lead"), 400, "parameter_invalid"),
        (plain("GET", "/v1/unmatched?cursor=x"), 400, "parameter_invalid"),
        (plain("GET", "/v1/records/lead/%FF"), 400, "request_invalid"),
        (plain("GET", "/v1/records/lead/L1"), 404, "not_found"),
        (plain("GET", "/v1/records/intake/held"), 404, "not_found"),
    ] {
        let shown = format!("{} {}", request.method(), request.uri());
        let answer = host.send(request).await;
        is_problem(&answer, &shown);
        assert_eq!((answer.status.as_u16(), answer.at("/code")), (status, json!(code)), "{shown}: {}", answer.text);
        assert_eq!(status == 405, !answer.header("allow").is_empty(), "{shown}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
    assert!(host.published().await.is_empty());
}

#[tokio::test]
async fn a_body_is_not_read_past_its_limit() {
    let host = Host::new().await;
    let announced = Request::post("/v1/forms/demo-request").header("content-length", "1048577").body(Body::empty());
    assert_eq!(host.send(announced.unwrap()).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let large = "x".repeat(1024 * 1024 + 1);
    let answer = host.call("admin", "PUT", "/v1/playbook", Some(json!({"files": {"a.yaml": large}}))).await;
    assert_eq!((answer.status.as_u16(), answer.at("/code")), (413, json!("body_too_large")));
}

#[tokio::test]
async fn a_parameter_that_is_empty_double_or_garbled_is_refused() {
    let host = Host::new().await;
    let lead = host.lead().await;
    let story = format!("/v1/records/{}/{}/timeline", lead.kind, lead.id);
    for path in [
        "/v1/executions?state=".to_owned(),
        "/v1/tasks?limit=1&limit=2".to_owned(),
        "/v1/tasks?cursor=%00%1b%5b31m".to_owned(),
        "/v1/executions?cursor=garbled".to_owned(),
        "/v1/outbox?cursor=-1".to_owned(),
        "/v1/dead-letters?cursor=x%2Fy".to_owned(),
        format!("{story}?cursor=b%2B1"),
        format!("{story}?cursor=b"),
        format!("{story}?limit=0"),
    ] {
        let answer = host.get(&path).await;
        assert_eq!((answer.status.as_u16(), answer.at("/code")), (400, "parameter_invalid".into()), "{path}");
        assert!(!answer.text.chars().any(|letter| letter.is_control()), "{path}: {:?}", answer.text);
    }
}

#[tokio::test]
async fn pausing_null_pauses_nothing() {
    let host = Host::new().await;
    for body in [json!({ "workflows": null }), json!({ "workflows": [] }), json!({ "workflows": "all" })] {
        let answer = host.call("admin", "POST", "/v1/pause", Some(body.clone())).await;
        assert_eq!((answer.status.as_u16(), answer.at("/errors/0/pointer")), (422, "/workflows".into()), "{body}");
    }
    let answer = host.call("admin", "POST", "/v1/pause", Some(json!({}))).await;
    assert_eq!(answer.at("/paused"), "everything", "leaving it out still means all");
}

#[tokio::test]
async fn what_is_refused_is_told_as_it_is() {
    let host = Host::new().await;
    let unnamed = host.get("/v1/tasks?&=&").await;
    assert_eq!(unnamed.at("/detail"), "a parameter has no name; write name=value", "{}", unnamed.text);
    let request = Request::post("/v1/events").header("content-type", "application/json");
    let request = request.header("authorization", "Bearer hk_events");
    let half = host.send(request.body(Body::from(r#"{"type": "a \ud83d"}"#)).unwrap()).await;
    assert_eq!(half.at("/detail"), "half of a surrogate pair stands alone", "{}", half.text);
}
