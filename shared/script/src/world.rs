//! The world a script plays in: the embedded host in virtual time, and the routes that serve it.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, header},
};
use console::{Access, App, Config, Found, Keys, Secrets, Trust};
use domain::instant::Instant;
use engine::ports::{Clock, Mail, MailError, Mailer};
use host::{Delivery, Engine, VirtualHost};
use serde_json::Value as Json;
use sqlite::{ManualClock, Store};
use tower::ServiceExt;

/// Where what is durable lies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Place {
    #[default]
    Memory,
    /// A database file, closed and opened again by `kill`.
    File(PathBuf),
}

/// One process of the host, as long as it lives.
pub(crate) struct World {
    pub(crate) host: VirtualHost<Engine<Store>>,
    router: Router,
}

/// What a route answered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) body: Json,
    pub(crate) text: String,
}

impl World {
    pub(crate) fn begin(place: &Place, start: Instant, delivery: Delivery) -> Result<Self, String> {
        let clock = Arc::new(ManualClock::new(start));
        let store = open(place, clock.clone())?;
        let host = VirtualHost::new(clock, store.clone(), Engine(store)).delivering(delivery);
        Ok(Self::around(host))
    }

    fn around(host: VirtualHost<Engine<Store>>) -> Self {
        Self { router: router(host.store()), host }
    }

    /// The process ends and another begins: only what is durable is still there.
    pub(crate) fn killed(self, place: &Place) -> Result<Self, String> {
        let Self { host, router } = self;
        // The routes would keep the file from the next process.
        drop(router);
        let memory = (*place == Place::Memory).then(|| host.store().clone());
        let host = host.restart(|clock| {
            let store = memory.map_or_else(|| open(place, clock), Ok)?;
            Ok::<_, String>((store.clone(), Engine(store)))
        })?;
        Ok(Self::around(host))
    }

    pub(crate) fn store(&self) -> &Store {
        self.host.store()
    }

    pub(crate) fn now(&self) -> Instant {
        self.host.now()
    }

    /// Sends a request the way the world does, without the wire.
    pub(crate) async fn request(
        &self,
        method: &str,
        path: &str,
        kind: &str,
        body: Vec<u8>,
    ) -> Result<Answered, String> {
        let request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, kind);
        let request = request.body(Body::from(body)).map_err(|error| format!("{path} is not an address: {error}"))?;
        let Ok(response) = self.router.clone().oneshot(request).await;
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.map_err(|error| error.to_string())?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Ok(Answered { status, body: serde_json::from_str(&text).unwrap_or(Json::Null), text })
    }
}

fn open(place: &Place, clock: Arc<ManualClock>) -> Result<Store, String> {
    let store = match place {
        Place::Memory => Store::in_memory(clock),
        Place::File(path) => Store::open(path, clock).map_err(|error| error.to_string())?,
    };
    Ok(store.with_mailer(NoPost))
}

/// The routes that serve the world, without keys: nobody else can reach them.
fn router(store: &Store) -> Router {
    let counted = Arc::new(AtomicU64::new(0));
    let began = store.now().as_millis();
    let trust = Trust {
        keys: Arc::new(Nothing),
        secrets: Arc::new(Nothing),
        fresh_id: Arc::new(move || format!("scripted-{began}-{}", counted.fetch_add(1, Ordering::Relaxed))),
    };
    let config = Config { access: Access::Open, ..Config::default() };
    console::whole_router(App::new(Arc::new(store.clone()), trust, config))
}

/// Takes every message and sends none: a playbook whose outbound mode is live is played like any other.
struct NoPost;

impl Mailer for NoPost {
    async fn send(&self, _mail: Mail<'_>) -> Result<Option<String>, MailError> {
        Ok(None)
    }
}

/// A script has neither keys nor secrets.
struct Nothing;

impl Keys for Nothing {
    fn find<'a>(&'a self, _hash: &'a str) -> Found<'a, console::ApiKey> {
        Box::pin(std::future::ready(Ok(None)))
    }
}

impl Secrets for Nothing {
    fn secret<'a>(&'a self, _reference: &'a str) -> Found<'a, String> {
        Box::pin(std::future::ready(Ok(None)))
    }
}
