//! What a decision may depend on besides its record, loaded before it is taken.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    decide::Input,
    effect::EffectResult,
    facts::Linked,
    history::{Entry, Head},
    id::{ManifestId, RecordKey, SubmissionId},
    instant::Instant,
    message::{Command, EffectOutcome},
    plan::Plan,
    playbook::Playbook,
};

use super::{Ports, trace};
use crate::{
    Error,
    act::outcome_id,
    ports::{Absences, Active},
};

/// Everything a decision reads.
pub(super) struct Surroundings {
    pub active: Active,
    pub pinned: BTreeMap<ManifestId, Arc<Plan>>,
    pub linked: BTreeMap<String, Linked>,
    pub time_off: Arc<Absences>,
    pub assigned: Option<Entry>,
    pub version: Option<Arc<Entry>>,
    pub settled: bool,
}

pub(super) async fn load(
    ports: &impl Ports,
    record: &RecordKey,
    head: &Head,
    since: Option<Instant>,
    input: &Input,
) -> Result<Surroundings, Error> {
    let active = ports.active().await?;
    let pinned = pinned(ports, &active, head).await?;
    let linked = linked(ports, &active.plan.playbook, record, head, input).await?;
    let time_off = match asks_who_is_off(head, input) {
        true => ports.absences(&active.plan.playbook.people).await?,
        false => Arc::default(),
    };
    let assigned = assigned(ports, record, head, input).await?;
    let version = version(ports, record, head, input).await?;
    let settled = settled(ports, record, since, input).await?;
    Ok(Surroundings { active, pinned, linked, time_off, assigned, version, settled })
}

/// Whether the answer about an effect came before the message that calls it in doubt.
async fn settled(ports: &impl Ports, record: &RecordKey, since: Option<Instant>, input: &Input) -> Result<bool, Error> {
    let Input::Effect(EffectOutcome { effect, result: EffectResult::InDoubt, .. }) = input else { return Ok(false) };
    for kind in ["sent", "failed"] {
        if ports.look(record, &outcome_id(effect, kind), since).await?.own.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
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
        Some(seq) => Ok(trace::entry(ports, record, seq).await?),
        None => Ok(trace::first_of(ports, record, head, submission).await?),
    }
}

/// Time off matters where somebody may be told or asked: where steps may run.
fn asks_who_is_off(head: &Head, input: &Input) -> bool {
    match input {
        Input::Event(_) | Input::Update { .. } | Input::Command { .. } => true,
        Input::Timer { .. }
        | Input::Assignment(_)
        | Input::Continue { .. }
        | Input::Resume { .. }
        | Input::ClockSetBack => !head.executions.is_empty() || head.awaited_requests().next().is_some(),
        Input::BelongsTo { .. }
        | Input::LinkedPart { .. }
        | Input::Kept { .. }
        | Input::SettlementAwaited
        | Input::Settle { .. }
        | Input::NothingKept { .. }
        | Input::Key { .. }
        | Input::Credited { .. }
        | Input::Effect(_)
        | Input::Exception { .. } => false,
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

async fn pinned(ports: &impl Ports, active: &Active, head: &Head) -> Result<BTreeMap<ManifestId, Arc<Plan>>, Error> {
    let mut pinned = BTreeMap::from([(active.manifest.clone(), Arc::clone(&active.plan))]);
    for execution in &head.executions {
        if !pinned.contains_key(&execution.manifest) {
            let plan = ports.plan(&execution.manifest).await?;
            let plan = plan.ok_or_else(|| Error::NoSuchPlaybook(execution.manifest.clone()))?;
            pinned.insert(execution.manifest.clone(), plan);
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
        if let Some(entry) = ports.newest(&key).await?.filter(|entry| !entry.head.is_deleted()) {
            linked.insert(link, Linked::read(key, entry.seq, &entry.head));
        }
    }
    Ok(linked)
}
