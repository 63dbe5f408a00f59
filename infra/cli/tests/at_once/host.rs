//! The embedded host in this process: what `handoff serve` puts together, on a file of its own
//! with fsync on, over real HTTP on loopback. Its steps are the engine's; they write down the
//! pool's picks, and fail the requests that are made to fail.

use std::{
    collections::BTreeSet,
    future::{IntoFuture, ready},
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use console::{Access, ApiKey, App, Config, Found, Keys, Secrets, Trust, whole_router};
use domain::{
    id::{MessageId, PersonId, PoolId, RecordKey, RequestId},
    message::{AssignRequest, Message, Redrive, ToAct, ToAssign, ToEvaluate},
};
use engine::ports::{Activation, Clock, Playbooks, Pools, Queue, Queues};
use host::{Engine, Inside, StepError, Steps};
use sqlite::{Store, SystemClock};
use tokio::{net::TcpListener, runtime::Runtime};

const POOL: &str = "inbound";
const POISON: &str = "poison";

pub struct Host {
    runtime: Runtime,
    store: Store,
    steps: Watched,
    running: Option<host::Host>,
    pub url: String,
    _folder: tempfile::TempDir,
}

impl Host {
    pub fn start(files: &playbook::Files) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("handoff.db"), Arc::new(SystemClock)).unwrap();
        let runtime = Runtime::new().unwrap();
        let url = runtime.block_on(async {
            let loaded = playbook::load(files);
            let playbook = loaded.playbook.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics));
            let activation = Activation { manifest: playbook.manifest_id(), at: store.now(), by: "the test".into() };
            store.publish(&playbook, None, activation).await.unwrap();
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let service = router(&store).into_make_service_with_connect_info::<SocketAddr>();
            tokio::spawn(axum::serve(listener, service).into_future());
            format!("http://{address}")
        });
        let steps = Watched { engine: Engine(store.clone()), picks: Arc::default() };
        let mut host = Self { runtime, store, steps, running: None, url, _folder: folder };
        host.restart();
        host
    }

    /// Stops the work and begins it again. The work of the minute is then done at once.
    pub fn restart(&mut self) {
        self.runtime.block_on(async {
            if let Some(running) = self.running.take() {
                running.stop().await;
            }
            self.running = Some(host::Host::start(&self.store, self.steps.clone()));
        });
    }

    /// Who got which record, in the order in which the pool's row was saved.
    pub fn picks(&self) -> Vec<(RecordKey, PersonId)> {
        self.steps.picks.lock().unwrap().in_order.clone()
    }

    /// Sends the pool a request that fails every time; the first one panics.
    pub fn poison(&self, number: usize) {
        let request = AssignRequest {
            id: format!("{POISON}-{number}").as_str().into(),
            record: RecordKey::new("lead", format!("{POISON}-{number}")),
            pool: POOL.into(),
            number: 1,
            attempt: 0,
            since: domain::instant::Instant::from_millis(0),
            exclude: Vec::new(),
            skills: Vec::new(),
            keep: None,
        };
        let id = MessageId::new(request.id.as_str());
        let message = Message { id, since: self.store.now(), body: ToAssign::Request(Box::new(request)) };
        self.runtime.block_on(self.store.send_assign(&[message])).unwrap();
    }

    /// Whether a queue holds no more than what waits for its time, or was given up.
    pub fn has_worked_off(&self, queue: Queue) -> bool {
        let depth = self.store.depth(queue).unwrap();
        depth.ready + depth.in_flight == 0
    }
}

fn router(store: &Store) -> axum::Router {
    let trust = Trust { keys: Arc::new(Nothing), secrets: Arc::new(Nothing), fresh_id: Arc::new(console::fresh_id) };
    whole_router(App::new(Arc::new(store.clone()), trust, Config { access: Access::Open, ..Config::default() }))
}

struct Nothing;

impl Keys for Nothing {
    fn find<'a>(&'a self, _hash: &'a str) -> Found<'a, ApiKey> {
        Box::pin(ready(Ok(None)))
    }
}

impl Secrets for Nothing {
    fn secret<'a>(&'a self, _reference: &'a str) -> Found<'a, String> {
        Box::pin(ready(Ok(None)))
    }
}

#[derive(Clone)]
struct Watched {
    engine: Engine<Store>,
    picks: Arc<Mutex<Picks>>,
}

#[derive(Default)]
struct Picks {
    known: BTreeSet<RequestId>,
    in_order: Vec<(RecordKey, PersonId)>,
}

impl Watched {
    /// The pool's row lists its latest picks in their order. The requests of one pool are worked
    /// off one call at a time, so after each call only that call's are new.
    async fn note(&self) -> Result<(), StepError> {
        let (state, _) = self.engine.0.pool(&PoolId::new(POOL), &[]).await.map_err(StepError::new)?;
        let mut picks = self.picks.lock().unwrap();
        for line in state.ledger {
            if picks.known.insert(line.request) {
                picks.in_order.push((line.record, line.person));
            }
        }
        Ok(())
    }
}

impl Steps for Watched {
    async fn evaluate(&self, message: Message<ToEvaluate>) -> Result<(), StepError> {
        self.engine.evaluate(message).await
    }

    async fn assign(&self, messages: Vec<Message<ToAssign>>) -> Result<(), StepError> {
        if let Some(poison) = messages.iter().find(|message| message.id.as_str().starts_with(POISON)) {
            assert_ne!(poison.id.as_str(), "poison-0", "a poison request panics, as it should");
            return Err(StepError::new("a poison request fails, as it should"));
        }
        self.engine.assign(messages).await?;
        self.note().await
    }

    async fn act(&self, message: Message<ToAct>, attempt: &str) -> Result<(), StepError> {
        self.engine.act(message, attempt).await
    }

    async fn escalate(&self, message: Message<Redrive>) -> Result<(), StepError> {
        self.engine.escalate(message).await
    }

    type Inside = Self;

    fn inside(&self) -> Option<Inside<Self>> {
        None
    }

    async fn each_minute(&self) -> Result<(), StepError> {
        self.engine.each_minute().await
    }
}
