//! From an answer as it came to a value of a field's type.

mod choice;
pub(crate) mod email;
mod number;
mod phone;
mod url;
mod when;

use std::collections::BTreeMap;

use domain::{
    playbook::{Band, FieldSchema},
    value::{FieldType, Value},
    visible::is_invisible,
};

/// What an answer becomes: a value, a doubt about it, or only the doubt.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Coerced {
    pub value: Option<Value>,
    /// Why there is no value, or what is odd about it.
    pub doubt: Option<String>,
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
    let Coerced { value, doubt } = coerce(&Value::text(text), Some(field), bands);
    match (value, doubt) {
        (None, Some(doubt)) => Err(doubt),
        (value, _) => Ok(value),
    }
}

/// Reads an answer as the field's type. Without a schema for the field it is text.
pub(crate) fn coerce(answer: &Value, field: Option<&FieldSchema>, bands: &BTreeMap<String, Band>) -> Coerced {
    let field_type = field.map_or(FieldType::Text, |field| field.field_type);
    let answer = single(answer);
    let text = printable(&answer.to_string(), field_type);
    let text = text.trim_matches(|letter: char| letter.is_whitespace() || is_invisible(letter));
    if text.is_empty() {
        return Coerced { value: None, doubt: None };
    }
    let choices = field.map(|field| field.choices.as_slice()).unwrap_or_default();
    match field_type {
        FieldType::Text => Coerced::is(text),
        FieldType::Email => email::email(text),
        FieldType::Phone => phone::phone(text),
        FieldType::Url => url::url(text),
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
    }
}

/// A list of one is its item.
fn single(answer: &Value) -> &Value {
    match answer {
        Value::List(items) if items.len() == 1 => &items[0],
        other => other,
    }
}

/// The text without control characters. Line breaks belong to texts and lists; elsewhere, as in an address, where
/// they would start a header of their own, they only part words.
fn printable(text: &str, field_type: FieldType) -> String {
    let keep = |letter: char| match (letter, field_type) {
        ('\n' | '\r' | '\t', FieldType::Text | FieldType::List | FieldType::Choice | FieldType::Phone) => Some(letter),
        ('\n' | '\r', FieldType::Email) => Some(';'),
        ('\n' | '\r' | '\t', _) => Some(' '),
        (letter, _) => (!letter.is_control()).then_some(letter),
    };
    text.chars().filter_map(keep).collect()
}
