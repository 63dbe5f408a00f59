//! What goes wrong in virtual time: a try that failed, and a run that cannot go on.

use std::fmt;

use domain::{id::MessageId, instant::Instant};
use engine::ports::{PortError, Queue};

use crate::Failure;

/// A try that failed. The message came, or comes, again.
#[derive(Debug)]
pub struct Failed {
    pub at: Instant,
    /// None for the work of the minute.
    pub message: Option<(Queue, MessageId)>,
    pub why: Failure,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (at, why) = (self.at, self.why.in_full());
        match &self.message {
            Some((queue, id)) => write!(f, "{id} on {queue:?} at {at}: {why}"),
            None => write!(f, "the work of the minute at {at}: {why}"),
        }
    }
}

/// Why a run was broken off.
#[derive(Debug, thiserror::Error)]
pub enum VirtualHostError {
    #[error(transparent)]
    Port(#[from] PortError),
    #[error("after {handled} messages at {at} there were still more; the last was {last} on {queue:?}")]
    Endless { handled: usize, at: Instant, queue: Queue, last: MessageId },
    #[error("no message was delivered yet")]
    NothingDelivered,
    #[error("delivered once more, {0}")]
    Again(Failed),
}
