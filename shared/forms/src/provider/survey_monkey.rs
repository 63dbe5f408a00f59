//! SurveyMonkey's callbacks: ids only. The answers must be fetched as a `response`.

use domain::playbook::Source;
use serde_json::Value as Json;

use super::{Provider, has, text};
use crate::{
    question::Draft,
    reading::Reading,
    refusal::Refusal,
    signature,
    submission::{Fetch, Submission},
};

pub(super) static PROVIDER: Provider =
    Provider { source: Source::SurveyMonkey, recognises, read, signed_by: None, verify: signature::shared_secret };

fn recognises(json: &Json) -> bool {
    text(json, "/object_type").is_some_and(|kind| kind == "response")
        && has(json, "/object_id")
        && text(json, "/event_type").is_some_and(|event| event.starts_with("response_"))
}

fn read(json: &Json, reading: &Reading) -> Result<Vec<Submission>, Refusal> {
    let get = |name: &str| text(json, &format!("/{name}"));
    let event = get("event_type").unwrap_or_default();
    let id = get("object_id");
    let fetch = id.clone().map(|id| Fetch { object: "response".to_owned(), id });
    let mut draft = Draft::new(Source::SurveyMonkey, reading)
        .form_name(get("resources/survey_id"))
        .provider_id(id)
        .submitted_at(json, "/event_datetime")
        .set(|it| {
            it.to_fetch = fetch;
            it.partial = event != "response_completed";
            it.held = matches!(event.as_str(), "response_deleted" | "response_disqualified" | "response_overquota")
                .then(|| format!("SurveyMonkey reports {event}, not an answer"));
        });
    for name in ["object_id", "event_type"] {
        draft.answer(&[name], json.get(name).unwrap_or(&Json::Null), &format!("/{name}"));
    }
    Ok(vec![draft.finish()])
}
