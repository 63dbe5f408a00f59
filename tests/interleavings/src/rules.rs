//! What must hold once nothing is on its way any more.

use std::collections::BTreeMap;

use domain::{
    execution::Waiting,
    follow_up::request_timer,
    history::{Change, Entry, EventChange, Head, OwnerChange, RequestChange, RequestKind, RequestState},
    id::{PersonId, PoolId, RecordKey, RequestId},
    rotation::{Amount, PoolState},
};

use crate::{rotation, steps, world::World};

/// What does not hold, if anything.
pub fn broken(world: &World) -> Option<String> {
    check(world).err()
}

fn check(world: &World) -> Result<(), String> {
    let mut applied: BTreeMap<(PoolId, PersonId), u64> = BTreeMap::new();
    for (record, entries) in world.records() {
        let newest = entries.last().ok_or("a history without an entry")?;
        is_owned_or_waits(world, record, &newest.head)?;
        nothing_is_forgotten(world, record, &newest.head)?;
        let facts: Vec<(u64, &Change)> = changes(entries).collect();
        steps::check(record, entries)?;
        each_request_ends_once(record, &facts)?;
        a_call_saves_the_owner(record, &facts)?;
        for place in facts.iter().filter_map(|(_, change)| slot(change)) {
            *applied.entry(place).or_default() += 1;
        }
        for place in each_credit_is_carried_out_once(record, &newest.head, &facts)? {
            *applied.entry(place).or_default() -= 1;
        }
    }
    for (pool, state) in world.pools() {
        nothing_drifts(pool, state, &applied)?;
        lines_are_applied(world, pool, state)?;
        if world.counts_open {
            capacity_is_as_recounted(world, pool, state)?;
        }
    }
    Ok(())
}

fn changes(entries: &[std::sync::Arc<Entry>]) -> impl Iterator<Item = (u64, &Change)> {
    entries.iter().flat_map(|entry| entry.changes.iter().map(|change| (entry.seq, change)))
}

/// The slot that an applied assignment took.
fn slot(change: &Change) -> Option<(PoolId, PersonId)> {
    let Change::Owner(OwnerChange::Assigned { person, pool, candidates, .. }) = change else { return None };
    (candidates.pick > 0).then(|| Some((pool.clone()?, person.clone())))?
}

fn is_owned_or_waits(world: &World, record: &RecordKey, head: &Head) -> Result<(), String> {
    if !head.closed && head.owner.is_none() && head.awaited_requests().next().is_none() {
        return Err(format!("{record} has no owner and awaits none"));
    }
    for request in head.awaited_requests() {
        let visible = match request.state {
            RequestState::Waiting { .. } => world.has_timer(&request_timer(&request.id), request.attempt),
            RequestState::Refused => !head.tasks.is_empty(),
            RequestState::Asked | RequestState::Withdrawn => false,
        };
        if !visible {
            return Err(format!("{record} awaits request {}, and nothing is on its way", request.number));
        }
    }
    Ok(())
}

fn nothing_is_forgotten(world: &World, record: &RecordKey, head: &Head) -> Result<(), String> {
    for open in &head.executions {
        let goes_on = match &open.waiting {
            Waiting::Continue => false,
            Waiting::Owner { .. } => head.awaited_requests().any(|request| request.execution == open.id),
            waiting => waiting.timer().is_some_and(|(timer, generation, _)| world.has_timer(timer, generation)),
        };
        if !goes_on {
            return Err(format!("the execution of {record} waits for nothing: {:?}", open.waiting));
        }
    }
    Ok(())
}

/// A request is applied once or withdrawn once, and not both.
fn each_request_ends_once(record: &RecordKey, facts: &[(u64, &Change)]) -> Result<(), String> {
    let mut ended: Vec<&RequestId> = Vec::new();
    for (seq, change) in facts {
        let (Change::Owner(OwnerChange::Assigned { request: Some(request), .. })
        | Change::Request(RequestChange::Withdrawn { request, .. })) = change
        else {
            continue;
        };
        if ended.contains(&request) {
            return Err(format!("entry {seq} of {record} ends a request that has ended"));
        }
        ended.push(request);
    }
    Ok(())
}

/// What was credited counts no longer, and no assignment is credited twice. Returns the slots given back.
fn each_credit_is_carried_out_once(
    record: &RecordKey,
    head: &Head,
    facts: &[(u64, &Change)],
) -> Result<Vec<(PoolId, PersonId)>, String> {
    if let Some(open) = head.credits.first() {
        return Err(format!("{record} awaits the credit of assignment {}, and nothing is on its way", open.number));
    }
    let mut given: BTreeMap<u32, (PoolId, PersonId)> = BTreeMap::new();
    for (seq, change) in facts {
        let Change::Owner(OwnerChange::CreditGiven { number, pool, person, .. }) = change else { continue };
        if given.insert(*number, (pool.clone(), person.clone())).is_some() {
            return Err(format!("entry {seq} of {record} credits assignment {number} once more"));
        }
    }
    Ok(given.into_values().collect())
}

/// An owner who called after the record became theirs keeps it: it is not taken from them for not calling.
fn a_call_saves_the_owner(record: &RecordKey, facts: &[(u64, &Change)]) -> Result<(), String> {
    let mut reassigning: Vec<&RequestId> = Vec::new();
    let mut called = false;
    for (seq, change) in facts {
        match change {
            Change::Request(RequestChange::Asked { request, kind: RequestKind::Reassign, .. }) => {
                reassigning.push(request)
            }
            Change::Event(EventChange::Received { event_type, .. }) if event_type.as_str() == "call_logged" => {
                called = true
            }
            Change::Owner(OwnerChange::Assigned { request, .. }) => {
                let for_a_miss = request.as_ref().is_some_and(|request| reassigning.contains(&request));
                if called && for_a_miss {
                    return Err(format!("entry {seq} reassigns {record} although the owner had called"));
                }
                called = false;
            }
            _ => {}
        }
    }
    Ok(())
}

/// The pool's counts are those of the histories: no slot is counted twice, none is lost.
fn nothing_drifts(pool: &PoolId, state: &PoolState, applied: &BTreeMap<(PoolId, PersonId), u64>) -> Result<(), String> {
    let of_pool = applied.iter().filter(|((of, _), _)| of == pool);
    let of_pool = of_pool.filter(|(_, count)| **count > 0);
    let applied: BTreeMap<PersonId, u64> = of_pool.map(|((_, person), count)| (person.clone(), *count)).collect();
    let given = rotation::given(state);
    if given != applied {
        return Err(format!("pool {pool} says that it gave {given:?}, and the histories applied {applied:?}"));
    }
    let (owed, nothing) = (rotation::owed_by_all(state), Amount::per(1_000_000_000_000));
    if owed > nothing || owed < -nothing {
        return Err(format!("pool {pool} owes its members {owed} records together"));
    }
    Ok(())
}

/// A recount of who has what open, from the histories, is what the pool counts.
fn capacity_is_as_recounted(world: &World, pool: &PoolId, state: &PoolState) -> Result<(), String> {
    let mut recounted: BTreeMap<RecordKey, PersonId> = BTreeMap::new();
    for (record, entries) in world.records() {
        let Some(head) = entries.last().map(|entry| &entry.head).filter(|head| !head.closed) else { continue };
        let owner = head.owner.as_ref().filter(|owner| owner.pool.as_ref() == Some(pool));
        recounted.extend(owner.map(|owner| (record.clone(), owner.person.clone())));
    }
    recounted.retain(|_, person| state.members.contains_key(person));
    let mut open: BTreeMap<PersonId, usize> = BTreeMap::new();
    for person in recounted.values() {
        *open.entry(person.clone()).or_default() += 1;
    }
    match rotation::slots(state) == recounted && rotation::open(state) == open {
        true => Ok(()),
        false => Err(format!("pool {pool} counts {:?} open, and a recount {recounted:?}", rotation::slots(state))),
    }
}

fn lines_are_applied(world: &World, pool: &PoolId, state: &PoolState) -> Result<(), String> {
    for (request, person) in rotation::lines(state) {
        let is_it = |change: &Change| {
            matches!(change, Change::Owner(OwnerChange::Assigned { request: Some(of), person: owner, .. })
                if of == request && owner == person)
                || matches!(change, Change::Owner(OwnerChange::CreditGiven { credit, person: owner, .. }) if credit == request && owner == person)
        };
        if !world.records().any(|(_, entries)| changes(entries).any(|(_, change)| is_it(change))) {
            return Err(format!("pool {pool} keeps a slot of {person} that no history applied"));
        }
    }
    Ok(())
}
