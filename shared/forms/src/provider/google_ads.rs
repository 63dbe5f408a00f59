//! Google Ads lead forms. The secret, `google_key`, comes in the body.

use domain::{instant::Instant, playbook::Source};
use serde_json::Value as Json;

use super::{Provider, at, has, items, text};
use crate::{
    decode, question::Draft, reading::Reading, refusal::Refusal, request::Request, signature, submission::Submission,
};

pub(super) static PROVIDER: Provider =
    Provider { source: Source::GoogleAds, recognises, read, signed_by: None, verify };

fn recognises(json: &Json) -> bool {
    at(json, "/user_column_data").is_some_and(Json::is_array)
}

fn read(json: &Json, reading: &Reading) -> Result<Vec<Submission>, Refusal> {
    let mut draft = Draft::new(Source::GoogleAds, reading)
        .form_name(text(json, "/form_id"))
        .provider_id(text(json, "/lead_id"))
        .submitted_at(json, "/lead_submit_time");
    for (pointer, column) in items(json, "/user_column_data") {
        let id = text(column, "/column_id").unwrap_or_default();
        let label = text(column, "/column_name").unwrap_or_default();
        let answer = column.get("string_value").unwrap_or(&Json::Null);
        draft.answer(&[&label, &id], answer, &format!("{pointer}/string_value"));
    }
    for name in ["campaign_id", "adgroup_id", "creative_id", "gcl_id"] {
        draft.answer(&[name], json.get(name).unwrap_or(&Json::Null), &format!("/{name}"));
    }
    Ok(vec![draft.finish()])
}

pub(super) fn has_key(request: &Request) -> bool {
    decode::decode(request).is_ok_and(|payload| has(&payload.json, "/google_key"))
}

fn verify(request: &Request, secret: &str, now: Instant) -> Result<(), Refusal> {
    match decode::decode(request).ok().and_then(|payload| text(&payload.json, "/google_key")) {
        Some(given) => signature::check_secret(secret, &given),
        None => signature::shared_secret(request, secret, now),
    }
}
