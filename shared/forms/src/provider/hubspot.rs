//! HubSpot's webhooks: events that hold ids only. They come in a list (`list.rs`), from the test button alone.

use domain::{instant::Instant, playbook::Source};
use serde_json::Value as Json;

use super::{Provider, has, text};
use crate::{
    question::Draft,
    reading::Reading,
    refusal::Refusal,
    request::Request,
    signature,
    submission::{Fetch, Submission},
};

pub(super) static PROVIDER: Provider =
    Provider { source: Source::Hubspot, recognises, read, signed_by: Some("x-hubspot-signature-v3"), verify };

const FRESH_MINUTES: i64 = 5;
/// What happened to an object of which nothing is left to fetch.
const GONE: &[&str] = &["deletion", "privacyDeletion"];

fn recognises(json: &Json) -> bool {
    has(json, "/objectId") && has(json, "/subscriptionType")
}

fn read(event: &Json, reading: &Reading) -> Result<Vec<Submission>, Refusal> {
    let get = |name: &str| text(event, &format!("/{name}"));
    let kind = get("subscriptionType").unwrap_or_default();
    // eventId repeats across portals and is not promised to be unique: the rest tells events apart.
    let parts = ["portalId", "subscriptionId", "subscriptionType", "objectId", "propertyName", "occurredAt", "eventId"];
    let id = parts.map(|name| get(name).unwrap_or_default()).join(":");
    let fetch = get("objectId").map(|id| Fetch { object: object(event, &kind), id });
    let is_gone = kind.split('.').next_back().is_some_and(|what| GONE.contains(&what));
    let held = is_gone.then(|| format!("HubSpot reports `{kind}`, not a new lead"));
    let mut draft = Draft::new(Source::Hubspot, reading)
        .form_name(Some(kind))
        .provider_id(Some(id))
        .submitted_at(event, "/occurredAt")
        .set(|it| {
            it.to_fetch = fetch;
            it.held = held;
        });
    if let (Some(property), Some(value)) = (get("propertyName"), event.get("propertyValue")) {
        draft.answer(&[&property], value, "/propertyValue");
    }
    for name in ["objectId", "portalId", "subscriptionType", "changeSource"] {
        draft.answer(&[name], event.get(name).unwrap_or(&Json::Null), &format!("/{name}"));
    }
    Ok(vec![draft.finish()])
}

fn object(event: &Json, kind: &str) -> String {
    let before_dot = kind.split('.').next().unwrap_or(kind);
    match (before_dot, text(event, "/objectTypeId").as_deref()) {
        ("object", Some("0-1")) => "contact".to_owned(),
        ("object", Some("0-2")) => "company".to_owned(),
        ("object", Some("0-3")) => "deal".to_owned(),
        ("object", Some(other)) => other.to_owned(),
        (named, _) => named.to_owned(),
    }
}

/// Over method, public URL, body and timestamp. HubSpot undoes some percent codes of the URL first.
fn verify(request: &Request, secret: &str, now: Instant) -> Result<(), Refusal> {
    let given = signature::header(request, "x-hubspot-signature-v3")?;
    let at = signature::header(request, "x-hubspot-request-timestamp")?;
    signature::fresh(at.parse().ok(), FRESH_MINUTES, now)?;
    let uri = match request.uri.strip_prefix('/') {
        Some(path) => format!("https://{}/{path}", request.header("host").unwrap_or_default()),
        None => request.uri.to_owned(),
    };
    let signed = |uri: &str| {
        signature::check_base64(
            secret,
            &[request.method.as_bytes(), uri.as_bytes(), request.body, at.as_bytes()],
            given,
        )
    };
    signed(&decoded(&uri)).or_else(|_| signed(&uri))
}

fn decoded(uri: &str) -> String {
    const CODES: [(&str, &str); 12] = [
        ("%3A", ":"),
        ("%2F", "/"),
        ("%3F", "?"),
        ("%40", "@"),
        ("%21", "!"),
        ("%24", "$"),
        ("%27", "'"),
        ("%28", "("),
        ("%29", ")"),
        ("%2A", "*"),
        ("%2C", ","),
        ("%3B", ";"),
    ];
    CODES.iter().fold(uri.to_owned(), |uri, (code, letter)| uri.replace(code, letter))
}
