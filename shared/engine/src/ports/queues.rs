use std::future::Future;

use domain::message::{Message, Redrive, ToAct, ToAssign, ToEvaluate};

use super::PortError;

/// A message, and how long from now it stays invisible.
#[derive(Debug, Clone, PartialEq)]
pub struct Delayed<B> {
    pub message: Message<B>,
    /// At most 900 seconds.
    pub delay_seconds: u32,
}

impl<B> Delayed<B> {
    pub fn now(message: Message<B>) -> Self {
        Self { message, delay_seconds: 0 }
    }
}

/// The queues between the functions. Once a send returns, every message of it is durable and
/// will be delivered at least once. After an error some may have been sent: send all again.
pub trait Queues: Send + Sync {
    fn send_evaluate(&self, messages: &[Delayed<ToEvaluate>]) -> impl Future<Output = Result<(), PortError>> + Send;

    /// Messages of one pool are delivered in the order they were sent, one at a time.
    fn send_assign(&self, messages: &[Message<ToAssign>]) -> impl Future<Output = Result<(), PortError>> + Send;

    fn send_act(&self, messages: &[Message<ToAct>]) -> impl Future<Output = Result<(), PortError>> + Send;

    fn send_escalate(&self, messages: &[Message<Redrive>]) -> impl Future<Output = Result<(), PortError>> + Send;
}

/// Where intake puts what it accepted. The bus delivers it to `evaluate` at least once.
pub trait Bus: Send + Sync {
    /// Once this returns, every message is accepted for good. After an error none may be
    /// answered for: publish all again.
    fn publish(&self, messages: &[&Message<ToEvaluate>]) -> impl Future<Output = Result<(), PortError>> + Send;
}
