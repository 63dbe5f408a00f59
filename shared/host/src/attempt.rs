//! One message, one try: read, handled so that a panic stays its own, and settled by what
//! came of it.

use std::{any::Any, future::Future, panic::AssertUnwindSafe, time::Duration};

use domain::{
    id::RecordKey,
    instant::Instant,
    message::{Message, Redrive, ToAct, ToAssign, ToEvaluate},
};
use engine::ports::{Clock, NotOurJson, PortError, Queue, in_full};
use futures_util::FutureExt as _;
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
    Unreadable(#[from] NotOurJson),
    #[error(transparent)]
    Step(#[from] StepError),
    #[error("the step panicked: {0}")]
    Panicked(&'static str),
    #[error("the step did not end in {} seconds", .0.as_secs())]
    TooLong(Duration),
}

impl Failure {
    /// The failure and its causes in one line.
    pub fn in_full(&self) -> String {
        in_full(self)
    }

    fn retry_at(&self) -> Option<Instant> {
        match self {
            Self::Step(error) => error.retry_at,
            Self::Unreadable(_) | Self::Panicked(_) | Self::TooLong(_) => None,
        }
    }
}

/// A message that was read: what its step is given.
pub(crate) enum Work {
    Evaluate(Box<Message<ToEvaluate>>),
    Assign(Message<ToAssign>),
    Act(Message<ToAct>),
    Escalate(Message<Redrive>),
}

impl Work {
    pub fn read(queue: Queue, message: &Received) -> Result<Self, Failure> {
        Ok(match queue {
            Queue::Evaluate => Self::Evaluate(Box::new(read(message)?)),
            Queue::Assign => Self::Assign(read(message)?),
            Queue::Act => Self::Act(read(message)?),
            Queue::Escalate => Self::Escalate(read(message)?),
        })
    }

    /// The record it writes.
    pub fn record(&self) -> Option<&RecordKey> {
        match self {
            Self::Evaluate(message) => message.body.record(),
            Self::Assign(_) | Self::Act(_) | Self::Escalate(_) => None,
        }
    }

    /// Hands it to its step. `attempt` is different for every call. A step's state is some kilobytes: boxed, it is not
    /// copied by each of the futures around it.
    pub async fn hand_to(self, steps: &impl Steps, attempt: &str) -> Result<(), Failure> {
        match self {
            Self::Evaluate(message) => apart(steps.evaluate(*message).boxed()).await,
            Self::Assign(message) => apart_within(LONGEST_IN_LANE, steps.assign(vec![message]).boxed()).await,
            Self::Act(message) => apart(steps.act(message, attempt).boxed()).await,
            Self::Escalate(message) => apart(steps.escalate(message).boxed()).await,
        }
    }
}

/// Hands the messages of a lane to their step together, and settles them if it finished them.
/// Otherwise nothing is settled: each is tried by itself, and a bad one fails alone.
pub(crate) async fn together(store: &Store, steps: &impl Steps, lane: &[Received]) -> bool {
    let Ok(messages) = lane.iter().map(read).collect::<Result<Vec<_>, _>>() else { return false };
    if apart_within(LONGEST_IN_LANE, steps.assign(messages).boxed()).await.is_err() {
        return false;
    }
    store.acknowledge(&lane.iter().map(|message| message.receipt).collect::<Vec<_>>());
    true
}

pub(crate) fn read<M: DeserializeOwned>(message: &Received) -> Result<M, Failure> {
    Ok(serde_json::from_str(&message.body).map_err(|error| NotOurJson::from(&error))?)
}

/// Runs a step so that its panic is an error, and no longer than it may take. What it shares
/// with others is the store, which a panic leaves whole.
pub(crate) async fn apart(step: impl Future<Output = Result<(), StepError>>) -> Result<(), Failure> {
    apart_within(LONGEST, step).await
}

async fn apart_within(longest: Duration, step: impl Future<Output = Result<(), StepError>>) -> Result<(), Failure> {
    match timeout(longest, AssertUnwindSafe(step).catch_unwind()).await {
        Ok(Ok(done)) => Ok(done?),
        Ok(Err(panic)) => Err(Failure::Panicked(said(&*panic))),
        Err(_) => Err(Failure::TooLong(longest)),
    }
}

/// A text that was put together at that moment may hold what somebody sent, and is logged nowhere.
fn said(panic: &(dyn Any + Send)) -> &'static str {
    panic.downcast_ref::<&'static str>().copied().unwrap_or("the log says where")
}

/// Acknowledges a finished message; gives another back for later, or up where nothing would help.
pub(crate) async fn settle(
    store: &Store,
    queue: Queue,
    message: &Received,
    result: &Result<(), Failure>,
) -> Result<(), PortError> {
    match result {
        Ok(()) => {
            store.acknowledge(&[message.receipt]);
            Ok(())
        }
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
