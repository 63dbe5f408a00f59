use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use domain::message::{Message, Redrive, ToAct, ToAssign, ToEvaluate};
use engine::ports::{Delayed, PortError, Queues};

use super::{Outgoing, line_of};
use crate::{Ports, envelope, failure};

/// Entries, and bytes of all bodies, that one call takes: 1 MiB, for one message as for all of a call.
const BATCH: usize = 10;
const BATCH_BYTES: usize = 1_000_000;

/// The longest delay a queue takes.
const MAX_DELAY_SECONDS: u32 = 900;

/// How often entries that the queue did not take are sent again.
const ATTEMPTS: u32 = 3;

impl Queues for Ports {
    async fn send_evaluate(&self, messages: &[Delayed<ToEvaluate>]) -> Result<(), PortError> {
        let outgoing = messages
            .iter()
            .map(|delayed| Outgoing {
                body: envelope::encode(&delayed.message),
                delay_seconds: delayed.delay_seconds,
                line: None,
            })
            .collect();
        self.send_all("send to evaluate", &self.config.queues.evaluate.source, outgoing).await
    }

    async fn send_assign(&self, messages: &[Message<ToAssign>]) -> Result<(), PortError> {
        let outgoing = messages
            .iter()
            .map(|message| Outgoing {
                body: envelope::encode(message),
                delay_seconds: 0,
                line: Some(line_of(message, 0)),
            })
            .collect();
        self.send_all("send to assign", &self.config.queues.assign.source, outgoing).await
    }

    async fn send_act(&self, messages: &[Message<ToAct>]) -> Result<(), PortError> {
        self.send_all("send to act", &self.config.queues.act.source, messages.iter().map(plain).collect()).await
    }

    async fn send_escalate(&self, messages: &[Message<Redrive>]) -> Result<(), PortError> {
        let outgoing = messages.iter().map(plain).collect();
        self.send_all("send to escalate", &self.config.queues.escalate.source, outgoing).await
    }
}

fn plain<B: serde::Serialize>(message: &Message<B>) -> Outgoing {
    Outgoing { body: envelope::encode(message), delay_seconds: 0, line: None }
}

impl Ports {
    /// Sends all messages to one queue, in order; what one call did not take is sent again.
    pub(super) async fn send_all(
        &self,
        operation: &'static str,
        queue: &str,
        messages: Vec<Outgoing>,
    ) -> Result<(), PortError> {
        for batch in batches(operation, messages)? {
            let mut left = batch;
            for _ in 0..ATTEMPTS {
                left = self.send_some(operation, queue, left).await?;
                if left.is_empty() {
                    break;
                }
            }
            if !left.is_empty() {
                return Err(PortError::unavailable(operation, format!("{} messages were not taken", left.len())));
            }
        }
        Ok(())
    }

    /// One call; returns the messages that it did not take, though its answer is 200.
    async fn send_some(
        &self,
        operation: &'static str,
        queue: &str,
        messages: Vec<Outgoing>,
    ) -> Result<Vec<Outgoing>, PortError> {
        let entries = messages.iter().enumerate().map(|(number, message)| entry(number, message)).collect();
        let output = self
            .sqs
            .send_message_batch()
            .queue_url(queue)
            .set_entries(Some(entries))
            .send()
            .await
            .map_err(|error| failure::of(operation, error))?;
        let taken: Vec<&str> = output.successful().iter().map(|taken| taken.id()).collect();
        self.counts().sent(operation, taken.len());
        for failed in output.failed().iter().filter(|failed| failed.sender_fault()) {
            tracing::warn!(operation, code = failed.code(), why = failed.message(), "the queue blames the message");
        }
        let left = messages.iter().enumerate().filter(|(number, _)| !taken.contains(&number.to_string().as_str()));
        Ok(left.map(|(_, message)| message.clone()).collect())
    }
}

fn entry(number: usize, message: &Outgoing) -> SendMessageBatchRequestEntry {
    let delay = i32::try_from(message.delay_seconds).expect("at most 900");
    let entry = SendMessageBatchRequestEntry::builder().id(number.to_string()).message_body(&message.body);
    let entry = match &message.line {
        // A FIFO queue takes no delay per message.
        Some(line) => entry.message_group_id(&line.group).message_deduplication_id(&line.deduplication),
        None => entry.delay_seconds(delay),
    };
    entry.build().expect("an id and a body are set")
}

/// Cuts messages into calls that SQS takes; refuses what it never would.
fn batches(operation: &'static str, messages: Vec<Outgoing>) -> Result<Vec<Vec<Outgoing>>, PortError> {
    let mut batches: Vec<Vec<Outgoing>> = Vec::new();
    let mut bytes = 0;
    for message in messages {
        let why = match (message.body.len(), message.delay_seconds) {
            (length, _) if length > BATCH_BYTES => Some(format!("a body of {length} bytes")),
            (_, delay) if delay > MAX_DELAY_SECONDS => Some(format!("a delay of {delay} seconds")),
            _ => None,
        };
        if let Some(why) = why {
            return Err(PortError::Refused { operation, why });
        }
        let fits = bytes + message.body.len() <= BATCH_BYTES;
        match batches.last_mut().filter(|batch| batch.len() < BATCH && fits) {
            Some(batch) => {
                bytes += message.body.len();
                batch.push(message);
            }
            None => {
                bytes = message.body.len();
                batches.push(vec![message]);
            }
        }
    }
    Ok(batches)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(bytes: usize, delay_seconds: u32) -> Outgoing {
        Outgoing { body: "x".repeat(bytes), delay_seconds, line: None }
    }

    fn check(messages: Vec<Outgoing>, expected: &[usize]) {
        let lengths: Vec<usize> = batches("test", messages).unwrap().iter().map(Vec::len).collect();
        assert_eq!(lengths, expected);
    }

    #[test]
    fn a_batch_has_at_most_ten_messages_and_what_one_call_takes() {
        check(vec![], &[]);
        check(vec![message(1, 0); 21], &[10, 10, 1]);
        check(vec![message(600_000, 0); 3], &[1, 1, 1]);
        check(vec![message(500_000, 900); 3], &[2, 1]);
    }

    #[test]
    fn what_no_queue_takes_is_refused_before_the_call() {
        assert!(matches!(batches("test", vec![message(1, 901)]), Err(PortError::Refused { .. })));
        assert!(matches!(batches("test", vec![message(BATCH_BYTES + 1, 0)]), Err(PortError::Refused { .. })));
    }
}
