//! Salesforce Web-to-Lead: the urlencoded post of its HTML form, sent here instead.

use domain::playbook::Source;
use serde_json::Value as Json;

use super::{Provider, has};
use crate::{problem::step, question::Draft, reading::Reading, refusal::Refusal, signature, submission::Submission};

pub(super) static PROVIDER: Provider =
    Provider { source: Source::Salesforce, recognises, read, signed_by: None, verify: signature::shared_secret };

/// What steers Salesforce and is no answer of the lead.
const CONTROL: &[&str] =
    &["oid", "retURL", "debug", "debugEmail", "encoding", "submit", "captcha_settings", "g-recaptcha-response"];

fn recognises(json: &Json) -> bool {
    has(json, "/oid") && ["/retURL", "/last_name", "/email", "/lead_source"].iter().any(|name| has(json, name))
}

fn read(json: &Json, reading: &Reading) -> Result<Vec<Submission>, Refusal> {
    let mut draft = Draft::new(Source::Salesforce, reading);
    for (name, answer) in json.as_object().into_iter().flatten() {
        if !CONTROL.contains(&name.as_str()) {
            draft.answer(&[name], answer, &step(name));
        }
    }
    Ok(vec![draft.finish()])
}
