//! One embedded host in virtual time on a file, with the routes that serve it.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::Request,
};
use console::{Access, App, Config, Found, Keys, Secrets, Trust};
use domain::instant::Instant;
use engine::ports::Clock;
use host::{Engine, VirtualHost};
use serde_json::Value as Json;
use sqlite::{ManualClock, Store};
use tower::ServiceExt;

use super::Post;

/// A host over a file, at a moment of its own.
pub struct Playing {
    pub host: VirtualHost<Engine<Store>>,
    router: Router,
}

impl Playing {
    /// Opens the file, making it if there is none.
    ///
    /// # Panics
    /// If it cannot be opened: what fails here is a test.
    pub fn open(file: &Path, now: Instant) -> Self {
        let clock = Arc::new(ManualClock::new(now));
        let store = Store::open(file, clock.clone()).expect("the store opens").with_mailer(Post);
        let router = router(&store);
        Self { host: VirtualHost::new(clock, store.clone(), Engine(store)), router }
    }

    pub fn store(&self) -> &Store {
        self.host.store()
    }

    pub fn now(&self) -> Instant {
        self.host.now()
    }

    /// Asks a route, without the wire: the status, and the answer where it is JSON.
    pub async fn request(&self, method: &str, path: &str, key: Option<&str>, body: &Json) -> (u16, Json) {
        let mut request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let request = request.body(Body::from(bytes)).expect("a plain request");
        let Ok(response) = self.router.clone().oneshot(request).await;
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("an answer in memory");
        (status, serde_json::from_slice(&bytes).unwrap_or(Json::Null))
    }

    pub async fn get(&self, path: &str) -> Json {
        let (status, answer) = self.request("GET", path, None, &Json::Null).await;
        assert_eq!(status, 200, "GET {path}: {answer}");
        answer
    }

    /// Works off what can be worked off now.
    pub async fn settle(&mut self) {
        self.host.run_until_idle().await.expect("a file answers, and no chain is endless");
    }

    pub async fn advance_to(&mut self, to: Instant) {
        self.host.advance_to(to).await.expect("a file answers, and no chain is endless");
    }
}

fn router(store: &Store) -> Router {
    let (counted, began) = (AtomicU64::new(0), store.now().as_millis());
    let fresh = move || format!("told-{began}-{}", counted.fetch_add(1, Ordering::Relaxed));
    let trust = Trust { keys: Arc::new(Nothing), secrets: Arc::new(Nothing), fresh_id: Arc::new(fresh) };
    let config = Config { access: Access::Open, ..Config::default() };
    console::whole_router(App::new(Arc::new(store.clone()), trust, config))
}

/// No keys and no secrets: nobody else reaches these routes.
struct Nothing;

impl Keys for Nothing {
    fn find<'a>(&'a self, _: &'a str) -> Found<'a, console::ApiKey> {
        Box::pin(std::future::ready(Ok(None)))
    }
}

impl Secrets for Nothing {
    fn secret<'a>(&'a self, _: &'a str) -> Found<'a, String> {
        Box::pin(std::future::ready(Ok(None)))
    }
}
