use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use domain::message::{Message, ToEvaluate};
use engine::ports::{Bus, PortError};

use crate::{Ports, envelope, failure};

/// The source of everything that intake accepts: what the rule to `evaluate` matches.
const SOURCE: &str = "handoff.intake";

/// Entries that one call takes.
const BATCH: usize = 10;

/// Bytes of all entries that one call takes everywhere. Since January 2026 the service takes 1 MB; what is larger than
/// this by itself goes in a call of its own, and intake lets nothing through that is (`tests/contracts/tests/room.rs`).
const BATCH_BYTES: usize = 256_000;

/// The largest entry that the service takes anywhere.
const ENTRY_BYTES: usize = 1_000_000;

/// How often entries that the bus did not accept are offered again.
const ATTEMPTS: u32 = 3;

const NAME: &str = "publish events";

impl Bus for Ports {
    async fn publish(&self, messages: &[&Message<ToEvaluate>]) -> Result<(), PortError> {
        for batch in batches(messages.iter().map(|message| self.entry_of(message)).collect())? {
            let mut left = batch;
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
            .eventbridge()
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

/// Cuts entries into calls that the bus takes; refuses what it never would.
fn batches(entries: Vec<PutEventsRequestEntry>) -> Result<Vec<Vec<PutEventsRequestEntry>>, PortError> {
    let mut batches: Vec<Vec<PutEventsRequestEntry>> = Vec::new();
    let mut bytes = 0;
    for entry in entries {
        let size = size(&entry);
        if size > ENTRY_BYTES {
            return Err(PortError::Refused { operation: NAME, why: format!("an event of {size} bytes") });
        }
        let fits = bytes + size <= BATCH_BYTES;
        match batches.last_mut().filter(|batch| batch.len() < BATCH && fits) {
            Some(batch) => {
                bytes += size;
                batch.push(entry);
            }
            None => {
                bytes = size;
                batches.push(vec![entry]);
            }
        }
    }
    Ok(batches)
}

/// An entry as the service counts it: its source, its type and its detail.
fn size(entry: &PutEventsRequestEntry) -> usize {
    [entry.source(), entry.detail_type(), entry.detail()].into_iter().flatten().map(str::len).sum()
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
        ToEvaluate::KeyUsed { .. } => "key_used",
        ToEvaluate::Retention { .. } => "history_over",
        ToEvaluate::Exception { .. } => "message_died",
        ToEvaluate::ClockSetBack { .. } | ToEvaluate::ClockSetBackForAll { .. } => "clock_set_back",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(bytes: usize) -> PutEventsRequestEntry {
        PutEventsRequestEntry::builder().source("s").detail_type("t").detail("x".repeat(bytes - 2)).build()
    }

    fn check(entries: Vec<PutEventsRequestEntry>, expected: &[usize]) {
        let lengths: Vec<usize> = batches(entries).unwrap().iter().map(Vec::len).collect();
        assert_eq!(lengths, expected);
    }

    #[test]
    fn a_call_has_at_most_ten_events_and_the_bytes_that_the_bus_takes() {
        check(vec![], &[]);
        check(vec![entry(10); 21], &[10, 10, 1]);
        check(vec![entry(128_000); 3], &[2, 1]);
        check(vec![entry(128_001); 3], &[1, 1, 1]);
        check(vec![entry(10), entry(600_000), entry(10)], &[1, 1, 1]);
    }

    #[test]
    fn what_no_bus_takes_is_refused_before_the_call() {
        assert!(matches!(batches(vec![entry(ENTRY_BYTES + 1)]), Err(PortError::Refused { .. })));
    }
}
