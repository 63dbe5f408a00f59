//! A pool on a desk: ask it, move the clock, send people away, change the playbook.

use std::collections::BTreeMap;

use domain::{
    assignment::{TimesOff, answer, credit, settle},
    calendar::TimeOff,
    history::{Change, Head, Owner, RequestChange, RequestKind},
    id::{PersonId, RecordKey, RequestId},
    instant::Instant,
    message::{Answer, AssignOutcome, AssignRequest, CreditRequest},
    playbook::{Playbook, Pool},
    rotation::{Amount, PoolState},
    routing::IfNobody,
    step_path::StepPath,
    value::Value,
};

pub const MONDAY_AT_TEN: &str = "2026-03-02T10:00Z";

pub struct Desk {
    pub state: PoolState,
    pub playbook: Playbook,
    pub off: TimesOff,
    pub now: Instant,
    asked: u64,
}

impl Desk {
    /// A pool with these weights, of people who always work, on a Monday at ten.
    pub fn with(weights: &[(&str, u32)]) -> Self {
        let mut playbook: Playbook = serde_json::from_str(include_str!("../histories/playbook.json")).unwrap();
        playbook.organisation.hours = serde_json::from_str(r#""24/7""#).unwrap();
        let someone = playbook.people[&PersonId::new("ana")].clone();
        playbook.people = weights.iter().map(|(name, _)| (PersonId::new(*name), someone.clone())).collect();
        let mut desk =
            Self { state: PoolState::default(), playbook, off: BTreeMap::new(), now: at(MONDAY_AT_TEN), asked: 0 };
        desk.pool().members = weights.iter().map(|(name, weight)| (PersonId::new(*name), *weight)).collect();
        desk
    }

    pub fn pool(&mut self) -> &mut Pool {
        self.playbook.pools.get_mut(&"inbound".into()).unwrap()
    }

    pub fn away(&mut self, person: &str, until: &str) {
        let off = TimeOff { from: self.now, until: at(until), reason: None, by: None };
        self.off.insert(person.into(), vec![off]);
    }

    pub fn back(&mut self, person: &str) {
        self.off.remove(&PersonId::new(person));
    }

    /// A new record, and what the pool answers.
    pub fn ask(&mut self) -> Answer {
        self.asked += 1;
        let request = request(&format!("r{}", self.asked));
        self.ask_for(&request)
    }

    pub fn ask_for(&mut self, request: &AssignRequest) -> Answer {
        let answer = answer(&mut self.state, request, &self.playbook, &self.off, self.now);
        // As if its record had applied it: nothing here asks twice.
        self.state.ledger.retain(|line| line.request != request.id || request.id.as_str().starts_with("kept"));
        answer
    }

    /// The pool looks at a record of this owner, with this amount.
    pub fn settle(&mut self, record: &str, owner: &str, amount: Option<Value>) {
        let mut head = Head::default();
        head.fields.extend(amount.map(|amount| ("amount".to_owned(), amount)));
        head.owner = Some(Owner {
            person: owner.into(),
            number: 1,
            seq: 1,
            at: self.now,
            pool: Some("inbound".into()),
            credited: false,
        });
        self.settle_as(record, &head);
    }

    /// The pool looks at a record as its history has it.
    pub fn settle_as(&mut self, record: &str, head: &Head) {
        let record = RecordKey::new("lead", record);
        settle(&mut self.state, &"inbound".into(), &record, Some(head), &self.playbook, self.now);
    }

    /// Who gets the next record, and the next so many after it.
    pub fn picks(&mut self, count: usize) -> Vec<String> {
        (0..count).map(|_| person(&self.ask())).collect()
    }

    /// The record of this answer turned out not to count.
    pub fn credit(&mut self, bad: &Answer) {
        let request = CreditRequest {
            id: RequestId::new(format!("credit-of-{}", bad.request)),
            record: RecordKey::new("lead", bad.request.as_str()),
            pool: bad.pool.clone(),
            person: person(bad).as_str().into(),
            candidates: bad.candidates.clone(),
        };
        credit(&mut self.state, &request, self.now);
    }

    pub fn given(&self, person: &str) -> u64 {
        self.state.members.get(&PersonId::new(person)).map_or(0, |share| share.given)
    }

    /// What a member is owed, in thousandths of a record.
    pub fn owed(&self, person: &str) -> i64 {
        self.state.members[&PersonId::new(person)].owed(self.state.level).billionths() / 1_000_000
    }

    /// What all are due, less what all were given.
    pub fn imbalance(&self) -> Amount {
        self.state.members.values().map(|share| share.owed(self.state.level)).sum()
    }
}

pub fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

pub fn request(id: &str) -> AssignRequest {
    AssignRequest {
        id: RequestId::new(id),
        record: RecordKey::new("lead", id),
        pool: "inbound".into(),
        number: 1,
        attempt: 0,
        since: at(MONDAY_AT_TEN),
        exclude: Vec::new(),
        skills: Vec::new(),
        keep: None,
    }
}

/// Who was picked; the outcome's name where nobody was.
pub fn person(answer: &Answer) -> String {
    match &answer.outcome {
        AssignOutcome::Assigned { person } => person.to_string(),
        AssignOutcome::Waiting { next_opening } => format!("waits until {next_opening}"),
        other => format!("{other:?}"),
    }
}

/// A record's request `r0`, `r1`, … as its history has it.
pub fn asked(index: usize) -> Change {
    Change::Request(RequestChange::Asked {
        request: RequestId::new(format!("r{index}")),
        execution: "exe_1".into(),
        step: StepPath::first_of("then"),
        kind: RequestKind::Assign,
        pool: "inbound".into(),
        number: 1,
        exclude: Vec::new(),
        skills: Vec::new(),
        keep: None,
        if_nobody: IfNobody::Wait,
        deadline: at("2026-03-09T10:00Z"),
    })
}
