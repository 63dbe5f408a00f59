//! Which record an event is about, where more than the event's own first identifier tells.
//!
//! A submission belongs to the record that it has filled, whatever its answers say now. A person belongs to the
//! record that they are known by: the one that the first identifier names, else the only one that has an identifier
//! of theirs.

use domain::{
    decide::Input,
    event::{Event, Gap, GapWhy},
    history::{Change, Entry, Head, KeptChange},
    id::{MatchKey, MessageId, RecordKey},
    matching::{self, Found, Identifier, MOST},
    playbook::Playbook,
    value::FieldName,
};

use super::{
    Ports, REQUEST,
    apply::apply,
    part_id,
    trace::{self, Trace},
};
use crate::{
    Error,
    ports::{Histories, Matches, PortError},
};

/// An event, addressed to the record that it is about, and with what was found out about others.
pub(super) struct Settled {
    pub event: Event,
    /// The records that its answers name, each by one of them: what the person has begun before is found by any.
    pub persons: Vec<RecordKey>,
    /// The record that waits for these answers, where the event is about another.
    pub waiting: Option<RecordKey>,
}

pub(super) async fn settle(ports: &impl Ports, id: &MessageId, mut event: Event) -> Result<Settled, Error> {
    let waiting = match filled_before(ports, &event).await? {
        Some(Filled::Record(record)) => {
            event.readdress(record);
            return Ok(Settled { event, persons: Vec::new(), waiting: None });
        }
        Some(Filled::Waiting(record)) => Some(record),
        None => None,
    };
    let mut persons = Vec::new();
    let is_known = recognise(ports, id, &mut event, &mut persons).await?;
    if waiting.is_none() {
        let first = first_filled(ports, &event).await?;
        first.into_iter().for_each(|record| event.readdress(record));
    }
    match waiting {
        Some(waiting) if is_known => Ok(Settled { event, persons, waiting: Some(waiting) }),
        waiting => {
            waiting.into_iter().for_each(|waiting| event.readdress(waiting));
            Ok(Settled { event, persons, waiting: None })
        }
    }
}

/// The record that the first version of its submission fills, where it is another. Two versions that come at once find no
/// record of each other's; the history that guards the submission's name decides between them, as one does for a key.
async fn first_filled(ports: &impl Ports, event: &Event) -> Result<Option<RecordKey>, Error> {
    let Some(submission) = &event.submission else { return Ok(None) };
    let guard = RecordKey::new(REQUEST, submission.as_str());
    let mut claim = part_id(&MessageId::new(submission.as_str()), "record");
    loop {
        let input = Input::Key { fingerprint: String::new(), record: event.record.key.clone() };
        let entry = apply(ports, &guard, &claim, None, &input).await?;
        let claimed = entry.iter().flat_map(|entry| &entry.changes).find_map(|change| match change {
            Change::Kept(KeptChange::KeyUsed { record, .. }) => Some(record.clone()),
            _ => None,
        });
        let Some(claimed) = claimed.filter(|claimed| *claimed != event.record.key) else { return Ok(None) };
        if !ports.newest(&claimed).await?.is_some_and(|newest| newest.head.is_deleted()) {
            return Ok(Some(claimed));
        }
        // What was deleted is filled no more: it goes where its own answers lead.
        claim = part_id(&claim, claimed.id.as_str());
    }
}

/// Addresses an event to the known person whom its identifiers tell, if they do. Adds the records that they name.
async fn recognise(
    ports: &impl Ports,
    id: &MessageId,
    event: &mut Event,
    persons: &mut Vec<RecordKey>,
) -> Result<bool, Error> {
    let Some(form) = event.form.clone() else { return follow_name(ports, event).await };
    let active = ports.active().await?;
    let kind = event.record.key.kind.clone();
    let asked = active.plan.playbook.forms.get(&form).and_then(|form| form.identify.get(&kind));
    let fields = &event.record.fields;
    let (asked, schema) = (|| asked.into_iter().flatten(), &active.plan.playbook.schema);
    persons.extend(matching::known_by(asked(), &kind, schema, fields).into_iter().map(|known| known.names));
    let identifiers = matching::identifiers(asked(), &kind, schema, fields);
    if identifiers.is_empty() {
        return Ok(false);
    }
    // A person who is known by what names the record is not looked for any further.
    if ports.newest(&event.record.key).await?.is_some_and(|newest| !newest.head.is_deleted()) {
        return Ok(true);
    }
    let cause = event.submission.as_ref().map_or_else(|| id.clone(), |named| MessageId::new(named.as_str()));
    for rank in 0..identifiers.len() {
        let search = Search {
            ports,
            cause: &cause,
            trace: Trace::of(event),
            playbook: &active.plan.playbook,
            identifiers: &identifiers,
            rank,
        };
        let Some(why) = search.run().await? else { continue };
        let found = match &why {
            GapWhy::Identified { found: Found::One { record, .. }, .. } => Some(record.clone()),
            _ => None,
        };
        event.gaps.push(Gap { target: format!("{kind}.{}", identifiers[rank].field), why });
        if let Some(found) = found {
            event.readdress(found);
            return Ok(true);
        }
    }
    Ok(false)
}

/// A program names its record itself, perhaps as it was told when a form was submitted.
async fn follow_name(ports: &impl Ports, event: &mut Event) -> Result<bool, Error> {
    if let Some(known) = known_as(ports, &event.record.key).await? {
        event.readdress(known);
    }
    Ok(false)
}

/// The record that a name stands for which no record has: what was submitted under it turned out to be about another.
pub async fn known_as(ports: &(impl Histories + Matches), name: &RecordKey) -> Result<Option<RecordKey>, PortError> {
    if ports.newest(name).await?.is_some() {
        return Ok(None);
    }
    let mut known = records(ports, &matching::name_key(name)).await?;
    Ok(known.pop().filter(|_| known.is_empty()))
}

/// The records that have had a key.
pub(super) async fn records(ports: &impl Matches, key: &MatchKey) -> Result<Vec<RecordKey>, PortError> {
    Ok(ports.matches(key, MOST).await?.into_iter().map(|row| row.record).collect())
}

/// The record that a submission has filled, or has left waiting for its answers.
enum Filled {
    Record(RecordKey),
    Waiting(RecordKey),
}

async fn filled_before(ports: &impl Ports, event: &Event) -> Result<Option<Filled>, Error> {
    let Some(submission) = &event.submission else { return Ok(None) };
    let mut filled = None;
    let mut records = records(ports, &matching::submission_key(submission)).await?;
    // An earlier release put no row for its submission.
    records.extend(event.answers_for.iter().filter(|record| !records.contains(record)).cloned().collect::<Vec<_>>());
    for record in records {
        let is_known = |newest: &Entry| record.kind == event.record.key.kind && !newest.head.is_deleted();
        let Some(newest) = ports.newest(&record).await?.filter(|newest| is_known(newest)) else {
            continue;
        };
        match newest.head.fetch.as_ref().filter(|fetch| fetch.submission.as_ref() == Some(submission)) {
            Some(fetch) if !fetch.done && event.to_fetch.is_none() => return Ok(Some(Filled::Waiting(record))),
            Some(fetch) => filled = Some(Filled::Record(fetch.belongs_to.clone().unwrap_or(record))),
            // An earlier release asked nobody for the answers.
            None if event.answers_for.as_ref() == Some(&record) && newest.head.updated_in(submission).is_none() => {
                return Ok(Some(Filled::Waiting(record)));
            }
            None => filled = Some(filled.unwrap_or(Filled::Record(record))),
        }
    }
    Ok(filled)
}

/// Whether a record with the same identifier may be the same person.
enum Standing {
    Same,
    /// What ranks higher says that it is somebody else.
    Differs(FieldName),
}

/// Who has one of several identifiers.
struct Search<'s, P> {
    ports: &'s P,
    /// What the record's entry will name as its cause.
    cause: &'s MessageId,
    trace: Trace,
    playbook: &'s Playbook,
    /// By rank, the highest first.
    identifiers: &'s [Identifier],
    rank: usize,
}

impl<P: Ports> Search<'_, P> {
    /// What is to be said of those who have the identifier; nothing if nobody has it.
    async fn run(&self) -> Result<Option<GapWhy>, Error> {
        let wanted = &self.identifiers[self.rank];
        let value = wanted.value.clone();
        let mut records = records(self.ports, &wanted.key).await?;
        // The record that it would name itself. The first identifier's is known to be new.
        if self.rank > 0 && !records.contains(&wanted.names) {
            records.push(wanted.names.clone());
        }
        if records.len() >= MOST {
            return Ok(Some(GapWhy::Identified { value, found: Found::Several(MOST) }));
        }
        let (mut same, mut others) = (Vec::new(), Vec::new());
        for record in records {
            // One that this very message has filled before is the one, whatever has changed since.
            let look = trace::look(self.ports, &record, self.cause, self.trace).await?;
            let Some(newest) = look.newest else { continue };
            let found = Found::one(&record, &newest.head.fields);
            match self.standing(&record, &newest.head) {
                _ if look.own.is_some() => return Ok(Some(GapWhy::Identified { value, found })),
                Some(Standing::Same) => same.push(found),
                Some(Standing::Differs(field)) => others.push((matching::called(&record, &newest.head.fields), field)),
                None => {}
            }
        }
        let several = Found::Several(same.len() + others.len());
        Ok(match (&mut same[..], &mut others[..]) {
            ([], []) => None,
            ([_], []) => same.pop().map(|found| GapWhy::Identified { value, found }),
            ([], _) => others.pop().map(|(called, differs)| GapWhy::SharedWith { value, called, differs }),
            _ => Some(GapWhy::Identified { value, found: several }),
        })
    }

    /// How a record that has the identifier now stands to the submission; none if it no longer has it.
    fn standing(&self, record: &RecordKey, head: &Head) -> Option<Standing> {
        let names = self.identifiers.iter().map(|identifier| &identifier.field);
        let theirs = matching::identifiers(names, &record.kind, &self.playbook.schema, &head.fields);
        let of = |wanted: &Identifier| theirs.iter().find(|identifier| identifier.field == wanted.field);
        let (above, wanted) = (&self.identifiers[..self.rank], &self.identifiers[self.rank]);
        of(wanted).filter(|has| has.key == wanted.key)?;
        let differs = above.iter().find(|higher| of(higher).is_some_and(|has| has.key != higher.key));
        Some(differs.map_or(Standing::Same, |higher| Standing::Differs(higher.field.clone())))
    }
}
