use std::{
    future::Future,
    hash::{BuildHasher, RandomState},
};

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use domain::{instant::Instant, message::Message};
use engine::ports::{Queue, in_full};
use lambda_runtime::{LambdaEvent, service_fn};
use serde::de::DeserializeOwned;

use super::{
    Error,
    batch::{self, Failed, NotDone, Received},
    suspects,
};
use crate::{Ports, clock, envelope};

/// Nothing is begun with less than this left: the longest call, and two seconds to answer.
const WORST_STEP_MILLIS: i64 = 8_000;

/// The longest time a failed message is hidden, whatever its error says.
const MAX_HIDDEN_SECONDS: i64 = 300;

/// Whose messages a function handles.
#[derive(Debug, Clone)]
pub struct Consumer {
    pub ports: Ports,
    pub queue: Queue,
}

/// One message, delivered once.
pub struct Delivery<B> {
    pub ports: Ports,
    pub message: Message<B>,
    /// Names this very delivery: no other has the same.
    pub attempt: String,
}

/// Handles a queue's messages one by one, until the runtime stops the process.
///
/// `Err` of the handler means: the message was not finished and has to come again.
pub async fn run_queue<B, F, Fut>(consumer: Consumer, handler: F) -> Result<(), Error>
where
    B: DeserializeOwned + Send + 'static,
    F: Fn(Delivery<B>) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<(), engine::Error>> + Send + 'static,
{
    let served = lambda_runtime::run(service_fn(|event: LambdaEvent<SqsEvent>| {
        let (consumer, handler) = (consumer.clone(), handler.clone());
        async move {
            let deadline = deadline(&event.context);
            let ports = consumer.ports.clone();
            let each = move |message| deliver(ports.clone(), message, handler.clone());
            Ok::<_, lambda_runtime::Error>(handle_batch(&consumer, event.payload, deadline, each).await)
        }
    }));
    Ok(served.await?)
}

/// Handles a queue's messages, and the schedule that calls the same function each minute.
///
/// A schedule that could not be delivered comes back over the queue, as a redriven dead letter.
pub async fn run_queue_and_schedule<B, F, Fut, S, SFut>(
    consumer: Consumer,
    handler: F,
    schedule: S,
) -> Result<(), Error>
where
    B: DeserializeOwned + Send + 'static,
    F: Fn(Delivery<B>) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<(), engine::Error>> + Send + 'static,
    S: Fn(Ports) -> SFut + Clone + Send + Sync + 'static,
    SFut: Future<Output = Result<(), engine::Error>> + Send + 'static,
{
    let served = lambda_runtime::run(service_fn(|event: LambdaEvent<serde_json::Value>| {
        let (consumer, handler, schedule) = (consumer.clone(), handler.clone(), schedule.clone());
        async move {
            if event.payload.get("Records").is_none() {
                schedule(consumer.ports).await?;
                return Ok::<_, lambda_runtime::Error>(SqsBatchResponse::default());
            }
            let deadline = deadline(&event.context);
            let batch = serde_json::from_value(event.payload)?;
            let ports = consumer.ports.clone();
            let each = move |message: Received| {
                let (ports, handler, schedule) = (ports.clone(), handler.clone(), schedule.clone());
                async move {
                    if envelope::is_schedule(&message.body) {
                        return schedule(ports).await.map_err(not_done);
                    }
                    deliver(ports, message, handler).await
                }
            };
            Ok(handle_batch(&consumer, batch, deadline, each).await)
        }
    }));
    Ok(served.await?)
}

async fn handle_batch<F, Fut>(consumer: &Consumer, event: SqsEvent, deadline: Instant, each: F) -> SqsBatchResponse
where
    F: Fn(Received) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<(), NotDone>> + Send + 'static,
{
    let (fresh, suspects) = suspects::part(event.records.into_iter().map(received).collect());
    let enough = move || deadline.millis_since(clock::now()) >= WORST_STEP_MILLIS;
    let mut failed = batch::run(fresh.clone(), enough, each.clone()).await;
    if !suspects.is_empty() {
        let is_open = |message: &Received| failed.iter().any(|failed| failed.message.id == message.id);
        let done = fresh.into_iter().filter(|message| !is_open(message)).collect();
        // Boxed: it is rare, and the future of every batch would be as large as this one.
        failed.extend(Box::pin(suspects::run(suspects, done, consumer, enough, each)).await);
    }
    let mut response = SqsBatchResponse::default();
    for failed in failed {
        hide(consumer, &failed).await;
        response.add_failure(&failed.message.id);
    }
    response
}

/// Reads one message and hands it to the step.
async fn deliver<B, F, Fut>(ports: Ports, message: Received, handler: F) -> Result<(), NotDone>
where
    B: DeserializeOwned,
    F: Fn(Delivery<B>) -> Fut,
    Fut: Future<Output = Result<(), engine::Error>>,
{
    let attempt = message.delivery();
    let message = envelope::decode::<B>(&message.body)
        .map_err(|error| NotDone { why: format!("the message cannot be read: {error}"), retry_at: None })?;
    handler(Delivery { ports, message, attempt }).await.map_err(not_done)
}

fn not_done(error: engine::Error) -> NotDone {
    NotDone { retry_at: error.retry_at(), why: in_full(&error) }
}

fn received(message: SqsMessage) -> Received {
    let attribute = |name: &str| message.attributes.get(name).cloned();
    Received {
        attempts: attribute("ApproximateReceiveCount").and_then(|count| count.parse().ok()).unwrap_or(1),
        group: attribute("MessageGroupId"),
        id: message.message_id.unwrap_or_default(),
        body: message.body.unwrap_or_default(),
        receipt: message.receipt_handle.unwrap_or_default(),
    }
}

/// Says when a message that was not finished comes again. Best effort: without it, that is when
/// the queue's own visibility timeout is over.
async fn hide(consumer: &Consumer, failed: &Failed) {
    let seconds = hidden_seconds(failed, clock::now(), RandomState::new().hash_one(&failed.message.id));
    let result = consumer
        .ports
        .sqs
        .change_message_visibility()
        .queue_url(&consumer.ports.config.queues.of(consumer.queue).source)
        .receipt_handle(&failed.message.receipt)
        .visibility_timeout(seconds)
        .send()
        .await;
    if let Err(error) = result {
        tracing::warn!(message.id = failed.message.id, error = %in_full(&error), "its next try could not be delayed");
    }
}

/// Until when the error says, else longer with each try, with full jitter. A queue that keeps
/// order is held up by the wait, so there it stays within five seconds. What was not begun comes
/// again at once: in a group, what failed is hidden and holds it back.
fn hidden_seconds(failed: &Failed, now: Instant, random: u64) -> i32 {
    if !failed.tried {
        return 0;
    }
    let seconds = match failed.retry_at {
        Some(at) => at.millis_since(now).max(0) / 1000 + 1,
        None => {
            let most = match failed.message.group {
                Some(_) => 5,
                None => 1_i64 << failed.message.attempts.clamp(1, 6),
            };
            1 + i64::try_from(random % u64::try_from(most).expect("positive")).expect("at most 64")
        }
    };
    i32::try_from(seconds.min(MAX_HIDDEN_SECONDS)).expect("at most 300")
}

fn deadline(context: &lambda_runtime::Context) -> Instant {
    Instant::from_millis(i64::try_from(context.deadline).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(attempts: u32, group: Option<&str>, retry_at: Option<i64>) -> Failed {
        let message = Received {
            id: "1".to_owned(),
            body: String::new(),
            receipt: String::new(),
            attempts,
            group: group.map(str::to_owned),
        };
        Failed { message, tried: true, retry_at: retry_at.map(Instant::from_millis) }
    }

    #[test]
    fn a_failed_message_waits_longer_each_time_and_a_line_never_long() {
        let now = Instant::from_millis(0);
        let longest = |failed: &Failed| (0..200).map(|random| hidden_seconds(failed, now, random)).max().unwrap();
        assert_eq!(longest(&failed(1, None, None)), 2);
        assert_eq!(longest(&failed(5, None, None)), 32);
        assert_eq!(longest(&failed(50, None, None)), 64);
        assert_eq!(longest(&failed(5, Some("pool"), None)), 5);
        assert_eq!((0..200).map(|random| hidden_seconds(&failed(5, None, None), now, random)).min(), Some(1));
    }

    #[test]
    fn what_was_not_begun_comes_again_at_once() {
        let not_begun = Failed { tried: false, ..failed(3, Some("pool"), None) };
        assert_eq!(hidden_seconds(&not_begun, Instant::from_millis(0), 7), 0);
    }

    #[test]
    fn a_failure_that_knows_when_is_tried_again_then() {
        let now = Instant::from_millis(1_000);
        assert_eq!(hidden_seconds(&failed(1, None, Some(91_000)), now, 0), 91);
        assert_eq!(hidden_seconds(&failed(1, None, Some(0)), now, 0), 1);
        assert_eq!(hidden_seconds(&failed(1, None, Some(i64::MAX)), now, 0), 300);
    }
}
