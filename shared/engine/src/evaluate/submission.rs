//! Submissions that their providers name: the first content fills a record, later content updates it.
//!
//! The first content is written under the submission's own name, whichever content that is. A row leads from that name
//! to the record and the entry, so it is found again without a search; and with another e-mail address, a later version
//! still changes the record that the first one filled. What comes later has an id of its own for each time that it was
//! accepted: an answer that was edited back is told from a redelivery.

use std::sync::Arc;

use domain::{
    decide::Input,
    event::Event,
    history::{Accepted, Change, Edit, Entry, EventChange, Version},
    id::{MessageId, SubmissionId},
    value::Value,
};

use super::{
    Ports,
    apply::apply,
    event::{take, write_linked},
    part_id,
    surroundings::latest_version,
    trace::{self, Trace},
};
use crate::Error;

pub(super) async fn receive(
    ports: &impl Ports,
    id: &MessageId,
    event: &Arc<Event>,
    submission: &SubmissionId,
) -> Result<(), Error> {
    let name = MessageId::new(submission.as_str());
    // Linked records are written before the primary one: what an update says of them must not pass for the first.
    let known = match ports.newest(&event.record.key).await? {
        Some(newest) => trace::first_of(ports, &event.record.key, &newest.head, submission).await?,
        None => None,
    };
    let first = match known.filter(|known| !is_entry_of(known, event)) {
        Some(other) => Some(other),
        None => take(ports, &name, event, Trace::of(event)).await?,
    };
    if first.is_some_and(|first| is_entry_of(&first, event)) {
        Ok(())
    } else {
        update(ports, id, event, submission).await
    }
}

/// Whether this very acceptance of the event is what the entry tells of.
fn is_entry_of(entry: &Entry, wanted: &Event) -> bool {
    entry.changes.iter().any(|change| match change {
        Change::Event(EventChange::Received { event, submission, occurred_at, .. }) => {
            *event == wanted.id && *submission == Accepted::of(wanted) && *occurred_at == wanted.occurred_at
        }
        Change::Event(EventChange::Repeated { event, submission, .. }) => {
            *event == wanted.id && *submission == Accepted::of(wanted)
        }
        _ => false,
    })
}

async fn update(
    ports: &impl Ports,
    id: &MessageId,
    event: &Arc<Event>,
    submission: &SubmissionId,
) -> Result<(), Error> {
    let record = &event.record.key;
    let message = part_id(id, &format!("{}, {}", event.occurred_at.as_millis(), event.accepted_at.as_millis()));
    let newest = ports.newest(record).await?;
    let latest = match &newest {
        Some(newest) => latest_version(ports, record, &newest.head, submission).await?,
        None => None,
    };
    let version = latest.as_deref().and_then(|entry| Version::of(entry, submission));
    let changes_nothing =
        version.is_some_and(|version| version.is_content_of(event) || version.outdates(event, ports.now()));
    let linked = match changes_nothing {
        true => Vec::new(),
        false => {
            edits(ports, newest.as_deref(), &write_linked(ports, &message, event, Trace::of(event)).await?).await?
        }
    };
    let input = Input::Update { event: Arc::clone(event), linked };
    apply(ports, record, &message, Trace::of(event), &input).await.map(drop)
}

/// What the entries of linked records say that changed, against what the link led to before.
async fn edits(
    ports: &impl Ports,
    before: Option<&Entry>,
    written: &[(String, Arc<Entry>)],
) -> Result<Vec<Edit>, Error> {
    let mut edits = Vec::new();
    for (link, entry) in written {
        let elsewhere = before.and_then(|before| before.head.links.get(link)).filter(|known| **known != entry.record);
        let was = match elsewhere {
            Some(known) => ports.newest(known).await?.map(|known| known.head.fields.clone()).unwrap_or_default(),
            None => entry.before.fields.clone(),
        };
        let received = entry.changes.iter().filter_map(|change| match change {
            Change::Event(EventChange::Received { fields, .. }) => Some(fields),
            _ => None,
        });
        let edit = |(name, now): (&String, &Value)| {
            let was = was.get(name).cloned();
            (was.as_ref() != Some(now)).then(|| Edit { target: format!("{link}.{name}"), was, now: Some(now.clone()) })
        };
        edits.extend(received.flatten().filter_map(edit));
    }
    Ok(edits)
}
