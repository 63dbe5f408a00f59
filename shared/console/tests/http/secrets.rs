//! Proofs of senders that cannot sign.

use axum::{body::Body, http::Request};
use serde_json::json;

use crate::host::{BEYOND_ASCII, Host, SECRET};

#[tokio::test]
async fn a_secret_counts_in_a_header_as_a_password_in_the_query_in_the_address_and_in_wufoos_field() {
    let host = Host::new().await;
    let encoded = SECRET.replace(' ', "%20");
    let basic = {
        use base64::{Engine, engine::general_purpose::STANDARD};
        format!("Basic {}", STANDARD.encode(format!("anybody:{SECRET}")))
    };
    let body = "email=ada@example.com";
    let with_key = format!("{body}&HandshakeKey={encoded}");
    for (path, header, body, status) in [
        (String::new(), Some(("x-handoff-secret", SECRET)), body, 200),
        (String::new(), Some(("authorization", basic.as_str())), body, 200),
        (format!("?secret={encoded}"), None, body, 200),
        (format!("/{encoded}"), None, body, 200),
        (String::new(), None, with_key.as_str(), 200),
        (String::new(), None, body, 401),
        ("/wrong".to_owned(), None, body, 401),
        ("?secret=wrong".to_owned(), None, body, 401),
        (String::new(), Some(("authorization", "Basic d3Jvbmc6d3Jvbmc=")), body, 401),
    ] {
        let mut request = Request::post(format!("/v1/forms/shared{path}"));
        request = request.header("content-type", "application/x-www-form-urlencoded");
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        let answer = host.send(request.body(Body::from(body.to_owned())).unwrap()).await;
        assert_eq!(answer.status, status, "{path} {header:?} {body}: {}", answer.text);
        if status == 401 {
            let is_none = path.is_empty() && header.is_none();
            let said = if is_none { "`?secret=…`" } else { "the secret that came with the request is not" };
            assert!(answer.text.contains(said), "{path} {header:?}: {}", answer.text);
        }
    }
    for message in host.published().await {
        let text = serde_json::to_string(&message).unwrap();
        assert!(!text.contains(SECRET), "{text}");
    }
}

#[tokio::test]
async fn a_secret_beyond_ascii_is_read_as_it_may_be_written_and_a_wrong_one_is_said_to_be_wrong() {
    let host = Host::new().await;
    let latin = |text: &str| text.chars().map(|letter| u8::try_from(letter).unwrap()).collect::<Vec<u8>>();
    for (secret, status) in [
        (BEYOND_ASCII.as_bytes().to_vec(), 200),
        (latin(BEYOND_ASCII), 200),
        ("schlössel".as_bytes().to_vec(), 401),
        (latin("schlössel"), 401),
    ] {
        let request = Request::post("/v1/forms/beyond").header("content-type", "application/json");
        let request = request.header("x-handoff-secret", secret.as_slice());
        let answer = host.send(request.body(Body::from(r#"{"email":"ada@example.com"}"#)).unwrap()).await;
        assert_eq!(answer.status, status, "{secret:?}: {}", answer.text);
        if status == 401 {
            assert_eq!(answer.at("/code"), "signature_wrong");
            assert!(answer.text.contains("beyond ASCII"), "{}", answer.text);
        }
    }
}

#[tokio::test]
async fn a_provider_that_signs_is_not_believed_for_a_secret_in_the_clear() {
    let host = Host::new().await;
    let encoded = SECRET.replace(' ', "%20");
    let answer = host.post(&format!("signed/{encoded}"), "application/json", r#"{"email":"ada@example.com"}"#).await;
    assert_eq!((answer.status.as_u16(), answer.at("/code")), (401, json!("signature_missing")));
}

#[tokio::test]
async fn a_form_without_a_secret_takes_a_post_to_an_address_with_one() {
    let host = Host::new().await;
    let answer = host.post("demo-request/left-over", "application/json", r#"{"email":"ada@example.com"}"#).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.at("/record").is_string());
}
