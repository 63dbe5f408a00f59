//! What tells who somebody is: the values that a form identifies its records by.
//!
//! The first value that came names the record, so two submissions at the same moment are one record. The others
//! lead to a record that is known already, by a row for each; only if one record has the value and nothing that
//! ranks above it says that it is somebody else: colleagues share a switchboard.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    domain_name::address_key,
    id::{Kind, MatchKey, RecordKey, derive},
    playbook::{Playbook, Schema},
    value::{FieldName, FieldType, Fields, Value},
    visible::visible,
};

use super::{
    country, is_placeholder_address, is_placeholder_number,
    phone::{self, FEWEST_DIGITS},
};

/// A value that tells who somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifier {
    pub field: FieldName,
    /// As the record has it.
    pub value: String,
    /// The record that it names where nothing ranks above it.
    pub names: RecordKey,
    /// By what other records that have it are found.
    pub key: MatchKey,
}

/// By what somebody is known, without the value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownBy {
    pub field: FieldName,
    /// The record that the value names where nothing ranks above it.
    pub names: RecordKey,
    /// By what other records that have it are found; none of a number without its country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<MatchKey>,
}

impl KnownBy {
    fn is_same(&self, other: &Self) -> bool {
        self.names == other.names || self.key.is_some() && self.key == other.key
    }
}

/// Whether two are the same person: what ranks highest of what both are known by decides. Both in the order of ranks.
pub fn is_same_person(one: &[KnownBy], other: &[KnownBy]) -> bool {
    let both = one.iter().find_map(|known| Some((known, other.iter().find(|theirs| theirs.field == known.field)?)));
    both.is_some_and(|(known, theirs)| known.is_same(theirs))
}

/// By what a record of this kind is known, of these of its fields, in their order.
pub fn known_by<'n>(
    names: impl IntoIterator<Item = &'n FieldName>,
    kind: &Kind,
    schema: &Schema,
    fields: &Fields,
) -> Vec<KnownBy> {
    let known = |field: &FieldName| {
        let value = fields.get(field)?;
        let field_type = schema.kinds.get(kind)?.fields.get(field)?.field_type;
        let exact = key_of(value, field_type)?;
        let key = |spelt: String| MatchKey::new(derive("mat_", &["identity", kind.as_str(), field, &spelt]));
        Some(KnownBy {
            field: field.clone(),
            names: named(kind, &format!("{field}:{exact}")),
            key: spelt(value, field_type, fields).map(key),
        })
    };
    names.into_iter().filter_map(known).collect()
}

/// What identifies a record of this kind, by these of its fields, in their order.
pub fn identifiers<'n>(
    names: impl IntoIterator<Item = &'n FieldName>,
    kind: &Kind,
    schema: &Schema,
    fields: &Fields,
) -> Vec<Identifier> {
    let identifier = |KnownBy { field, names, key }: KnownBy| {
        let value = fields.get(&field)?.to_string();
        Some(Identifier { field, value, names, key: key? })
    };
    known_by(names, kind, schema, fields).into_iter().filter_map(identifier).collect()
}

/// By what a record is found besides its name: the identifiers that forms ask for and that do not name it.
pub fn found_by(playbook: &Playbook, record: &RecordKey, fields: &Fields) -> BTreeSet<MatchKey> {
    let forms = playbook.forms.values().filter(|form| form.record == record.kind);
    let names: BTreeSet<&FieldName> = forms.filter_map(|form| form.identify.get(&record.kind)).flatten().collect();
    let all = identifiers(names, &record.kind, &playbook.schema, fields);
    all.into_iter().filter(|identifier| identifier.names != *record).map(|identifier| identifier.key).collect()
}

/// The record that an identifier names: `email:ada@example.com`.
pub fn named(kind: &Kind, identifier: &str) -> RecordKey {
    RecordKey::new(kind.clone(), derive("", &[kind.as_str(), identifier]))
}

/// A value as a part of a record's name: equal for the spellings of one thing. None for what may be anybody's.
pub fn key_of(value: &Value, field_type: FieldType) -> Option<String> {
    let text = visible(&value.to_string());
    let key = match field_type {
        FieldType::Email => address_key(&text),
        FieldType::Phone => {
            let number: String = text.chars().filter(|letter| letter.is_ascii_digit() || *letter == '+').collect();
            let is_known = number.len() >= FEWEST_DIGITS && !is_placeholder_number(&text);
            if is_known { number } else { String::new() }
        }
        FieldType::Url => {
            let bare = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest).trim_start_matches("www.");
            bare.trim_end_matches('/').to_lowercase()
        }
        _ => text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase(),
    };
    (!key.is_empty()).then_some(key)
}

/// A value in more of its spellings: a number with its country. None for what may be anybody's.
fn spelt(value: &Value, field_type: FieldType, fields: &Fields) -> Option<String> {
    let text = value.to_string();
    match field_type {
        FieldType::Email if is_placeholder_address(&text) => None,
        FieldType::Phone => phone::plain(&text, country([fields]).as_ref()),
        _ => key_of(value, field_type),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Schema {
        serde_json::from_value(serde_json::json!({ "kinds": { "lead": { "fields": {
            "email": { "type": "email" }, "phone": { "type": "phone" }, "country": { "type": "text" },
        } } } }))
        .unwrap()
    }

    fn identified(fields: &[(&str, &str)]) -> Vec<Identifier> {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), Value::text(*value))).collect();
        identifiers(&["email".to_owned(), "phone".to_owned()], &"lead".into(), &schema(), &fields)
    }

    #[test]
    fn spellings_of_one_number_lead_to_one_record_and_a_name_is_what_it_always_was() {
        let [email, phone] = &identified(&[("email", "Ada@Example.com"), ("phone", "+49 30 123456")])[..] else {
            panic!("two identifiers");
        };
        assert_eq!(email.names.id, derive("", &["lead", "email:ada@example.com"]));
        assert_eq!(phone.names.id, derive("", &["lead", "phone:+4930123456"]));
        let national = &identified(&[("phone", "030/123456"), ("country", "DE")])[0];
        assert_eq!(national.key, phone.key);
        assert_ne!(national.names, phone.names);
    }

    #[test]
    fn what_may_be_anybodys_number_identifies_nobody() {
        assert!(identified(&[("phone", "+00 000 0000")]).is_empty());
        assert!(identified(&[("phone", "12345")]).is_empty());
    }
}
