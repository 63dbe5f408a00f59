//! What an assignment costs on AWS, counted: the real engine and the real DynamoDB adapter serve a
//! pool's requests in batches, by one saver (as a FIFO group gives) or by two who begin at the same
//! moment, again and again.
//!
//! DynamoDB bills a save that it refuses as well, and does not say how much: conflicts are counted
//! beside the units, not in them.

use std::sync::{Arc, atomic::AtomicI64};

use aws::Usage;
use domain::{
    history::{Entry, Head, Owner, Request, RequestKind, RequestState},
    id::{ManifestId, PoolId, RecordKey},
    message::{Answer, AssignOutcome, AssignRequest, Message, ToAssign, ToEvaluate},
    playbook::Playbook,
    step_path::StepPath,
};
use engine::ports::{Activation, Append, Histories, Playbooks, Pools};

use crate::{
    samples::{assign, at, entry, member},
    step::Step,
    tables::Tables,
    wire::Work,
};

/// Assignments that are counted, after the first one, in which all members join the rotation.
const COUNTED: u32 = 40;

const SAVE: &str = "save a pool";
const READ: &str = "read a pool";

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case {
    pub members: u16,
    /// Whether a cap on open records is set, so that each record has a slot.
    pub caps: bool,
    /// Requests that are handled together.
    pub batch: usize,
    /// Who serves the pool at the same time.
    pub savers: usize,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Count {
    pub write_units_per_assignment: f64,
    pub read_units_per_assignment: f64,
    pub write_attempts_per_assignment: f64,
    pub conflicts_per_assignment: f64,
    /// Of the save in which all members join.
    pub write_units_of_first_save: f64,
}

impl Case {
    /// Every case of the projection.
    pub fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for members in [10, 1000] {
            for caps in [false, true] {
                for batch in [1, 10] {
                    all.extend([1, 2].map(|savers| Self { members, caps, batch, savers }));
                }
            }
        }
        all
    }

    /// Serves the pool until all requests are answered.
    pub async fn count(self) -> Count {
        let pool = Served::open(self).await;
        let first = pool.serve(0..1, 1).await;
        let then = pool.serve(1..COUNTED + 1, self.savers).await;
        let saved = pool.version().await - 1;
        let each = |figure: f64| figure / f64::from(COUNTED);
        let attempts = each(then.saving.requests as f64);
        Count {
            write_units_per_assignment: each(then.saving.write_units),
            read_units_per_assignment: each(then.reading.read_units),
            write_attempts_per_assignment: attempts,
            conflicts_per_assignment: attempts - each(saved as f64),
            write_units_of_first_save: first.saving.write_units,
        }
    }
}

/// A pool whose requests wait to be served.
struct Served {
    case: Case,
    pool: PoolId,
    tables: Tables,
    /// What others than the pool's savers write is not counted.
    around: aws::Ports,
}

struct Used {
    saving: Usage,
    reading: Usage,
}

impl Served {
    async fn open(case: Case) -> Self {
        let tables = Tables::make().await;
        let (around, playbook) = (tables.ports(), playbook(case));
        let by = Activation { manifest: playbook.manifest_id(), at: at(0), by: "counts".to_owned() };
        let none: Option<&ManifestId> = None;
        Playbooks::publish(&around, &playbook, none, by).await.expect("an empty store takes a playbook");
        Self { case, pool: PoolId::new("inbound"), tables, around }
    }

    /// Serves these requests; what saving and reading the pool used.
    async fn serve(&self, numbers: std::ops::Range<u32>, savers: usize) -> Used {
        let mut requests = Vec::new();
        for number in numbers {
            requests.push(self.ask(number).await);
        }
        let [one, other] = [(), ()].map(|()| self.saver());
        for round in requests.chunks(self.case.batch * savers) {
            let (first, second) = round.split_at(self.case.batch.min(round.len()));
            tokio::join!(self.work(&one, first), self.work(&other, second));
        }
        let used = |operation| {
            let each = [&one, &other].map(|saver| saver.tables.counts().taken().remove(operation).unwrap_or_default());
            each.into_iter().fold(Usage::default(), |sum, used| Usage {
                requests: sum.requests + used.requests,
                write_units: sum.write_units + used.write_units,
                read_units: sum.read_units + used.read_units,
                messages: 0,
            })
        };
        Used { saving: used(SAVE), reading: used(READ) }
    }

    fn saver(&self) -> Step {
        let clock = Arc::new(AtomicI64::new(at(0).as_millis()));
        Step { tables: self.tables.ports().writing_time_off(), wire: Arc::default(), clock }
    }

    /// Serves a batch, and lets its records have their owners.
    async fn work(&self, saver: &Step, batch: &[Message<ToAssign>]) {
        engine::assign::handle_together(saver, batch).await.expect("two savers do not defeat each other");
        while let Some(work) = saver.wire.take() {
            let Work::Evaluate(Message { body: ToEvaluate::Assignment { record, answer }, .. }) = work else {
                panic!("a pool answers its requests and does nothing else");
            };
            self.apply(&record, answer).await;
        }
    }

    /// A record whose newest entry awaits the pool's answer, and its request.
    async fn ask(&self, number: u32) -> Message<ToAssign> {
        let message = assign(&format!("L{number}"), self.pool.as_str());
        let ToAssign::Request(request) = &message.body else { unreachable!("a request was made") };
        let head = Head { requests: vec![asked(request)], last_number: 1, ..Head::default() };
        self.append(&request.record, 1, head).await;
        message
    }

    /// The record has its owner, and awaits nothing any more.
    async fn apply(&self, record: &RecordKey, answer: Answer) {
        let AssignOutcome::Assigned { person } = answer.outcome else { panic!("nobody was available: {answer:?}") };
        let owner = Owner { person, number: 1, seq: 2, at: at(0), pool: Some(self.pool.clone()), credited: false };
        self.append(record, 2, Head { owner: Some(owner), last_number: 1, ..Head::default() }).await;
    }

    async fn append(&self, record: &RecordKey, seq: u64, head: Head) {
        let entry = Entry { before: Arc::new(head), ..entry(record, seq) };
        assert_eq!(self.around.append(&entry).await.expect("appended"), Append::Done);
    }

    async fn version(&self) -> u64 {
        self.around.pool(&self.pool, &[]).await.expect("read").1
    }
}

fn asked(request: &AssignRequest) -> Request {
    Request {
        id: request.id.clone(),
        execution: "exe_1".into(),
        step: StepPath::first_of("steps"),
        kind: RequestKind::Assign,
        pool: request.pool.clone(),
        number: request.number,
        since: at(0),
        exclude: Vec::new(),
        skills: Vec::new(),
        keep: None,
        if_nobody: domain::routing::IfNobody::Wait,
        deadline: at(0).plus_minutes(60),
        attempt: request.attempt,
        state: RequestState::Asked,
    }
}

/// One pool of equal members who all work now.
fn playbook(case: Case) -> Playbook {
    let named = |number| member(number).to_string();
    let people: serde_json::Map<_, _> = (0..case.members)
        .map(|number| {
            let email = format!("{}@example.com", named(number));
            (named(number), serde_json::json!({ "name": named(number), "email": email }))
        })
        .collect();
    let members: serde_json::Map<_, _> = (0..case.members).map(|number| (named(number), 1.into())).collect();
    let caps = if case.caps { serde_json::json!({ "open": COUNTED + 1 }) } else { serde_json::json!({}) };
    let json = serde_json::json!({
        "organisation": { "name": "Counted", "time_zone": "UTC", "hours": { "mon-fri": "08:00-18:00" } },
        "schema": { "kinds": {} },
        "people": people,
        "pools": { "inbound": { "lead": named(0), "members": members, "caps": caps } },
    });
    serde_json::from_value(json).expect("a small playbook is valid")
}
