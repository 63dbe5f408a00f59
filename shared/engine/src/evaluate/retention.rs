//! Deletes what `retention:` lets go. The entry that says so comes first; that what lies before it goes is a
//! follow-up of that entry, repeated as often as it takes.

use std::{collections::BTreeSet, sync::Arc};

use domain::{
    decide::{Aside, Looking, delete_kept, delete_record},
    follow_up::{Erasure, follow_ups},
    history::{Entry, Erase},
    id::{MessageId, RecordKey},
    instant::Instant,
    kept::KeptWhy,
};
use futures_util::future::try_join_all;

use super::{
    Ports, follow_up, is_of_a_record,
    kept::{KeptEntry, end_tasks, kept_in, settlement, settlement_history},
    part_id, said,
};
use crate::{
    Error,
    ports::{self, Append, Histories, Look, PortError},
};

/// Entries that are read and deleted at a time.
const AT_ONCE: usize = 50;

/// Kept submissions that are looked at together, and how many times for one message.
const WINDOW: usize = 200;
const PARTS: usize = 10;

/// A history that was found to be over, or to have a beginning that is.
pub(super) async fn handle(
    ports: &impl Ports,
    id: &MessageId,
    since: Option<Instant>,
    record: &RecordKey,
) -> Result<(), Error> {
    if let Some(why) = KeptWhy::ALL.into_iter().find(|why| kept_in(*why) == *record) {
        return kept(ports, id, since, why).await;
    }
    if !is_of_a_record(record) {
        return Ok(());
    }
    let Known::Newest(newest) = known(ports, record, id, since).await? else { return Ok(()) };
    let active = ports.active().await?;
    let looking = Looking { message: id, manifest: &active.manifest, now: ports.now() };
    match delete_record(&newest, &active.plan.playbook.organisation.retention, looking) {
        Some(entry) => append(ports, &entry).await.map(drop),
        None => Ok(()),
    }
}

/// The beginning of what was kept for a cause, part by part.
async fn kept(ports: &impl Ports, id: &MessageId, since: Option<Instant>, why: KeptWhy) -> Result<(), Error> {
    for part in 0..PARTS {
        if !kept_part(ports, &part_id(id, &part.to_string()), since, why).await? {
            break;
        }
    }
    // Whatever told of what is gone is done.
    end_tasks(ports, id, since, why).await
}

/// Whether something was deleted, now or when this message came before.
async fn kept_part(ports: &impl Ports, id: &MessageId, since: Option<Instant>, why: KeptWhy) -> Result<bool, Error> {
    let record = kept_in(why);
    let newest = match known(ports, &record, id, since).await? {
        Known::Deleted => return Ok(true),
        Known::Nothing => return Ok(false),
        Known::Newest(newest) => newest,
    };
    let active = ports.active().await?;
    let oldest = ports.oldest(&record, WINDOW).await?;
    let asides = try_join_all(oldest.iter().map(|entry| aside(ports, entry))).await?;
    let looking = Looking { message: id, manifest: &active.manifest, now: ports.now() };
    match delete_kept(&newest, why, &asides, &active.plan.playbook.organisation.retention, looking) {
        Some(entry) => append(ports, &entry).await,
        None => Ok(false),
    }
}

async fn aside<'e>(ports: &impl Histories, entry: &'e Arc<Entry>) -> Result<Aside<'e>, PortError> {
    let kept = KeptEntry::of(Arc::clone(entry)).map(|kept| kept.id());
    let is_settled = match &kept {
        Some(kept) => settlement(ports, kept).await?.is_some(),
        None => false,
    };
    Ok(Aside { entry, kept, is_settled })
}

/// What is known of a history.
enum Known {
    Nothing,
    Newest(Arc<Entry>),
    /// This message came before: what it deletes is gone.
    Deleted,
}

async fn known(ports: &impl Ports, record: &RecordKey, id: &MessageId, since: Option<Instant>) -> Result<Known, Error> {
    let Look { newest, own } = ports.look(record, id, since).await?;
    Ok(match (own, newest) {
        (Some(own), _) => {
            follow_up::send(ports, follow_ups(&own)).await?;
            Known::Deleted
        }
        (None, Some(newest)) => Known::Newest(newest),
        (None, None) => Known::Nothing,
    })
}

/// Appends the entry that deletes, and deletes. Where something came just now, the next round looks again.
async fn append(ports: &impl Ports, entry: &Entry) -> Result<bool, Error> {
    if ports.append(entry).await? == Append::Taken {
        return Ok(false);
    }
    said::log(entry);
    follow_up::send(ports, follow_ups(entry)).await?;
    Ok(true)
}

/// Deletes the beginning of a history, and what followed from it.
pub(super) async fn erase(ports: &(impl ports::Erase + Histories), erase: &Erase) -> Result<(), PortError> {
    loop {
        let oldest = ports.oldest(&erase.record, AT_ONCE).await?;
        let gone: Vec<Entry> =
            oldest.iter().filter(|entry| entry.seq < erase.below).map(|entry| Entry::clone(entry)).collect();
        if gone.is_empty() {
            return Ok(());
        }
        let kept = oldest.iter().take(gone.len()).filter_map(|entry| KeptEntry::of(Arc::clone(entry)));
        let settlements = kept.map(|kept| kept.id()).filter(|kept| !erase.needed.contains(kept));
        let settlements: Vec<RecordKey> = settlements.map(|kept| settlement_history(&kept)).collect();
        try_join_all(settlements.iter().map(|history| erase_all(ports, history))).await?;
        ports.erase(&Erasure::of(erase, &gone)).await?;
    }
}

/// Deletes a history from which nothing derives, and that may begin with 1 again.
async fn erase_all(ports: &impl ports::Erase, record: &RecordKey) -> Result<(), PortError> {
    let oldest = ports.oldest(record, AT_ONCE).await?;
    let gone: Vec<Entry> = oldest.iter().map(|entry| Entry::clone(entry)).collect();
    let Some(last) = gone.last() else { return Ok(()) };
    let (open_tasks, needed) = (BTreeSet::new(), BTreeSet::new());
    let erase = Erase { record: record.clone(), below: last.seq + 1, open_tasks, needed };
    ports.erase(&Erasure::of(&erase, &gone)).await
}
