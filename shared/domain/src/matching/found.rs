use serde::{Deserialize, Serialize};

use super::Way;
use crate::{
    id::RecordKey,
    value::{Fields, Value},
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
    /// This record, under its name where it has one.
    pub fn one(record: &RecordKey, fields: &Fields) -> Self {
        Self::One { record: record.clone(), called: called(record, fields) }
    }
}

/// What people call a record: its name, else its id.
pub fn called(record: &RecordKey, fields: &Fields) -> String {
    fields.get("name").and_then(Value::as_text).unwrap_or(&record.id).to_owned()
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
