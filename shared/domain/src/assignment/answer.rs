//! A pool's answer to a request: the recorded pick if there is one, else a new one.

use std::collections::BTreeMap;

use super::{Moment, calendars::Calendars};
use crate::{
    calendar::TimeOff,
    history::Head,
    id::{PersonId, PoolId, RecordKey, RequestId},
    instant::Instant,
    message::{Answer, AssignOutcome, AssignRequest, CreditRequest},
    playbook::{Playbook, Pool},
    rotation::{Available, Candidates, Line, NAMED, PoolState, Reason, Slot, Worth},
    staff::Staff,
};

/// A pool whose members are all busy is asked again after this time, if nothing else is known.
const BUSY_MINUTES: i64 = 60;

/// When each person is off; those who never are may be left out.
pub type TimesOff = BTreeMap<PersonId, Vec<TimeOff>>;

/// Answers a request. The state changes only if a person was picked.
pub fn answer(
    state: &mut PoolState,
    request: &AssignRequest,
    playbook: &Playbook,
    off: &TimesOff,
    now: Instant,
) -> Answer {
    let answer = |outcome, candidates| Answer {
        request: request.id.clone(),
        pool: request.pool.clone(),
        attempt: request.attempt,
        outcome,
        candidates,
    };
    if let Some(line) = state.ledger.iter().find(|line| line.request == request.id) {
        return answer(AssignOutcome::Assigned { person: line.person.clone() }, line.candidates.clone());
    }
    let Some(pool) = playbook.pools.get(&request.pool) else {
        let why = format!("there is no pool {}", request.pool);
        return answer(AssignOutcome::Refused { why }, Candidates::default());
    };
    let moment = Moment { playbook, pool, now };
    let standings = standings(state, moment, request, off);
    let (outcome, candidates) = if standings.iter().all(|standing| standing.against.is_some()) {
        (outlook(&standings, now), objections(standings))
    } else if let Some(owner) = keeper(moment, request, off) {
        (AssignOutcome::Assigned { person: owner.clone() }, Candidates::kept(owner.clone()))
    } else {
        let (person, candidates) = pick(state, moment, standings);
        (AssignOutcome::Assigned { person }, candidates)
    };
    if let AssignOutcome::Assigned { person } = &outcome {
        record(state, moment, request, person, candidates.clone());
    }
    answer(outcome, candidates)
}

/// Takes back what a request got, if it got anything: its place returns to the rotation.
/// Returns whether the state changed. Who holds the record's slot is said by [`settle`].
pub fn withdraw(state: &mut PoolState, request: &RequestId) -> bool {
    let in_line = state.line.len();
    state.line.retain(|place| place.request != *request);
    let Some(index) = state.ledger.iter().position(|line| line.request == *request) else {
        return state.line.len() != in_line;
    };
    let line = state.ledger.remove(index);
    if line.candidates.is_counted() {
        state.take_back(&line.person, &line.candidates);
    }
    true
}

/// Gives somebody back what a record cost them that should not have counted: a bad lead, a
/// no-show. They are due another one, as if it had never come. Once: its line tells a repeat.
pub fn credit(state: &mut PoolState, request: &CreditRequest, now: Instant) {
    if state.ledger.iter().any(|line| line.request == request.id) {
        return;
    }
    state.take_back(&request.person, &request.candidates);
    if let Some(share) = state.members.get_mut(&request.person) {
        share.credited += 1;
    }
    state.ledger.push(Line {
        request: request.id.clone(),
        record: request.record.clone(),
        person: request.person.clone(),
        at: now,
        candidates: Candidates::default(),
    });
}

/// Brings a record's slot in line with its history: a pick that is still awaited holds it, else
/// the owner whom the record has by this pool, while it is open. Safe to repeat at any time.
pub fn settle(
    state: &mut PoolState,
    id: &PoolId,
    record: &RecordKey,
    head: Option<&Head>,
    playbook: &Playbook,
    now: Instant,
) {
    let pool = playbook.pools.get(id);
    state.counts_open |= pool.is_some_and(Pool::counts_open);
    if !state.counts_open {
        return;
    }
    let awaited = |line: &&Line| {
        line.record == *record
            && head.and_then(|head| head.request(&line.request)).is_some_and(|request| request.is_awaited())
    };
    let picked = state.ledger.iter().rev().find(awaited).map(|line| &line.person);
    let owner = || {
        let owner = head.filter(|head| !head.closed)?.owner.as_ref()?;
        (owner.pool.as_ref() == Some(id)).then_some(&owner.person)
    };
    let holder = picked.or_else(owner).cloned();
    // By hand, somebody may have a record before their first pick.
    let member = holder.as_ref().and_then(|person| Some((person, pool?.members.get(person)?)));
    if let Some((person, weight)) = member {
        state.joined(person, *weight, now);
    }
    let worth = || Worth::of(head?.fields.get(pool?.sums_up()?)?);
    let holder = holder.filter(|person| state.members.contains_key(person));
    let slot = holder.map(|person| Slot { person, worth: worth() });
    if state.slots.get(record) != slot.as_ref() {
        state.hold(record, slot);
    }
}

struct Standing<'p> {
    person: &'p PersonId,
    weight: u32,
    against: Option<Reason>,
    /// Whether they were away at the latest pick, and whether something is still to be made up.
    was_away: bool,
    catches_up: bool,
}

fn standings<'p>(state: &PoolState, moment: Moment<'p>, request: &AssignRequest, off: &TimesOff) -> Vec<Standing<'p>> {
    let mut calendars = Calendars::new(moment.now);
    let standing = |(person, weight): (&'p PersonId, &u32)| {
        let (off, share) = (off.get(person).map_or(&[][..], Vec::as_slice), state.members.get(person));
        Standing {
            person,
            weight: *weight,
            against: moment.against(person, *weight, Some(request), off, share, &mut calendars),
            was_away: share.is_some_and(|share| share.absence.is_some()),
            catches_up: share.is_some_and(|share| share.catching_up.is_some()),
        }
    };
    moment.pool.members.iter().map(standing).collect()
}

/// When somebody of these will be available, as far as anybody knows.
fn outlook(standings: &[Standing<'_>], now: Instant) -> AssignOutcome {
    let reasons = || standings.iter().filter_map(|standing| standing.against.as_ref());
    let busy = reasons().any(Reason::ends_with_work).then(|| now.plus_minutes(BUSY_MINUTES));
    match reasons().filter_map(Reason::until).chain(busy).min() {
        Some(next_opening) => AssignOutcome::Waiting { next_opening },
        // They may be switched on any moment, and the requests that wait are served then.
        None if reasons().any(|reason| matches!(reason, Reason::SwitchedOff { .. })) => {
            AssignOutcome::Waiting { next_opening: TimeOff::NO_END }
        }
        None => AssignOutcome::Nobody,
    }
}

fn objections(standings: Vec<Standing<'_>>) -> Candidates {
    let mut candidates = Candidates::default();
    for Standing { person, against, .. } in standings {
        if let Some(why) = against {
            candidates.object(person, why);
        }
    }
    candidates
}

/// The owner who keeps a returning record: still there, and not on time off. With nobody in the
/// pool in, it waits like any other: it is not handed to closed doors.
fn keeper<'r>(moment: Moment<'_>, request: &'r AssignRequest, off: &TimesOff) -> Option<&'r PersonId> {
    let staff = Staff { people: &moment.playbook.people, time_off: off, now: moment.now };
    request.keep.as_ref().filter(|person| staff.is_there(person))
}

fn pick(state: &mut PoolState, moment: Moment<'_>, standings: Vec<Standing<'_>>) -> (PersonId, Candidates) {
    let available = rearrange(state, moment, &standings);
    let line = state.rotate(moment.pool, &available, NAMED);
    let person = line[0].person.clone();
    let candidates = Candidates {
        pick: state.picks,
        strategy: moment.pool.strategy,
        further: available.len() - line.len(),
        available: line.into_iter().map(Available::from).collect(),
        ..objections(standings)
    };
    if let Some(share) = state.members.get_mut(&person) {
        let zone = moment.playbook.calendar_of(&person).zone;
        share.taken.count(&moment.pool.caps_of(&person), zone, moment.now, candidates.pick);
    }
    (person, candidates)
}

/// Sees to who takes part from this pick on, and to what absences do to what they are owed.
/// Returns those who are available, with their weights.
fn rearrange<'p>(state: &mut PoolState, moment: Moment<'_>, standings: &[Standing<'p>]) -> Vec<(&'p PersonId, u32)> {
    let (now, policy) = (moment.now, moment.pool.on_return);
    for Standing { person, weight, against, was_away, .. } in standings {
        if !was_away && against.as_ref().is_some_and(Reason::is_absence) {
            state.went_away(person, *weight, now);
        }
    }
    let available = || standings.iter().filter(|standing| standing.against.is_none());
    let taking_part: Vec<(&PersonId, u32)> = available().map(|standing| (standing.person, standing.weight)).collect();
    state.take_part(&taking_part, now);
    // With those who are there now, for it is they who can give up something for it.
    for Standing { person, was_away, .. } in available().filter(|standing| standing.was_away || standing.catches_up) {
        if *was_away {
            state.came_back(person, policy);
        }
        state.catch_up(person, policy, moment.playbook.calendar_of(person).zone, now);
    }
    taking_part
}

fn record(
    state: &mut PoolState,
    moment: Moment<'_>,
    request: &AssignRequest,
    person: &PersonId,
    candidates: Candidates,
) {
    state.counts_open |= moment.pool.counts_open();
    if state.counts_open && state.members.contains_key(person) {
        // What it counts there only its history says: see `settle`.
        state.hold(&request.record, Some(Slot { person: person.clone(), worth: None }));
    }
    state.ledger.push(Line {
        request: request.id.clone(),
        record: request.record.clone(),
        person: person.clone(),
        at: moment.now,
        candidates,
    });
}
