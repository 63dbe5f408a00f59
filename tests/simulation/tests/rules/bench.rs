//! The engine's steps over a store in memory, called one by one, under a clock that a test
//! sets: also backwards.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use domain::{
    execution::Waiting,
    history::{Entry, Head},
    id::{MessageId, RecordKey},
    instant::Instant,
    message::{Command, Message, ToAct, ToAssign, ToEvaluate},
    playbook::Playbook,
};
use engine::ports::{Activation, Clock, Histories, Playbooks, Queue};
use serde::de::DeserializeOwned;
use simulation::{Fault, Faults, Faulty, demo_request};
use sqlite::{Received, Store};

/// A clock that shows what it was last set to.
pub struct SetClock(AtomicI64);

impl SetClock {
    pub fn set(&self, at: Instant) {
        self.0.store(at.as_millis(), Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Instant {
        Instant::from_millis(self.0.load(Ordering::SeqCst))
    }
}

pub struct Bench {
    pub ports: Faulty<Store>,
    pub clock: Arc<SetClock>,
}

/// So many seconds after Monday at nine, when the pool is open.
pub fn at(seconds: i64) -> Instant {
    Instant::parse("2026-03-02T09:00:00Z").unwrap().plus_millis(seconds * 1000)
}

pub fn lead() -> RecordKey {
    RecordKey::new("lead", "ada")
}

pub fn playbook() -> Playbook {
    serde_json::from_str(include_str!("../../src/playbook.json")).unwrap()
}

/// The same with these steps in the place of speed-to-lead's.
pub fn playbook_of(steps: &str) -> Playbook {
    let mut playbook = serde_json::to_value(playbook()).unwrap();
    let workflow = &mut playbook["workflows"]["speed-to-lead"];
    workflow["then"] = serde_json::from_str(steps).unwrap();
    serde_json::from_value(playbook).unwrap()
}

impl Bench {
    pub async fn new() -> Self {
        Self::with(&playbook()).await
    }

    pub async fn with(playbook: &Playbook) -> Self {
        let clock = Arc::new(SetClock(AtomicI64::new(at(0).as_millis())));
        let inner = Store::in_memory(clock.clone());
        let by = Activation { manifest: playbook.manifest_id(), at: at(0), by: "a test".to_owned() };
        Playbooks::publish(&inner, playbook, None, by).await.unwrap();
        Self { ports: Faulty { inner, faults: Faults::new([]), mailbox: Arc::default(), lets_others_go: true }, clock }
    }

    pub fn store(&self) -> &Store {
        &self.ports.inner
    }

    /// The ports, whose first call of this name from now on goes wrong.
    pub fn failing(&self, name: &'static str, fault: Fault) -> Faulty<Store> {
        Faulty { faults: Faults::first_of(name, fault), ..self.ports.clone() }
    }

    pub async fn evaluate(&self, message: Message<ToEvaluate>) {
        engine::evaluate::handle(&self.ports, message).await.unwrap();
    }

    /// The usual lead's form, up to its first entry.
    pub async fn submit(&self) {
        self.evaluate(message("form", self.ports.now(), demo_request("ada", 25.0, 55.0, self.ports.now()))).await;
    }

    /// What can be received from a queue now, acknowledged.
    pub async fn take<B: DeserializeOwned>(&self, queue: Queue) -> Vec<Message<B>> {
        let read = |received: &Received| serde_json::from_str(&received.body).unwrap();
        let all = self.store().receive(queue, 100, 60_000).await.unwrap();
        let receipts: Vec<_> = all.iter().map(|received| received.receipt).collect();
        self.store().acknowledge(&receipts);
        all.iter().map(read).collect()
    }

    /// Works the queues off until none gives a message; effects stay where they are.
    pub async fn settle(&self) {
        loop {
            let assign = self.take::<ToAssign>(Queue::Assign).await;
            let evaluate = self.take::<ToEvaluate>(Queue::Evaluate).await;
            if assign.is_empty() && evaluate.is_empty() {
                return;
            }
            engine::assign::handle_together(&self.ports, &assign).await.unwrap();
            for message in evaluate {
                self.evaluate(message).await;
            }
        }
    }

    /// The one message to `act` that waits.
    pub async fn effect(&self) -> Message<ToAct> {
        let [one] = self.take(Queue::Act).await.try_into().unwrap();
        one
    }

    pub async fn head(&self) -> Head {
        self.store().newest(&lead()).await.unwrap().map(|entry| Head::clone(&entry.head)).unwrap_or_default()
    }

    /// All entries of the lead, oldest first.
    pub async fn entries(&self) -> Vec<Entry> {
        let mut entries = self.store().page(&lead(), None, 100).await.unwrap();
        entries.reverse();
        entries
    }

    /// How many entries the lead has.
    pub async fn count(&self) -> u64 {
        self.store().newest(&lead()).await.unwrap().map_or(0, |entry| entry.seq)
    }

    /// The timer that the lead's execution waits with.
    pub async fn timer(&self) -> Message<ToEvaluate> {
        let head = self.head().await;
        let (Waiting::Time { timer, generation, due } | Waiting::Event { timer, generation, due, .. }) =
            head.executions[0].waiting.clone()
        else {
            panic!("it waits for no timer: {:?}", head.executions[0].waiting)
        };
        message("firing", due, ToEvaluate::Timer { record: lead(), timer, generation, due })
    }
}

pub fn message<B>(id: &str, since: Instant, body: B) -> Message<B> {
    Message { id: MessageId::new(id), since, body }
}

pub fn reassign(to: &str) -> ToEvaluate {
    let command = Command::Reassign { to: to.into(), reason: "a test".to_owned() };
    ToEvaluate::Command { record: lead(), by: "maria".to_owned(), command }
}

pub fn credit() -> ToEvaluate {
    let command = Command::Credit { reason: "no-show".to_owned() };
    ToEvaluate::Command { record: lead(), by: "maria".to_owned(), command }
}
