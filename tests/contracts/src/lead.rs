//! What one R1 lead costs on AWS, counted: the real engine and the real DynamoDB adapter, from
//! the form's POST to the mail accepted, the task and the timer armed, index rows included.
//!
//! DynamoDB bills each begun KB, and entries hold what was written in the form: so the length of
//! its message is named.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use console::{Access, App, Config, Found, Keys, Secrets, Trust};
use domain::{
    event::Event,
    id::{ManifestId, MessageId, derive},
    instant::Instant,
    message::{Command, Message, ToEvaluate},
    playbook::{Outbound, Playbook},
};
use engine::ports::{Activation, Clock, Histories, Members, Playbooks, TaskFilter, Tasks, Walk};
use tower::ServiceExt;

use crate::{
    samples::at,
    step::Step,
    tables::Tables,
    wire::{Tally, Wire, Work},
};

/// Ten o'clock on a monday in the playbook's zone: everybody works.
const OPEN: Instant = at(0);

/// The functions that a lead passes through, each with a memory of its own, as on AWS: what one
/// has cached, the others still have to read.
pub struct Line {
    intake: Arc<Step>,
    evaluate: Step,
    assign: Step,
    act: Step,
    /// Its own reading, each minute, is not a lead's: only what it sends is counted.
    pub escalate: Step,
    /// Whether each message is handled a second time, as a queue may deliver it.
    twice: bool,
    clock: Arc<AtomicI64>,
    wire: Arc<Wire>,
    tables: Tables,
}

impl Line {
    /// Functions that have just started, with the shipped playbook published and allowed to send.
    pub async fn start() -> Self {
        Self::start_with(shipped()).await
    }

    /// The same with a playbook of one's own.
    pub async fn start_with(playbook: Playbook) -> Self {
        let tables = Tables::make().await;
        let wire = Arc::new(Wire::default());
        let clock = Arc::new(AtomicI64::new(OPEN.as_millis()));
        let step = || Step { tables: tables.ports(), wire: wire.clone(), clock: clock.clone() };
        let by = Activation { manifest: playbook.manifest_id(), at: OPEN, by: "counts".to_owned() };
        let none: Option<&ManifestId> = None;
        Playbooks::publish(&tables.ports(), &playbook, none, by).await.expect("an empty store takes a playbook");
        let listed = tables.ports().writing_time_off().absences(&playbook.people).await;
        assert!(listed.expect("read").is_empty(), "nobody is off, and that is listed");
        let (intake, evaluate, act, escalate) = (Arc::new(step()), step(), step(), step());
        let assign = Step { tables: tables.ports().writing_time_off(), ..step() };
        Self { intake, evaluate, assign, act, escalate, twice: false, clock, wire, tables }
    }

    /// The same, handling each message twice.
    pub fn delivering_twice(self) -> Self {
        Self { twice: true, ..self }
    }

    /// Posts a form that qualifies, with a message of so many letters, and works until nothing is
    /// left to do; what all of it used.
    pub async fn lead(&self, name: &str, letters: usize) -> Tally {
        self.post(name, letters).await;
        self.work_off().await;
        self.used()
    }

    /// Evaluates an event when it is accepted, up to its entry; what that used.
    pub async fn event(&self, event: Event) -> Tally {
        self.used();
        self.clock.store(event.accepted_at.as_millis(), Ordering::SeqCst);
        let (id, since) = (MessageId::new(event.id.as_str()), event.accepted_at);
        self.handle(Work::Evaluate(Message { id, since, body: ToEvaluate::Event(Box::new(event)) })).await;
        self.used()
    }

    /// The same, and on: nobody calls, so its timers fire and it escalates, until a person closes it an hour later.
    pub async fn lead_to_its_close(&self, name: &str, letters: usize) -> Tally {
        self.post(name, letters).await;
        self.work_off().await;
        let start = self.escalate.now();
        for minute in 1..=60 {
            let now = start.plus_minutes(minute).plus_millis(5_000);
            self.clock.store(now.as_millis(), Ordering::SeqCst);
            engine::escalate::sweep(&self.escalate).await.expect("nothing fails here");
            self.wire.reaches(now);
            self.work_off().await;
        }
        let record = self.tables.ports().tasks(&TaskFilter::default(), None, 1).await.expect("read");
        let record = record.items.first().expect("the lead has an open task").record.clone();
        let command = Command::Close { reason: "won".to_owned() };
        let body = ToEvaluate::Command { record, by: "maria".to_owned(), command };
        let id = MessageId::new(format!("close-{name}"));
        self.handle(Work::Evaluate(Message { id, since: self.escalate.now(), body })).await;
        self.work_off().await;
        self.used()
    }

    /// The same, and on: a month later it is deleted. What only the deletion used.
    pub async fn lead_to_its_deletion(&self, name: &str, letters: usize) -> Tally {
        self.lead_to_its_close(name, letters).await;
        let tables = self.tables.ports();
        let newest = tables.walk(None, 1_000).await.expect("read").items;
        let closed = newest.into_iter().map(|(entry, _)| entry).find(|entry| entry.head.closed);
        let record = closed.expect("the lead is closed").record.clone();
        let now = self.escalate.now().plus_minutes(31 * 24 * 60);
        self.clock.store(now.as_millis(), Ordering::SeqCst);
        let id = MessageId::new(format!("over-{name}"));
        self.handle(Work::Evaluate(Message { id, since: now, body: ToEvaluate::Retention { record: record.clone() } }))
            .await;
        let newest = tables.newest(&record).await.expect("read").expect("something is left");
        assert!(newest.head.is_deleted(), "{newest:?}");
        self.used()
    }

    async fn work_off(&self) {
        while let Some(work) = self.wire.take() {
            if self.twice {
                self.handle(work.clone()).await;
            }
            self.handle(work).await;
        }
    }

    fn used(&self) -> Tally {
        let mut tally = self.wire.taken();
        for step in [&*self.intake, &self.evaluate, &self.assign, &self.act] {
            let counts = step.tables.counts();
            for (operation, used) in counts.taken() {
                let sum = tally.entry(operation).or_default();
                sum.requests += used.requests;
                sum.write_units += used.write_units;
                sum.read_units += used.read_units;
            }
            counts.clear();
        }
        tally
    }

    async fn post(&self, name: &str, letters: usize) {
        self.wire.invoked("invoke intake");
        let config = Config { access: Access::Open, ..Config::default() };
        let id = name.to_owned();
        let trust =
            Trust { keys: Arc::new(Nothing), secrets: Arc::new(Nothing), fresh_id: Arc::new(move || id.clone()) };
        let router = console::intake_router(App::new(self.intake.clone(), trust, config));
        let request = Request::post("/v1/forms/demo-request").header("content-type", "application/json");
        let request = request.body(Body::from(form(name, letters))).expect("a plain request");
        let answer = router.oneshot(request).await.expect("a router always answers");
        assert_eq!(answer.status(), StatusCode::OK, "the form of {name}");
    }

    async fn handle(&self, work: Work) {
        let done = match work {
            Work::Evaluate(message) => engine::evaluate::handle(&self.evaluate, message).await,
            Work::Assign(message) => engine::assign::handle(&self.assign, message).await,
            Work::Act(message) => {
                let attempt = derive("att_", &[message.id.as_str()]);
                engine::act::handle(&self.act, message, &attempt).await
            }
        };
        done.expect("nothing fails here");
    }
}

/// The sum of one figure over the operations whose names begin with one of these words; over all
/// operations where there are none.
pub fn sum<N: std::iter::Sum>(tally: &Tally, words: &[&str], figure: impl Fn(&aws::Usage) -> N) -> N {
    let wanted = |operation: &str| words.is_empty() || words.iter().any(|word| operation.starts_with(word));
    tally.iter().filter(|(operation, _)| wanted(operation)).map(|(_, used)| figure(used)).sum()
}

pub fn shipped() -> Playbook {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/cli/playbook");
    let files = playbook::read_folder(&folder).expect("the shipped playbook is there").files;
    let mut playbook = playbook::load(&files).playbook.expect("the shipped playbook has no errors");
    playbook.organisation.outbound = Outbound::Live;
    playbook
}

fn form(name: &str, letters: usize) -> String {
    let message: String = "We would like a demo. ".chars().cycle().take(letters).collect();
    serde_json::json!({
        "full_name": "Ada Lovelace",
        "work_email": format!("{name}@customer.example.com"),
        "phone": "+49301234567",
        "job_title": "Head of Sales",
        "message": message,
        "company": format!("Engines {name}"),
        "team_size": "51-200",
    })
    .to_string()
}

/// No keys and no secrets: the shipped form asks for none.
struct Nothing;

impl Keys for Nothing {
    fn find<'a>(&'a self, _: &'a str) -> Found<'a, console::ApiKey> {
        Box::pin(async { Ok(None) })
    }
}

impl Secrets for Nothing {
    fn secret<'a>(&'a self, _: &'a str) -> Found<'a, String> {
        Box::pin(async { Ok(None) })
    }
}
