use serde::{Deserialize, Serialize};

use super::Way;
use crate::{
    id::RecordKey,
    value::{Fields, Value},
    visible::is_blank,
};

/// So many records of one key are looked at. With as many, it is not said how many more there are.
pub const MOST: usize = 5;

/// One way in which a linked record was sought, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    pub way: Way,
    /// What it was sought by, as it came.
    pub value: String,
    pub found: Found,
}

/// What a search came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    None,
    One {
        record: RecordKey,
        /// What the record is called.
        called: String,
    },
    /// So many, or [`MOST`] and perhaps more: none is chosen.
    Several(usize),
}

impl Found {
    /// This record, as people call it.
    pub fn one(record: &RecordKey, fields: &Fields) -> Self {
        Self::One { record: record.clone(), called: called(record, fields) }
    }
}

/// What people tell a record by, the best first.
const TOLD_BY: [&str; 5] = ["name", "email", "phone", "domain", "website"];

/// What people call a record: its name, else its address or number; none where it has nothing of the kind.
pub fn name_of(fields: &Fields) -> Option<&str> {
    let filled = |field: &&str| fields.get(*field).and_then(Value::as_text).filter(|text| !is_blank(text));
    TOLD_BY.iter().find_map(filled)
}

/// The same inside a sentence: `a lead without a name` where it has none. Never its id, which tells nobody anything.
pub fn called(record: &RecordKey, fields: &Fields) -> String {
    name_of(fields).map_or_else(|| nameless(record), str::to_owned)
}

/// `a lead without a name`.
pub fn nameless(record: &RecordKey) -> String {
    let kind = record.kind.as_str().replace(['_', '-'], " ");
    let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {kind} without a name")
}

impl Tried {
    /// The record that was found, if it is one.
    pub fn record(&self) -> Option<&RecordKey> {
        if let Found::One { record, .. } = &self.found { Some(record) } else { None }
    }

    /// `Matched to company Acme GmbH by its name “ACME”`, or why to none.
    pub fn sentence(&self, linked: &str) -> String {
        let by = match self.way {
            Way::EmailDomain => "the e-mail's domain",
            Way::Name => "its name",
            Way::Phone => "the phone number",
        };
        let value = &self.value;
        match &self.found {
            Found::None => format!("No {linked} is found by {by} \u{201c}{value}\u{201d}"),
            Found::One { called, .. } => format!("Matched to {linked} {called} by {by} \u{201c}{value}\u{201d}"),
            Found::Several(count) => {
                let count = if *count < MOST { count.to_string() } else { format!("{count} or more") };
                format!("No {linked} is chosen by {by} \u{201c}{value}\u{201d}: {count} have it")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_called_by_the_best_it_has_and_never_by_its_id() {
        let lead = RecordKey::new("lead", "8f3a");
        let called = |fields: &[(&str, &str)]| {
            let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), Value::text(*value))).collect();
            called(&lead, &fields)
        };
        let (phone, email) = (("phone", "+49 30 123456"), ("email", "ada@example.com"));
        assert_eq!(called(&[phone, email, ("name", "Ada Brandt")]), "Ada Brandt");
        assert_eq!(called(&[phone, email, ("name", " ")]), "ada@example.com");
        assert_eq!(called(&[phone, ("message", "Hello")]), "+49 30 123456");
        assert_eq!(called(&[]), "a lead without a name");
        assert_eq!(nameless(&RecordKey::new("account", "1")), "an account without a name");
    }
}
