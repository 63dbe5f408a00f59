//! The only look into a pool's row: what it says of what it gave.

use std::collections::BTreeMap;

use domain::{
    assignment::PoolState,
    id::{PersonId, RequestId},
};

/// Records that went to each member and stayed; those without any are left out.
pub fn given(state: &PoolState) -> BTreeMap<PersonId, u64> {
    let given = state.members.iter().map(|(person, share)| (person.clone(), share.given));
    given.filter(|(_, given)| *given > 0).collect()
}

/// What all members together are owed, in units of a share. Rounding is part of who is picked, so it is nothing.
pub fn owed_by_all(state: &PoolState) -> i64 {
    state.members.values().map(|share| share.owed).sum()
}

/// Picks that are kept until their records have applied them.
pub fn lines(state: &PoolState) -> impl Iterator<Item = (&RequestId, &PersonId)> {
    state.ledger.iter().map(|line| (&line.request, &line.person))
}
