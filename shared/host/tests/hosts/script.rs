//! Steps that write down what they are called with and do as they are told.

use std::sync::{Arc, Mutex, PoisonError};

use domain::{
    id::MessageId,
    instant::Instant,
    message::{AssignRequest, Message, Redrive, ToAct, ToAssign, ToEvaluate},
};
use engine::ports::{Clock, Delayed, Queues};
use host::{Inside, StepError, Steps};
use sqlite::Store;
use tokio::sync::Semaphore;

/// 2026-03-02T09:00Z and so many milliseconds.
pub fn at(millis: i64) -> Instant {
    Instant::from_millis(1_772_442_000_000 + millis)
}

/// What a step does with a message.
pub enum Act {
    Finish,
    Fail,
    /// Fails, and asks to be tried again at once.
    FailBriefly,
    Panic,
    /// Never ends.
    Hang,
    /// Ends once a permit is there; the minute's work at once.
    Until(Arc<Semaphore>),
    /// Sends a message to `evaluate`.
    Send(&'static str),
}

type Told = Box<dyn Fn(&str, usize) -> Act + Send + Sync>;

pub struct Script {
    store: Store,
    told: Told,
    calls: Mutex<Vec<String>>,
    /// Gets a copy of every call.
    pub heard: tokio::sync::mpsc::UnboundedSender<String>,
}

impl Script {
    /// `told` is given a message's id and how often it was seen before.
    pub fn new(store: &Store, told: impl Fn(&str, usize) -> Act + Send + Sync + 'static) -> Self {
        let (heard, _) = tokio::sync::mpsc::unbounded_channel();
        Self { store: store.clone(), told: Box::new(told), calls: Mutex::default(), heard }
    }

    /// The calls so far, each with its moment in milliseconds.
    pub fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn follow(&self, id: &str, name: &str) -> Result<(), StepError> {
        let millis = self.store.now().millis_since(at(0));
        let seen = {
            let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
            calls.push(format!("{id} {millis}{name}"));
            calls.iter().filter(|call| call.split(' ').next() == Some(id)).count() - 1
        };
        // Not every test listens.
        let _ = self.heard.send(id.to_owned());
        match (self.told)(id, seen) {
            Act::Finish => Ok(()),
            Act::Fail => Err(StepError::new("told to fail")),
            Act::FailBriefly => {
                Err(StepError { retry_at: Some(self.store.now()), ..StepError::new("told to fail briefly") })
            }
            Act::Panic => panic!("told to panic"),
            Act::Hang => std::future::pending().await,
            Act::Until(_) if id == "minute" => Ok(()),
            Act::Until(permit) => {
                permit.acquire().await.expect("never closed").forget();
                Ok(())
            }
            Act::Send(next) => send(&self.store, next, 0).await,
        }
    }
}

impl Steps for Script {
    async fn evaluate(&self, message: Message<ToEvaluate>) -> Result<(), StepError> {
        self.follow(message.id.as_str(), "").await
    }

    async fn assign(&self, messages: Vec<Message<ToAssign>>) -> Result<(), StepError> {
        for message in messages {
            self.follow(message.id.as_str(), "").await?;
        }
        Ok(())
    }

    async fn act(&self, message: Message<ToAct>, attempt: &str) -> Result<(), StepError> {
        self.follow(message.id.as_str(), &format!(" {attempt}")).await
    }

    async fn escalate(&self, message: Message<Redrive>) -> Result<(), StepError> {
        self.follow(message.id.as_str(), "").await
    }

    type Inside = Self;

    fn inside(&self) -> Option<Inside<Self>> {
        None
    }

    async fn each_minute(&self) -> Result<(), StepError> {
        self.follow("minute", "").await
    }
}

/// Sends a message to `evaluate`.
pub async fn send(store: &Store, id: &str, delay_seconds: u32) -> Result<(), StepError> {
    store.send_evaluate(&[Delayed { message: to_evaluate(id), delay_seconds }]).await.map_err(StepError::new)
}

/// Sends messages to `evaluate`, each about a record of its own, so that they are received together.
pub async fn send_together(store: &Store, ids: &[&str]) {
    let all: Vec<_> = ids.iter().map(|id| Delayed::now(to_evaluate(id))).collect();
    store.send_evaluate(&all).await.expect("sent");
}

/// A message to `evaluate` about a record of its own.
pub fn to_evaluate(id: &str) -> Message<ToEvaluate> {
    let body = ToEvaluate::Continue { record: format!("lead/{id}").parse().expect("a key"), execution: "e".into() };
    Message { id: MessageId::new(id), since: at(0), body }
}

/// Sends messages to `assign`, all of one pool.
pub async fn send_assign(store: &Store, ids: &[&str]) {
    let message = |id: &&str| {
        let request = AssignRequest {
            id: (*id).into(),
            record: format!("lead/{id}").parse().expect("a key"),
            pool: "inbound".into(),
            number: 1,
            attempt: 0,
            since: Instant::from_millis(0),
            exclude: Vec::new(),
            skills: Vec::new(),
            keep: None,
        };
        Message { id: MessageId::new(*id), since: at(0), body: ToAssign::Request(Box::new(request)) }
    };
    store.send_assign(&ids.iter().map(message).collect::<Vec<_>>()).await.expect("sent");
}

/// Sends a message to `act`.
pub async fn send_act(store: &Store, id: &str) {
    let body = ToAct {
        effect: id.into(),
        record: "lead/L1".parse().expect("a key"),
        seq: 1,
        index: 0,
        manifest: "man_1".into(),
        workflow: None,
        not_after: at(0),
        not_again: false,
    };
    store.send_act(&[Message { id: MessageId::new(id), since: at(0), body }]).await.expect("sent");
}
