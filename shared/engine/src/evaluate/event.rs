use std::sync::Arc;

use domain::{
    decide::Input,
    event::Event,
    history::{Change, Entry, KeptChange},
    id::{MessageId, RecordKey},
    instant::Instant,
    kept::{Kept, KeptWhy},
};

use super::{
    Ports, REQUEST,
    apply::apply,
    identity::{self, Settled},
    kept, matching, part_id, submission,
    trace::Trace,
    unfinished,
};
use crate::Error;

/// An event: its key first, then the linked records, then the primary one, which decides.
pub(super) async fn receive(ports: &impl Ports, id: MessageId, event: Event) -> Result<(), Error> {
    let trace = match event.keyed {
        false => Trace::of(&event),
        true => match first_use(ports, &id, &event).await? {
            // A key is remembered for good: what it has done is looked for since then.
            Some(at) => Trace::Event { accepted_at: at.min(event.accepted_at) },
            None => {
                let (conflict, kept) = conflict(&id, &event);
                return kept::keep(ports, &conflict, None, kept).await;
            }
        },
    };
    let Settled { event, persons, waiting } = identity::settle(ports, &id, event).await?;
    let event = Arc::new(matching::settle(ports, event).await?);
    match &event.submission {
        Some(submission) => submission::receive(ports, &id, &event, submission).await?,
        None => drop(take(ports, &id, &event, trace).await?),
    }
    unfinished::finish(ports, &id, &event, &persons).await?;
    match waiting {
        Some(waiting) => {
            let input = Input::BelongsTo { record: event.record.key.clone() };
            apply(ports, &waiting, &part_id(&id, "belongs to"), Trace::of(&event), &input).await.map(drop)
        }
        None => Ok(()),
    }
}

/// What is kept of an event whose key was used before with other content, and under which id. `id` is the event's message.
pub fn conflict(id: &MessageId, event: &Event) -> (MessageId, Kept) {
    let kept = Kept {
        why: KeptWhy::Conflict,
        form: event.form.as_ref().map_or_else(|| event.event_type.to_string(), ToString::to_string),
        accepted_at: event.accepted_at,
        body: serde_json::to_string(event).expect("an event is plain data"),
        proposed_map: std::collections::BTreeMap::new(),
        reason: None,
        under: None,
        begun_by: None,
        known_by: Vec::new(),
    };
    (part_id(id, event.fingerprint.as_deref().unwrap_or_default()), kept)
}

/// Writes an event that counts as new under this id, unless that was done before.
pub(super) async fn take(
    ports: &impl Ports,
    id: &MessageId,
    event: &Arc<Event>,
    trace: Trace,
) -> Result<Option<Arc<Entry>>, Error> {
    write_linked(ports, id, event, trace).await?;
    apply(ports, &event.record.key, id, trace, &Input::Event(Arc::clone(event))).await
}

/// Writes the linked records' shares; their entries, each by the name of its link.
pub(super) async fn write_linked(
    ports: &impl Ports,
    id: &MessageId,
    event: &Arc<Event>,
    trace: Trace,
) -> Result<Vec<(String, Arc<Entry>)>, Error> {
    let mut written = Vec::new();
    // A record that was found by a guess gets nothing written.
    for linked in event.linked.iter().filter(|linked| linked.instead_of.is_none() || !event.is_guess(linked)) {
        let input = Input::LinkedPart { event: Arc::clone(event), fields: linked.part.fields.clone() };
        let entry = apply(ports, &linked.part.key, &part_id(id, &linked.link), trace, &input).await?;
        written.extend(entry.map(|entry| (linked.link.clone(), entry)));
    }
    Ok(written)
}

/// The history that guards an Idempotency-Key.
pub(crate) fn key_history(event: &Event) -> RecordKey {
    RecordKey::new(REQUEST, event.id.as_str())
}

/// When the key was first used, which may be now; none if that was with another body.
async fn first_use(ports: &impl Ports, id: &MessageId, event: &Event) -> Result<Option<Instant>, Error> {
    let fingerprint = event.fingerprint.clone().unwrap_or_default();
    let input = Input::Key { fingerprint: fingerprint.clone(), record: event.record.key.clone() };
    let used = apply(ports, &key_history(event), &part_id(id, "key"), None, &input).await?;
    let is_with_this_body = |entry: &Entry| {
        let first = entry.changes.first();
        matches!(first, Some(Change::Kept(KeptChange::KeyUsed { fingerprint: first, .. })) if *first == fingerprint)
    };
    Ok(used.filter(|entry| is_with_this_body(entry)).map(|entry| entry.at))
}
