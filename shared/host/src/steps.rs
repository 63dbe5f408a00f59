use std::{error::Error, future::Future};

use domain::{
    instant::Instant,
    message::{Message, Redrive, ToAct, ToAssign, ToEvaluate},
};
use engine::ports::{DeadLetters, Dlq, Timers, Walk, Watermark};
use sqlite::Store;

/// What a host does with what it takes from the queues, and each minute.
///
/// `Ok` means the message is finished; after an error it comes again. Every step may be
/// called twice with one message.
pub trait Steps: Send + Sync + 'static {
    fn evaluate(&self, message: Message<ToEvaluate>) -> impl Future<Output = Result<(), StepError>> + Send;

    /// Messages of one lane, in their order: all finished, or none for sure.
    fn assign(&self, messages: Vec<Message<ToAssign>>) -> impl Future<Output = Result<(), StepError>> + Send;

    /// `attempt` is different for every call.
    fn act(&self, message: Message<ToAct>, attempt: &str) -> impl Future<Output = Result<(), StepError>> + Send;

    fn escalate(&self, message: Message<Redrive>) -> impl Future<Output = Result<(), StepError>> + Send;

    /// The same steps over another store.
    type Inside: Steps;

    /// What makes the same steps over a store that is inside of a transaction; none for steps that need their own.
    fn inside(&self) -> Option<Inside<Self::Inside>>;

    /// Sends the timers that are near, drains the dead letters, and looks for what `retention:` lets go.
    fn each_minute(&self) -> impl Future<Output = Result<(), StepError>> + Send;
}

/// A step that was not finished.
#[derive(Debug, thiserror::Error)]
#[error("the step was not finished")]
pub struct StepError {
    #[source]
    pub source: Box<dyn Error + Send + Sync>,
    /// When to try again, where the step knows better than a backoff.
    pub retry_at: Option<Instant>,
}

impl StepError {
    pub fn new(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { source: source.into(), retry_at: None }
    }
}

impl From<engine::Error> for StepError {
    fn from(error: engine::Error) -> Self {
        Self { retry_at: error.retry_at(), source: error.into() }
    }
}

/// Makes something over a store that is inside of a transaction. It goes to the thread that writes, and holds no store:
/// a file is closed by the last who holds it, and that thread cannot wait for itself.
pub type Inside<T> = Box<dyn FnOnce(Store) -> T + Send>;

/// Ports on a store.
pub trait OnStore: Sized {
    /// What makes the same ports on a store that is inside of a transaction.
    fn inside(&self) -> Inside<Self>;
}

impl OnStore for Store {
    fn inside(&self) -> Inside<Self> {
        Box::new(|unit| unit)
    }
}

/// The engine's own steps over one value that is all ports.
#[derive(Clone)]
pub struct Engine<P>(pub P);

impl<P> Steps for Engine<P>
where
    P: engine::evaluate::Ports + engine::assign::Ports + engine::act::Ports,
    P: Timers + Watermark + Walk + Dlq + DeadLetters + OnStore + 'static,
{
    async fn evaluate(&self, message: Message<ToEvaluate>) -> Result<(), StepError> {
        Ok(engine::evaluate::handle(&self.0, message).await?)
    }

    async fn assign(&self, messages: Vec<Message<ToAssign>>) -> Result<(), StepError> {
        Ok(engine::assign::handle_together(&self.0, &messages).await?)
    }

    async fn act(&self, message: Message<ToAct>, attempt: &str) -> Result<(), StepError> {
        Ok(engine::act::handle(&self.0, message, attempt).await?)
    }

    async fn escalate(&self, message: Message<Redrive>) -> Result<(), StepError> {
        Ok(engine::escalate::handle(&self.0, message).await?)
    }

    type Inside = Self;

    fn inside(&self) -> Option<Inside<Self>> {
        let inside = self.0.inside();
        Some(Box::new(|unit| Self(inside(unit))))
    }

    async fn each_minute(&self) -> Result<(), StepError> {
        Ok(engine::escalate::each_minute(&self.0).await?)
    }
}
