//! A thousand records that await an owner of one pool at the same time, on the embedded host:
//! its store on a file with fsync, its dispatcher, its engine.
//!
//! Two ways. As the host does it, a pool's requests in line and taken together; and all at
//! once by as many tasks, each with a request of its own, where only the condition on the
//! pool's row keeps the order: that is what a pool costs where nothing lines its requests up.

mod counting;

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant as Stopwatch},
};

use domain::{
    event::Event,
    id::{EventId, EventType, FormId, MessageId, RecordKey},
    instant::Instant,
    message::{Message, Redrive, ToAct, ToAssign, ToEvaluate},
    playbook::Playbook,
    value::{Fields, Value},
};
use engine::{
    Error,
    ports::{Activation, Clock, Histories, Playbooks, Pools, Queue},
};
use host::{Host, Inside, StepError, Steps};
use serde_json::json;
use sqlite::{Store, SystemClock};
use tokio::time::sleep;

use crate::pool::{POOL, person};
use counting::Counting;

/// How many are handled at the same time where nothing lines them up.
const AT_ONCE: usize = 8;
const PATIENCE: Duration = Duration::from_secs(60);

/// What it took to give every record an owner.
#[derive(Debug)]
pub struct Stored {
    pub assignments: u64,
    pub members: usize,
    /// From the first request that was taken to the last owner in a record's history.
    pub took: Duration,
    pub write_attempts: u64,
    pub conflicts: u64,
}

impl Stored {
    pub fn per_s(&self) -> f64 {
        self.assignments as f64 / self.took.as_secs_f64()
    }

    pub fn attempts_per_assignment(&self) -> f64 {
        self.write_attempts as f64 / self.assignments as f64
    }

    pub fn conflicts_per_assignment(&self) -> f64 {
        self.conflicts as f64 / self.assignments as f64
    }

    /// One in the normal case: nobody saved meanwhile.
    pub fn attempts_per_commit(&self) -> f64 {
        self.write_attempts as f64 / (self.write_attempts - self.conflicts).max(1) as f64
    }
}

/// How the requests reach the pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// By the host's dispatcher: in line, those waiting together.
    InLine,
    /// Each by itself, several at the same time.
    AtOnce,
}

/// Runs so many requests of one pool of so many members, on a file of its own.
pub fn run(requests: u64, members: usize, way: Way) -> Result<Stored, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|e| e.to_string())?;
    let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    let store = Store::open(&folder.path().join("handoff.db"), Arc::new(SystemClock)).map_err(|e| e.to_string())?;
    let stored = runtime.block_on(measure(&store, requests, members, way));
    drop(runtime);
    stored
}

async fn measure(store: &Store, requests: u64, members: usize, way: Way) -> Result<Stored, String> {
    await_owners(store, requests, members).await?;
    let ports = Counting::new(store.clone());
    let started = Stopwatch::now();
    let host = match way {
        Way::InLine => Host::start(store, Assigning { ports: ports.clone() }),
        Way::AtOnce => {
            all_at_once(&ports).await?;
            Host::start(store, Assigning { ports: ports.clone() })
        }
    };
    let took = until_all_have_owners(store, requests, started).await;
    host.stop().await;
    let (state, version) = store.pool(&POOL.into(), &[]).await.map_err(|error| error.to_string())?;
    let (write_attempts, conflicts) = ports.counted();
    if state.picks != requests || version != write_attempts - conflicts {
        return Err(format!("{requests} requests, {} picks; version {version} after {write_attempts}", state.picks));
    }
    Ok(Stored { assignments: requests, members, took: took?, write_attempts, conflicts })
}

/// Publishes the playbook and has `evaluate` decide on one event a record, so that every record
/// awaits an owner and its request lies on the queue.
async fn await_owners(store: &Store, requests: u64, members: usize) -> Result<(), String> {
    let playbook = playbook(members);
    let by = Activation { manifest: playbook.manifest_id(), at: store.now(), by: "a benchmark".to_owned() };
    Playbooks::publish(store, &playbook, None, by).await.map_err(|error| error.to_string())?;
    let all = (0..requests).map(|number| {
        let store = store.clone();
        tokio::spawn(async move { engine::evaluate::handle(&store, event(number, store.now())).await })
    });
    for handled in all.collect::<Vec<_>>() {
        handled.await.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Takes every request and handles several at the same time, each by itself.
async fn all_at_once(ports: &Counting) -> Result<(), String> {
    let mut requests: Vec<Message<ToAssign>> = Vec::new();
    loop {
        let some = ports.store.receive(Queue::Assign, 256, 60_000).await.map_err(|error| error.to_string())?;
        if some.is_empty() {
            break;
        }
        ports.store.acknowledge(&some.iter().map(|message| message.receipt).collect::<Vec<_>>());
        for message in some {
            requests.push(serde_json::from_str(&message.body).map_err(|error| error.to_string())?);
        }
    }
    let requests = Arc::new(Mutex::new(requests));
    let workers = (0..AT_ONCE).map(|_| tokio::spawn(work_off(ports.clone(), Arc::clone(&requests))));
    for worker in workers.collect::<Vec<_>>() {
        worker.await.map_err(|error| error.to_string())??;
    }
    Ok(())
}

async fn work_off(ports: Counting, requests: Arc<Mutex<Vec<Message<ToAssign>>>>) -> Result<(), String> {
    loop {
        let next = requests.lock().map_err(|error| error.to_string())?.pop();
        let Some(request) = next else { return Ok(()) };
        match engine::assign::handle(&ports, request.clone()).await {
            Ok(()) => {}
            // Others were faster too often: it comes again, as its queue would have it.
            Err(Error::PoolContended { .. }) => requests.lock().map_err(|error| error.to_string())?.push(request),
            Err(error) => return Err(error.to_string()),
        }
    }
}

async fn until_all_have_owners(store: &Store, requests: u64, started: Stopwatch) -> Result<Duration, String> {
    let mut first = 0;
    while started.elapsed() < PATIENCE {
        while first < requests {
            let entry = store.newest(&record(first)).await.map_err(|error| error.to_string())?;
            if entry.is_none_or(|entry| entry.head.owner.is_none()) {
                break;
            }
            first += 1;
        }
        if first == requests {
            return Ok(started.elapsed());
        }
        sleep(Duration::from_millis(2)).await;
    }
    Err(format!("only {first} of {requests} records had an owner after {} seconds", PATIENCE.as_secs()))
}

fn record(number: u64) -> RecordKey {
    RecordKey::new("lead", format!("lead{number}"))
}

fn event(number: u64, at: Instant) -> Message<ToEvaluate> {
    let fields = Fields::from([("name".to_owned(), Value::Text(format!("Lead {number}")))]);
    let id = EventId::new(format!("evt-{number}"));
    let mut event = Event::new(id, EventType::new("form_submitted"), record(number), at);
    event.form = Some(FormId::new("demo-request"));
    event.record.fields = fields;
    Message { id: MessageId::new(format!("msg-{number}")), since: at, body: ToEvaluate::Event(Box::new(event)) }
}

/// A workflow that asks for an owner and does nothing else.
fn playbook(members: usize) -> Playbook {
    let people =
        (0..members).map(|number| (person(number).to_string(), json!({ "name": "P", "email": "p@e.example" })));
    let weights: serde_json::Value = (0..members).map(|number| (person(number).to_string(), 1 + number % 3)).collect();
    serde_json::from_value(json!({
        "organisation": { "name": "Example", "time_zone": "UTC", "hours": "24/7" },
        "schema": { "kinds": { "lead": { "fields": { "name": { "type": "text" } } } } },
        "people": people.collect::<serde_json::Value>(),
        "pools": { POOL: { "lead": person(0), "members": weights } },
        "workflows": { "route": {
            "purpose": "Every lead has an owner.",
            "maintained_by": "p@e.example",
            "exceptions_to": person(0),
            "when": { "form_submitted": "demo-request" },
            "then": [{ "assign": { "pool": POOL } }],
        } },
    }))
    .expect("a playbook that is whole")
}

/// The engine's `assign`, counted, and its `evaluate`; nothing is sent, and no minute passes.
struct Assigning {
    ports: Counting,
}

impl Steps for Assigning {
    async fn evaluate(&self, message: Message<ToEvaluate>) -> Result<(), StepError> {
        Ok(engine::evaluate::handle(&self.ports.store, message).await?)
    }

    async fn assign(&self, messages: Vec<Message<ToAssign>>) -> Result<(), StepError> {
        Ok(engine::assign::handle_together(&self.ports, &messages).await?)
    }

    async fn act(&self, _: Message<ToAct>, _: &str) -> Result<(), StepError> {
        Ok(())
    }

    async fn escalate(&self, _: Message<Redrive>) -> Result<(), StepError> {
        Ok(())
    }

    type Inside = Self;

    fn inside(&self) -> Option<Inside<Self>> {
        None
    }

    async fn each_minute(&self) -> Result<(), StepError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_line_every_commit_takes_one_attempt() {
        let stored = run(60, 10, Way::InLine).unwrap();
        assert_eq!((stored.assignments, stored.conflicts, stored.attempts_per_commit()), (60, 0, 1.0));
        assert!(stored.write_attempts <= 60, "requests that wait are saved together: {stored:?}");
    }

    #[test]
    fn at_once_a_conflict_costs_an_attempt_and_never_a_pick() {
        let stored = run(60, 10, Way::AtOnce).unwrap();
        assert_eq!(stored.write_attempts, 60 + stored.conflicts);
    }
}
