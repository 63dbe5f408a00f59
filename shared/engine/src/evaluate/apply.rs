use std::sync::Arc;

use domain::{
    decide::{Context, Input, decide},
    follow_up::follow_ups,
    history::{ENTRY_VERSION, Entry, LinkedSeq},
    id::{MessageId, RecordKey},
};

use super::{
    Ports, clock, follow_up, said, surroundings,
    trace::{self, Trace},
};
use crate::{
    Error,
    ports::{Append, Look},
};

/// How often a decision is taken again because somebody else appended first.
const ATTEMPTS: u32 = 12;

/// Decides one input about one record, appends the entry and sends what follows.
///
/// Returns the entry that the message caused, now or when it came before; none if it
/// changed nothing.
pub(super) async fn apply(
    ports: &impl Ports,
    record: &RecordKey,
    message: &MessageId,
    trace: impl Into<Trace>,
    input: &Input,
) -> Result<Option<Arc<Entry>>, Error> {
    let trace = trace.into();
    for _ in 0..ATTEMPTS {
        let Look { newest, own } = trace::look(ports, record, message, trace).await?;
        if let Some(own) = own {
            follow_up::send(ports, follow_ups(&own)).await?;
            return Ok(Some(own));
        }
        let Some(entry) = next_entry(ports, record, message, newest.as_deref(), trace, input).await? else {
            return Ok(None);
        };
        match ports.append(&entry).await? {
            Append::Done => {
                said::log(&entry);
                follow_up::send(ports, follow_ups(&entry)).await?;
                return Ok(Some(Arc::new(entry)));
            }
            Append::Taken => {
                tracing::debug!(record.id = record.logged(), entry.seq = entry.seq, "another entry came first")
            }
        }
    }
    Err(Error::Contended { record: record.clone(), attempts: ATTEMPTS })
}

async fn next_entry(
    ports: &impl Ports,
    record: &RecordKey,
    message: &MessageId,
    newest: Option<&Entry>,
    trace: Trace,
    input: &Input,
) -> Result<Option<Entry>, Error> {
    let (seq, last_at, before) = match newest {
        Some(entry) => (entry.seq + 1, Some(entry.at), Arc::clone(&entry.head)),
        None => (1, None, Arc::default()),
    };
    let clock = ports.now();
    let was_ahead = clock::left_by(ports, newest, clock).await?;
    // Entry times never go backwards by what honest clocks differ.
    let now = last_at.filter(|_| was_ahead.is_none()).map_or(clock, |last| last.max(clock));
    let around = surroundings::load(ports, record, &before, trace.since(clock), input).await?;
    let context = Context {
        now,
        plan: &around.active.plan,
        manifest: &around.active.manifest,
        pinned: &around.pinned,
        linked: &around.linked,
        time_off: &around.time_off,
        paused: &around.active.paused,
        assigned: around.assigned.as_ref(),
        version: around.version.as_deref(),
        was_ahead: was_ahead.as_ref(),
        settled: around.settled,
    };
    let (changes, head) = decide(record, seq, &before, input, &context);
    if changes.is_empty() {
        return Ok(None);
    }
    let linked = around
        .linked
        .iter()
        .map(|(link, linked)| LinkedSeq { link: link.clone(), record: linked.record.clone(), seq: linked.seq })
        .collect();
    let entry = Entry {
        version: ENTRY_VERSION,
        record: record.clone(),
        seq,
        at: now,
        caused_by: message.clone(),
        manifest: around.active.manifest.clone(),
        linked,
        before,
        changes,
        head: Arc::new(head),
    };
    Ok(Some(entry.remembered()))
}
