use domain::message::ToAssign;
use engine::ports::{DeadLetter, Dlq, Letter, PortError, Queue};

use super::{Line, Outgoing, line_of};
use crate::{Ports, envelope, failure};

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
        Ok(messages
            .into_iter()
            .filter_map(|message| {
                let body = envelope::unwrap(&message.body.unwrap_or_default());
                Some(Letter { queue, body, receipt: message.receipt_handle?, ended_process: false })
            })
            .collect())
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
        let line = (letter.queue == Queue::Assign).then(|| redriven(letter, attempt));
        let message = Outgoing { body: letter.body.clone(), delay_seconds: 0, line };
        let queue = &self.config.queues.of(letter.queue).source;
        self.send_all("redrive a dead letter", queue, vec![message]).await
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
