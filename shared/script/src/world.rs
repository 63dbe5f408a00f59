//! The world a script plays in: the embedded host's parts, with a clock that is moved by hand.

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
use engine::ports::Clock;
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
    pub(crate) store: Store,
    pub(crate) clock: Arc<ManualClock>,
    router: Router,
    attempts: AtomicU64,
}

/// What a route answered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) body: Json,
    pub(crate) text: String,
}

impl World {
    pub(crate) fn begin(place: &Place, start: Instant) -> Result<Self, String> {
        let clock = Arc::new(ManualClock::new(start));
        let store = match place {
            Place::Memory => Store::in_memory(clock.clone()),
            Place::File(path) => Store::open(path, clock.clone()).map_err(|error| error.to_string())?,
        };
        Ok(Self::around(store, clock))
    }

    fn around(store: Store, clock: Arc<ManualClock>) -> Self {
        Self { router: router(&store), store, clock, attempts: AtomicU64::new(0) }
    }

    /// The process ends and another begins: only what is durable is still there.
    pub(crate) fn killed(self, place: &Place) -> Result<Self, String> {
        match place {
            Place::Memory => Ok(Self::around(self.store, self.clock)),
            Place::File(_) => {
                let now = self.clock.now();
                drop(self);
                Self::begin(place, now)
            }
        }
    }

    /// A name for one attempt to hand an effect over.
    pub(crate) fn attempt(&self) -> String {
        // The moment tells one process from the next.
        format!("attempt-{}-{}", self.store.now().as_millis(), self.attempts.fetch_add(1, Ordering::Relaxed))
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
        let request = request.body(Body::from(body)).map_err(|error| format!("{path} is no address: {error}"))?;
        let Ok(response) = self.router.clone().oneshot(request).await;
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.map_err(|error| error.to_string())?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Ok(Answered { status, body: serde_json::from_str(&text).unwrap_or(Json::Null), text })
    }
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
