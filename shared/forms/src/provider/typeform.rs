//! Typeform `form_response`. Answers are joined to questions by `field.id`; `ref` may be missing.

use domain::{instant::Instant, playbook::Source};
use serde_json::Value as Json;

use super::{Provider, has, items, text};
use crate::{
    problem::step, question::Draft, reading::Reading, refusal::Refusal, request::Request, signature,
    submission::Submission,
};

pub(super) static PROVIDER: Provider =
    Provider { source: Source::Typeform, recognises, read, signed_by: Some("typeform-signature"), verify };

fn recognises(json: &Json) -> bool {
    has(json, "/form_response/answers") || has(json, "/form_response/form_id")
}

fn read(json: &Json, reading: &Reading) -> Result<Vec<Submission>, Refusal> {
    let form = |name: &str| text(json, &format!("/form_response/{name}"));
    let mut draft = Draft::new(Source::Typeform, reading)
        .form_name(form("definition/title").or_else(|| form("form_id")))
        .provider_id(form("token").or_else(|| text(json, "/event_id")))
        .submitted_at(json, "/form_response/submitted_at");
    for (pointer, answer) in items(json, "/form_response/answers") {
        let id = text(answer, "/field/id").unwrap_or_default();
        let question = json.pointer("/form_response/definition/fields").and_then(|fields| question(fields, &id));
        let title = question.and_then(|question| text(question, "/title")).unwrap_or_default();
        let reference = text(answer, "/field/ref").or_else(|| text(question?, "/ref")).unwrap_or_default();
        let (at, value) = value(answer);
        draft.answer(&[&title, &reference, &id], &value, &format!("{pointer}{at}"));
        draft.typed(&[&title, &reference, &id], &text(answer, "/type").unwrap_or_default());
    }
    draft.members(json, "/form_response/hidden", "hidden");
    for (pointer, variable) in items(json, "/form_response/variables") {
        let (at, value) = value(variable);
        let key = text(variable, "/key").unwrap_or_default();
        draft.beside(&[&format!("variables.{key}"), &key], &value, &format!("{pointer}{at}"));
    }
    draft.members(json, "/form_response/calculated", "calculated");
    Ok(vec![draft.finish()])
}

/// The question with this id; groups hold their questions one level deeper.
fn question<'a>(fields: &'a Json, id: &str) -> Option<&'a Json> {
    fields.as_array()?.iter().find_map(|field| {
        let inner = || question(field.pointer("/properties/fields").or_else(|| field.get("fields"))?, id);
        if text(field, "/id").is_some_and(|given| given == id) { Some(field) } else { inner() }
    })
}

/// The answer lies under a member named after its type; choices one deeper, what was typed as "other" beside them.
fn value(answer: &Json) -> (String, Json) {
    let kind = answer.get("type").and_then(Json::as_str).unwrap_or_default();
    let at = |pointer: &str| (pointer.to_owned(), answer.pointer(pointer).cloned().unwrap_or_default());
    match kind {
        "choice" if has(answer, "/choice/label") => at("/choice/label"),
        "choice" => at("/choice/other"),
        "choices" => {
            let mut labels = answer.pointer("/choices/labels").and_then(Json::as_array).cloned().unwrap_or_default();
            labels.extend(answer.pointer("/choices/other").cloned());
            ("/choices".to_owned(), Json::Array(labels))
        }
        "payment" => at("/payment/amount"),
        _ => at(&step(kind)),
    }
}

fn verify(request: &Request, secret: &str, _now: Instant) -> Result<(), Refusal> {
    let given = signature::header(request, "typeform-signature")?;
    signature::check_base64(secret, &[request.body], given.strip_prefix("sha256=").unwrap_or(given))
}
