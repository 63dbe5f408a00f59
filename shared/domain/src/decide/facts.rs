//! What conditions read: the record, the records it is linked to, and the event.

use crate::{
    calendar::Calendar,
    condition::{Condition, Facts, FieldPath},
    event::Event,
    id::PersonId,
    playbook::Schema,
    routing::Situation,
    value::{Fields, Value},
};

use std::collections::BTreeMap;

use super::{Linked, Turn};

/// A record's facts at one decision.
pub struct RecordFacts<'a> {
    /// The record's kind: the root its own fields are named by.
    pub kind: &'a str,
    pub fields: &'a Fields,
    /// The fields before the event that is being decided; none where no event is, and nothing has changed.
    pub before: Option<&'a Fields>,
    pub linked: &'a BTreeMap<String, Linked>,
    /// What came with the event and no field takes: `event.campaign`.
    pub event: Option<&'a Fields>,
    pub schema: &'a Schema,
    /// The organisation's: the days and working time that conditions count in.
    pub calendar: Calendar<'a>,
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
        match self.before {
            Some(before) if path.root == self.kind => before.get(&path.field),
            _ => self.value(path),
        }
    }

    fn label(&self, path: &FieldPath) -> String {
        self.schema.label(self.kind, path)
    }

    fn calendar(&self) -> Calendar<'_> {
        self.calendar
    }
}

impl Turn<'_> {
    /// Whether a condition holds of the record as it is now.
    pub fn holds(&self, condition: &Condition) -> bool {
        condition.holds(&self.facts(None, None), self.now())
    }

    /// The same, with the reasons in sentences.
    pub fn explain(&self, condition: &Condition) -> (bool, String) {
        let verdict = condition.evaluate(&self.facts(None, None), self.now());
        let zone = &self.context.playbook.organisation.time_zone;
        (verdict.holds(), verdict.sentence(zone, self.now()))
    }

    /// Whether it holds of the record and the event that is being decided.
    pub(super) fn holds_for(&self, condition: &Condition, event: &Event, before: &Fields) -> bool {
        condition.holds(&self.facts(Some(&event.unmapped), Some(before)), self.now())
    }

    /// What routes are decided on, as things are now.
    pub fn situation<'a>(&'a self, owner: Option<&'a PersonId>) -> Situation<'a> {
        Situation { facts: self.facts(None, None), staff: self.staff(), owner, matched: &self.head.matched }
    }

    pub(super) fn facts<'a>(&'a self, event: Option<&'a Fields>, before: Option<&'a Fields>) -> RecordFacts<'a> {
        RecordFacts {
            kind: self.record.kind.as_str(),
            fields: &self.head.fields,
            before,
            linked: self.context.linked,
            event,
            schema: &self.context.playbook.schema,
            calendar: self.context.playbook.organisation.calendar(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        calendar::{WeeklyHours, Zone},
        instant::Instant,
    };

    fn check(before: Option<&Fields>, now_open: bool, expected: bool) {
        let (zone, hours) = (Zone::utc(), WeeklyHours::always());
        let schema = Schema::default();
        let stage = |stage: &str| Fields::from([("stage".to_owned(), Value::text(stage))]);
        let facts = RecordFacts {
            kind: "deal",
            fields: &stage(if now_open { "open" } else { "won" }),
            before,
            linked: &BTreeMap::new(),
            event: None,
            schema: &schema,
            calendar: Calendar { zone: &zone, hours: &hours, holidays: &[] },
        };
        let condition: Condition = "deal.stage changed".parse().unwrap();
        assert_eq!(condition.holds(&facts, Instant::default()), expected);
    }

    #[test]
    fn a_field_has_changed_only_by_the_event_being_decided() {
        let open = Fields::from([("stage".to_owned(), Value::text("open"))]);
        check(Some(&open), true, false);
        check(Some(&open), false, true);
        check(Some(&Fields::new()), true, true);
        check(None, true, false);
    }
}
