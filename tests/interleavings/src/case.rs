//! A small case: what is on its way at the start, and how much of it may go wrong.

use std::sync::Arc;

use domain::{
    calendar::{TimeOff, TimeOffChange},
    event::Event,
    id::{EventId, EventType, FormId, MessageId, RecordKey},
    instant::Instant,
    message::{Command, Message, ToAssign, ToEvaluate},
    plan::Plan,
    playbook::Playbook,
};

use crate::{
    handler::{Handler, Step},
    ports::Free,
    world::{Body, Errand, World},
};

/// How finely handlers are interleaved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grain {
    /// Between any two calls of a handler another may make one of its own.
    Calls,
    /// A handler runs to its end or to where it fails; messages come in any order.
    Handlers,
}

/// What is explored.
#[derive(Clone)]
pub struct Case {
    pub world: World,
    pub grain: Grain,
    /// Handlers at work at once, for each of the two queues.
    pub workers: usize,
    /// How many things go wrong at most in one run: a crash before a call, after it, or a message that comes twice.
    pub faults: u32,
    /// Whether two messages of a pool are also handled together.
    pub batches: bool,
}

/// Monday at ten in Berlin, where everybody works.
fn start() -> Instant {
    Instant::parse("2026-03-02T09:00:00Z").expect("a time")
}

/// The case's playbook, with these weights in its pool, and at most so many open records for each
/// member: three members at most are `ana`, `ben` and `chloe`.
fn playbook(weights: &[(&str, u32)], open: Option<u32>) -> Playbook {
    let mut playbook: Playbook = serde_json::from_str(include_str!("playbook.json")).expect("a playbook");
    let pool = playbook.pools.values_mut().next().expect("it has one pool");
    pool.members = weights.iter().map(|(person, weight)| ((*person).into(), *weight)).collect();
    pool.caps.open = open;
    playbook
}

/// The same with a second pool, which is asked in the branch of the request to the first, and
/// more steps after that.
fn with_standby(weights: &[(&str, u32)]) -> Playbook {
    let mut playbook = playbook(weights, None);
    let standby = serde_json::json!({ "lead": "maria", "members": { "maria": 1 } });
    playbook.pools.insert("standby".into(), serde_json::from_value(standby).expect("a pool"));
    let steps = serde_json::json!([
        { "assign": { "pool": "inbound" }, "if_nobody_available": [
            { "assign": { "pool": "standby" } }, { "add_to_segment": "left-behind" } ] },
        { "create_task": { "title": "Call", "assigned_to": "lead.owner" } },
        { "notify": { "to": "lead.owner", "message": "yours" } },
        { "wait_for": "call_logged", "within": "15 minutes" },
    ]);
    let workflow = playbook.workflows.values_mut().next().expect("it has one workflow");
    workflow.then = serde_json::from_value(steps).expect("steps");
    playbook
}

impl Case {
    /// Leads have come while nobody in the pool is there: its answer and the standby's may cross.
    pub fn on_standby(leads: &[&str], weights: &[(&str, u32)]) -> Self {
        let mut case = Self::in_pool(leads, with_standby(weights));
        for (person, _) in weights {
            let off = TimeOff { from: start(), until: start().plus_minutes(120), reason: None, by: None };
            case.world.set_time_off(&(*person).into(), &[off]);
        }
        case.evaluated().evaluated().evaluated()
    }

    /// Leads of these names have come, and their requests are on the way to the pool.
    pub fn requested(leads: &[&str], weights: &[(&str, u32)]) -> Self {
        Self::submitted(leads, weights).evaluated()
    }

    /// The same, in a pool whose members have at most so many leads open.
    pub fn capped(leads: &[&str], weights: &[(&str, u32)], open: u32) -> Self {
        Self::in_pool(leads, playbook(weights, Some(open))).evaluated()
    }

    /// Leads of these names have their owners, and nothing is on its way.
    pub fn assigned(leads: &[&str], weights: &[(&str, u32)]) -> Self {
        let mut case = Self::requested(leads, weights);
        while !case.world.waiting.is_empty() {
            case = case.evaluated();
        }
        case
    }

    /// What is on its way is worked off, each message in one go.
    fn evaluated(self) -> Self {
        let mut case = self;
        let free = Free { all: true, faultless: true, ..Free::default() };
        for errand in std::mem::take(&mut case.world.waiting) {
            let (world, step) = Handler::start(vec![errand], case.world, free);
            assert!(matches!(step, Step::Done), "a message is worked off in one go");
            case.world = world;
        }
        case
    }

    /// Leads of these names are on their way in.
    pub fn submitted(leads: &[&str], weights: &[(&str, u32)]) -> Self {
        Self::in_pool(leads, playbook(weights, None))
    }

    fn in_pool(leads: &[&str], playbook: Playbook) -> Self {
        let world = World::new(playbook);
        let case = Self { world, grain: Grain::Calls, workers: 2, faults: 0, batches: false };
        leads.iter().fold(case, |case, lead| case.with_event(lead, "form_submitted", Some(FormId::new("demo-request"))))
    }

    /// Nobody calls this lead in time, or only just: its timers fire.
    pub fn missed(mut self, lead: &str) -> Self {
        self.world = self.world.firing_for(record(lead));
        self
    }

    /// The same, each timer sent by the one who arms it and by the sweep as well.
    pub fn missed_and_swept(mut self, lead: &str) -> Self {
        self.world.sent_twice = true;
        self.missed(lead)
    }

    /// A call is logged at any moment.
    pub fn called(self, lead: &str) -> Self {
        self.with_event(lead, "call_logged", None)
    }

    /// A person gives the lead to somebody at any moment.
    pub fn reassigned_by_hand(self, lead: &str, to: &str) -> Self {
        let command = Command::Reassign { to: to.into(), reason: "a case".to_owned() };
        let body = ToEvaluate::Command { record: record(lead), by: "maria".to_owned(), command };
        self.with(Body::Evaluate(message(&format!("by-hand-{lead}"), body)))
    }

    /// The lead is closed at any moment.
    pub fn closed(self, lead: &str) -> Self {
        let command = Command::Close { reason: "spam".to_owned() };
        let body = ToEvaluate::Command { record: record(lead), by: "maria".to_owned(), command };
        self.with(Body::Evaluate(message(&format!("close-{lead}"), body)))
    }

    /// A person says at any moment that the lead shall not count.
    pub fn credited(self, lead: &str) -> Self {
        let command = Command::Credit { reason: "no-show".to_owned() };
        let body = ToEvaluate::Command { record: record(lead), by: "maria".to_owned(), command };
        self.with(Body::Evaluate(message(&format!("credit-{lead}"), body)))
    }

    /// A member is away for two hours, from any moment on.
    pub fn away(self, person: &str) -> Self {
        let off = TimeOff { from: start(), until: start().plus_minutes(120), reason: None, by: None };
        let change = TimeOffChange::Leaves(off);
        let body = ToAssign::Away { person: person.into(), change, by: "maria".to_owned() };
        self.with(Body::Assign(message(&format!("away-{person}"), body)))
    }

    /// The pool has other weights from any moment on.
    pub fn published(self, weights: &[(&str, u32)]) -> Self {
        self.with(Body::Publish(Arc::new(Plan::of(playbook(weights, None)))))
    }

    /// The pool has another cap from any moment on.
    pub fn recapped(self, weights: &[(&str, u32)], open: u32) -> Self {
        self.with(Body::Publish(Arc::new(Plan::of(playbook(weights, Some(open))))))
    }

    /// The store forgets the condition on a pool's row.
    pub fn with_a_heedless_store(mut self) -> Self {
        self.world.heedless = true;
        self
    }

    pub fn with_faults(self, faults: u32) -> Self {
        Self { faults, ..self }
    }

    pub fn by_handlers(self) -> Self {
        Self { grain: Grain::Handlers, ..self }
    }

    pub fn with_batches(self) -> Self {
        Self { batches: true, ..self }
    }

    fn with(mut self, body: Body) -> Self {
        self.world.waiting.push(Errand::new(body));
        self
    }

    fn with_event(self, lead: &str, event_type: &str, form: Option<FormId>) -> Self {
        let id = format!("{event_type}-{lead}");
        let event = Event::new(EventId::new(&id), EventType::new(event_type), record(lead), start());
        let event = Event { form, ..event };
        self.with(Body::Evaluate(message(&id, ToEvaluate::Event(Box::new(event)))))
    }
}

fn record(lead: &str) -> RecordKey {
    RecordKey::new("lead", lead)
}

fn message<B>(id: &str, body: B) -> Message<B> {
    Message { id: MessageId::new(id), since: start(), body }
}
