//! A submission to paste: what somebody could write into a form of this playbook.

use domain::{
    id::FormId,
    playbook::{FieldSchema, Form, Playbook},
    value::FieldType,
};
use serde_json::{Map, Value as Json, json};

/// Fields that a sample fills, where the form has them.
const TOLD: [&str; 6] = ["name", "email", "phone", "message", "employees", "website"];

/// A form and a submission to it; none where the playbook has no form.
pub fn sample(playbook: &Playbook) -> Option<(&FormId, Json)> {
    let preferred = playbook.forms.iter().find(|(id, _)| id.as_str() == "demo-request");
    let (id, form) = preferred.or_else(|| playbook.forms.iter().next())?;
    Some((id, filled(form, playbook)))
}

/// A submission to a form.
pub fn filled(form: &Form, playbook: &Playbook) -> Json {
    let mut body = Map::new();
    for (target, questions) in &form.map {
        let (kind, field) = target.split_once('.').unwrap_or(("", target));
        let Some(question) = questions.first() else { continue };
        if !TOLD.contains(&field) && !form.required.contains(target) {
            continue;
        }
        let schema = playbook.schema.kinds.get(&kind.into()).and_then(|kind| kind.fields.get(field));
        body.insert(question.clone(), value(kind, field, schema, playbook));
    }
    Json::Object(body)
}

fn value(kind: &str, field: &str, schema: Option<&FieldSchema>, playbook: &Playbook) -> Json {
    let field_type = schema.map_or(FieldType::Text, |schema| schema.field_type);
    let bands = schema.and_then(|schema| playbook.schema.bands.get(schema.bands.as_ref()?));
    match (field_type, field) {
        (FieldType::Number, _) => bands
            .and_then(|bands| bands.iter().find(|(_, number)| **number > 50.0).map(|(choice, _)| json!(choice)))
            .unwrap_or(json!(60)),
        (FieldType::Email, _) => json!("ada@example.com"),
        (FieldType::Phone, _) => json!("+49 30 123456"),
        (FieldType::Url, _) => json!("https://example.com"),
        (FieldType::YesNo, _) => json!(true),
        (FieldType::Choice, _) => json!(schema.and_then(|schema| schema.choices.first())),
        (_, "message") => json!("We lose leads at night."),
        (_, "name") if kind == "company" => json!("Example Ltd"),
        _ => json!("Ada Example"),
    }
}
