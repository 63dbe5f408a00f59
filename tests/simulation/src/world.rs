use std::sync::{Arc, Mutex};

use domain::{
    event::{Event, LinkedPart, RecordPart},
    history::Head,
    id::{EventId, EventType, FormId, MessageId, RecordKey},
    instant::Instant,
    message::{Message, ToEvaluate},
    playbook::Playbook,
    value::{Fields, Value},
};
use engine::ports::{Activation, Bus, Clock, Histories, Playbooks, Queue};
use sqlite::{ManualClock, Received, Store};

use crate::{Fault, Faulty, Plan, Sent};

/// How long a message stays invisible while it is worked on.
const VISIBILITY_MILLIS: i64 = 30_000;

/// One simulated host: the engine over a store in memory, at a time of its own.
pub struct World {
    pub store: Store,
    clock: Arc<ManualClock>,
    ports: Faulty<Store>,
    attempts: u64,
}

impl World {
    /// A world at `start` with this playbook active, whose calls go wrong by plan from here on.
    pub async fn new(start: &str, playbook: &Playbook, faults: impl IntoIterator<Item = (usize, Fault)>) -> Self {
        let start = Instant::parse(start).expect("a start in RFC 3339");
        let clock = Arc::new(ManualClock::new(start));
        let store = Store::in_memory(clock.clone());
        let by = Activation { manifest: playbook.manifest_id(), at: start, by: "simulation".to_owned() };
        Playbooks::publish(&store, playbook, None, by).await.expect("an empty store takes a playbook");
        let ports = Faulty { inner: store.clone(), plan: Plan::new(faults), mailbox: Arc::default() };
        Self { store, clock, ports, attempts: 0 }
    }

    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// The names of the calls made so far, in order.
    pub fn calls(&self) -> Vec<&'static str> {
        self.ports.plan.names()
    }

    /// What the provider really took.
    pub fn mailbox(&self) -> Vec<Sent> {
        let mailbox: &Mutex<Vec<Sent>> = &self.ports.mailbox;
        mailbox.lock().expect("one thread").clone()
    }

    pub async fn head(&self, record: &RecordKey) -> Head {
        self.store.newest(record).await.expect("memory answers").map(|entry| entry.head).unwrap_or_default()
    }

    /// Publishes a message as intake does, until it is accepted.
    pub async fn publish(&self, body: ToEvaluate, id: &str) {
        let message = Message { id: MessageId::new(id), since: self.now(), body };
        for _ in 0..5 {
            if Bus::publish(&self.ports, std::slice::from_ref(&message)).await.is_ok() {
                return;
            }
        }
        panic!("the bus never accepted {id}");
    }

    /// Works through the queues, minute by minute, until `end`.
    pub async fn run_until(&mut self, end: Instant) {
        while self.now() < end {
            let _ = engine::escalate::sweep(&self.ports).await;
            if self.now().minute() % 5 == 0 {
                let _ = engine::escalate::drain(&self.ports).await;
            }
            let next_minute = Instant::from_millis((self.now().minute() + 1) * 60_000).min(end);
            self.run_minute(next_minute).await;
            self.clock.move_to(next_minute);
        }
        self.work_off().await;
    }

    async fn run_minute(&mut self, end: Instant) {
        loop {
            self.work_off().await;
            match self.next_message().filter(|at| *at <= end) {
                Some(at) => self.clock.move_to(at.max(self.now().plus_millis(1))),
                None => return,
            }
        }
    }

    /// Handles what can be handled now.
    async fn work_off(&mut self) {
        loop {
            let mut handled = 0;
            for queue in Queue::ALL {
                let received = self.store.receive(queue, 1, VISIBILITY_MILLIS).await.expect("memory answers");
                for message in received {
                    self.handle(queue, message).await;
                    handled += 1;
                }
            }
            if handled == 0 {
                return;
            }
        }
    }

    /// One invocation. After a fault the message is left to become visible again.
    async fn handle(&mut self, queue: Queue, received: Received) {
        self.attempts += 1;
        let attempt = format!("attempt-{}", self.attempts);
        let finished = match queue {
            Queue::Evaluate => engine::evaluate::handle(&self.ports, read(&received)).await,
            Queue::Assign => engine::assign::handle(&self.ports, read(&received)).await,
            Queue::Act => engine::act::handle(&self.ports, read(&received), &attempt).await,
            Queue::Escalate => engine::escalate::handle(&self.ports, read(&received)).await,
        };
        if finished.is_ok() {
            self.store.acknowledge(&[received.receipt]).await.expect("memory answers");
        }
    }

    fn next_message(&self) -> Option<Instant> {
        Queue::ALL.iter().filter_map(|queue| self.store.next_visible_at(*queue).expect("memory answers")).min()
    }

    /// Messages on any queue, dead ones included.
    pub fn left_over(&self) -> u64 {
        Queue::ALL
            .iter()
            .map(|queue| self.store.depth(*queue).expect("memory answers"))
            .map(|depth| depth.ready + depth.delayed + depth.in_flight + depth.dead)
            .sum()
    }
}

fn read<B: serde::de::DeserializeOwned>(received: &Received) -> Message<B> {
    serde_json::from_str(&received.body).expect("we sent it")
}

/// A submitted demo request of a lead and its company.
pub fn demo_request(name: &str, employees: f64, score: f64, at: Instant) -> ToEvaluate {
    let text = |text: String| Value::Text(text);
    let email = format!("{name}@example.com");
    let fields = Fields::from([
        ("name".to_owned(), text(name.to_owned())),
        ("email".to_owned(), text(email)),
        ("score".to_owned(), Value::Number(score)),
    ]);
    let company = Fields::from([("employees".to_owned(), Value::Number(employees))]);
    ToEvaluate::Event(Box::new(Event {
        id: EventId::new(format!("evt-{name}")),
        event_type: EventType::new("form_submitted"),
        form: Some(FormId::new("demo-request")),
        occurred_at: at,
        accepted_at: at,
        record: RecordPart { key: RecordKey::new("lead", name), fields },
        linked: vec![LinkedPart {
            link: "company".to_owned(),
            part: RecordPart { key: RecordKey::new("company", format!("{name}-ltd")), fields: company },
        }],
        unmapped: Fields::new(),
        gaps: Vec::new(),
        fingerprint: Some(format!("print-{name}")),
        keyed: false,
        to_fetch: None,
        depth: 0,
    }))
}

/// A call that somebody logged.
pub fn call_logged(name: &str, at: Instant) -> ToEvaluate {
    ToEvaluate::Event(Box::new(Event {
        id: EventId::new(format!("call-{name}-{}", at.as_millis())),
        event_type: EventType::new("call_logged"),
        form: None,
        occurred_at: at,
        accepted_at: at,
        record: RecordPart { key: RecordKey::new("lead", name), fields: Fields::new() },
        linked: Vec::new(),
        unmapped: Fields::new(),
        gaps: Vec::new(),
        fingerprint: None,
        keyed: false,
        to_fetch: None,
        depth: 0,
    }))
}
