//! What a condition and a route are decided on, while a decision is in the making.

use crate::{condition::Condition, facts::RecordFacts, id::PersonId, route::Situation, value::Fields};

use super::Turn;

impl Turn<'_> {
    /// Whether a condition holds of the record as it is now.
    pub fn holds(&self, condition: &Condition) -> bool {
        condition.holds(&self.facts(None, None), self.now())
    }

    /// The same, with the reasons in sentences.
    pub fn explain(&self, condition: &Condition) -> (bool, String) {
        let verdict = condition.evaluate(&self.facts(None, None), self.now());
        let zone = &self.context.plan.playbook.organisation.time_zone;
        (verdict.holds(), verdict.sentence(zone, self.now()))
    }

    /// The part by which it does not hold of the record, of what it was before and of the event that is being decided.
    pub(super) fn failing_part(&self, condition: &Condition) -> Option<u8> {
        let event = self.event.map(|event| &event.unmapped);
        condition.failing_part(&self.facts(event, Some(self.before)), self.now())
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
            schema: &self.context.plan.playbook.schema,
            calendar: self.context.plan.playbook.organisation.calendar(),
        }
    }
}
