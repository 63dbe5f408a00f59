//! Jotform: a multipart post whose `rawRequest` is a JSON text, questions named `q3_email`.

use domain::playbook::Source;
use serde_json::Value as Json;

use super::{Provider, has, text};
use crate::{
    decode, problem::step, question::Draft, reading::Reading, refusal::Refusal, signature, submission::Submission,
};

pub(super) static PROVIDER: Provider =
    Provider { source: Source::Jotform, recognises, read, signed_by: None, verify: signature::shared_secret };

fn recognises(json: &Json) -> bool {
    json.pointer("/rawRequest").is_some_and(Json::is_string) && (has(json, "/formID") || has(json, "/submissionID"))
}

fn read(json: &Json, reading: &Reading) -> Result<Vec<Submission>, Refusal> {
    let raw = json["rawRequest"].as_str().unwrap_or_default();
    let answers = decode::embedded(raw);
    let mut draft = Draft::new(Source::Jotform, reading)
        .form_name(text(json, "/formTitle").or_else(|| text(json, "/formID")))
        .provider_id(text(json, "/submissionID"));
    for (key, answer) in answers.as_object().into_iter().flatten() {
        if let Some(name) = question(key) {
            draft.answer(&[name, key], answer, &format!("/rawRequest{}", step(key)));
        }
    }
    Ok(vec![draft.finish()])
}

/// `q3_email` → `email`. Everything else in there is Jotform's own book-keeping.
fn question(key: &str) -> Option<&str> {
    let (number, name) = key.strip_prefix('q')?.split_once('_')?;
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(name)
}
