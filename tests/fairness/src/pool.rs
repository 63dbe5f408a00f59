//! A pool of people who are always there, turned by the product's own code.

use domain::{
    assignment::{TimesOff, answer},
    id::{PersonId, RecordKey, RequestId},
    instant::Instant,
    message::{AssignOutcome, AssignRequest},
    playbook::{Playbook, Pool},
    rotation::PoolState,
};
use serde_json::{Value, json};

/// The name of the only pool of these playbooks.
pub const POOL: &str = "inbound";

/// Any moment.
pub const NOON: Instant = Instant::from_millis(1_772_452_800_000);

/// Names in the order of their numbers.
pub fn person(number: usize) -> PersonId {
    PersonId::new(format!("p{number:04}"))
}

/// Which number a person has.
pub fn number_of(person: &PersonId) -> usize {
    person.as_str()[1..].parse().expect("people are named by `person`")
}

pub fn request(number: u64) -> AssignRequest {
    let id = number.to_string();
    AssignRequest {
        record: RecordKey::new("lead", &id),
        id: RequestId::new(id),
        pool: POOL.into(),
        number: 1,
        attempt: 0,
        since: Instant::from_millis(0),
        exclude: Vec::new(),
        skills: Vec::new(),
        keep: None,
    }
}

/// A playbook with one pool, of these people (as in `people.yaml`) and weights.
pub fn playbook(people: &Value, weights: &[u32], on_return: &Value) -> Playbook {
    let members: Value = weights.iter().enumerate().map(|(number, w)| (person(number).to_string(), *w)).collect();
    serde_json::from_value(json!({
        "organisation": { "name": "Example", "time_zone": "UTC", "hours": "24/7" },
        "schema": { "kinds": {} },
        "people": people,
        "pools": { POOL: { "lead": person(0), "members": members, "on_return": on_return } },
    }))
    .expect("a playbook that is whole")
}

/// A pool of people who always work, and what became of it.
pub struct Rota {
    people: Vec<PersonId>,
    weights: Vec<u32>,
    playbook: Playbook,
    state: PoolState,
    asked: u64,
}

impl Rota {
    pub fn new(weights: &[u32]) -> Self {
        let people: Vec<PersonId> = (0..weights.len()).map(person).collect();
        let known = people.iter().map(|id| (id.to_string(), json!({ "name": id, "email": "p@example.com" }))).collect();
        let playbook = playbook(&known, weights, &json!("resume"));
        Self { people, weights: weights.to_vec(), playbook, state: PoolState::default(), asked: 0 }
    }

    fn pool(&self) -> &Pool {
        &self.playbook.pools[&POOL.into()]
    }

    /// So many picks by the rotation alone; `to` is told who got each.
    pub fn turn(&mut self, picks: u64, mut to: impl FnMut(usize)) {
        let mut state = std::mem::take(&mut self.state);
        let available: Vec<(&PersonId, u32)> = self.people.iter().zip(self.weights.iter().copied()).collect();
        state.take_part(&available, NOON);
        for _ in 0..picks {
            let line = state.rotate(self.pool(), &available, 1);
            to(number_of(line[0].person));
        }
        self.state = state;
    }

    /// One pick by `answer`, with calendars, reasons and all.
    pub fn ask(&mut self) -> usize {
        self.asked += 1;
        let answer = answer(&mut self.state, &request(self.asked), &self.playbook, &TimesOff::new(), NOON);
        // As if its record had applied it.
        self.state.ledger.clear();
        match answer.outcome {
            AssignOutcome::Assigned { person } => number_of(&person),
            other => unreachable!("everybody is always there, and yet: {other:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_the_order_of_their_numbers() {
        assert!((0..1200).all(|number| person(number) < person(number + 1) && number_of(&person(number)) == number));
    }

    #[test]
    fn both_ways_give_everybody_their_weight() {
        let (mut asked, mut turned) = ([0; 3], [0; 3]);
        let mut rota = Rota::new(&[3, 2, 1]);
        (0..12).for_each(|_| asked[rota.ask()] += 1);
        rota.turn(12, |member| turned[member] += 1);
        assert_eq!((asked, turned), ([6, 4, 2], [6, 4, 2]));
    }
}
