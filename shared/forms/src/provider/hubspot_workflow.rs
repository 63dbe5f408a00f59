//! The contact that a HubSpot workflow posts (legacy contact v1): `properties.{name}.value`.

use domain::playbook::Source;
use serde_json::Value as Json;

use super::{Provider, at, has, items, text};
use crate::{problem::step, question::Draft, reading::Reading, refusal::Refusal, signature, submission::Submission};

pub(super) static PROVIDER: Provider =
    Provider { source: Source::HubspotWorkflow, recognises, read, signed_by: None, verify: signature::shared_secret };

fn recognises(json: &Json) -> bool {
    has(json, "/vid") && at(json, "/properties").is_some_and(Json::is_object)
}

fn read(json: &Json, reading: &Reading) -> Result<Vec<Submission>, Refusal> {
    let last = items(json, "/form-submissions").max_by_key(|(_, it)| it.get("timestamp").and_then(Json::as_i64));
    let (at, form) = last.unwrap_or((String::new(), &Json::Null));
    let mut draft = Draft::new(Source::HubspotWorkflow, reading)
        .form_name(text(form, "/title").or_else(|| text(form, "/form-id")))
        .submitted_at(json, &format!("{at}/timestamp"));
    if let Some(Json::Object(properties)) = json.get("properties") {
        for (name, property) in properties {
            let value = if property.is_object() { property.get("value").unwrap_or(&Json::Null) } else { property };
            draft.answer(&[name], value, &format!("/properties{}/value", step(name)));
        }
    }
    for (pointer, profile) in items(json, "/identity-profiles") {
        for (inner, identity) in items(profile, "/identities") {
            if text(identity, "/type").is_some_and(|kind| kind == "EMAIL") {
                let value = identity.get("value").unwrap_or(&Json::Null);
                draft.answer(&["identity.email", "email"], value, &format!("{pointer}{inner}/value"));
            }
        }
    }
    draft.answer(&["vid"], &json["vid"], "/vid");
    let mut submission = draft.finish();
    submission.provider_id = id(json, form, &submission.fingerprint);
    Ok(vec![submission])
}

/// The same contact comes back later with the same `vid`: what it converted on tells the two apart.
fn id(json: &Json, form: &Json, fingerprint: &str) -> Option<String> {
    let portal = text(json, "/portal-id").unwrap_or_default();
    let what = text(form, "/conversion-id")
        .or_else(|| text(json, "/properties/lastmodifieddate/value"))
        .unwrap_or_else(|| fingerprint.to_owned());
    Some(format!("{portal}:{}:{what}", text(json, "/vid")?))
}
