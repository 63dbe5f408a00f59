//! Finding a record that is known already by its domain, what it is called, or its phone number.
//!
//! Spellings of one thing have one key, and a row for each key leads to the records that have it. A record's id says
//! nothing of its name, and a company that a CRM sent has an id of its own: so a record of a kind that some `match_by`
//! looks for says in its entry what it is found by. Without `match_by` no such key is written or read.
//!
//! A key is a hash, so rows hold no names. A row goes only with its record: it says who *once* had the name. A reader
//! of a row looks at the record, whose head says what it is found by now. So a renamed company is not found by its old
//! name, and a repeated follow-up cannot bring that back.
//!
//! A match is a guess, for two companies may have one name. If several records fit, none is chosen, and the timeline
//! says how many there are. If one fits, only the link is written: what the form says of the company stays with the
//! lead. A wrong guess is then one wrong link and not a spoilt company.

mod domain;
mod found;
mod identity;
mod name;
mod phone;
mod placeholder;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    country::Country,
    id::{Kind, MatchKey, RecordKey, SubmissionId, derive},
    playbook::{KindSchema, MatchBy, Schema},
    value::{FieldType, Fields, Value},
};

pub use found::{Found, MOST, Tried, called, name_of, nameless};
pub use identity::{Identifier, KnownBy, found_by, identifiers, is_same_person, key_of, known_by, named};
pub use name::{is_called, is_same_name, is_shorter_form_of};
pub use phone::{dialled_with, international};
pub use placeholder::{
    is_in, is_placeholder, is_placeholder_address, is_placeholder_name, is_placeholder_number, is_placeholder_part,
};

/// By what a linked record was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    EmailDomain,
    Name,
    Phone,
}

impl Way {
    /// As it reads after what was found: `matched by its name`.
    pub fn words(self) -> &'static str {
        match self {
            Self::EmailDomain => "matched by the e-mail's domain",
            Self::Name => "matched by its name",
            Self::Phone => "matched by phone",
        }
    }
}

/// A value that a linked record may be found by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sought {
    pub way: Way,
    /// As it came.
    pub value: String,
    pub key: MatchKey,
}

/// What a record of this kind is found by, as its fields are.
pub fn keys(schema: &Schema, kind: &Kind, fields: &Fields) -> BTreeSet<MatchKey> {
    let rules = schema
        .kinds
        .values()
        .flat_map(|own| own.match_by.iter().filter(|(link, _)| own.links.get(*link) == Some(kind)).map(|(_, by)| by));
    let rules: Vec<&MatchBy> = rules.collect();
    if rules.is_empty() {
        return BTreeSet::new();
    }
    let country = country([fields]);
    let keys = |by: &MatchBy| {
        let key = |way, field: &Option<String>| {
            let field = field.as_ref()?;
            key(kind, way, field, fields.get(field)?.as_text()?, country.as_ref())
        };
        [key(Way::EmailDomain, &by.email_domain), key(Way::Name, &by.name), key(Way::Phone, &by.phone)]
    };
    rules.into_iter().flat_map(keys).flatten().collect()
}

/// The key of the record that a submission filled, so that a later version of the submission finds it even where
/// its answers would identify another record.
pub fn submission_key(submission: &SubmissionId) -> MatchKey {
    MatchKey::new(derive("mat_", &["submission", submission.as_str()]))
}

/// The key of a record's name, by which the record is found that it stands for. Only a name that no record has is
/// looked for.
pub fn name_key(record: &RecordKey) -> MatchKey {
    MatchKey::new(derive("mat_", &["name", record.kind.as_str(), &record.id]))
}

/// The ways to find the record behind a link, in order: its domain, which decides alone where it is known; else its
/// name, then its phone number or the phone number of the record that links to it.
pub fn sought(own: &KindSchema, link: &str, fields: &Fields, linked: &Fields) -> Vec<Sought> {
    let (Some(kind), Some(by)) = (own.links.get(link), own.match_by.get(link)) else { return Vec::new() };
    let country = country([linked, fields]);
    let sought = |way, field: &Option<String>, value: Option<&Value>| {
        let value = value?.as_text()?;
        let key = key(kind, way, field.as_ref()?, value, country.as_ref())?;
        Some(Sought { way, value: value.to_owned(), key })
    };
    let said = |field: &Option<String>| linked.get(field.as_ref()?);
    let is_phone = |name: &&String| own.fields[*name].field_type == FieldType::Phone;
    let own_phone = || own.fields.keys().filter(is_phone).find_map(|name| fields.get(name));
    if let Some(by_domain) = sought(Way::EmailDomain, &by.email_domain, said(&by.email_domain)) {
        return vec![by_domain];
    }
    let ways = [
        sought(Way::Name, &by.name, said(&by.name)),
        sought(Way::Phone, &by.phone, said(&by.phone).or_else(own_phone)),
    ];
    ways.into_iter().flatten().collect()
}

/// The key of a value, hashed: rows hold no names and no numbers. None if it tells too little.
fn key(kind: &Kind, way: Way, field: &str, value: &str, country: Option<&Country>) -> Option<MatchKey> {
    let plain = match way {
        Way::EmailDomain => domain::plain(value)?,
        Way::Name => name::plain(value)?,
        Way::Phone => phone::plain(value, country)?,
    };
    Some(MatchKey::new(derive("mat_", &[kind.as_str(), field, &plain])))
}

/// The country that the first of these says, in its field `country`.
pub fn country<const N: usize>(said: [&Fields; N]) -> Option<Country> {
    said.into_iter().find_map(|fields| Country::read(fields.get("country")?.as_text()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Schema {
        serde_json::from_value(serde_json::json!({ "kinds": {
            "lead": {
                "fields": { "phone": { "type": "phone" }, "country": { "type": "text" } },
                "links": { "company": "company", "agency": "company" },
                "match_by": { "company": { "email_domain": "domain", "name": "name", "phone": "phone" } },
            },
            "company": { "fields": { "domain": { "type": "text" }, "name": { "type": "text" }, "phone": { "type": "phone" }, "country": { "type": "text" } } },
        } }))
        .unwrap()
    }

    fn fields<const N: usize>(fields: [(&str, &str); N]) -> Fields {
        fields.map(|(name, value)| (name.to_owned(), Value::text(value))).into()
    }

    fn check(lead: &Fields, said: &Fields, company: &Fields, expected: &[Way]) {
        let schema = schema();
        let keys = keys(&schema, &"company".into(), company);
        let sought = sought(&schema.kinds[&"lead".into()], "company", lead, said);
        let met: Vec<Way> =
            sought.iter().filter(|sought| keys.contains(&sought.key)).map(|sought| sought.way).collect();
        assert_eq!(met, expected, "{lead:?} {said:?}");
    }

    #[test]
    fn a_company_is_found_by_its_name_and_by_its_number_or_the_leads() {
        let acme = fields([("name", "Acme GmbH"), ("phone", "089 1234567"), ("country", "DE")]);
        let nothing = Fields::new();
        check(&nothing, &fields([("name", "ACME")]), &acme, &[Way::Name]);
        check(&nothing, &fields([("name", "Acme"), ("phone", "+49891234567")]), &acme, &[Way::Name, Way::Phone]);
        check(&fields([("phone", "+49891234567")]), &nothing, &acme, &[Way::Phone]);
        check(&fields([("phone", "089/123 45 67"), ("country", "Germany")]), &nothing, &acme, &[Way::Phone]);
        check(&fields([("phone", "089/123 45 67"), ("country", "AT")]), &nothing, &acme, &[]);
        check(&fields([("phone", "089/123 45 67")]), &nothing, &acme, &[]);
        check(&nothing, &fields([("name", "Apex")]), &acme, &[]);
    }

    #[test]
    fn where_the_domain_is_known_it_alone_decides() {
        let acme = fields([("name", "Acme"), ("domain", "acme.example")]);
        let lead = Fields::new();
        check(&lead, &fields([("name", "Apex"), ("domain", "www.acme.example")]), &acme, &[Way::EmailDomain]);
        check(&lead, &fields([("name", "Acme"), ("domain", "acme.test")]), &acme, &[]);
    }

    #[test]
    fn only_a_kind_and_a_link_that_are_matched_have_keys() {
        let acme = fields([("name", "Acme")]);
        assert!(keys(&schema(), &"lead".into(), &acme).is_empty());
        assert!(sought(&schema().kinds[&"lead".into()], "agency", &Fields::new(), &acme).is_empty());
    }
}
