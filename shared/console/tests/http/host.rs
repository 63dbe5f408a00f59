//! A host for tests: the store in memory, a clock that stands still, counted ids, known keys.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use console::{
    ApiKey, App, Asked, Config, Found, KeptKey, KeptKeys, Keys, Removed, Scope, Secrets, Trust, hash_key, whole_router,
};
use domain::{
    event::Event,
    id::{Kind, RecordKey},
    instant::Instant,
    message::{Message, ToAct, ToAssign, ToEvaluate},
    playbook::{Form, Playbook, Source},
};
use engine::ports::{Activation, Playbooks, Queue};
use serde_json::Value as Json;
use sqlite::{ManualClock, Store};
use tower::ServiceExt;

/// Monday 2 March 2026, 10:00 in Berlin: everybody works.
pub const NOW: &str = "2026-03-02T09:00:00Z";
pub const SECRET: &str = "a secret of the provider";
/// A secret that a header can hold in two ways.
pub const BEYOND_ASCII: &str = "schlüssel";
/// What Meta shows when it asks whether the address is ours.
pub const TOKEN: &str = "a token of ours";

pub struct Host {
    pub clock: Arc<ManualClock>,
    pub store: Store,
    pub router: Router,
    pub app: App<Store>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{} is not JSON: {}", self.status, self.text))
    }

    /// A member, by JSON pointer.
    pub fn at(&self, pointer: &str) -> Json {
        self.json().pointer(pointer).cloned().unwrap_or_default()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// Keys of one scope each: `hk_read`, `hk_operate` …; `hk_expired` was one.
#[derive(Default)]
struct KnownKeys(Mutex<Vec<KeptKey>>);

impl KeptKeys for KnownKeys {
    fn all(&self) -> Asked<'_, Vec<KeptKey>> {
        let all = self.0.lock().unwrap().clone();
        Box::pin(async move { Ok(all) })
    }

    fn add(&self, key: KeptKey) -> Asked<'_, bool> {
        let mut kept = self.0.lock().unwrap();
        let is_new = kept.iter().all(|other| other.name != key.name);
        kept.extend(Some(key).filter(|_| is_new));
        Box::pin(async move { Ok(is_new) })
    }

    fn remove<'a>(&'a self, name: &'a str) -> Asked<'a, Removed> {
        let mut kept = self.0.lock().unwrap();
        let known = kept.iter().find(|key| key.name == name).map(|key| key.scope);
        let admins = kept.iter().filter(|key| key.scope == Scope::Admin).count();
        let removed = match known {
            None => Removed::Unknown,
            Some(Scope::Admin) if admins == 1 => Removed::LastAdmin,
            Some(_) => Removed::Done,
        };
        kept.retain(|key| removed != Removed::Done || key.name != name);
        Box::pin(async move { Ok(removed) })
    }
}

impl Keys for KnownKeys {
    fn kept(&self) -> Option<&dyn KeptKeys> {
        Some(self)
    }

    fn find<'a>(&'a self, hash: &'a str) -> Found<'a, ApiKey> {
        let scopes =
            [("events", Scope::Events), ("read", Scope::Read), ("operate", Scope::Operate), ("admin", Scope::Admin)];
        let key = |name: &str, scope| ApiKey {
            hash: hash_key(&format!("hk_{name}")),
            name: name.to_owned(),
            scopes: BTreeSet::from([scope]),
            expires_at: (name == "expired").then(|| Instant::parse(NOW).unwrap()),
        };
        let found = scopes
            .into_iter()
            .chain([("expired", Scope::Admin)])
            .map(|(name, scope)| key(name, scope))
            .find(|key| key.hash == hash);
        Box::pin(async move { Ok(found) })
    }
}

struct KnownSecrets;

impl Secrets for KnownSecrets {
    fn secret<'a>(&'a self, reference: &'a str) -> Found<'a, String> {
        let known = [("env:KNOWN", SECRET), ("env:TOKEN", TOKEN), ("env:BEYOND", BEYOND_ASCII)];
        let secret = known.into_iter().find(|(name, _)| *name == reference).map(|(_, secret)| secret.to_owned());
        Box::pin(async move { Ok(secret) })
    }
}

pub fn trust() -> Trust {
    let count = AtomicUsize::new(0);
    Trust {
        keys: Arc::new(KnownKeys::default()),
        secrets: Arc::new(KnownSecrets),
        fresh_id: Arc::new(move || format!("fresh-{}", count.fetch_add(1, Ordering::SeqCst))),
    }
}

/// The texts of the playbook that comes with Handoff.
pub fn files() -> BTreeMap<String, String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../infra/cli/playbook");
    playbook::read_folder(&folder).unwrap().files
}

/// The playbook that comes with Handoff, with forms that have secrets beside it.
pub fn playbook() -> Playbook {
    let checked = playbook::load(&files());
    let mut playbook = checked.playbook.unwrap_or_else(|| panic!("{:?}", checked.diagnostics));
    let form = |source, secret: Option<&str>| Form {
        source,
        secret: secret.map(str::to_owned),
        map: BTreeMap::from([
            ("lead.email".to_owned(), vec!["email".to_owned()]),
            ("lead.name".to_owned(), vec!["name".to_owned()]),
        ]),
        identify: BTreeMap::from([(Kind::new("lead"), vec!["email".to_owned()])]),
        required: vec!["lead.email".to_owned()],
        ..Form::about(Kind::new("lead"))
    };
    playbook.forms.insert("strict".into(), form(Source::Generic, None));
    playbook.forms.insert("signed".into(), form(Source::Typeform, Some("env:KNOWN")));
    playbook.forms.insert("shared".into(), form(Source::Generic, Some("env:KNOWN")));
    playbook.forms.insert("beyond".into(), form(Source::Generic, Some("env:BEYOND")));
    let token = Some("env:TOKEN".to_owned());
    let meta = Form { verify_token: token, ..form(Source::Meta, Some("env:KNOWN")) };
    playbook.forms.insert("meta".into(), meta);
    playbook.forms.insert("forgotten".into(), form(Source::Generic, Some("env:UNKNOWN")));
    playbook.forms.insert("hubspot".into(), form(Source::Hubspot, None));
    playbook
}

impl Host {
    pub async fn new() -> Self {
        Self::with(Config::default()).await
    }

    pub async fn with(config: Config) -> Self {
        Self::of(&playbook(), config).await
    }

    pub async fn of(playbook: &Playbook, config: Config) -> Self {
        let clock = Arc::new(ManualClock::new(Instant::parse(NOW).unwrap()));
        let store = Store::in_memory(clock.clone());
        let activation =
            Activation { manifest: playbook.manifest_id(), at: Instant::parse(NOW).unwrap(), by: "test".to_owned() };
        store.publish(playbook, None, activation).await.unwrap();
        let app = App::new(Arc::new(store.clone()), trust(), config);
        Self { clock, store, router: whole_router(app.clone()), app }
    }

    /// Sends a request as it is.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        answer(&self.router, request).await
    }

    /// Sends a request with the key of a scope, and a JSON body if there is one.
    pub async fn call(&self, scope: &str, method: &str, path: &str, body: Option<Json>) -> Answer {
        let request = Request::builder().method(method).uri(path).header("authorization", format!("Bearer hk_{scope}"));
        let request = match body {
            Some(body) => request.header("content-type", "application/json").body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        self.send(request.unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call("read", "GET", path, None).await
    }

    /// Posts a submission without a key, as a browser or a provider does.
    pub async fn post(&self, form: &str, content_type: &str, body: impl Into<Body>) -> Answer {
        let request = Request::post(format!("/v1/forms/{form}")).header("content-type", content_type);
        self.send(request.body(body.into()).unwrap()).await
    }

    /// A good lead through the shipped form, handled to the end. Its record.
    pub async fn lead(&self) -> RecordKey {
        let body = serde_json::json!({
            "full_name": "Ada Example", "work_email": "ada@example.com", "phone": "+49 30 1234567",
            "company": "Example GmbH", "team_size": "51-200", "job_title": "Head of Sales", "message": "<b>Hello</b>",
        });
        let answer = self.post("demo-request", "application/json", body.to_string()).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        self.work().await;
        answer.at("/record").as_str().unwrap().parse().unwrap()
    }

    /// Every message on the evaluate queue, taken off it.
    pub async fn published(&self) -> Vec<Message<ToEvaluate>> {
        let received = self.store.receive(Queue::Evaluate, 1000, 60_000).await.unwrap();
        let receipts: Vec<_> = received.iter().map(|received| received.receipt).collect();
        self.store.acknowledge(&receipts);
        received.iter().map(|received| serde_json::from_str(&received.body).unwrap()).collect()
    }

    /// Runs evaluate and assign until both queues are empty. Effects stay on their queue.
    pub async fn work(&self) {
        loop {
            let messages = self.published().await;
            let assigns = self.store.receive(Queue::Assign, 10, 60_000).await.unwrap();
            if messages.is_empty() && assigns.is_empty() {
                return;
            }
            for message in messages {
                engine::evaluate::handle(&self.store, message).await.unwrap();
            }
            for received in assigns {
                let message: Message<ToAssign> = serde_json::from_str(&received.body).unwrap();
                engine::assign::handle(&self.store, message).await.unwrap();
                self.store.acknowledge(&[received.receipt]);
            }
        }
    }
}

impl Host {
    /// Hands every effect over, and works off what comes of it.
    pub async fn act(&self) {
        for received in self.store.receive(Queue::Act, 1000, 60_000).await.unwrap() {
            let message: Message<ToAct> = serde_json::from_str(&received.body).unwrap();
            engine::act::handle(&self.store, message, "attempt").await.unwrap();
            self.store.acknowledge(&[received.receipt]);
        }
        self.work().await;
    }

    /// Lets time pass, and works off what has come due.
    pub async fn wait(&self, minutes: i64) {
        for _ in 0..minutes {
            self.clock.move_to(engine::ports::Clock::now(&self.store).plus_minutes(1));
            engine::escalate::each_minute(&self.store).await.unwrap();
            self.work().await;
        }
    }
}

/// Sends a request to a router and reads the whole answer. A problem has a documented code.
pub async fn answer(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    let answer =
        Answer { status: parts.status, headers: parts.headers, text: String::from_utf8(bytes.to_vec()).unwrap() };
    let is_head = answer.text.is_empty();
    if !is_head && answer.header("content-type") == "application/problem+json" {
        let code = answer.at("/code");
        assert!(problem_codes().contains(&code), "openapi.json names no code {code}: {}", answer.text);
    }
    answer
}

/// The codes of problems that the OpenAPI document names.
pub fn problem_codes() -> &'static [Json] {
    static CODES: LazyLock<Vec<Json>> = LazyLock::new(|| {
        let document: Json = serde_json::from_str(include_str!("../../src/openapi.json")).unwrap();
        document.pointer("/components/schemas/Problem/properties/code/enum").unwrap().as_array().unwrap().clone()
    });
    &CODES
}

/// What was published of one event.
pub fn event(message: &Message<ToEvaluate>) -> &Event {
    match &message.body {
        ToEvaluate::Event(event) => event,
        other => panic!("not an event: {other:?}"),
    }
}
