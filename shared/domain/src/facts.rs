//! What conditions read: the record, the records it is linked to, and the event.

use std::collections::BTreeMap;

use crate::{
    calendar::Calendar,
    condition::{Facts, FieldPath},
    history::Head,
    id::{PersonId, RecordKey},
    playbook::Schema,
    value::{Fields, Value},
};

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

/// A linked record as a decision reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct Linked {
    pub record: RecordKey,
    pub seq: u64,
    pub fields: Fields,
    pub owner: Option<PersonId>,
}

impl Linked {
    /// What a decision reads of a record as it stands after entry `seq`.
    pub fn read(record: RecordKey, seq: u64, head: &Head) -> Self {
        let owner = head.owner.as_ref().map(|owner| owner.person.clone());
        Self { record, seq, fields: head.fields.clone(), owner }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        calendar::{WeeklyHours, Zone},
        condition::Condition,
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
