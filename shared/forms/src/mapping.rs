//! From questions to the fields of records, as a form's `map:` says.
//!
//! What is optional and missing or unreadable is a gap: accepted, and visible. Refused is only
//! what the form requires, and text that could do harm further on (CR/LF in an e-mail address).

use std::collections::BTreeMap;

use domain::{
    id::Kind,
    playbook::{FieldSchema, FieldType, Form, Schema},
    value::{Fields, Value},
};
use serde::{Deserialize, Serialize};

use crate::{
    FieldProblem, Refusal,
    coerce::{Coerced, coerce, key_of},
    submission::Submission,
};

/// What a submission says about records.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Mapped {
    /// The typed fields of each kind.
    pub fields: BTreeMap<Kind, Fields>,
    /// Questions that the map does not use, with their answers as they came.
    pub unmapped: Fields,
    /// Targets of the map that stay empty or are doubtful, and why.
    pub gaps: Vec<Gap>,
    /// For each kind with `identify:` the key of the record: `email:ada@example.com`.
    pub keys: BTreeMap<Kind, String>,
}

/// A target of the map that could not be filled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// As the map names it: `lead.phone`.
    pub target: String,
    pub why: Why,
}

/// Why a target stays empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// None of the questions was answered.
    Missing,
    /// The answer, and what is wrong with it.
    Unreadable { answer: String, detail: String },
}

/// Fills the fields of records from a submission.
///
/// Refuses with 422 and a pointer for each field that is required and missing or unreadable,
/// and for each answer that holds control characters where its type allows none.
pub fn map(submission: &Submission, form: &Form, schema: &Schema) -> Result<Mapped, Refusal> {
    let mut mapped = Mapped { unmapped: submission.fields.clone(), ..Mapped::default() };
    let mut problems = Vec::new();
    for (target, questions) in &form.map {
        let required = form.required.contains(target);
        match fill(submission, target, questions, schema, &mut mapped) {
            Ok(true) => {}
            Ok(false) if required => problems.push(required_problem(submission, target, questions, &mapped)),
            Ok(false) => {}
            Err(problem) => problems.push(problem),
        }
    }
    for target in form.required.iter().filter(|target| !form.map.contains_key(*target)) {
        let detail = format!("{target} is required and the map of this form does not fill it");
        problems.push(FieldProblem::new("", "required_missing", detail));
    }
    if !problems.is_empty() {
        return Err(Refusal::Fields(problems));
    }
    if let Some(honeypot) = form.honeypot.as_deref().and_then(|name| submission.question(name)) {
        mapped.unmapped.remove(honeypot);
    }
    mapped.keys = keys(form, schema, &mapped);
    Ok(mapped)
}

/// Whether the target is filled afterwards; if not, there is a gap.
fn fill(
    submission: &Submission,
    target: &str,
    questions: &[String],
    schema: &Schema,
    mapped: &mut Mapped,
) -> Result<bool, FieldProblem> {
    let mut why = Why::Missing;
    for question in questions.iter().filter_map(|name| submission.question(name)) {
        let Some(answer) = submission.fields.get(question) else { continue };
        mapped.unmapped.remove(question);
        let Coerced { value, doubt } = coerce(answer, field(schema, target).as_ref(), &schema.bands)
            .map_err(|harm| FieldProblem::new(submission.pointer(question), harm.code, harm.detail))?;
        let unreadable = doubt.map(|detail| Why::Unreadable { answer: answer.to_string(), detail });
        if let Some(value) = value {
            mapped.gaps.extend(unreadable.map(|why| Gap { target: target.to_owned(), why }));
            let (kind, name) = split(target);
            mapped.fields.entry(kind).or_default().insert(name.to_owned(), value);
            return Ok(true);
        }
        if why == Why::Missing {
            why = unreadable.unwrap_or(Why::Missing);
        }
    }
    mapped.gaps.push(Gap { target: target.to_owned(), why });
    Ok(false)
}

fn required_problem(submission: &Submission, target: &str, questions: &[String], mapped: &Mapped) -> FieldProblem {
    let answered = questions.iter().find(|name| submission.answer(name).is_some()).or(questions.first());
    let pointer = answered.map(|name| submission.pointer(name)).unwrap_or_default();
    match mapped.gaps.last().map(|gap| &gap.why) {
        Some(Why::Unreadable { detail, .. }) => {
            FieldProblem::new(pointer, "required_unreadable", format!("{target} is required: {detail}"))
        }
        _ => FieldProblem::new(
            pointer,
            "required_missing",
            format!("{target} is required; answer {}", quoted(questions)),
        ),
    }
}

fn quoted(questions: &[String]) -> String {
    questions.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ")
}

fn split(target: &str) -> (Kind, &str) {
    let (kind, name) = target.split_once('.').unwrap_or(("", target));
    (Kind::from(kind), name)
}

fn field(schema: &Schema, target: &str) -> Option<FieldSchema> {
    let (kind, name) = split(target);
    schema.kinds.get(&kind)?.fields.get(name).cloned()
}

fn keys(form: &Form, schema: &Schema, mapped: &Mapped) -> BTreeMap<Kind, String> {
    let key = |kind: &Kind, names: &[String]| {
        names.iter().find_map(|name| {
            let value: &Value = mapped.fields.get(kind)?.get(name)?;
            let field_type = field(schema, &format!("{kind}.{name}")).map_or(FieldType::Text, |field| field.field_type);
            Some(format!("{name}:{}", key_of(value, field_type)?))
        })
    };
    form.identify.iter().filter_map(|(kind, names)| Some((kind.clone(), key(kind, names)?))).collect()
}
