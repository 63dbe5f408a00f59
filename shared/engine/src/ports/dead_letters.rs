use std::future::Future;

use domain::{id::RecordKey, instant::Instant};
use serde::{Deserialize, Serialize};

use super::{Cursor, Page, PortError};

/// The name of a kept dead letter: its queue and its message.
pub type DeadLetterId = String;

/// A queue whose messages can fail for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Queue {
    Evaluate,
    Assign,
    Act,
    Escalate,
}

impl Queue {
    pub const ALL: [Self; 4] = [Self::Evaluate, Self::Assign, Self::Act, Self::Escalate];
}

/// A message found on a dead-letter queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    pub queue: Queue,
    /// Its body, as text: it may be unreadable as a message.
    pub body: String,
    /// What removes it from its queue.
    pub receipt: String,
    /// Whether the process that handled it ended, each time.
    pub ended_process: bool,
}

/// The dead-letter queues. `escalate` empties them.
pub trait Dlq: Send + Sync {
    /// Some of the messages of a dead-letter queue; they stay until removed.
    fn receive_dead(&self, queue: Queue) -> impl Future<Output = Result<Vec<Letter>, PortError>> + Send;

    fn remove_dead(&self, letter: &Letter) -> impl Future<Output = Result<(), PortError>> + Send;

    /// Puts a kept letter's body back on its own queue. `attempt` makes it a new message to a
    /// queue that deduplicates.
    fn redrive(&self, letter: &DeadLetter, attempt: u32) -> impl Future<Output = Result<(), PortError>> + Send;
}

/// A message that failed for good, kept for a person. The only writer is `escalate`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    pub id: DeadLetterId,
    pub queue: Queue,
    pub body: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<RecordKey>,
    pub died_at: Instant,
    /// How often it was put back since.
    pub redriven: u32,
    /// When it is put back next by itself; never where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redrive_at: Option<Instant>,
    /// Whether a process that handled it ended: then only a person puts it back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ended_process: bool,
}

/// The kept dead letters.
pub trait DeadLetters: Send + Sync {
    fn dead_letter(&self, id: &str) -> impl Future<Output = Result<Option<DeadLetter>, PortError>> + Send;

    fn put_dead_letter(&self, letter: &DeadLetter) -> impl Future<Output = Result<(), PortError>> + Send;

    /// Newest first.
    fn dead_letters(
        &self,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> impl Future<Output = Result<Page<DeadLetter>, PortError>> + Send;
}
