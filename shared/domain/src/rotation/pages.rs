//! How a pool is laid out in a store, and what a save has to write. Members are stored in pages of a few,
//! so that a pick in a pool of a thousand writes the pool's own row and the page of the member
//! who was picked, and not all of them. Slots of open records are rows too, read only for the records at hand.

use std::collections::{BTreeMap, BTreeSet};

use super::{Place, PoolState, Share, Slot};
use crate::id::{PersonId, RecordKey};

/// How many members a page holds: where rows are dear, a small pool's only page fits in its own row.
const MEMBERS: usize = 16;

/// One page of members.
pub type Page = BTreeMap<PersonId, Share>;

/// The page a new member comes to. Members never leave, so pages fill up one after the other.
pub(super) fn next(members: &BTreeMap<PersonId, Share>) -> u16 {
    u16::try_from(members.len() / MEMBERS).unwrap_or(u16::MAX)
}

impl PoolState {
    /// The members on a page.
    pub fn page(&self, page: u16) -> Page {
        let on_page = self.members.iter().filter(|(_, share)| share.page == page);
        on_page.map(|(person, share)| (person.clone(), share.clone())).collect()
    }

    /// Puts a stored page back.
    pub fn add_page(&mut self, page: u16, members: Page) {
        for (person, mut share) in members {
            share.page = page;
            self.members.insert(person, share);
        }
    }

    /// The pages that differ from what they were.
    pub fn changed_pages(&self, before: &Self) -> BTreeSet<u16> {
        let changed = self.members.iter().filter(|(person, share)| before.members.get(*person) != Some(*share));
        changed.map(|(_, share)| share.page).collect()
    }

    /// The places in line that differ from what they were: those that joined, and those that left.
    pub fn changed_line<'s>(&'s self, before: &'s Self) -> (Vec<&'s Place>, Vec<&'s Place>) {
        (self.line.difference(&before.line).collect(), before.line.difference(&self.line).collect())
    }

    /// The slots that differ from what they were, as they are now; none for one that is gone.
    pub fn changed_slots<'s>(&'s self, before: &'s Self) -> Vec<(&'s RecordKey, Option<&'s Slot>)> {
        let gone = before.slots.keys().filter(|record| !self.slots.contains_key(*record)).map(|record| (record, None));
        let now = self.slots.iter().filter(|(record, slot)| before.slots.get(*record) != Some(*slot));
        gone.chain(now.map(|(record, slot)| (record, Some(slot)))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instant::Instant;

    fn pool_of(members: usize) -> PoolState {
        let mut state = PoolState::default();
        let people: Vec<PersonId> = (0..members).map(|i| PersonId::new(format!("p{i:04}"))).collect();
        let available: Vec<(&PersonId, u32)> = people.iter().map(|person| (person, 1)).collect();
        state.take_part(&available, Instant::from_millis(0));
        state
    }

    #[test]
    fn a_pool_put_together_from_its_pages_is_the_pool() {
        let before = pool_of(40);
        let mut read = PoolState { members: BTreeMap::new(), ..before.clone() };
        for page in 0..3 {
            read.add_page(page, before.page(page));
        }
        assert_eq!((before.page(3).len(), &read), (0, &before));
    }

    #[test]
    fn a_pick_among_a_thousand_changes_one_page() {
        let before = pool_of(1000);
        let mut after = before.clone();
        after.give(&PersonId::new("p0500"), super::super::Amount::per(1000));
        assert_eq!(after.changed_pages(&before), [500 / 16].into());
    }
}
