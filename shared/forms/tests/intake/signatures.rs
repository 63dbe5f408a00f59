//! Per provider: the right signature passes; wrong, missing, stale and made over another body do not.

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{instant::Instant, playbook::Source};
use forms::{Refusal, Request, verify};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::fixture::now;

const SECRET: &str = "a secret of this form";
const BODY: &[u8] = br#"{"google_key":"a secret of this form","email":"ada@example.com"}"#;
const URL: &str = "https://handoff.example.com/v1/forms/demo?a=b%40c";

type Headers = Vec<(&'static str, String)>;

fn mac(secret: &[u8], text: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

fn hex_over(parts: &[&[u8]]) -> String {
    hex::encode(mac(SECRET.as_bytes(), &parts.concat()))
}

fn base64_over(parts: &[&[u8]]) -> String {
    STANDARD.encode(mac(SECRET.as_bytes(), &parts.concat()))
}

/// The headers a provider sends with `body` at `at`.
fn signed(source: Source, body: &[u8], at: Instant) -> Headers {
    let millis = at.as_millis().to_string();
    let seconds = (at.as_millis() / 1000).to_string();
    match source {
        Source::Typeform => vec![("Typeform-Signature", format!("sha256={}", base64_over(&[body])))],
        Source::Tally => vec![("Tally-Signature", base64_over(&[body]))],
        Source::Webflow => {
            vec![("x-webflow-signature", hex_over(&[millis.as_bytes(), b":", body])), ("x-webflow-timestamp", millis)]
        }
        Source::Calendly => {
            let mac = hex_over(&[seconds.as_bytes(), b".", body]);
            vec![("Calendly-Webhook-Signature", format!("t={seconds},v1={mac}"))]
        }
        Source::Hubspot => {
            let url = "https://handoff.example.com/v1/forms/demo?a=b@c";
            vec![
                ("X-HubSpot-Signature-v3", base64_over(&[b"POST", url.as_bytes(), body, millis.as_bytes()])),
                ("X-HubSpot-Request-Timestamp", millis),
            ]
        }
        Source::Meta => vec![("X-Hub-Signature-256", format!("sha256={}", hex_over(&[body])))],
        Source::CalCom => vec![("X-Cal-Signature-256", hex_over(&[body]))],
        Source::Linkedin => vec![("X-LI-Signature", hex_over(&[b"hmacsha256=", body]))],
        Source::Acuity => vec![("X-Acuity-Signature", base64_over(&[body]))],
        Source::GoogleAds => Vec::new(),
        Source::Generic => vec![
            ("webhook-signature", format!("v1,AAAA v1,{}", base64_over(&[b"msg_1.", seconds.as_bytes(), b".", body]))),
            ("webhook-timestamp", seconds),
            ("webhook-id", "msg_1".to_owned()),
        ],
        _ => vec![("X-Handoff-Secret", SECRET.to_owned())],
    }
}

const SIGNING: [Source; 10] = [
    Source::Typeform,
    Source::Tally,
    Source::Webflow,
    Source::Calendly,
    Source::Hubspot,
    Source::Meta,
    Source::CalCom,
    Source::Linkedin,
    Source::Acuity,
    Source::Generic,
];
const SHARED: [Source; 11] = [
    Source::GoogleForms,
    Source::HubspotWorkflow,
    Source::Salesforce,
    Source::Elementor,
    Source::Fillout,
    Source::Jotform,
    Source::Paperform,
    Source::Unbounce,
    Source::Wufoo,
    Source::SurveyMonkey,
    Source::GoogleAds,
];

fn check(source: Source, headers: &Headers, body: &[u8], expected: Result<(), &str>) {
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let request = Request { method: "POST", uri: URL, content_type: Some("application/json"), headers: &headers, body };
    let outcome = verify(&request, source, SECRET, now());
    let code = outcome.clone().map_err(|refusal| refusal.problem().code);
    assert_eq!(code, expected, "{source:?} {headers:?}");
    if let Err(refusal) = outcome {
        assert_eq!(refusal.problem().status, 401);
    }
}

#[test]
fn the_right_signature_passes_and_another_body_does_not() {
    for source in SIGNING.into_iter().chain(SHARED) {
        check(source, &signed(source, BODY, now()), BODY, Ok(()));
    }
    for source in SIGNING {
        check(source, &signed(source, BODY, now()), b"{\"email\":\"eve@example.com\"}", Err("signature_wrong"));
    }
}

#[test]
fn a_missing_signature_is_refused_for_every_source() {
    for source in SIGNING.into_iter().chain(SHARED) {
        check(source, &Vec::new(), b"{}", Err("signature_missing"));
    }
}

#[test]
fn a_wrong_or_garbled_signature_is_refused_for_every_source() {
    for source in SIGNING.into_iter().chain(SHARED) {
        for garbage in ["", "0", "sha256=", "zz", "v1,", "t=,v1=", "sha256=%%%", "ab"] {
            let mut headers = signed(source, BODY, now());
            let Some(first) = headers.first_mut() else { continue };
            first.1 = garbage.to_owned();
            let missing = garbage.is_empty();
            check(source, &headers, BODY, Err(if missing { "signature_missing" } else { "signature_wrong" }));
        }
    }
    check(Source::GoogleAds, &Vec::new(), b"{\"google_key\":\"guess\"}", Err("signature_wrong"));
}

#[test]
fn a_stale_or_future_signature_is_refused_where_the_time_is_signed() {
    let minutes = [(Source::Webflow, 5), (Source::Calendly, 3), (Source::Hubspot, 5), (Source::Generic, 5)];
    for (source, minutes) in minutes {
        for skew in [-minutes, minutes] {
            check(source, &signed(source, BODY, now().plus_minutes(skew)), BODY, Ok(()));
        }
        for skew in [-minutes - 1, minutes + 1, -1_000_000] {
            check(source, &signed(source, BODY, now().plus_minutes(skew)), BODY, Err("signature_stale"));
        }
    }
}

#[test]
fn a_timestamp_that_was_not_signed_does_not_help() {
    for source in [Source::Webflow, Source::Hubspot, Source::Generic] {
        let mut headers = signed(source, BODY, now().plus_minutes(-60));
        let fresh = signed(source, BODY, now());
        headers[1] = fresh[1].clone();
        check(source, &headers, BODY, Err("signature_wrong"));
    }
}

#[test]
fn a_generic_form_accepts_the_scheme_of_any_provider() {
    for source in SIGNING.into_iter().chain(SHARED) {
        check(Source::Generic, &signed(source, BODY, now()), BODY, Ok(()));
    }
    let svix: Headers = signed(Source::Generic, BODY, now())
        .into_iter()
        .zip(["svix-signature", "svix-timestamp", "svix-id"])
        .map(|((_, value), name)| (name, value))
        .collect();
    check(Source::Generic, &svix, BODY, Ok(()));
}

#[test]
fn a_secret_of_standard_webhooks_is_base64_after_its_prefix() {
    let seconds = (now().as_millis() / 1000).to_string();
    let text = [b"msg_1.", seconds.as_bytes(), b".", BODY].concat();
    let signature = format!("v1,{}", STANDARD.encode(mac(b"raw key", &text)));
    let headers =
        [("Webhook-Id", "msg_1"), ("Webhook-Timestamp", seconds.as_str()), ("Webhook-Signature", signature.as_str())];
    let request = Request { method: "POST", uri: URL, content_type: None, headers: &headers, body: BODY };
    let secret = format!("whsec_{}", STANDARD.encode(b"raw key"));
    assert_eq!(verify(&request, Source::Generic, &secret, now()), Ok(()));
}

#[test]
fn an_empty_secret_never_passes() {
    let headers = [("x-handoff-secret", "")];
    let request = Request { method: "POST", uri: URL, content_type: None, headers: &headers, body: BODY };
    assert!(matches!(verify(&request, Source::GoogleForms, "", now()), Err(Refusal::Signature { .. })));
}

#[test]
fn hubspot_signs_the_public_url_also_when_only_the_path_is_known() {
    let millis = now().as_millis().to_string();
    let signature = base64_over(&[b"POST", b"https://handoff.example.com/v1/forms/demo", BODY, millis.as_bytes()]);
    let headers = [
        ("Host", "handoff.example.com"),
        ("X-HubSpot-Signature-v3", signature.as_str()),
        ("X-HubSpot-Request-Timestamp", millis.as_str()),
    ];
    let request = Request { method: "POST", uri: "/v1/forms/demo", content_type: None, headers: &headers, body: BODY };
    assert_eq!(verify(&request, Source::Hubspot, SECRET, now()), Ok(()));
}

#[test]
fn a_sender_that_cannot_set_a_header_proves_itself_by_address_password_or_body() {
    let basic = |credentials: &str| vec![("Authorization", format!("Basic {}", STANDARD.encode(credentials)))];
    let check = |uri: &str, headers: &Headers, body: &[u8], expected: Result<(), &str>| {
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let content_type =
            Some(if body.starts_with(b"{") { "application/json" } else { "application/x-www-form-urlencoded" });
        let request = Request { method: "POST", uri, content_type, headers: &headers, body };
        for source in [Source::Generic, Source::Jotform, Source::Wufoo] {
            let outcome = verify(&request, source, SECRET, now()).map_err(|refusal| refusal.problem().code);
            assert_eq!(outcome, expected, "{source:?} {uri} {headers:?}");
        }
    };
    let none = Headers::new();
    check("/v1/forms/demo/a%20secret%20of%20this%20form", &none, b"{}", Ok(()));
    check("https://x.example/stage/v1/forms/demo/a%20secret%20of%20this%20form?a=b", &none, b"{}", Ok(()));
    check("/v1/forms/demo?secret=a+secret+of+this+form", &none, b"{}", Ok(()));
    check("/v1/forms/demo", &basic("anybody:a secret of this form"), b"{}", Ok(()));
    check("/v1/forms/demo/guess", &none, b"{}", Err("signature_wrong"));
    check("/v1/forms/demo?secret=guess", &none, b"{}", Err("signature_wrong"));
    check("/v1/forms/demo", &basic("a secret of this form:guess"), b"{}", Err("signature_wrong"));
    check(
        "/v1/forms/demo",
        &vec![("Authorization", "Bearer a secret of this form".to_owned())],
        b"{}",
        Err("signature_missing"),
    );
    check("/v1/forms/demo/", &none, b"{}", Err("signature_missing"));
    check("/v1/forms/demo?secret=", &none, b"{}", Err("signature_missing"));
    check("/v1/forms/demo/guess", &vec![("X-Handoff-Secret", SECRET.to_owned())], b"{}", Ok(()));
}

#[test]
fn wufoos_handshake_key_in_the_body_is_its_secret() {
    let check = |source, body: &[u8], expected: Result<(), &str>| {
        let content_type = Some("application/x-www-form-urlencoded");
        let request = Request { method: "POST", uri: URL, content_type, headers: &[], body };
        let outcome = verify(&request, source, SECRET, now()).map_err(|refusal| refusal.problem().code);
        assert_eq!(outcome, expected, "{source:?}");
    };
    for source in [Source::Wufoo, Source::Generic] {
        check(source, b"Field1=Ada&HandshakeKey=a+secret+of+this+form", Ok(()));
        check(source, b"Field1=Ada&HandshakeKey=guess", Err("signature_wrong"));
        check(source, b"Field1=Ada&HandshakeKey=", Err("signature_missing"));
    }
}
