//! A record as people name it: `kind/id`, or the e-mail address or phone number that identifies it, however it is spelt.

use std::collections::BTreeSet;

use domain::{
    id::RecordKey,
    matching::{key_of, named},
    playbook::{FieldSchema, FieldType, Playbook},
};

use crate::{
    failure::Failure,
    remote::{Remote, part, refused},
};

/// The path of a record that exists, or why there is none.
pub fn record_path(remote: &Remote, written: &str) -> Result<String, Failure> {
    if let Some((kind, id)) = written.split_once('/').filter(|(kind, _)| kind.starts_with(char::is_alphabetic)) {
        return Ok(path(kind, id));
    }
    let Some(sought) = Sought::read(written) else {
        return Err(Failure::usage(format!("`{written}` names no record")).hint(HOW));
    };
    let answer = remote.get("/v1/playbook")?;
    let playbook: Playbook = serde_json::from_value(answer["playbook"].clone())
        .map_err(|error| Failure::from_error("the host's playbook cannot be read", &error))?;
    for record in sought.records(&playbook, written)? {
        let path = path(record.kind.as_str(), &record.id);
        let answered = remote.send("GET", &path, &[], "")?;
        match answered.status {
            200 => return Ok(path),
            404 => {}
            _ => return Err(refused(&answered)),
        }
    }
    Err(Failure::new(format!("no record is known by the {} `{}`", sought.what(), written.trim())).hint(HOW))
}

const HOW: &str = "check the spelling; a record is found by the first e-mail address or phone number that came for it, \
                   where `identify:` of a form names that field, or by kind/id, as `handoff send` shows it";

fn path(kind: &str, id: &str) -> String {
    format!("/v1/records/{}/{}", part(kind), part(id))
}

/// What a text looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sought {
    Email,
    Phone,
}

impl Sought {
    fn read(written: &str) -> Option<Self> {
        let digits = written.chars().filter(char::is_ascii_digit).count();
        let number = written.trim().trim_start_matches("tel:");
        match written.contains('@') {
            true => Some(Self::Email),
            false => (digits >= 7 && !number.contains(char::is_alphabetic)).then_some(Self::Phone),
        }
    }

    fn what(self) -> &'static str {
        match self {
            Self::Email => "e-mail address",
            Self::Phone => "phone number",
        }
    }

    fn field_type(self) -> FieldType {
        match self {
            Self::Email => FieldType::Email,
            Self::Phone => FieldType::Phone,
        }
    }

    /// Every record that the text can name: one for each field of this type that forms identify a kind by.
    fn records(self, playbook: &Playbook, written: &str) -> Result<BTreeSet<RecordKey>, Failure> {
        let mut records = BTreeSet::new();
        for (kind, field) in playbook.forms.values().flat_map(|form| &form.identify).flat_map(each) {
            let schema = playbook.schema.kinds.get(kind).and_then(|kind| kind.fields.get(field));
            let Some(schema) = schema.filter(|schema| schema.field_type == self.field_type()) else { continue };
            let key = self.key(written, schema, playbook)?;
            records.extend(key.map(|key| named(kind, &format!("{field}:{key}"))));
        }
        if records.is_empty() {
            let message =
                format!("no form of the playbook identifies anybody by `{}`, {}", written.trim(), self.what());
            return Err(Failure::new(message).hint(HOW));
        }
        Ok(records)
    }

    /// The text as a form would read it, and as a part of a record's name.
    fn key(self, written: &str, schema: &FieldSchema, playbook: &Playbook) -> Result<Option<String>, Failure> {
        let value = forms::value_of(written, schema, &playbook.schema.bands)
            .map_err(|why| Failure::usage(format!("`{}` is no {}: {why}", written.trim(), self.what())))?;
        Ok(value.and_then(|value| key_of(&value, self.field_type())))
    }
}

fn each<'f, K, F>((kind, fields): (&'f K, &'f Vec<F>)) -> impl Iterator<Item = (&'f K, &'f F)> {
    fields.iter().map(move |field| (kind, field))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> Playbook {
        let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/playbook"));
        playbook::load(&playbook::read_folder(folder).unwrap()).playbook.unwrap()
    }

    fn same(one: &str, other: &str) {
        let records = |written: &str| Sought::read(written).unwrap().records(&shipped(), written).unwrap();
        assert_eq!(records(one), records(other), "{one} and {other}");
    }

    #[test]
    fn every_spelling_of_an_address_names_the_same_record() {
        for other in [" Ada@Example.COM ", "a\u{200b}da@example.com", "mailto:ada@example.com", "Ada <ada@example.com>"]
        {
            same("ada@example.com", other);
        }
        same("ada@m\u{fc}ller.example", "ada@xn--mller-kva.example");
        same("jose\u{301}@example.com", "jos\u{e9}@example.com");
    }

    #[test]
    fn every_spelling_of_a_number_names_the_same_record() {
        same("+49 30 1234567", "tel:+49301234567");
        same("+49 30 1234567", "+49 (30) 123-4567");
    }

    #[test]
    fn what_is_neither_is_no_name() {
        for written in ["L1", "Ada Example", "12345"] {
            assert_eq!(Sought::read(written), None, "{written}");
        }
    }
}
