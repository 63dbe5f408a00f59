//! What was begun and not finished, and the finished submission that settles it.
//!
//! The provider's id says what belongs together, and where it gives none, the form and the person do: what the same
//! person begins in the same form after that was settled is something else.

use std::{collections::BTreeSet, sync::Arc};

use domain::{
    decide::Input,
    event::Event,
    history::{Change, Entry, EventChange, KeptChange, REPEAT_WINDOW_MILLIS},
    id::{EventId, FormId, MessageId, RecordKey, SubmissionId, derive},
    instant::Instant,
    kept::{self, Kept, KeptWhy, Settlement},
    matching::{self, KnownBy},
    value::FieldName,
};

use super::{
    Ports, REQUEST,
    apply::apply,
    clock::since,
    identity::{known_as, records},
    kept::{Settled, end_tasks, settlement_history, under},
    part_id, trace,
};
use crate::{
    Error,
    ports::{Histories, PortError},
};

/// Whose settlement it is where no person settles.
const FINISHED_BY: &str = "the finished submission";

/// How much of what was begun beside a value is looked at, the newest first.
const MOST_BESIDE: usize = 20;

/// The decision that a finished submission is about what was kept before.
pub(super) fn finished(event: EventId) -> Input {
    Input::Settle { by: FINISHED_BY.to_owned(), settlement: Settlement::Finished { event } }
}

/// What the unfinished versions of one submission have in common.
pub(super) enum Begun<'a> {
    Named(&'a SubmissionId),
    By { form: &'a str, person: &'a RecordKey, known_by: &'a [KnownBy] },
}

impl<'a> Begun<'a> {
    pub(super) fn of(kept: &'a Kept) -> Option<Self> {
        let by =
            || kept.begun_by.as_ref().map(|person| Self::By { form: &kept.form, person, known_by: &kept.known_by });
        kept.under.as_ref().map(Self::Named).or_else(by)
    }

    /// The name under which what comes of it now is settled, and the newest entry there. What goes on after a person has
    /// dropped what came before is not to be lost with it.
    pub(super) async fn open(&self, ports: &impl Histories) -> Result<(SubmissionId, Option<Arc<Entry>>), PortError> {
        let (mut name, is_another_after): (_, fn(&Settlement) -> bool) = match self {
            Self::Named(name) => ((*name).clone(), |settled| matches!(settled, Settlement::Dropped { .. })),
            Self::By { form, person, .. } => (kept::begun(form, person), |_| true),
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

    fn by(form: &'a FormId, person: &'a RecordKey) -> Self {
        Self::By { form: form.as_str(), person, known_by: &[] }
    }

    async fn awaited(&self, ports: &impl Histories) -> Result<Awaited, PortError> {
        let (name, newest) = self.open(ports).await?;
        Ok((settlement_history(&under(&name)), newest))
    }

    /// Makes what is settled here found by all else that its person gave: they may finish it and give only that.
    pub(super) async fn say_beside(
        &self,
        ports: &impl Ports,
        id: &MessageId,
        settled_in: &RecordKey,
    ) -> Result<(), Error> {
        let Self::By { form, person, known_by } = self else { return Ok(()) };
        for known in known_by.iter().filter(|known| known.names != **person) {
            let beside = beside(form, &known.names);
            if ports.newest(&beside).await?.is_some_and(|newest| said_in(&newest) == Some(settled_in)) {
                continue;
            }
            let input = Input::Key { fingerprint: String::new(), record: settled_in.clone() };
            apply(ports, &beside, &part_id(id, known.field.as_str()), None, &input).await?;
        }
        Ok(())
    }

    /// The finished submission, where it came before this unfinished version, which intake took then.
    pub(super) async fn finished_before(
        &self,
        ports: &impl Ports,
        accepted_at: Instant,
    ) -> Result<Option<EventId>, PortError> {
        match self {
            Self::Named(submission) => named_before(ports, submission).await,
            Self::By { form, person, known_by } => finished_lately(ports, form, person, known_by, accepted_at).await,
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
    known_by: &[KnownBy],
    accepted_at: Instant,
) -> Result<Option<EventId>, PortError> {
    let lately = |newest: &Entry| {
        let mut lately = newest.head.submissions.iter().filter(|one| {
            one.form.as_ref().is_some_and(|it| it.as_str() == form)
                && accepted_at.millis_since(one.at) <= REPEAT_WINDOW_MILLIS
        });
        lately.next_back().map(|one| one.event.clone())
    };
    let known = known_as(ports, person).await?;
    let newest = ports.newest(known.as_ref().unwrap_or(person)).await?;
    if let Some(event) = newest.as_deref().and_then(lately) {
        return Ok(Some(event));
    }
    let active = ports.active().await?;
    for known in known_by {
        let mut records = match &known.key {
            Some(key) => records(ports, key).await?,
            None => Vec::new(),
        };
        records.push(known.names.clone());
        for record in records {
            let Some(newest) = ports.newest(&record).await? else { continue };
            let fields = known_by.iter().map(|known| &known.field);
            let schema = &active.plan.playbook.schema;
            let theirs = matching::known_by(fields, &record.kind, schema, &newest.head.fields);
            if let Some(event) = lately(&newest).filter(|_| matching::is_same_person(known_by, &theirs)) {
                return Ok(Some(event));
            }
        }
    }
    Ok(None)
}

/// The history that says where it is settled what somebody has begun who gave this beside what ranks above it. The
/// newest entries count.
fn beside(form: &str, person: &RecordKey) -> RecordKey {
    RecordKey::new(REQUEST, kept::begun_beside(form, person).as_str())
}

fn said_in(entry: &Entry) -> Option<&RecordKey> {
    entry.changes.iter().find_map(|change| match change {
        Change::Kept(KeptChange::KeyUsed { record, .. }) => Some(record),
        _ => None,
    })
}

/// Where it is settled what was begun by something that ranks above all that a finished submission gives. The record that
/// it is about says which value that is; where it says none, whatever was begun beside the highest value given.
async fn begun_above(
    ports: &impl Ports,
    event: &Event,
    form: &FormId,
    persons: &[RecordKey],
) -> Result<Vec<Awaited>, Error> {
    let active = ports.active().await?;
    let (key, playbook) = (&event.record.key, &active.plan.playbook);
    let asked = playbook.forms.get(form).and_then(|form| form.identify.get(&key.kind)).into_iter().flatten();
    let above: Vec<&FieldName> = asked.take_while(|field| !event.record.fields.contains_key(*field)).collect();
    let Some(highest) = persons.first().filter(|_| !above.is_empty()) else { return Ok(Vec::new()) };
    let newest = ports.newest(key).await?;
    let of = |newest: &Entry| matching::known_by(above, &key.kind, &playbook.schema, &newest.head.fields);
    if let Some(known) = newest.as_deref().map(of).unwrap_or_default().first() {
        return Ok(vec![Begun::by(form, &known.names).awaited(ports).await?]);
    }
    let beside = beside(form.as_str(), highest);
    if ports.newest(&beside).await?.is_none() {
        return Ok(Vec::new());
    }
    let said = ports.page(&beside, None, MOST_BESIDE).await?;
    let mut awaited = Vec::new();
    for history in said.iter().filter_map(said_in).collect::<BTreeSet<_>>() {
        awaited.push((history.clone(), ports.newest(history).await?));
    }
    Ok(awaited)
}

/// Where unfinished versions are settled, and the newest entry there.
type Awaited = (RecordKey, Option<Arc<Entry>>);

/// Settles what was kept of a submission before it was finished: under its own id, and under what names its person.
pub(super) async fn finish(
    ports: &impl Ports,
    id: &MessageId,
    event: &Event,
    persons: &[RecordKey],
) -> Result<(), Error> {
    let mut awaited: Vec<Awaited> = Vec::new();
    if let Some(submission) = &event.submission {
        awaited.push(Begun::Named(submission).awaited(ports).await?);
    }
    let named = awaited.len();
    if let Some(form) = &event.form {
        for person in persons {
            awaited.push(Begun::by(form, person).awaited(ports).await?);
        }
        awaited.extend(begun_above(ports, event, form, persons).await?);
    }
    let mut is_any_settled = false;
    for (place, (history, newest)) in awaited.into_iter().enumerate() {
        // A message that comes again, or late, finishes nothing that was begun since, but by its own id.
        let is_in_time = |newest: &Entry| newest.at.millis_since(event.accepted_at) <= REPEAT_WINDOW_MILLIS;
        if newest.is_some_and(|newest| !newest.head.closed && (place < named || is_in_time(&newest))) {
            apply(ports, &history, &part_id(id, "finished"), None, &finished(event.id.clone())).await?;
            is_any_settled = true;
        }
    }
    if is_any_settled {
        end_tasks(ports, id, since(event.accepted_at, ports.now()), KeptWhy::Partial).await?;
    }
    Ok(())
}
