//! Elementor's form webhook with "advanced data": `fields[email][value]=…` beside `form[name]`.

use domain::playbook::Source;
use serde_json::Value as Json;

use super::{Provider, at, has, text};
use crate::{problem::step, question::Draft, reading::Reading, refusal::Refusal, signature, submission::Submission};

pub(super) static PROVIDER: Provider =
    Provider { source: Source::Elementor, recognises, read, signed_by: None, verify: signature::shared_secret };

fn recognises(json: &Json) -> bool {
    let fields = at(json, "/fields").and_then(Json::as_object);
    has(json, "/form/id") && fields.is_some_and(|fields| fields.values().all(|field| has(field, "/value")))
}

fn read(json: &Json, reading: &Reading) -> Result<Vec<Submission>, Refusal> {
    let mut draft =
        Draft::new(Source::Elementor, reading).form_name(text(json, "/form/name").or_else(|| text(json, "/form/id")));
    for (key, field) in json["fields"].as_object().into_iter().flatten() {
        let title = text(field, "/title").unwrap_or_default();
        let id = text(field, "/id").unwrap_or_default();
        let answer = field.get("value").unwrap_or(&Json::Null);
        draft.answer(&[&title, &id, key], answer, &format!("/fields{}/value", step(key)));
        draft.typed(&[&title, &id, key], &text(field, "/type").unwrap_or_default());
    }
    Ok(vec![draft.finish()])
}
