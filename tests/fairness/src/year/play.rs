//! A trace, played by the product: `answer` with its calendars, time off and return policy.

use std::{cmp::Reverse, collections::BinaryHeap};

use domain::{
    assignment::{answer, credit},
    id::{PersonId, RequestId},
    instant::Instant,
    message::{Answer, AssignOutcome, CreditRequest},
    playbook::Playbook,
    rotation::{Candidates, PoolState, Reason},
};
use serde_json::Value;

use super::trace::{Happening, START, Trace};
use crate::pool::{POOL, number_of, person, playbook, request};

const MONTH: i64 = 364 * 24 * 60 * 60 * 1000 / 12;

/// What a method has to deal with, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// A record is given to one of the available, who are listed with their weights.
    Lead { at: Instant, month: i64, available: Vec<(usize, u32)>, away: Vec<(usize, u32)> },
    /// What the record given in this place brought does not count; who could have had it.
    Bad { of: usize, weights: Vec<(usize, u32)> },
}

/// A year as the product played it.
pub struct Played {
    pub steps: Vec<Step>,
    /// Who got the record of each `Lead`.
    pub picks: Vec<usize>,
    /// The worst |owed| by the pool's own ledger.
    pub worst_owed: f64,
}

struct Desk<'t> {
    trace: &'t Trace,
    playbook: Playbook,
    state: PoolState,
    /// Records for which nobody was there: asked again at the opening, the oldest first.
    waiting: BinaryHeap<Reverse<(Instant, usize)>>,
    /// The place in `picks` of each record, once it was given.
    given: Vec<Option<usize>>,
    /// What the pool recorded of each pick.
    candidates: Vec<Candidates>,
    played: Played,
}

/// Plays a year under this return policy.
pub fn play(trace: &Trace, on_return: &Value) -> Played {
    let mut desk = Desk {
        playbook: playbook(&trace.people, &trace.weights, on_return),
        trace,
        state: PoolState::default(),
        waiting: BinaryHeap::new(),
        given: Vec::new(),
        candidates: Vec::new(),
        played: Played { steps: Vec::new(), picks: Vec::new(), worst_owed: 0.0 },
    };
    for (at, happening) in &trace.happenings {
        while let Some(Reverse((due, lead))) = desk.waiting.peek().copied().filter(|Reverse((due, _))| due <= at) {
            desk.waiting.pop();
            desk.ask(lead, due);
        }
        desk.happens(happening, *at);
    }
    desk.played
}

impl Desk<'_> {
    fn happens(&mut self, happening: &Happening, at: Instant) {
        match happening {
            Happening::Lead => {
                self.given.push(None);
                self.ask(self.given.len() - 1, at);
            }
            Happening::Bad { lead } => {
                let Some(of) = self.given[*lead] else { return };
                let bad = CreditRequest {
                    id: RequestId::new(format!("bad{lead}")),
                    record: request(*lead as u64).record,
                    pool: POOL.into(),
                    person: person(self.played.picks[of]),
                    candidates: self.candidates[of].clone(),
                };
                credit(&mut self.state, &bad, at);
                let Some(weights) = self.could_have_had(of) else { return };
                self.played.steps.push(Step::Bad { of, weights });
            }
            Happening::Weight { member, weight } => {
                let pool = self.playbook.pools.get_mut(&POOL.into()).expect("the only pool");
                pool.members.insert(person(*member), *weight);
            }
        }
    }

    fn ask(&mut self, lead: usize, at: Instant) {
        let answer = answer(&mut self.state, &request(lead as u64), &self.playbook, &self.trace.off, at);
        // As if its record had applied it.
        self.state.ledger.clear();
        match &answer.outcome {
            AssignOutcome::Assigned { person } => {
                self.given[lead] = Some(self.played.picks.len());
                self.played.picks.push(number_of(person));
                self.candidates.push(answer.candidates.clone());
                self.note(&answer, at);
            }
            AssignOutcome::Waiting { next_opening } => self.waiting.push(Reverse((*next_opening, lead))),
            AssignOutcome::Nobody | AssignOutcome::Refused { .. } => unreachable!("there are members"),
        }
    }

    fn note(&mut self, answer: &Answer, at: Instant) {
        let weight = |person: &PersonId| self.playbook.pools[&POOL.into()].members[person];
        let mut available: Vec<(usize, u32)> =
            answer.candidates.available.iter().map(|one| (number_of(&one.person), one.weight)).collect();
        let off = answer.candidates.against.iter().filter(|against| matches!(against.why, Reason::Away { .. }));
        let mut away: Vec<(usize, u32)> =
            off.flat_map(|off| &off.people).map(|person| (number_of(person), weight(person))).collect();
        available.sort_unstable();
        away.sort_unstable();
        let month = at.millis_since(Instant::from_millis(START)) / MONTH;
        self.played.steps.push(Step::Lead { at, month, available, away });
        let level = self.state.level;
        for share in self.state.members.values() {
            self.played.worst_owed = self.played.worst_owed.max((share.owed(level).billionths() as f64 / 1e9).abs());
        }
    }

    fn could_have_had(&self, of: usize) -> Option<Vec<(usize, u32)>> {
        let mut leads = self.played.steps.iter().filter_map(|step| match step {
            Step::Lead { available, .. } => Some(available),
            Step::Bad { .. } => None,
        });
        leads.nth(of).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn nothing_is_lost_and_nobody_off_gets_anything() {
        let trace = Trace::new(2, 4, 60, true);
        let played = play(&trace, &json!("resume"));
        let leads = trace.happenings.iter().filter(|(_, happening)| *happening == Happening::Lead).count();
        let given = played.picks.len();
        assert!(given <= leads && leads - given < leads / 10, "{given} of {leads}, the rest waits at the year's end");
        let mut picks = played.picks.iter();
        for step in &played.steps {
            let Step::Lead { at, available, away, .. } = step else { continue };
            let picked = picks.next().unwrap();
            assert!(available.iter().any(|(member, _)| member == picked), "{step:?}");
            assert!(away.iter().all(|(member, _)| trace.off[&person(*member)].iter().any(|off| off.covers(*at))));
        }
    }
}
