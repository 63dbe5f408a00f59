//! Paperform: `data[]` of questions with title, key and custom key.

use domain::playbook::Source;
use serde_json::Value as Json;

use super::{Provider, has, items, text};
use crate::{question::Draft, reading::Reading, refusal::Refusal, signature, submission::Submission};

pub(super) static PROVIDER: Provider =
    Provider { source: Source::Paperform, recognises, read, signed_by: None, verify: signature::shared_secret };

fn recognises(json: &Json) -> bool {
    // Null for what was not sent off yet.
    json.get("submission_id").is_some()
        && items(json, "/data").any(|(_, question)| has(question, "/title") && has(question, "/key"))
}

fn read(json: &Json, reading: &Reading) -> Result<Vec<Submission>, Refusal> {
    let mut draft = Draft::new(Source::Paperform, reading)
        .form_name(text(json, "/form_name").or_else(|| text(json, "/form_id")))
        .provider_id(text(json, "/submission_id"))
        .submitted_at(json, "/created_at")
        .set(|it| it.partial = !has(json, "/submission_id"));
    for (pointer, question) in items(json, "/data") {
        let get = |name: &str| text(question, name).unwrap_or_default();
        let answer = question.get("value").unwrap_or(&Json::Null);
        let names = [&*get("/title"), &*get("/custom_key"), &*get("/key")].map(str::to_owned);
        let names = names.each_ref().map(String::as_str);
        draft.answer(&names, answer, &format!("{pointer}/value"));
        draft.typed(&names, &get("/type"));
    }
    Ok(vec![draft.finish()])
}
