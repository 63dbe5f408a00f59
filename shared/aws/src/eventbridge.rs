use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use domain::message::{Message, ToEvaluate};
use engine::ports::{Bus, PortError};

use crate::{Ports, envelope, failure};

/// The source of everything that intake accepts: what the rule to `evaluate` matches.
const SOURCE: &str = "handoff.intake";

/// Entries that one call takes.
const BATCH: usize = 10;

/// How often entries that the bus did not accept are offered again.
const ATTEMPTS: u32 = 3;

const NAME: &str = "publish events";

impl Bus for Ports {
    async fn publish(&self, messages: &[Message<ToEvaluate>]) -> Result<(), PortError> {
        for batch in messages.chunks(BATCH) {
            let mut left: Vec<PutEventsRequestEntry> = batch.iter().map(|message| self.entry_of(message)).collect();
            for _ in 0..ATTEMPTS {
                left = self.offer(left).await?;
                if left.is_empty() {
                    break;
                }
            }
            if !left.is_empty() {
                return Err(PortError::unavailable(NAME, format!("the bus did not accept {} events", left.len())));
            }
        }
        Ok(())
    }
}

impl Ports {
    fn entry_of(&self, message: &Message<ToEvaluate>) -> PutEventsRequestEntry {
        PutEventsRequestEntry::builder()
            .event_bus_name(&self.config.bus)
            .source(SOURCE)
            .detail_type(detail_type(&message.body))
            .detail(envelope::encode(message))
            .build()
    }

    /// Puts entries on the bus; returns those it did not accept. The answer is 200 either way.
    async fn offer(&self, entries: Vec<PutEventsRequestEntry>) -> Result<Vec<PutEventsRequestEntry>, PortError> {
        let output = self
            .eventbridge
            .put_events()
            .set_entries(Some(entries.clone()))
            .send()
            .await
            .map_err(|error| failure::of(NAME, error))?;
        let results = output.entries();
        let accepted = |number: usize| results.get(number).is_some_and(|result| result.event_id().is_some());
        let refused: Vec<_> = entries
            .iter()
            .enumerate()
            .filter(|(number, _)| !accepted(*number))
            .map(|(_, entry)| entry.clone())
            .collect();
        self.counts().sent(NAME, entries.len() - refused.len());
        Ok(refused)
    }
}

/// What subscribers select by: the type of the event, else what the message is.
fn detail_type(body: &ToEvaluate) -> &str {
    match body {
        ToEvaluate::Event(event) => event.event_type.as_str(),
        ToEvaluate::Kept(_) => "submission_kept",
        ToEvaluate::Settle(_) => "kept_settled",
        ToEvaluate::Timer { .. } => "timer_fired",
        ToEvaluate::Assignment { .. } => "assignment_answered",
        ToEvaluate::Credited { .. } => "assignment_credited",
        ToEvaluate::Effect { .. } => "effect_settled",
        ToEvaluate::Continue { .. } => "execution_continued",
        ToEvaluate::Resume { .. } => "execution_resumed",
        ToEvaluate::Command { .. } => "command_given",
        ToEvaluate::Exception { .. } => "message_died",
    }
}
