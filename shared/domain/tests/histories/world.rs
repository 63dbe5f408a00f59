//! A host in a hundred lines: one record's history, one pool, its queues and timers, and a
//! clock that stands still until it is moved. After every entry it checks what must always hold.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    assignment,
    calendar::TimeOff,
    clock,
    decide::{Context, Input, Paused, WasAhead, decide},
    effect::{Action, EffectResult},
    event::{Event, LinkedPart, RecordPart},
    facts::Linked,
    follow_up::{FollowUp, follow_ups},
    history::{Change, ENTRY_VERSION, EffectChange, Entry, Head, TimerRow},
    id::{EventId, EventType, FormId, ManifestId, MessageId, PersonId, PoolId, RecordKey, WorkflowId},
    instant::Instant,
    message::{Command, EffectOutcome, ToAct, ToAssign, ToEvaluate},
    plan::Plan,
    playbook::Playbook,
    rotation::PoolState,
    value::{Fields, Value},
};

use crate::holds::holds;

pub struct World {
    pub playbook: Arc<Playbook>,
    pub now: Instant,
    pub entries: Vec<Entry>,
    pub linked: BTreeMap<String, Linked>,
    pub time_off: BTreeMap<PersonId, Vec<TimeOff>>,
    pub paused: Paused,
    pub pools: BTreeMap<PoolId, PoolState>,
    pub timers: Vec<TimerRow>,
    pub assign: Vec<ToAssign>,
    pub evaluate: Vec<ToEvaluate>,
    pub act: Vec<ToAct>,
    /// What left the house, in order.
    pub outbox: Vec<Action>,
    pub manifest: ManifestId,
    pub events: u32,
}

pub fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

/// The playbook of these tests, with one workflow's lists replaced or added.
pub fn playbook_with(id: &str, workflow: &str) -> Playbook {
    let mut playbook = playbook();
    playbook.workflows.insert(WorkflowId::new(id), serde_json::from_str(workflow).unwrap());
    playbook
}

pub fn playbook() -> Playbook {
    serde_json::from_str(include_str!("playbook.json")).unwrap()
}

/// A workflow with these steps, started by the same form, without a condition.
pub fn workflow(steps: &str) -> String {
    format!(
        r#"{{ "purpose": "a test", "maintained_by": "leo", "exceptions_to": "leo",
             "when": {{ "form_submitted": "demo-request" }}, "then": [{steps}] }}"#
    )
}

/// A world whose only workflow has these steps.
pub fn world_of(steps: &str) -> World {
    let mut playbook = playbook_with("only", &workflow(steps));
    playbook.workflows.retain(|id, _| id.as_str() == "only");
    World::new(playbook)
}

impl World {
    /// On Monday at nine, with nothing in it.
    pub fn new(playbook: Playbook) -> Self {
        let manifest = playbook.manifest_id();
        Self {
            playbook: Arc::new(playbook),
            now: at("2026-03-02T09:00Z"),
            entries: Vec::new(),
            linked: BTreeMap::new(),
            time_off: BTreeMap::new(),
            paused: Paused::Nothing,
            pools: BTreeMap::new(),
            timers: Vec::new(),
            assign: Vec::new(),
            evaluate: Vec::new(),
            act: Vec::new(),
            outbox: Vec::new(),
            manifest,
            events: 0,
        }
    }

    /// R1's world, with a company of so many employees.
    pub fn r1(employees: f64) -> Self {
        let mut world = Self::new(playbook());
        world.company(employees);
        world
    }

    pub fn company(&mut self, employees: f64) {
        let fields = Fields::from([("employees".to_owned(), Value::Number(employees))]);
        self.linked.insert(
            "company".to_owned(),
            Linked { record: RecordKey::new("company", "C1"), seq: 1, fields, owner: None },
        );
    }

    pub fn record() -> RecordKey {
        RecordKey::new("lead", "L1")
    }

    pub fn head(&self) -> Head {
        self.entries.last().map(|entry| Head::clone(&entry.head)).unwrap_or_default()
    }

    pub fn owner(&self) -> Option<String> {
        Some(self.head().owner?.person.to_string())
    }

    /// Decides one input and appends its entry. Returns the changes.
    pub fn give(&mut self, input: &Input) -> Vec<Change> {
        let seq = self.entries.len() as u64 + 1;
        let plan = Arc::new(Plan::of(Playbook::clone(&self.playbook)));
        let pinned = BTreeMap::from([(self.manifest.clone(), Arc::clone(&plan))]);
        let was_ahead = self.was_ahead();
        let context = Context {
            now: self.now,
            plan: &plan,
            manifest: &self.manifest,
            pinned: &pinned,
            linked: &self.linked,
            time_off: &self.time_off,
            paused: &self.paused,
            version: None,
            assigned: self.head().owner.and_then(|owner| self.entries.get(owner.seq as usize - 1)),
            was_ahead: was_ahead.as_ref(),
            settled: false,
        };
        let before = self.head();
        let (changes, head) = decide(&Self::record(), seq, &before, input, &context);
        assert_eq!((&changes, &head), (&decide(&Self::record(), seq, &before, input, &context).0, &head), "pure");
        if changes.is_empty() {
            assert_eq!(head, before, "no changes, and yet another head");
            return changes;
        }
        let entry = Entry {
            version: ENTRY_VERSION,
            record: Self::record(),
            seq,
            at: self.now,
            caused_by: MessageId::new(format!("msg_{seq}")),
            manifest: self.manifest.clone(),
            linked: Vec::new(),
            before: Arc::new(before),
            changes: changes.clone(),
            head: Arc::new(head),
        };
        self.append(entry.remembered());
        changes
    }

    /// What the clock has left in the record, where it was set back since.
    fn was_ahead(&self) -> Option<WasAhead> {
        let newest = self.entries.last().filter(|newest| clock::was_ahead(newest.at, self.now))?;
        let ahead = self.entries.iter().rev().take_while(|entry| clock::was_ahead(entry.at, self.now));
        Some(WasAhead { from: newest.at, before: ahead.last()?.before.clone() })
    }

    pub fn append(&mut self, entry: Entry) {
        self.entries.push(entry);
        holds(&self.entries);
        for follow_up in follow_ups(self.entries.last().unwrap()) {
            match follow_up {
                FollowUp::Timer(row) => self.timers.push(row),
                FollowUp::Match(_) | FollowUp::Task(_) | FollowUp::Execution(_) | FollowUp::Erase(_) => {}
                FollowUp::Evaluate(message) => self.evaluate.push(message.body),
                FollowUp::Assign(message) => self.assign.push(message.body),
                FollowUp::Act(message) => self.act.push(message.body),
            }
        }
    }

    pub fn event(&mut self, event_type: &str) -> Vec<Change> {
        let event = self.an_event(event_type);
        self.give(&Input::Event(event.into()))
    }

    pub fn an_event(&mut self, event_type: &str) -> Event {
        self.events += 1;
        let id = EventId::new(format!("evt_{}", self.events));
        Event::new(id, EventType::new(event_type), Self::record(), self.now)
    }

    /// The form of the usual lead: a head of something, which scores 55.
    pub fn a_form(&mut self, role: &str) -> Event {
        let text = |name: &str, value: &str| (name.to_owned(), Value::text(value));
        let event = self.an_event("form_submitted");
        let company = RecordPart { key: RecordKey::new("company", "C1"), fields: Fields::new() };
        let fields = [text("name", "Kim Reyes"), text("email", "kim@customer.example"), text("role", role)];
        Event {
            form: Some(FormId::new("demo-request")),
            record: RecordPart { key: Self::record(), fields: Fields::from(fields) },
            linked: vec![LinkedPart::identified("company", company)],
            ..event
        }
    }

    pub fn form(&mut self, role: &str) -> Vec<Change> {
        let event = self.a_form(role);
        self.give(&Input::Event(event.into()))
    }

    /// Submits the form and lets every queue run empty.
    pub fn submit(&mut self) {
        self.form("head");
        self.settle();
    }

    pub fn command(&mut self, command: Command) -> Vec<Change> {
        self.give(&Input::Command { by: "Maria".to_owned(), command })
    }

    /// Delivers everything that is on a queue, and what follows from it.
    pub fn settle(&mut self) {
        for round in 0.. {
            if self.assign.is_empty() && self.evaluate.is_empty() && self.act.is_empty() {
                return;
            }
            assert!(round < 100, "one message always brings another: {:?}", self.evaluate);
            self.serve();
            for message in std::mem::take(&mut self.evaluate) {
                self.evaluate(&message);
            }
            for message in std::mem::take(&mut self.act) {
                self.send(&message);
            }
        }
    }

    /// Lets the pools answer what they were asked.
    pub fn serve(&mut self) {
        for message in std::mem::take(&mut self.assign) {
            match message {
                ToAssign::Request(request) => {
                    let awaited =
                        |head: &Head| head.request(&request.id).is_some_and(domain::history::Request::is_awaited);
                    if awaited(&self.head()) {
                        let state = self.pools.entry(request.pool.clone()).or_default();
                        let answer = assignment::answer(state, &request, &self.playbook, &self.time_off, self.now);
                        self.evaluate.push(ToEvaluate::Assignment { record: Self::record(), answer });
                    }
                }
                ToAssign::Withdraw { pool, record, request } => {
                    let head = self.head();
                    let state = self.pools.entry(pool.clone()).or_default();
                    assignment::withdraw(state, &request);
                    assignment::settle(state, &pool, &record, Some(&head), &self.playbook, self.now);
                }
                ToAssign::Credit(request) if self.head().credit(&request.id).is_some() => {
                    assignment::credit(self.pools.entry(request.pool.clone()).or_default(), &request, self.now);
                    self.evaluate.push(ToEvaluate::Credited { record: Self::record(), credit: request.id });
                }
                ToAssign::Credit(_) => {}
                ToAssign::Settle { pool, record } => {
                    let head = self.head();
                    let state = self.pools.entry(pool.clone()).or_default();
                    assignment::settle(state, &pool, &record, Some(&head), &self.playbook, self.now);
                }
                ToAssign::Away { person, change, .. } => {
                    change.apply(self.time_off.entry(person).or_default(), self.now);
                }
            }
        }
    }

    pub fn evaluate(&mut self, message: &ToEvaluate) -> Vec<Change> {
        let input = match message.clone() {
            ToEvaluate::Assignment { answer, .. } => Input::Assignment(Box::new(answer)),
            ToEvaluate::Credited { credit, .. } => Input::Credited { credit },
            ToEvaluate::Continue { execution, .. } => Input::Continue { execution },
            ToEvaluate::Resume { execution, not_again, .. } => Input::Resume { execution, not_again },
            ToEvaluate::ClockSetBack { .. } => Input::ClockSetBack,
            other => panic!("these tests give {other:?} directly"),
        };
        self.give(&input)
    }

    fn send(&mut self, message: &ToAct) {
        let entry = &self.entries[message.seq as usize - 1];
        let Change::Effect(EffectChange::Requested { effect, action, workflow, .. }) =
            &entry.changes[message.index as usize]
        else {
            panic!("the message names a change that is no effect");
        };
        assert_eq!(*effect, message.effect);
        let result = match message.not_again {
            true => EffectResult::NotAgain,
            false => {
                self.outbox.push(action.clone());
                EffectResult::Sent { provider_id: None }
            }
        };
        let outcome = EffectOutcome {
            effect: effect.clone(),
            what: "a message".to_owned(),
            workflow: workflow.clone(),
            manifest: self.manifest.clone(),
            result,
        };
        self.give(&Input::Effect(outcome));
    }

    pub fn fire(&mut self, row: &TimerRow) -> Vec<Change> {
        self.give(&Input::Timer { timer: row.timer.clone(), generation: row.generation, due: row.due })
    }

    /// Moves the clock, firing what comes due on the way, each thing twice.
    pub fn advance_to(&mut self, until: &str) {
        let until = at(until);
        loop {
            let due = self.timers.iter().enumerate().filter(|(_, row)| row.due <= until);
            let Some((index, _)) = due.min_by_key(|(_, row)| row.due) else { break };
            let row = self.timers.remove(index);
            self.now = self.now.max(row.due);
            self.fire(&row);
            self.settle();
            let again = self.fire(&row);
            assert!(again.is_empty(), "a second firing of {row:?} changed {again:?}");
        }
        self.now = until;
    }

    /// The messages that left, in words.
    pub fn sent(&self) -> Vec<String> {
        let words = |action: &Action| match action {
            Action::SendEmail { template, .. } => template.to_string(),
            Action::Notify { to, message } => format!("{to}: {message}"),
        };
        self.outbox.iter().map(words).collect()
    }

    /// How often a change of some kind stands in the history.
    pub fn count(&self, is_one: fn(&Change) -> bool) -> usize {
        self.entries.iter().flat_map(|entry| &entry.changes).filter(|change| is_one(change)).count()
    }
}
