//! Unbounce: an urlencoded post whose `data.json` is a JSON text, every answer in a list.

use domain::playbook::Source;
use serde_json::Value as Json;

use super::{Provider, at, has, text};
use crate::{
    decode,
    problem::step,
    question::{Draft, unwrapped},
    reading::Reading,
    refusal::Refusal,
    signature,
    submission::Submission,
};

pub(super) static PROVIDER: Provider =
    Provider { source: Source::Unbounce, recognises, read, signed_by: None, verify: signature::shared_secret };

fn recognises(json: &Json) -> bool {
    at(json, "/data.json").is_some_and(Json::is_string) && (has(json, "/page_id") || has(json, "/page_name"))
}

fn read(json: &Json, reading: &Reading) -> Result<Vec<Submission>, Refusal> {
    let raw = json["data.json"].as_str().unwrap_or_default();
    let answers = decode::embedded(raw);
    let mut draft =
        Draft::new(Source::Unbounce, reading).form_name(text(json, "/page_name").or_else(|| text(json, "/page_id")));
    for (name, answer) in answers.as_object().into_iter().flatten() {
        draft.answer(&[name], unwrapped(answer), &format!("/data.json{}", step(name)));
    }
    for name in ["page_url", "variant", "ip_address"] {
        draft.answer(&[name], json.get(name).unwrap_or(&Json::Null), &step(name));
    }
    Ok(vec![draft.finish()])
}
