//! Chains of people that lead back to where they began.

use std::collections::{BTreeMap, BTreeSet};

use domain::{id::PersonId, playbook::Person};

/// Every circle once, from the first of its people in the order of their ids.
pub(super) fn circles<'p>(
    people: &'p BTreeMap<PersonId, Person>,
    next: impl Fn(&'p Person) -> Option<&'p PersonId>,
) -> Vec<Vec<&'p PersonId>> {
    let mut seen: BTreeSet<&PersonId> = BTreeSet::new();
    let mut found = Vec::new();
    for start in people.keys() {
        let mut way: Vec<&PersonId> = Vec::new();
        let mut at = Some(start);
        while let Some(id) = at {
            if let Some(from) = way.iter().position(|before| *before == id) {
                found.push(way[from..].to_vec());
                break;
            }
            if !seen.insert(id) {
                break;
            }
            way.push(id);
            at = people.get(id).and_then(&next);
        }
    }
    found
}
