use aws_sdk_sqs::types::DeleteMessageBatchRequestEntry;
use domain::message::ToAssign;
use engine::ports::{DeadLetter, Dlq, Letter, PortError, Queue};

use super::{Line, Outgoing, line_of};
use crate::{Ports, dynamodb::MOST_ENDS, envelope, failure};

/// Messages that one call receives.
const BATCH: i32 = 10;

/// How long an empty queue is listened to: long enough that all of its servers are asked.
const WAIT_SECONDS: i32 = 1;

impl Dlq for Ports {
    async fn receive_dead(&self, queue: Queue) -> Result<Vec<Letter>, PortError> {
        const NAME: &str = "receive dead letters";
        let output = self
            .sqs
            .receive_message()
            .queue_url(&self.config.queues.of(queue).dead)
            .max_number_of_messages(BATCH)
            .wait_time_seconds(WAIT_SECONDS)
            .send()
            .await
            .map_err(|error| failure::of(NAME, error))?;
        let messages = output.messages.unwrap_or_default();
        self.counts().sent(NAME, messages.len());
        let mut letters: Vec<Letter> = messages
            .into_iter()
            .filter_map(|message| {
                let body = envelope::unwrap(&message.body.unwrap_or_default());
                Some(Letter { queue, body, receipt: message.receipt_handle?, ended_process: false })
            })
            .collect();
        let bodies: Vec<&str> = letters.iter().map(|letter| letter.body.as_str()).collect();
        // Whether its function gave it up, or the queue did first.
        let ends = self.unended(queue, &bodies).await?;
        for (letter, ends) in letters.iter_mut().zip(ends) {
            letter.ended_process = ends >= MOST_ENDS;
        }
        Ok(letters)
    }

    async fn remove_dead(&self, letter: &Letter) -> Result<(), PortError> {
        const NAME: &str = "remove a dead letter";
        self.sqs
            .delete_message()
            .queue_url(&self.config.queues.of(letter.queue).dead)
            .receipt_handle(&letter.receipt)
            .send()
            .await
            .map_err(|error| failure::of(NAME, error))?;
        self.counts().sent(NAME, 1);
        Ok(())
    }

    async fn redrive(&self, letter: &DeadLetter, attempt: u32) -> Result<(), PortError> {
        if letter.ended_process {
            self.forget_attempts(letter.queue, &letter.body).await?;
        }
        let line = (letter.queue == Queue::Assign).then(|| redriven(letter, attempt));
        let message = Outgoing { body: letter.body.clone(), delay_seconds: 0, line };
        let queue = &self.config.queues.of(letter.queue).source;
        self.send_all("redrive a dead letter", queue, vec![message]).await
    }
}

impl Ports {
    /// Takes messages that are done off their queue, at most ten. Who received them may do so again: it changes nothing.
    pub(crate) async fn acknowledge(
        &self,
        queue: Queue,
        receipts: impl Iterator<Item = &str>,
    ) -> Result<(), PortError> {
        const NAME: &str = "acknowledge messages";
        let entry = |(number, receipt): (usize, &str)| {
            let entry = DeleteMessageBatchRequestEntry::builder().id(number.to_string()).receipt_handle(receipt);
            entry.build().expect("an id and a receipt are set")
        };
        let output = self
            .sqs
            .delete_message_batch()
            .queue_url(&self.config.queues.of(queue).source)
            .set_entries(Some(receipts.enumerate().map(entry).collect()))
            .send()
            .await
            .map_err(|error| failure::of(NAME, error))?;
        self.counts().sent(NAME, output.successful().len());
        match output.failed().len() {
            0 => Ok(()),
            left => Err(PortError::unavailable(NAME, format!("{left} messages are still there"))),
        }
    }

    /// Makes a message a dead letter before its queue would. It still has to be acknowledged.
    pub(crate) async fn give_up(
        &self,
        queue: Queue,
        body: &str,
        group: Option<&str>,
        id: &str,
    ) -> Result<(), PortError> {
        let line = group.map(|group| Line { group: group.to_owned(), deduplication: id.to_owned() });
        let message = Outgoing { body: body.to_owned(), delay_seconds: 0, line };
        self.send_all("give a message up", &self.config.queues.of(queue).dead, vec![message]).await
    }
}

/// A letter's place on its FIFO queue; an unreadable one gets a group of its own, so that it
/// holds up nobody.
fn redriven(letter: &DeadLetter, attempt: u32) -> Line {
    match envelope::decode::<ToAssign>(&letter.body) {
        Ok(message) => line_of(&message, attempt),
        Err(_) => Line { group: letter.id.clone(), deduplication: format!("{}-{attempt}", letter.id) },
    }
}
