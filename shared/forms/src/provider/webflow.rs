//! Webflow's form submissions, API v2 (`payload`) and v1 (`data` beside `_id`).

use domain::{instant::Instant, playbook::Source};
use serde_json::Value as Json;

use super::{Provider, has, text};
use crate::{question::Draft, reading::Reading, refusal::Refusal, request::Request, signature, submission::Submission};

pub(super) static PROVIDER: Provider =
    Provider { source: Source::Webflow, recognises, read, signed_by: Some("x-webflow-signature"), verify };

const FRESH_MINUTES: i64 = 5;

fn is_v2(json: &Json) -> bool {
    text(json, "/triggerType").is_some_and(|kind| kind == "form_submission") && has(json, "/payload/data")
}

fn recognises(json: &Json) -> bool {
    is_v2(json) || (has(json, "/data") && has(json, "/site") && (has(json, "/_id") || has(json, "/d")))
}

fn read(json: &Json, reading: &Reading) -> Result<Vec<Submission>, Refusal> {
    let (form, id, at, data) = if is_v2(json) {
        ("/payload/name", "/payload/id", "/payload/submittedAt", "/payload/data")
    } else {
        ("/name", "/_id", "/d", "/data")
    };
    let mut draft = Draft::new(Source::Webflow, reading)
        .form_name(text(json, form).or_else(|| text(json, "/payload/formId")))
        .provider_id(text(json, id))
        .submitted_at(json, at);
    draft.members(json, data, "");
    Ok(vec![draft.finish()])
}

fn verify(request: &Request, secret: &str, now: Instant) -> Result<(), Refusal> {
    let given = signature::header(request, "x-webflow-signature")?;
    let at = signature::header(request, "x-webflow-timestamp")?;
    signature::fresh(at.parse().ok(), FRESH_MINUTES, now)?;
    signature::check_hex(secret, &[at.as_bytes(), b":", request.body], given)
}
