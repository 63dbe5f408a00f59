use std::collections::BTreeMap;

use crate::{calendar::TimeOff, id::PersonId, instant::Instant, playbook::Person};

/// Who is there at a moment, and who acts for somebody who is not.
#[derive(Debug, Clone, Copy)]
pub struct Staff<'a> {
    pub people: &'a BTreeMap<PersonId, Person>,
    pub time_off: &'a BTreeMap<PersonId, Vec<TimeOff>>,
    pub now: Instant,
}

impl<'a> Staff<'a> {
    /// A person's name; the id where nobody has it.
    pub fn name(&self, person: &'a PersonId) -> &'a str {
        self.people.get(person).map_or(person.as_str(), |known| known.name.as_str())
    }

    /// Whether the person is known and has not left.
    pub fn is_active(&self, person: &PersonId) -> bool {
        self.people.get(person).is_some_and(|known| known.active)
    }

    pub fn is_away(&self, person: &PersonId) -> bool {
        self.time_off.get(person).is_some_and(|off| off.iter().any(|off| off.covers(self.now)))
    }

    /// Active and not on time off, whatever the hour.
    pub fn is_there(&self, person: &PersonId) -> bool {
        self.is_active(person) && !self.is_away(person)
    }

    /// Who acts for a person: themselves, while absent their delegate, else their manager.
    pub fn acting_for(&self, person: &PersonId) -> PersonId {
        let mut acting = person.clone();
        // As many hops as there are people: a cycle of delegates ends somewhere.
        for _ in 0..self.people.len() {
            let Some(known) = self.people.get(&acting) else { break };
            if self.is_there(&acting) {
                return acting;
            }
            match known.delegate.as_ref().or(known.manager.as_ref()) {
                Some(next) => acting = next.clone(),
                None => break,
            }
        }
        acting
    }

    /// The same, if there is anybody.
    pub fn somebody_for(&self, person: &PersonId) -> Option<PersonId> {
        Some(self.acting_for(person)).filter(|acting| self.is_there(acting))
    }
}
