//! What was begun and not finished, and the finished submission that settles it.
//!
//! The provider's id says what belongs together, and where it gives none, the form and the person do: what the same
//! person begins in the same form after that was settled is something else.

use std::sync::Arc;

use domain::{
    decide::Input,
    event::Event,
    history::{Change, Entry, EventChange, REPEAT_WINDOW_MILLIS},
    id::{EventId, MessageId, RecordKey, SubmissionId, derive},
    instant::Instant,
    kept::{self, Kept, KeptWhy, Settlement},
    matching,
};

use super::{
    Ports,
    apply::apply,
    clock::since,
    identity::known_as,
    kept::{Settled, end_tasks, settlement_history, under},
    part_id, trace,
};
use crate::{
    Error,
    ports::{Histories, PortError},
};

/// Whose settlement it is where no person settles.
const FINISHED_BY: &str = "the finished submission";

/// The decision that a finished submission is about what was kept before.
pub(super) fn finished(event: EventId) -> Input {
    Input::Settle { by: FINISHED_BY.to_owned(), settlement: Settlement::Finished { event } }
}

/// What the unfinished versions of one submission have in common.
pub(super) enum Begun<'a> {
    Named(&'a SubmissionId),
    By { form: &'a str, person: &'a RecordKey },
}

impl<'a> Begun<'a> {
    pub(super) fn of(kept: &'a Kept) -> Option<Self> {
        let by = || kept.begun_by.as_ref().map(|person| Self::By { form: &kept.form, person });
        kept.under.as_ref().map(Self::Named).or_else(by)
    }

    /// The name under which what comes of it now is settled, and the newest entry there. What goes on after a person has
    /// dropped what came before is not to be lost with it.
    pub(super) async fn open(&self, ports: &impl Histories) -> Result<(SubmissionId, Option<Arc<Entry>>), PortError> {
        let (mut name, is_another_after): (_, fn(&Settlement) -> bool) = match self {
            Self::Named(name) => ((*name).clone(), |settled| matches!(settled, Settlement::Dropped { .. })),
            Self::By { form, person } => (kept::begun(form, person), |_| true),
        };
        loop {
            let newest = ports.newest(&settlement_history(&under(&name))).await?;
            let settled = newest.as_deref().and_then(Settled::of);
            if !settled.is_some_and(|settled| is_another_after(&settled.settlement)) {
                return Ok((name, newest));
            }
            name = SubmissionId::new(derive("evt_", &[name.as_str(), "again"]));
        }
    }

    /// The finished submission, where it came before this unfinished version, which intake took then.
    pub(super) async fn finished_before(
        &self,
        ports: &impl Ports,
        accepted_at: Instant,
    ) -> Result<Option<EventId>, PortError> {
        match self {
            Self::Named(submission) => named_before(ports, submission).await,
            Self::By { form, person } => finished_lately(ports, form, person, accepted_at).await,
        }
    }
}

async fn named_before(ports: &impl Ports, submission: &SubmissionId) -> Result<Option<EventId>, PortError> {
    for row in ports.matches(&matching::submission_key(submission), matching::MOST).await? {
        let Some(newest) = ports.newest(&row.record).await? else { continue };
        let first = trace::first_of(ports, &row.record, &newest.head, submission).await?;
        let event = first.iter().flat_map(|entry| &entry.changes).find_map(|change| match change {
            Change::Event(EventChange::Received { event, .. } | EventChange::Repeated { event, .. }) => {
                Some(event.clone())
            }
            _ => None,
        });
        if event.is_some() {
            return Ok(event);
        }
    }
    Ok(None)
}

/// What the person has sent through the form, as long as the same content would be a repeat of it: what a page sends
/// while somebody leaves it may come behind what they sent.
async fn finished_lately(
    ports: &impl Ports,
    form: &str,
    person: &RecordKey,
    accepted_at: Instant,
) -> Result<Option<EventId>, PortError> {
    let known = known_as(ports, person).await?;
    let newest = ports.newest(known.as_ref().unwrap_or(person)).await?;
    let submissions = newest.iter().flat_map(|newest| &newest.head.submissions);
    let mut lately = submissions.filter(|one| {
        one.form.as_ref().is_some_and(|it| it.as_str() == form)
            && accepted_at.millis_since(one.at) <= REPEAT_WINDOW_MILLIS
    });
    Ok(lately.next_back().map(|one| one.event.clone()))
}

/// Settles what was kept of a submission before it was finished: under its own id, and under what names its person.
pub(super) async fn finish(
    ports: &impl Ports,
    id: &MessageId,
    event: &Event,
    persons: &[RecordKey],
) -> Result<(), Error> {
    let mut begun: Vec<Begun<'_>> = event.submission.iter().map(Begun::Named).collect();
    if let Some(form) = &event.form {
        begun.extend(persons.iter().map(|person| Begun::By { form: form.as_str(), person }));
    }
    let mut is_any_settled = false;
    for begun in &begun {
        let (name, newest) = begun.open(ports).await?;
        let is_finished = |awaited: &Entry| match begun {
            _ if awaited.head.closed => false,
            Begun::Named(_) => true,
            // A message that comes again, or late, finishes nothing that was begun since.
            Begun::By { .. } => awaited.at.millis_since(event.accepted_at) <= REPEAT_WINDOW_MILLIS,
        };
        if !newest.is_some_and(|awaited| is_finished(&awaited)) {
            continue;
        }
        let history = settlement_history(&under(&name));
        apply(ports, &history, &part_id(id, "finished"), None, &finished(event.id.clone())).await?;
        is_any_settled = true;
    }
    if is_any_settled {
        end_tasks(ports, id, since(event.accepted_at, ports.now()), KeptWhy::Partial).await?;
    }
    Ok(())
}
