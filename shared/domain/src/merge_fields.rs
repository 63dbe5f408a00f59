//! What the texts of a playbook may name of a record, its people and the organisation, and what stands there.

use std::collections::BTreeMap;

use crate::{
    history::Head,
    id::RecordKey,
    playbook::{Person, Playbook},
    template::Values,
    value::{Fields, Value},
};

/// The fields of a person that a template can name.
pub const OF_PERSON: [&str; 3] = ["name", "email", "calendar_link"];
/// The fields of the organisation.
pub const OF_ORGANISATION: [&str; 2] = ["name", "booking_link"];
/// What every record has.
pub const OF_RECORD: [&str; 2] = ["kind", "id"];

/// What a text about a record is filled with: the record's fields by its kind, linked records' by the link, `owner`
/// and `sender`, `organisation` and `record`.
pub struct About<'a> {
    pub record: &'a RecordKey,
    pub head: &'a Head,
    pub linked: BTreeMap<String, Fields>,
    /// People and the organisation, as they are now.
    pub playbook: &'a Playbook,
    /// In whose name the text goes out; the owner's, where nobody is named.
    pub sender: Option<&'a Person>,
}

impl About<'_> {
    pub fn values(self) -> Values {
        let Self { record, head, linked, playbook, sender } = self;
        let owner = head.owner.as_ref().and_then(|owner| playbook.people.get(&owner.person));
        let organisation = &playbook.organisation;
        let mut values = linked;
        values.insert(record.kind.to_string(), head.fields.clone());
        values.insert("owner".to_owned(), of_person(owner));
        values.insert("sender".to_owned(), of_person(sender.or(owner)));
        let organisation = [Some(&organisation.name), organisation.booking_link.as_ref()];
        values.insert("organisation".to_owned(), named(OF_ORGANISATION, organisation));
        values.insert("record".to_owned(), named(OF_RECORD, [Some(&record.kind.to_string()), Some(&record.id)]));
        values
    }
}

fn of_person(person: Option<&Person>) -> Fields {
    let Some(person) = person else { return Fields::new() };
    named(OF_PERSON, [Some(&person.name), Some(&person.email), person.calendar_link.as_ref()])
}

fn named<const N: usize>(names: [&str; N], texts: [Option<&String>; N]) -> Fields {
    let named = names.into_iter().zip(texts);
    named.filter_map(|(name, text)| Some((name.to_owned(), Value::text(text?)))).collect()
}
