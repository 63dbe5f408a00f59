//! What conditions read: the record, the records it is linked to, and the event.

use crate::{
    condition::{Condition, Facts, FieldPath},
    event::Event,
    playbook::Schema,
    value::{Fields, Value},
};

use std::collections::BTreeMap;

use super::{Linked, Turn};

/// A record's facts at one decision.
pub struct RecordFacts<'a> {
    /// The record's kind: the root its own fields are named by.
    pub kind: &'a str,
    pub fields: &'a Fields,
    /// The fields before the event that is being decided.
    pub before: Option<&'a Fields>,
    pub linked: &'a BTreeMap<String, Linked>,
    /// What came with the event and no field takes: `event.campaign`.
    pub event: Option<&'a Fields>,
    pub schema: &'a Schema,
}

impl Facts for RecordFacts<'_> {
    fn value(&self, path: &FieldPath) -> Option<&Value> {
        if path.root == self.kind {
            self.fields.get(&path.field)
        } else if path.root == "event" {
            self.event?.get(&path.field)
        } else {
            self.linked.get(&path.root)?.fields.get(&path.field)
        }
    }

    fn before(&self, path: &FieldPath) -> Option<&Value> {
        if path.root == self.kind { self.before?.get(&path.field) } else { self.value(path) }
    }

    fn label(&self, path: &FieldPath) -> String {
        self.schema.label(self.kind, path)
    }
}

impl Turn<'_> {
    /// Whether a condition holds of the record as it is now.
    pub fn holds(&self, condition: &Condition) -> bool {
        condition.holds(&self.facts(None, None), self.now())
    }

    /// Whether it holds of the record and the event that is being decided.
    pub(super) fn holds_for(&self, condition: &Condition, event: &Event, before: &Fields) -> bool {
        condition.holds(&self.facts(Some(&event.unmapped), Some(before)), self.now())
    }

    fn facts<'a>(&'a self, event: Option<&'a Fields>, before: Option<&'a Fields>) -> RecordFacts<'a> {
        RecordFacts {
            kind: self.record.kind.as_str(),
            fields: &self.head.fields,
            before,
            linked: self.context.linked,
            event,
            schema: &self.context.playbook.schema,
        }
    }
}
