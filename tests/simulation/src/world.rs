use std::sync::Arc;

use domain::{
    event::{Event, LinkedPart, RecordPart},
    history::Head,
    id::{EventId, EventType, FormId, MessageId, RecordKey},
    instant::Instant,
    message::{Message, ToEvaluate},
    playbook::Playbook,
    value::{Fields, Value},
};
use engine::ports::{Activation, Bus, Histories, Playbooks, Queue, Walk};
use host::{Delivery, Engine, VirtualHost};
use sqlite::Store;

use crate::{Fault, Faults, Faulty, Sent};

/// One simulated host: the engine over a store in memory, at a time of its own, with
/// faults where they are asked for.
pub struct World {
    host: VirtualHost<Engine<Faulty<Store>>>,
}

impl World {
    /// A world at `start` with this playbook active.
    pub async fn new(start: &str, playbook: &Playbook, faults: impl IntoIterator<Item = (usize, Fault)>) -> Self {
        let start = Instant::parse(start).expect("a start in RFC 3339");
        let faults = Faults::new(faults);
        let host = VirtualHost::in_memory(start, |store| {
            Engine(Faulty { inner: store.clone(), faults, mailbox: Arc::default(), lets_others_go: true })
        });
        let by = Activation { manifest: playbook.manifest_id(), at: start, by: "simulation".to_owned() };
        Playbooks::publish(host.store(), playbook, None, by).await.expect("an empty store takes a playbook");
        Self { host }
    }

    /// The same world, whose messages reach their steps so.
    pub fn delivering(self, delivery: Delivery) -> Self {
        Self { host: self.host.delivering(delivery) }
    }

    /// How many messages were taken from queues so far.
    pub fn taken(&self) -> u64 {
        self.host.taken()
    }

    /// Every entry of every record, as it is stored.
    pub async fn entries(&self) -> Vec<String> {
        let walked = self.store().walk(None, usize::MAX).await.expect("memory answers");
        let mut entries = Vec::new();
        for (newest, _) in walked.items {
            let all = self.store().page(&newest.record, None, usize::MAX).await.expect("memory answers");
            entries.extend(all.iter().rev().map(|entry| serde_json::to_string(entry).expect("an entry is plain data")));
        }
        entries
    }

    pub fn store(&self) -> &Store {
        self.host.store()
    }

    pub fn now(&self) -> Instant {
        self.host.now()
    }

    /// The names of the calls made so far, in order.
    pub fn calls(&self) -> Vec<&'static str> {
        self.ports().faults.names()
    }

    /// What the provider really took.
    pub fn mailbox(&self) -> Vec<Sent> {
        self.ports().mailbox.lock().expect("one thread").clone()
    }

    pub async fn head(&self, record: &RecordKey) -> Head {
        self.store()
            .newest(record)
            .await
            .expect("memory answers")
            .map(|entry| Head::clone(&entry.head))
            .unwrap_or_default()
    }

    /// Publishes a message as intake does, until it is accepted.
    pub async fn publish(&self, body: ToEvaluate, id: &str) {
        let message = Message { id: MessageId::new(id), since: self.now(), body };
        for _ in 0..5 {
            if Bus::publish(self.ports(), &[&message]).await.is_ok() {
                return;
            }
        }
        panic!("the bus never accepted {id}");
    }

    /// Works through the queues and the minutes until `end`.
    pub async fn run_until(&mut self, end: Instant) {
        self.host.advance_to(end).await.expect("memory answers, and no chain is endless");
    }

    /// Messages on any queue, dead ones included.
    pub fn left_over(&self) -> u64 {
        let depths = Queue::ALL.iter().map(|queue| self.store().depth(*queue).expect("memory answers"));
        depths.map(|depth| depth.ready + depth.delayed + depth.in_flight + depth.dead).sum()
    }

    fn ports(&self) -> &Faulty<Store> {
        &self.host.steps().0
    }
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
    let id = EventId::new(format!("evt-{name}"));
    let mut event = Event::new(id, EventType::new("form_submitted"), RecordKey::new("lead", name), at);
    event.form = Some(FormId::new("demo-request"));
    event.record.fields = fields;
    let key = RecordKey::new("company", format!("{name}-ltd"));
    event.linked = vec![LinkedPart::identified("company", RecordPart { key, fields: company })];
    event.fingerprint = Some(format!("print-{name}"));
    ToEvaluate::Event(Box::new(event))
}

/// A call that somebody logged.
pub fn call_logged(name: &str, at: Instant) -> ToEvaluate {
    let id = EventId::new(format!("call-{name}-{}", at.as_millis()));
    let event = Event::new(id, EventType::new("call_logged"), RecordKey::new("lead", name), at);
    ToEvaluate::Event(Box::new(event))
}
