//! From an answer as it came to a value of a field's type.

mod choice;
mod contact;
mod number;
mod when;

use std::collections::BTreeMap;

use domain::{
    playbook::{Band, FieldSchema, FieldType},
    value::Value,
};

/// What an answer becomes: a value, a doubt about it, or only the doubt.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Coerced {
    pub value: Option<Value>,
    /// Why there is no value, or what is odd about it.
    pub doubt: Option<String>,
}

/// An answer that must not go further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Harm {
    pub code: &'static str,
    pub detail: String,
}

impl Coerced {
    fn is(value: impl Into<Value>) -> Self {
        Self { value: Some(value.into()), doubt: None }
    }

    fn not(detail: impl Into<String>) -> Self {
        Self { value: None, doubt: Some(detail.into()) }
    }
}

/// Reads a text as a field's value, as an answer in a form is read; nothing if it is blank.
///
/// # Errors
///
/// Why it cannot be read.
pub fn value_of(text: &str, field: &FieldSchema, bands: &BTreeMap<String, Band>) -> Result<Option<Value>, String> {
    let Coerced { value, doubt } = coerce(&Value::text(text), Some(field), bands).map_err(|harm| harm.detail)?;
    match (value, doubt) {
        (None, Some(doubt)) => Err(doubt),
        (value, _) => Ok(value),
    }
}

/// Reads an answer as the field's type. Without a schema for the field it is text.
pub(crate) fn coerce(
    answer: &Value,
    field: Option<&FieldSchema>,
    bands: &BTreeMap<String, Band>,
) -> Result<Coerced, Harm> {
    let field_type = field.map_or(FieldType::Text, |field| field.field_type);
    let answer = single(answer);
    let text = answer.to_string();
    check(&text, field_type)?;
    let text = text.trim();
    if text.is_empty() {
        return Ok(Coerced { value: None, doubt: None });
    }
    let choices = field.map(|field| field.choices.as_slice()).unwrap_or_default();
    Ok(match field_type {
        FieldType::Text => Coerced::is(text),
        FieldType::Email => contact::email(text),
        FieldType::Phone => contact::phone(text),
        FieldType::Url => contact::url(text),
        FieldType::Number => {
            let bands = field.and_then(|field| bands.get(field.bands.as_deref()?));
            number::number(answer, text, bands)
        }
        FieldType::Money => number::money(answer, text),
        FieldType::YesNo => choice::yes_no(answer, text),
        FieldType::Date => when::date(text),
        FieldType::Instant => when::instant(text),
        FieldType::Choice => choice::choice(text, choices),
        FieldType::List => choice::list(answer, text, choices),
    })
}

/// A list of one is its item.
fn single(answer: &Value) -> &Value {
    match answer {
        Value::List(items) if items.len() == 1 => &items[0],
        other => other,
    }
}

/// Line breaks belong to texts and lists; in an address they would start a header of their own.
fn check(text: &str, field_type: FieldType) -> Result<(), Harm> {
    let breaks = matches!(field_type, FieldType::Text | FieldType::List | FieldType::Choice);
    let forbidden = |letter: char| letter.is_control() && !(breaks && matches!(letter, '\n' | '\r' | '\t'));
    match text.chars().find(|letter| forbidden(*letter)) {
        None => Ok(()),
        Some(letter) => {
            let code = if field_type == FieldType::Email { "email_invalid" } else { "control_character" };
            Err(Harm { code, detail: format!("the character U+{:04X} is not accepted here", u32::from(letter)) })
        }
    }
}

/// A value as a part of a record's key: equal for the spellings of one thing.
pub(crate) fn key_of(value: &Value, field_type: FieldType) -> Option<String> {
    let text = value.to_string();
    let key = match field_type {
        FieldType::Phone => text.chars().filter(|letter| letter.is_ascii_digit() || *letter == '+').collect(),
        FieldType::Url => {
            let bare = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest).trim_start_matches("www.");
            bare.trim_end_matches('/').to_lowercase()
        }
        _ => text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase(),
    };
    (!key.is_empty()).then_some(key)
}
