//! Fillout: `submission.questions[]`, with URL parameters and calculations beside them.

use domain::playbook::Source;
use serde_json::Value as Json;

use super::{Provider, has, items, text};
use crate::{question::Draft, reading::Reading, refusal::Refusal, signature, submission::Submission};

pub(super) static PROVIDER: Provider =
    Provider { source: Source::Fillout, recognises, read, signed_by: None, verify: signature::shared_secret };

fn recognises(json: &Json) -> bool {
    has(json, "/submission/questions") && has(json, "/submission/submissionId")
}

fn read(json: &Json, reading: &Reading) -> Result<Vec<Submission>, Refusal> {
    let mut draft = Draft::new(Source::Fillout, reading)
        .form_name(text(json, "/formName").or_else(|| text(json, "/formId")))
        .provider_id(text(json, "/submission/submissionId"))
        .submitted_at(json, "/submission/submissionTime");
    for list in ["questions", "scheduling", "urlParameters", "calculations"] {
        for (pointer, question) in items(json, &format!("/submission/{list}")) {
            let name = text(question, "/name").unwrap_or_default();
            let id = text(question, "/id").unwrap_or_default();
            let answer = question.get("value").unwrap_or(&Json::Null);
            let pointer = format!("{pointer}/value");
            if list == "questions" {
                draft.answer(&[&name, &id], answer, &pointer);
                draft.typed(&[&name, &id], &text(question, "/type").unwrap_or_default());
            } else {
                draft.beside(&[&name, &id, &format!("{list}.{name}")], answer, &pointer);
            }
        }
    }
    Ok(vec![draft.finish()])
}
