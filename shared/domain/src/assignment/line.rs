//! The line of requests that found nobody available. The one that has waited longest is served first, whatever
//! made somebody available: an opening, a record closed, a member back.

use std::collections::BTreeMap;

use super::{TimesOff, answer, settle};
use crate::{
    history::Head,
    id::RecordKey,
    instant::Instant,
    message::{Answer, AssignOutcome, AssignRequest},
    playbook::Playbook,
    rotation::{Candidates, Place, PoolState},
};

/// How many of a line are looked at for each batch of messages. A longer line is served by more
/// messages: each request in it has a timer of its own.
pub const LOOKED_AT: usize = 10;

/// A request behind a line longer than what is looked at is asked again so soon.
const BEHIND_THE_LINE_MINUTES: i64 = 1;

/// Answers requests, and before any that is younger those at the head of the pool's line. Requests
/// in line are answered only if somebody was found; the others wait on. Returns the answers with the
/// records they are for.
pub fn serve(
    state: &mut PoolState,
    asked: &[&AssignRequest],
    heads: &BTreeMap<RecordKey, impl AsRef<Head>>,
    playbook: &Playbook,
    off: &TimesOff,
    now: Instant,
) -> Vec<(RecordKey, Answer)> {
    let end_of_sight = (state.line.len() >= LOOKED_AT).then(|| state.line.last().cloned()).flatten();
    let mut answers = Vec::new();
    for (request, is_asked) in in_order(state, asked, heads) {
        let place = place_of(&request);
        let is_behind = end_of_sight.as_ref().is_some_and(|last| place > *last);
        let answer = if is_behind { behind(&request, now) } else { answer(state, &request, playbook, off, now) };
        match answer.outcome {
            AssignOutcome::Assigned { .. } => {
                state.line.remove(&place);
                // The next pick has to see in this person's pipeline what they were given.
                if let Some(head) = heads.get(&request.record) {
                    settle(state, &request.pool, &request.record, Some(head.as_ref()), playbook, now);
                }
                answers.push((request.record, answer));
            }
            AssignOutcome::Waiting { .. } if is_asked => {
                state.line.insert(place);
                answers.push((request.record, answer));
            }
            _ if is_asked => {
                state.line.remove(&place);
                answers.push((request.record, answer));
            }
            _ => {}
        }
    }
    state.has_line = end_of_sight.is_some() || !state.line.is_empty();
    answers
}

/// What was asked and what stands in line, oldest first. Places that nobody awaits any more are given up.
fn in_order(
    state: &mut PoolState,
    asked: &[&AssignRequest],
    heads: &BTreeMap<RecordKey, impl AsRef<Head>>,
) -> Vec<(AssignRequest, bool)> {
    let mut order: Vec<(AssignRequest, bool)> = asked.iter().map(|request| ((*request).clone(), true)).collect();
    for place in state.line.clone() {
        if asked.iter().any(|request| request.id == place.request) {
            continue;
        }
        let head = heads.get(&place.record).map(AsRef::as_ref);
        let request = head.and_then(|head| head.request(&place.request)).filter(|request| request.is_awaited());
        match request {
            // Its answer is on its way.
            Some(request) if state.ledger.iter().any(|line| line.request == request.id) => {
                state.line.remove(&place);
            }
            Some(request) => order.push((AssignRequest::of(&place.record, request), false)),
            None => drop(state.line.remove(&place)),
        }
    }
    order.sort_by_key(|(request, _)| place_of(request));
    order
}

fn place_of(request: &AssignRequest) -> Place {
    Place { since: request.since, request: request.id.clone(), record: request.record.clone() }
}

/// Others have waited longer than this one, more than are looked at.
fn behind(request: &AssignRequest, now: Instant) -> Answer {
    Answer {
        request: request.id.clone(),
        pool: request.pool.clone(),
        attempt: request.attempt,
        outcome: AssignOutcome::Waiting { next_opening: now.plus_minutes(BEHIND_THE_LINE_MINUTES) },
        candidates: Candidates::behind(LOOKED_AT),
    }
}
