//! What is kept aside, and what becomes of it.
//!
//! A kept submission is an entry of its cause's history, `intake/held`. What became of it is an entry of a history of
//! its own, `kept/{id}`: the first settlement counts, and a second one finds it.

use std::sync::Arc;

use domain::{
    decide::Input,
    history::{Change, Entry, KeptChange},
    id::{EventId, MessageId, RecordKey, SubmissionId},
    instant::Instant,
    kept::{Kept, KeptWhy, Settlement},
    message::Settle,
};
use futures_util::future::try_join_all;

use super::{
    INTAKE, KEPT, Ports,
    apply::apply,
    event, part_id,
    unfinished::{self, Begun},
};
use crate::{
    Error,
    ports::{Histories, PortError},
};

/// How many kept submissions are looked at for one that is still open, newest first.
const LOOKED_AT: usize = 500;

/// Entries that are looked up at once.
const AT_ONCE: usize = 50;

/// The history in which submissions of this sort are kept.
pub fn kept_in(why: KeptWhy) -> RecordKey {
    RecordKey::new(
        INTAKE,
        match why {
            KeptWhy::Unmatched => "unmatched",
            KeptWhy::Held => "held",
            KeptWhy::Conflict => "conflicts",
            KeptWhy::Partial => "partial",
            KeptWhy::Test => "tests",
        },
    )
}

/// One kept submission, as its entry says.
#[derive(Debug, Clone)]
pub struct KeptEntry {
    pub entry: Arc<Entry>,
    pub kept: Kept,
}

impl KeptEntry {
    /// The submission that an entry keeps; none for an entry that keeps none.
    pub fn of(entry: Arc<Entry>) -> Option<Self> {
        let kept = entry.changes.iter().find_map(|change| match change {
            Change::Kept(KeptChange::Kept(kept)) => Some(Kept::clone(kept)),
            _ => None,
        })?;
        Some(Self { entry, kept })
    }

    /// What its settlement is found under.
    pub fn id(&self) -> EventId {
        self.kept.under.as_ref().map_or_else(|| EventId::new(self.entry.caused_by.as_str()), under)
    }
}

/// What became of a kept submission, by whom and when; none while it is open.
pub async fn settlement(ports: &impl Histories, kept: &EventId) -> Result<Option<Settled>, PortError> {
    Ok(ports.newest(&settlement_history(kept)).await?.and_then(|entry| Settled::of(&entry)))
}

/// A settlement as its entry says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    pub at: Instant,
    pub by: String,
    pub settlement: Settlement,
}

impl Settled {
    pub(super) fn of(entry: &Entry) -> Option<Self> {
        entry.changes.iter().find_map(|change| match change {
            Change::Kept(KeptChange::Settled { by, settlement }) => {
                Some(Self { at: entry.at, by: by.clone(), settlement: settlement.clone() })
            }
            _ => None,
        })
    }
}

pub(super) fn settlement_history(kept: &EventId) -> RecordKey {
    RecordKey::new(KEPT, kept.as_str())
}

/// Keeps a submission aside and tells a person.
pub(super) async fn keep(
    ports: &impl Ports,
    id: &MessageId,
    since: Option<Instant>,
    mut kept: Kept,
) -> Result<(), Error> {
    let mut is_settled = false;
    if let Some(begun) = Begun::of(&kept) {
        let (open, _) = begun.open(ports).await?;
        // The finished submission looks here, before and after this one is kept.
        let under = under(&open);
        let history = settlement_history(&under);
        apply(ports, &history, &part_id(id, "awaited"), None, &Input::SettlementAwaited).await?;
        begun.say_beside(ports, id, &history).await?;
        if let Some(event) = begun.finished_before(ports, kept.accepted_at).await? {
            apply(ports, &history, &part_id(id, "finished before"), None, &unfinished::finished(event)).await?;
        }
        is_settled = settlement(ports, &under).await?.is_some();
        kept.under = Some(open);
    }
    let record = kept_in(kept.why);
    apply(ports, &record, id, since, &Input::Kept { kept: Box::new(kept), is_settled }).await.map(drop)
}

/// Settles a kept submission, unless somebody did before; then its events go on as they would have gone.
pub(super) async fn settle(
    ports: &impl Ports,
    id: &MessageId,
    since: Option<Instant>,
    settle: Settle,
) -> Result<(), Error> {
    let Settle { why, kept, by, settlement, events } = settle;
    let input = Input::Settle { by, settlement };
    if apply(ports, &settlement_history(&kept), id, None, &input).await?.is_none() {
        tracing::info!(kept = %kept, "settled before: this settlement changes nothing");
        return Ok(());
    }
    for event in events {
        event::receive(ports, MessageId::new(event.id.as_str()), event).await?;
    }
    end_tasks(ports, id, since, why).await
}

/// What the settlement of a submission's unfinished versions is found under.
pub(super) fn under(submission: &SubmissionId) -> EventId {
    EventId::new(submission.as_str())
}

/// Ends the tasks about a cause once nothing is open of what they tell.
pub(super) async fn end_tasks(
    ports: &impl Ports,
    id: &MessageId,
    since: Option<Instant>,
    why: KeptWhy,
) -> Result<(), Error> {
    let record = kept_in(why);
    let Some(newest) = ports.newest(&record).await?.filter(|newest| !newest.head.tasks.is_empty()) else {
        return Ok(());
    };
    if is_any_open(ports, &record, newest.seq + 1).await? {
        return Ok(());
    }
    let input = Input::NothingKept { seen: newest.seq };
    apply(ports, &record, &part_id(id, "tasks"), since, &input).await.map(drop)
}

/// Whether anything is open below an entry; also where there is more than may be looked at.
async fn is_any_open(ports: &impl Histories, record: &RecordKey, before: u64) -> Result<bool, PortError> {
    let mut before = before;
    for _ in 0..LOOKED_AT / AT_ONCE {
        let entries = ports.page(record, Some(before), AT_ONCE).await?;
        let Some(oldest) = entries.last().map(|entry| entry.seq) else { return Ok(false) };
        let was_last = entries.len() < AT_ONCE;
        let kept: Vec<KeptEntry> = entries.into_iter().filter_map(|entry| KeptEntry::of(Arc::new(entry))).collect();
        let ids: Vec<EventId> = kept.iter().map(KeptEntry::id).collect();
        let settled = try_join_all(ids.iter().map(|id| settlement(ports, id))).await?;
        if settled.iter().any(Option::is_none) {
            return Ok(true);
        }
        if was_last {
            return Ok(false);
        }
        before = oldest;
    }
    Ok(true)
}
