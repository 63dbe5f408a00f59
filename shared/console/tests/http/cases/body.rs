//! Bodies that are deep, odd or too large: the lead is taken, and what is odd is said.

use axum::{body::Body, http::Request};
use serde_json::{Value as Json, json};

use super::{FORM, JSON, PARTS, assert_fields, listed, parts, post};
use crate::host::Host;

#[tokio::test]
async fn every_answer_is_read_however_deep_it_lies_and_what_no_field_takes_is_kept() {
    let host = Host::new().await;
    for body in [
        r#"{"event":"answered","data":{"answers":{"name":"Odin Vik","email":"odin@vik.example","budget":"9k"}}}"#,
        r#"{"data":{"answers":{"name":"Odin Vik","email":"odin@vik.example","budget":"9k"}},"kind":"b"}"#,
        r#"{"event":"x","data":{"id":"r9","answers":{"name":"Odin Vik","email":"odin@vik.example","budget":"9k"}}}"#,
        r#"{"payload":{"response":{"values":[{"title":"Name","answer":"Odin Vik"},{"title":"Email","answer":"odin@vik.example"},{"title":"budget","answer":"9k"}]}},"v":2}"#,
        r#"{"hook":{"id":4},"response":{"answers":[["name","Odin Vik"],["email","odin@vik.example"],["budget","9k"]]}}"#,
        r#"{"body":"{\"name\":\"Odin Vik\",\"email\":\"odin@vik.example\",\"budget\":\"9k\"}","z":1}"#,
    ] {
        let lead = post(&host, "demo-request", JSON, body).await;
        assert_fields(&lead, json!({"name": "Odin Vik", "email": "odin@vik.example", "score": 25}));
        let kept = lead.told.lines().rev().find(|line| line.starts_with("Kept as it came")).unwrap_or_default();
        assert!(kept.contains("budget"), "{body}: {}", lead.told);
        host.post("not-described", JSON, body).await;
        host.work().await;
        let kept = &listed(&host, "unmatched").await[0];
        assert!(kept["submission"].to_string().contains("9k"), "{kept}");
        let question = |target: &str| {
            kept["proposed_map"][target].as_str().map(|question| &kept["submission"]["fields"][question])
        };
        assert_eq!(
            (question("lead.name"), question("lead.email")),
            (Some(&json!("Odin Vik")), Some(&json!("odin@vik.example"))),
            "{kept}"
        );
    }
}

/// (content type, body, what the timeline says of it, the fields)
type Odd<'a> = (&'a str, Vec<u8>, &'a str, Json);

/// Each comes to a host of its own; the address is read in every one.
async fn check(rows: Vec<Odd<'_>>) {
    let mut silent = Vec::new();
    for (content_type, body, said, expected) in rows {
        let lead = post(&Host::new().await, "demo-request", content_type, body).await;
        assert_fields(&lead, json!({"email": "odd@lund.example"}));
        assert_fields(&lead, expected);
        if !lead.told.contains(said) {
            silent.push((said, lead.told));
        }
    }
    assert!(silent.is_empty(), "{silent:#?}");
}

#[tokio::test]
async fn a_file_that_comes_alone_is_not_lost() {
    let host = Host::new().await;
    let plan = || parts(&[("name=\"drawing\"; filename=\"floor.pdf\"", "%PDF"), ("name=\"note\"", " ")]);
    let lead = post(&host, "demo-request", PARTS, plan()).await;
    for said in ["no question is answered; only floor.pdf came", "Kept as it came: drawing"] {
        assert!(lead.told.contains(said), "{}", lead.told);
    }
    host.post("not-described", PARTS, plan()).await;
    host.work().await;
    let kept = listed(&host, "unmatched").await[0]["submission"].to_string();
    assert!(kept.contains("floor.pdf (4 bytes"), "{kept}");
}

#[tokio::test]
async fn a_lead_with_too_much_in_it_is_taken_and_what_is_left_out_is_named() {
    let with = |name: &str, value: String| json!({"email": "odd@lund.example", name: value}).to_string().into_bytes();
    let file = "%PDF".repeat(30_000);
    let file = parts(&[("name=\"email\"", "odd@lund.example"), ("name=\"cv\"; filename=\"cv.pdf\"", &file)]);
    let drawn = format!("data:image/png;base64,{}", "iVBO".repeat(6_000));
    check(vec![
        (
            JSON,
            with("message", "y".repeat(9_500)),
            "rest is kept as \u{201c}message (continued)\u{201d}",
            json!({"message": "y".repeat(8_192)}),
        ),
        (
            JSON,
            with("message", "д".repeat(4_300)),
            "rest is kept as \u{201c}message (continued)\u{201d}",
            json!({"message": "д".repeat(4_096)}),
        ),
        (
            JSON,
            with("full_name", "N".repeat(8_193)),
            "rest is kept as \u{201c}full_name (continued)\u{201d}",
            json!({"name": "N".repeat(8_192)}),
        ),
        (
            JSON,
            with("signature", drawn),
            "/signature: this is a file; its name, size and SHA-256 are kept",
            json!({"score": 25}),
        ),
        (PARTS, file.into_bytes(), "Kept as it came: cv", json!({"score": 25})),
    ])
    .await;
}

#[tokio::test]
async fn a_lead_with_letters_or_a_body_that_are_odd_is_read_as_it_was_meant() {
    let utf16 = r#"{"email":"odd@lund.example","name":"Søren"}"#.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let email = "--B\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\nodd@lund.example\r\n";
    let latin =
        [email.as_bytes(), b"--B\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nJ\xf8rgen\r\n--B--\r\n"];
    check(vec![
        (
            FORM,
            b"email=odd%40lund.example&name=J%F8rgen".to_vec(),
            "/name: the text is not UTF-8; it was read as Windows-1252",
            json!({"name": "Jørgen"}),
        ),
        (PARTS, latin.concat(), "/name: the text is not UTF-8; it was read as Windows-1252", json!({"name": "Jørgen"})),
        (JSON, utf16, "", json!({"name": "Søren"})),
        (
            JSON,
            br#"{"email":"odd@lund.example","message":"fine \ud83d"}"#.to_vec(),
            "/message: half of a surrogate pair stands alone; it became",
            json!({"message": "fine \u{fffd}"}),
        ),
        (
            JSON,
            br#"{"email":"odd@lund.example","message":"fi\u0000ne"}"#.to_vec(),
            "/message: characters that nobody can see were left out",
            json!({"message": "fine"}),
        ),
        (FORM, b"email=odd%40lund.example&message=100%".to_vec(), "", json!({"message": "100%"})),
        (
            JSON,
            br#"{"email":"odd@lund.example","message":"fine","pho"#.to_vec(),
            "The body: the JSON ends too early",
            json!({"message": "fine"}),
        ),
        (
            JSON,
            br#"{"email":"odd@lund.example","message":"fine","full_name":"Solv"#.to_vec(),
            "The body: what is broken or cut off fills no field; it is kept as \u{201c}(not read)\u{201d}",
            json!({"message": "fine", "name": null}),
        ),
        (PARTS, email.as_bytes().to_vec(), "The body: the last boundary is missing", json!({"score": 25})),
        ("text/plain", br#"{"email":"odd@lund.example","message":"fine"}"#.to_vec(), "", json!({"message": "fine"})),
    ])
    .await;
}

#[tokio::test]
async fn an_address_that_was_cut_off_is_nobodys() {
    let host = Host::new().await;
    let whole = post(&host, "demo-request", JSON, r#"{"full_name":"Liv Aune","email":"liv@aune.ex"}"#).await;
    let cut = post(&host, "demo-request", JSON, r#"{"full_name":"Liv Holt","email":"liv@aune.ex"#).await;
    assert_ne!(cut.record, whole.record);
    assert_fields(&cut, json!({"name": "Liv Holt", "email": null}));
    assert!(cut.told.contains("Kept as it came: (not read)"), "{}", cut.told);
}

#[tokio::test]
async fn a_browser_that_posts_a_plain_form_sees_a_page_whatever_is_in_it() {
    let host = Host::new().await;
    let file =
        parts(&[("name=\"email\"", "x@lund.example"), ("name=\"cv\"; filename=\"a.png\"", &"\u{1}PNG".repeat(30_000))]);
    let large = format!("email=x%40lund.example&message={}", "z".repeat(1_100_000));
    for (content_type, body, status) in [
        (FORM, "email=x%40lund.example&name=J%FCrgen", 200),
        (PARTS, file.as_str(), 200),
        (FORM, large.as_str(), 413),
        (FORM, "", 400),
    ] {
        let request = Request::post("/v1/forms/demo-request")
            .header("content-type", content_type)
            .header("accept", "text/html,*/*");
        let answer = host.send(request.body(Body::from(body.to_owned())).unwrap()).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (status, "text/html; charset=utf-8"));
    }
}
