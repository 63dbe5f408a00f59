//! Wufoo: an urlencoded post of `Field1`, `Field2`, …, whose labels come as a JSON text in `FieldStructure`.

use domain::{instant::Instant, playbook::Source};
use serde_json::Value as Json;

use super::{Provider, at, has, items, text};
use crate::{
    decode, problem::step, question::Draft, reading::Reading, refusal::Refusal, request::Request, signature,
    submission::Submission,
};

/// The secret, as Wufoo sends it.
pub(super) const HANDSHAKE_KEY: &str = "HandshakeKey";

pub(super) static PROVIDER: Provider = Provider { source: Source::Wufoo, recognises, read, signed_by: None, verify };

fn recognises(json: &Json) -> bool {
    at(json, "/FieldStructure").is_some_and(Json::is_string) && (has(json, "/EntryId") || has(json, "/FormStructure"))
}

fn read(json: &Json, reading: &Reading) -> Result<Vec<Submission>, Refusal> {
    let labels = labels(&document(json, "FieldStructure"));
    let form = document(json, "FormStructure");
    let form_id = ["/Hash", "/Url", "/Name"].iter().find_map(|name| text(&form, name));
    let mut draft = Draft::new(Source::Wufoo, reading)
        .form_name(text(&form, "/Name"))
        .counted_id(form_id, text(json, "/EntryId"))
        .submitted_at(json, "/DateCreated");
    for (key, answer) in json.as_object().into_iter().flatten().filter(|(key, _)| key.starts_with("Field")) {
        if key != "FieldStructure" {
            let label = labels.iter().find(|(id, _)| id == key).map(|(_, label)| label.as_str()).unwrap_or_default();
            draft.answer(&[label, key], answer, &step(key));
        }
    }
    Ok(vec![draft.finish()])
}

fn document(json: &Json, name: &str) -> Json {
    json.get(name).and_then(Json::as_str).map_or(Json::Null, decode::embedded)
}

/// Field → label; a field in parts (first and last name) has one for each, after its own: `Name.First`.
fn labels(structure: &Json) -> Vec<(String, String)> {
    let mut labels = Vec::new();
    for (_, field) in items(structure, "/Fields") {
        let title = text(field, "/Title").unwrap_or_default();
        let parts = match field.get("SubFields") {
            Some(Json::Object(parts)) => parts.values().collect(),
            Some(Json::Array(parts)) => parts.iter().collect(),
            _ => Vec::new(),
        };
        for part in parts {
            let label = text(part, "/Label").unwrap_or_default();
            labels.push((text(part, "/ID").unwrap_or_default(), format!("{title}.{label}")));
        }
        labels.push((text(field, "/ID").unwrap_or_default(), title));
    }
    labels
}

/// Wufoo's own secret, `HandshakeKey`, comes in the body; without one, a secret of ours counts.
fn verify(request: &Request, secret: &str, now: Instant) -> Result<(), Refusal> {
    match decode::decode(request).ok().and_then(|payload| text(&payload.json, &step(HANDSHAKE_KEY))) {
        Some(given) => signature::check_secret(secret, &given),
        None => signature::shared_secret(request, secret, now),
    }
}

/// Whether the body brings Wufoo's secret.
pub(super) fn has_key(request: &Request) -> bool {
    decode::decode(request).is_ok_and(|payload| text(&payload.json, &step(HANDSHAKE_KEY)).is_some())
}
