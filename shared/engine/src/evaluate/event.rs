use domain::{
    decide::Input,
    event::Event,
    history::Change,
    id::{MessageId, RecordKey},
    message::{Kept, KeptWhy},
};

use super::{Ports, apply::apply, kept_in, matching, part_id};
use crate::Error;

/// An event: its key first, then the linked records, then the primary one, which decides.
pub(super) async fn receive(ports: &impl Ports, id: MessageId, event: Event) -> Result<(), Error> {
    if event.keyed && !is_first_use(ports, &id, &event).await? {
        let kept = Kept {
            why: KeptWhy::Conflict,
            form: event.form.as_ref().map_or_else(|| event.event_type.to_string(), ToString::to_string),
            accepted_at: event.accepted_at,
            body: serde_json::to_string(&event).expect("an event is plain data"),
            proposed_map: std::collections::BTreeMap::new(),
        };
        let conflict = part_id(&id, event.fingerprint.as_deref().unwrap_or_default());
        return apply(ports, &kept_in(KeptWhy::Conflict), &conflict, None, &Input::Kept(Box::new(kept)))
            .await
            .map(drop);
    }
    let event = matching::settle(ports, event).await?;
    // A record that was found by a guess gets nothing written.
    for linked in event.linked.iter().filter(|linked| linked.instead_of.is_none() || !event.is_guess(linked)) {
        let input = Input::LinkedPart { event: Box::new(event.clone()), fields: linked.part.fields.clone() };
        apply(ports, &linked.part.key, &part_id(&id, &linked.link), None, &input).await?;
    }
    // A provider may repeat an event days later: the whole history is searched for it.
    let record = event.record.key.clone();
    apply(ports, &record, &id, None, &Input::Event(Box::new(event))).await.map(drop)
}

/// The history that guards an Idempotency-Key.
pub(crate) fn key_history(event: &Event) -> RecordKey {
    RecordKey::new("request", event.id.as_str())
}

/// Whether this is the key's first use, or a repeat of it with the same body.
async fn is_first_use(ports: &impl Ports, id: &MessageId, event: &Event) -> Result<bool, Error> {
    let fingerprint = event.fingerprint.clone().unwrap_or_default();
    let input = Input::Key { fingerprint: fingerprint.clone(), record: event.record.key.clone() };
    let used = apply(ports, &key_history(event), &part_id(id, "key"), None, &input).await?;
    let first = used.as_ref().and_then(|entry| entry.changes.first());
    Ok(matches!(first, Some(Change::KeyUsed { fingerprint: first, .. }) if *first == fingerprint))
}
