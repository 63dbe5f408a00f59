//! One message, one try: read, handled in a task of its own so that a panic stays its own,
//! and settled by what came of it.

use std::{future::Future, sync::Arc, time::Duration};

use domain::instant::Instant;
use engine::ports::{Clock, PortError, Queue};
use serde::de::DeserializeOwned;
use sqlite::{Received, Store};
use tokio::time::timeout;

use crate::{StepError, Steps, backoff::backoff_millis};

/// How long a message is invisible to others while it is handled; longer, and it is given up on.
pub(crate) const VISIBILITY_MILLIS: i64 = 120_000;
const LONGEST: Duration = Duration::from_secs(110);
/// A pool's requests wait for each other, and picking an owner asks nobody outside.
const LONGEST_IN_LANE: Duration = Duration::from_secs(10);

/// Why a message was not finished.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("the message cannot be read by this release")]
    Unreadable(#[from] serde_json::Error),
    #[error(transparent)]
    Step(#[from] StepError),
    #[error("the step panicked: {0}")]
    Panicked(String),
    #[error("the step did not end in {} seconds", .0.as_secs())]
    TooLong(Duration),
}

impl Failure {
    /// The failure and its causes in one line.
    pub fn in_full(&self) -> String {
        let mut said = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            said = format!("{said}: {error}");
            cause = error.source();
        }
        said
    }

    fn retry_at(&self) -> Option<Instant> {
        match self {
            Self::Step(error) => error.retry_at,
            Self::Unreadable(_) | Self::Panicked(_) | Self::TooLong(_) => None,
        }
    }
}

/// Hands a message to its step. `attempt` is different for every call.
pub(crate) async fn attempt<S: Steps>(
    steps: &Arc<S>,
    queue: Queue,
    message: &Received,
    attempt: String,
) -> Result<(), Failure> {
    let steps = Arc::clone(steps);
    match queue {
        Queue::Evaluate => {
            let message = read(message)?;
            apart(async move { steps.evaluate(message).await }).await
        }
        Queue::Assign => {
            let message = read(message)?;
            apart_within(LONGEST_IN_LANE, async move { steps.assign(vec![message]).await }).await
        }
        Queue::Act => {
            let message = read(message)?;
            apart(async move { steps.act(message, &attempt).await }).await
        }
        Queue::Escalate => {
            let message = read(message)?;
            apart(async move { steps.escalate(message).await }).await
        }
    }
}

/// Hands the messages of a lane to their step together, and settles them if it finished them.
/// Otherwise nothing is settled: each is tried by itself, and a bad one fails alone.
pub(crate) async fn together<S: Steps>(store: &Store, steps: &Arc<S>, lane: &[Received]) -> Result<bool, PortError> {
    let Ok(messages) = lane.iter().map(read).collect::<Result<Vec<_>, _>>() else { return Ok(false) };
    let steps = Arc::clone(steps);
    if apart_within(LONGEST_IN_LANE, async move { steps.assign(messages).await }).await.is_err() {
        return Ok(false);
    }
    let receipts: Vec<_> = lane.iter().map(|message| message.receipt).collect();
    store.acknowledge(&receipts).await?;
    Ok(true)
}

fn read<M: DeserializeOwned>(message: &Received) -> Result<M, Failure> {
    Ok(serde_json::from_str(&message.body)?)
}

/// Runs a step in a task of its own: its panic is an error, and it can be stopped.
pub(crate) async fn apart(step: impl Future<Output = Result<(), StepError>> + Send + 'static) -> Result<(), Failure> {
    apart_within(LONGEST, step).await
}

async fn apart_within(
    longest: Duration,
    step: impl Future<Output = Result<(), StepError>> + Send + 'static,
) -> Result<(), Failure> {
    let mut task = tokio::spawn(step);
    match timeout(longest, &mut task).await {
        Ok(Ok(done)) => Ok(done?),
        Ok(Err(ended)) => Err(Failure::Panicked(ended.to_string())),
        Err(_) => {
            task.abort();
            Err(Failure::TooLong(longest))
        }
    }
}

/// Acknowledges a finished message; gives another back for later, or up where nothing would help.
pub(crate) async fn settle(
    store: &Store,
    queue: Queue,
    message: &Received,
    result: &Result<(), Failure>,
) -> Result<(), PortError> {
    match result {
        Ok(()) => store.acknowledge(&[message.receipt]).await,
        Err(Failure::Unreadable(_)) => store.give_up(message.receipt).await,
        Err(failure) => {
            let after = match failure.retry_at() {
                Some(at) => at.millis_since(store.now()).max(0),
                None => backoff_millis(queue, &message.id, message.receives),
            };
            store.retry_later(message.receipt, after).await
        }
    }
}
