use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    calendar::TimeOff,
    id::{PersonId, RecordKey, RequestId},
    instant::Instant,
    message::{Answer, AssignOutcome, AssignRequest},
    playbook::{Playbook, Pool},
};

use super::{
    Candidate, Standing, standing,
    weighted::{self, Contender, RECORD},
};

/// A pool as it is stored: one row, written on condition that nobody else wrote it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PoolState {
    /// The number of the latest pick.
    pub picks: u64,
    #[serde(default)]
    pub members: BTreeMap<PersonId, Share>,
    /// Picks whose records may not have applied them yet: a repeated request gets its answer
    /// from here. A line goes once its record no longer awaits it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ledger: Vec<Line>,
}

/// One member's part in the rotation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Share {
    /// Records due less records given, in units of 10⁻¹² record.
    pub owed: i64,
    pub given: u64,
    /// The number of the latest pick that fell to this member.
    pub last: u64,
}

/// One pick.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    pub request: RequestId,
    pub record: RecordKey,
    pub person: PersonId,
    /// Whether the pick moved the rotation, which a withdrawal moves back.
    pub counted: bool,
    pub candidates: Vec<Candidate>,
}

/// Answers a request: the recorded pick if there is one, else a new one, recorded in `state`.
///
/// `off` is every member's time off. The state changes only if a person was picked.
pub fn answer(
    state: &mut PoolState,
    request: &AssignRequest,
    playbook: &Playbook,
    off: &BTreeMap<PersonId, Vec<TimeOff>>,
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
        return answer(AssignOutcome::Refused { why }, Vec::new());
    };
    let standings = standings(pool, request, playbook, off, now);
    let (outcome, candidates) = decide(state, pool, request, standings, playbook, off, now);
    if let AssignOutcome::Assigned { person } = &outcome {
        let counted = candidates.iter().any(|candidate| matches!(candidate.standing, Standing::Chosen { .. }));
        state.ledger.push(Line {
            request: request.id.clone(),
            record: request.record.clone(),
            person: person.clone(),
            counted,
            candidates: candidates.clone(),
        });
    }
    answer(outcome, candidates)
}

/// Takes back what a request got, if it got anything: its slot returns to the rotation.
/// Returns whether the state changed.
pub fn withdraw(state: &mut PoolState, request: &RequestId) -> bool {
    let Some(index) = state.ledger.iter().position(|line| line.request == *request) else { return false };
    let line = state.ledger.remove(index);
    if line.counted {
        give_back(state, &line);
    }
    true
}

/// The pick backwards: everybody's share of the record goes, and the record itself returns.
fn give_back(state: &mut PoolState, line: &Line) {
    let took_part =
        |candidate: &&Candidate| matches!(candidate.standing, Standing::Chosen { .. } | Standing::Passed { .. });
    let (people, weights): (Vec<&PersonId>, Vec<u32>) =
        line.candidates.iter().filter(took_part).map(|candidate| (&candidate.person, candidate.weight)).unzip();
    let Some(picked) = people.iter().position(|person| **person == line.person) else { return };
    for (person, moved) in people.into_iter().zip(weighted::moves(&weights, picked)) {
        state.members.entry(person.clone()).or_default().owed -= moved;
    }
    let share = state.members.entry(line.person.clone()).or_default();
    share.given = share.given.saturating_sub(1);
}

type Standings<'p> = Vec<(&'p PersonId, u32, Option<Standing>)>;

fn standings<'p>(
    pool: &'p Pool,
    request: &AssignRequest,
    playbook: &Playbook,
    off: &BTreeMap<PersonId, Vec<TimeOff>>,
    now: Instant,
) -> Standings<'p> {
    pool.members
        .iter()
        .map(|(person, weight)| {
            let off = off.get(person).map_or(&[][..], Vec::as_slice);
            (person, *weight, standing(playbook, person, *weight, &request.exclude, off, now))
        })
        .collect()
}

fn decide(
    state: &mut PoolState,
    pool: &Pool,
    request: &AssignRequest,
    standings: Standings<'_>,
    playbook: &Playbook,
    off: &BTreeMap<PersonId, Vec<TimeOff>>,
    now: Instant,
) -> (AssignOutcome, Vec<Candidate>) {
    let somebody = standings.iter().any(|(_, _, against)| against.is_none());
    // A returning record keeps its owner, but is not handed to closed doors: with nobody in, it waits.
    let kept = request.keep.as_ref().filter(|person| somebody && keeps(playbook, person, off, now));
    if let Some(person) = kept {
        let weight = pool.members.get(person).copied().unwrap_or_default();
        let candidate = Candidate { person: person.clone(), weight, standing: Standing::Kept };
        return (AssignOutcome::Assigned { person: person.clone() }, vec![candidate]);
    }
    if !somebody {
        let opening = standings.iter().filter_map(|(_, _, against)| against.as_ref()?.until()).min();
        let outcome = match opening {
            Some(next_opening) => AssignOutcome::Waiting { next_opening },
            None => AssignOutcome::Nobody,
        };
        let candidates = standings
            .into_iter()
            .filter_map(|(person, weight, against)| {
                Some(Candidate { person: person.clone(), weight, standing: against? })
            })
            .collect();
        return (outcome, candidates);
    }
    pick(state, standings)
}

/// Whether a returning record's owner still takes it: active, and not on time off.
fn keeps(playbook: &Playbook, person: &PersonId, off: &BTreeMap<PersonId, Vec<TimeOff>>, now: Instant) -> bool {
    playbook.people.get(person).is_some_and(|known| known.active)
        && !off.get(person).is_some_and(|off| off.iter().any(|off| off.covers(now)))
}

fn pick(state: &mut PoolState, standings: Standings<'_>) -> (AssignOutcome, Vec<Candidate>) {
    let contenders: Vec<Contender<'_>> = standings
        .iter()
        .filter(|(_, _, against)| against.is_none())
        .map(|(person, weight, _)| {
            let share = state.members.get(*person).cloned().unwrap_or_default();
            Contender { person, weight: *weight, owed: share.owed, last: share.last }
        })
        .collect();
    let Some((picked, owed)) = weighted::pick(&contenders) else { return (AssignOutcome::Nobody, Vec::new()) };
    let chosen = contenders[picked].person.clone();
    let in_thousandths = |owed: i64| owed / (RECORD / 1000);
    let before: BTreeMap<PersonId, i64> = contenders
        .iter()
        .zip(&owed)
        .map(|(contender, owed)| {
            let taken = if *contender.person == chosen { RECORD } else { 0 };
            (contender.person.clone(), in_thousandths(owed + taken))
        })
        .collect();
    state.picks += 1;
    let shares: Vec<(PersonId, i64)> =
        contenders.iter().zip(owed).map(|(contender, owed)| (contender.person.clone(), owed)).collect();
    for (person, owed) in shares {
        state.members.entry(person).or_default().owed = owed;
    }
    let share = state.members.entry(chosen.clone()).or_default();
    share.given += 1;
    share.last = state.picks;
    let candidates = standings
        .into_iter()
        .map(|(person, weight, against)| {
            let owed = before.get(person).copied().unwrap_or_default();
            let standing = against.unwrap_or_else(|| {
                if *person == chosen { Standing::Chosen { owed } } else { Standing::Passed { owed } }
            });
            Candidate { person: person.clone(), weight, standing }
        })
        .collect();
    (AssignOutcome::Assigned { person: chosen }, candidates)
}
