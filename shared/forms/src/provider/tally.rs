//! Tally `FORM_RESPONSE`. Choices arrive as option ids (sometimes as plain text) and become their text.

use domain::{instant::Instant, playbook::Source};
use serde_json::Value as Json;

use super::{Provider, has, items, text};
use crate::{
    question::{Draft, unwrapped},
    reading::Reading,
    refusal::Refusal,
    request::Request,
    signature,
    submission::Submission,
};

pub(super) static PROVIDER: Provider =
    Provider { source: Source::Tally, recognises, read, signed_by: Some("tally-signature"), verify };

fn recognises(json: &Json) -> bool {
    text(json, "/eventType").is_some_and(|kind| kind == "FORM_RESPONSE") && has(json, "/data/fields")
}

fn read(json: &Json, reading: &Reading) -> Result<Vec<Submission>, Refusal> {
    let mut draft = Draft::new(Source::Tally, reading)
        .form_name(text(json, "/data/formName").or_else(|| text(json, "/data/formId")))
        .provider_id(text(json, "/data/responseId").or_else(|| text(json, "/eventId")))
        .submitted_at(json, "/data/createdAt");
    let is_beside =
        |field: &Json| matches!(text(field, "/type").as_deref(), Some("HIDDEN_FIELDS" | "CALCULATED_FIELDS"));
    let (beside, asked): (Vec<_>, Vec<_>) = items(json, "/data/fields").partition(|(_, field)| is_beside(field));
    for (pointer, field) in asked {
        let kind = text(field, "/type").unwrap_or_default();
        let label = text(field, "/label").unwrap_or_default();
        let key = text(field, "/key").unwrap_or_default();
        let answer = resolve(field);
        // A question that takes one choice still sends a list.
        let one = matches!(kind.as_str(), "MULTIPLE_CHOICE" | "DROPDOWN");
        let answer = if one { unwrapped(&answer) } else { &answer };
        draft.answer(&[&label, &key], answer, &format!("{pointer}/value"));
        draft.typed(&[&label, &key], &kind);
    }
    for (pointer, field) in beside {
        let label = text(field, "/label").unwrap_or_default();
        let key = text(field, "/key").unwrap_or_default();
        let is_hidden = text(field, "/type").is_some_and(|kind| kind == "HIDDEN_FIELDS");
        let hidden = format!("hidden.{label}");
        let names = if is_hidden { vec![&*hidden, &label, &key] } else { vec![&*label, &*key] };
        draft.beside(&names, &resolve(field), &format!("{pointer}/value"));
    }
    Ok(vec![draft.finish()])
}

/// The value with every option id replaced by the option's text.
fn resolve(field: &Json) -> Json {
    let find = |list: &str, id: &Json| {
        let found = items(field, list).find(|(_, option)| option.get("id") == Some(id));
        found.and_then(|(_, option)| text(option, "/text")).map(Json::from)
    };
    let option = |id: &Json| find("/options", id).or_else(|| find("/columns", id)).unwrap_or_else(|| id.clone());
    match field.get("value").unwrap_or(&Json::Null) {
        Json::Array(ids) => ids.iter().map(option).collect(),
        // A matrix: row id → column ids.
        Json::Object(rows) if has(field, "/rows") => rows
            .iter()
            .flat_map(|(row, columns)| {
                let row = find("/rows", &Json::from(row.as_str())).unwrap_or_else(|| Json::from(row.as_str()));
                let row = row.as_str().unwrap_or_default().to_owned();
                let columns = columns.as_array().cloned().unwrap_or_default();
                columns.into_iter().map(move |column| (row.clone(), column))
            })
            .map(|(row, column)| Json::from(format!("{row}: {}", option(&column).as_str().unwrap_or_default())))
            .collect(),
        other => option(other),
    }
}

fn verify(request: &Request, secret: &str, _now: Instant) -> Result<(), Refusal> {
    signature::check_base64(secret, &[request.body], signature::header(request, "tally-signature")?)
}
