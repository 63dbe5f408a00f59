//! Google Forms: what a short Apps Script posts, `e.namedValues`, every answer in a list.

use domain::playbook::Source;
use serde_json::Value as Json;

use super::{Provider, at, text};
use crate::{
    problem::step,
    question::{Draft, unwrapped},
    reading::Reading,
    refusal::Refusal,
    signature,
    submission::Submission,
};

pub(super) static PROVIDER: Provider =
    Provider { source: Source::GoogleForms, recognises, read, signed_by: None, verify: signature::shared_secret };

fn recognises(json: &Json) -> bool {
    at(json, "/namedValues").is_some_and(Json::is_object)
}

fn read(json: &Json, reading: &Reading) -> Result<Vec<Submission>, Refusal> {
    let mut draft = Draft::new(Source::GoogleForms, reading)
        .form_name(text(json, "/formTitle").or_else(|| text(json, "/formId")))
        .provider_id(text(json, "/responseId"))
        .submitted_at(json, "/submittedAt");
    for (question, answers) in json["namedValues"].as_object().into_iter().flatten() {
        draft.answer(&[question], unwrapped(answers), &format!("/namedValues{}", step(question)));
    }
    Ok(vec![draft.finish()])
}
