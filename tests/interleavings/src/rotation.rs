//! The only look into a pool's row: what it says of what it gave.

use std::collections::BTreeMap;

use domain::{
    id::{PersonId, RecordKey, RequestId},
    rotation::{Amount, PoolState, Slot},
};
use serde::Serialize;

/// Records that went to each member and stayed; those without any are left out.
pub fn given(state: &PoolState) -> BTreeMap<PersonId, u64> {
    let given = state.members.iter().map(|(person, share)| (person.clone(), share.given));
    given.filter(|(_, given)| *given > 0).collect()
}

/// What all members together are owed.
pub fn owed_by_all(state: &PoolState) -> Amount {
    state.members.values().map(|share| share.owed(state.level)).sum()
}

/// Whose open work each record is, for the pool.
pub fn slots(state: &PoolState) -> BTreeMap<RecordKey, PersonId> {
    state.slots.iter().map(|(record, slot)| (record.clone(), slot.person.clone())).collect()
}

/// How many records each member has open, as the pool counts; those without any are left out.
pub fn open(state: &PoolState) -> BTreeMap<PersonId, usize> {
    let open = state.members.iter().map(|(person, share)| (person.clone(), share.open() as usize));
    open.filter(|(_, open)| *open > 0).collect()
}

/// All that a store would keep of a pool, in its rows.
pub fn rows(state: &PoolState) -> impl Serialize {
    let slots: Vec<(RecordKey, Slot)> = state.slots.clone().into_iter().collect();
    (state.clone(), state.members.clone(), slots, state.line.clone())
}

/// Picks that are kept until their records have applied them.
pub fn lines(state: &PoolState) -> impl Iterator<Item = (&RequestId, &PersonId)> {
    state.ledger.iter().map(|line| (&line.request, &line.person))
}
