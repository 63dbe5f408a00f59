//! What a decision may depend on besides its record, loaded before it is taken.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    calendar::TimeOff,
    decide::{Input, Linked},
    history::{Entry, Head},
    id::{ManifestId, MessageId, PersonId, RecordKey, SubmissionId},
    message::Command,
    playbook::Playbook,
};

use super::Ports;
use crate::{Error, ports::Active};

/// Everything a decision reads.
pub(super) struct Surroundings {
    pub active: Active,
    pub pinned: BTreeMap<ManifestId, Arc<Playbook>>,
    pub linked: BTreeMap<String, Linked>,
    pub time_off: BTreeMap<PersonId, Vec<TimeOff>>,
    pub assigned: Option<Entry>,
    pub version: Option<Arc<Entry>>,
}

pub(super) async fn load(
    ports: &impl Ports,
    record: &RecordKey,
    head: &Head,
    input: &Input,
) -> Result<Surroundings, Error> {
    let active = ports.active().await?;
    let pinned = pinned(ports, &active, head).await?;
    let linked = linked(ports, &active.playbook, record, head, input).await?;
    // Time off matters to those who may be told or asked; with no workflow here, to nobody.
    let has_workflow =
        !head.executions.is_empty() || matches!(input, Input::Event(_) | Input::Update { .. } | Input::Command { .. });
    let time_off = if has_workflow {
        let people: Vec<PersonId> = active.playbook.people.keys().cloned().collect();
        ports.time_off(&people).await?
    } else {
        BTreeMap::new()
    };
    let assigned = assigned(ports, record, head, input).await?;
    let version = version(ports, record, head, input).await?;
    Ok(Surroundings { active, pinned, linked, time_off, assigned, version })
}

/// The entry that a later version of a submission is compared with.
async fn version(
    ports: &impl Ports,
    record: &RecordKey,
    head: &Head,
    input: &Input,
) -> Result<Option<Arc<Entry>>, Error> {
    match input {
        Input::Update { event, .. } => match &event.submission {
            Some(submission) => latest_version(ports, record, head, submission).await,
            None => Ok(None),
        },
        _ => Ok(None),
    }
}

/// The entry that holds the latest version of a submission by which the record was filled.
pub(super) async fn latest_version(
    ports: &impl Ports,
    record: &RecordKey,
    head: &Head,
    submission: &SubmissionId,
) -> Result<Option<Arc<Entry>>, Error> {
    match head.updated_in(submission) {
        // A page of one: what `evaluate` may do with histories is query and append.
        Some(seq) => Ok(ports.page(record, Some(seq + 1), 1).await?.pop().map(Arc::new)),
        None => Ok(ports.look(record, &MessageId::new(submission.as_str()), None).await?.own),
    }
}

/// The entry that gave the record its owner, for a credit: it says who could have had the record.
async fn assigned(ports: &impl Ports, record: &RecordKey, head: &Head, input: &Input) -> Result<Option<Entry>, Error> {
    match (&head.owner, input) {
        (Some(owner), Input::Command { command: Command::Credit { .. }, .. }) => {
            // A page of one: what `evaluate` may do with histories is query and append.
            Ok(ports.page(record, Some(owner.seq + 1), 1).await?.pop())
        }
        _ => Ok(None),
    }
}

async fn pinned(
    ports: &impl Ports,
    active: &Active,
    head: &Head,
) -> Result<BTreeMap<ManifestId, Arc<Playbook>>, Error> {
    let mut pinned = BTreeMap::from([(active.manifest.clone(), active.playbook.clone())]);
    for execution in &head.executions {
        if !pinned.contains_key(&execution.manifest) {
            let playbook = ports.playbook(&execution.manifest).await?;
            let playbook = playbook.ok_or_else(|| Error::NoSuchPlaybook(execution.manifest.clone()))?;
            pinned.insert(execution.manifest.clone(), playbook);
        }
    }
    Ok(pinned)
}

/// The linked records as they are now: those the record has, and those the event brings.
async fn linked(
    ports: &impl Ports,
    playbook: &Playbook,
    record: &RecordKey,
    head: &Head,
    input: &Input,
) -> Result<BTreeMap<String, Linked>, Error> {
    let mut keys = head.links.clone();
    if let Input::Event(event) | Input::Update { event, .. } = input {
        keys.extend(event.brings(&head.links).map(|linked| (linked.link.clone(), linked.part.key.clone())));
    }
    let known = playbook.schema.kinds.get(&record.kind).map(|kind| &kind.links);
    let mut linked = BTreeMap::new();
    for (link, key) in keys {
        if !known.is_some_and(|links| links.contains_key(&link)) {
            continue;
        }
        if let Some(entry) = ports.newest(&key).await? {
            linked.insert(link, Linked::read(key, entry.seq, &entry.head));
        }
    }
    Ok(linked)
}
