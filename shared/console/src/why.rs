//! `GET …/why?workflow=`: why a workflow started for a record, or did not, in a sentence.
//! Recomputed from what the decision was made on, under the version that was active then.

use std::{collections::BTreeMap, sync::Arc};

use axum::extract::{Path, State};
use domain::{
    decide::fact_named,
    explain::{self, Question, Voice, Why, decided_in},
    facts::Linked,
    history::{Change, Entry, EventChange, ExecutionChange},
    id::{Kind, RecordKey, WorkflowId},
    plan::Plan,
    playbook::Playbook,
    workflow::Trigger,
};
use engine::ports::{Active, Histories, Playbooks};
use serde_json::json;

use crate::{
    access::Need,
    answer::{Answer, Failure, ok},
    app::App,
    lookback::Lookback,
    named,
    ports::{ConsolePorts, Scope},
    query::{Params, cursor_before, cursor_invalid, invalid, seq_of},
    record::find,
    routes::Routes,
};

/// Entries that one request looks at in search of the one that decided.
const LOOKED_AT: usize = 2_000;

pub(crate) fn routes<P: ConsolePorts>(routes: Routes<P>) -> Routes<P> {
    routes.get(Need::Scope(Scope::Read), "/v1/records/{kind}/{id}/why", show::<P>)
}

async fn show<P: ConsolePorts>(
    State(app): State<App<P>>,
    Path((kind, id)): Path<(String, String)>,
    params: Params,
) -> Answer {
    let params = params.only(&["workflow", "cursor"])?;
    let workflow = params.get("workflow").ok_or_else(|| invalid("workflow", "name one: ?workflow=speed-to-lead"))?;
    let workflow = WorkflowId::new(workflow);
    let from = Cursor::read(&params)?;
    let active = app.active().await?;
    let (record, newest) = find(&app, &active, RecordKey::new(kind.as_str(), id)).await?;
    let voice = Voice::new(&active.plan.playbook, &active.plan.playbook.organisation.time_zone);
    if let Some(sentence) = explain::sentence_deleted(&newest.head, &voice) {
        return not_known(&record, &workflow, &sentence, None);
    }
    let mut search = Search::new(&*app.ports, &record, &active, from.as_ref().map(|from| from.before));
    let mut found = search.run(&[&workflow]).await?;
    if let Some(further) = search.lookback.unseen_below().filter(|_| !found.decided.contains_key(&workflow)) {
        let triggered = found.triggered.get(&workflow).map(|entry| entry.seq);
        let cursor = Cursor { before: further, triggered: triggered.or(from.and_then(|from| from.triggered)) };
        return not_known_yet(&app, &active, &record, &workflow, &cursor).await;
    }
    let triggered = match (found.triggered.remove(&workflow), from.and_then(|from| from.triggered)) {
        (None, Some(seq)) => app.ports.entry(&record, seq).await?.map(|entry| Entry::clone(&entry)),
        (entry, _) => entry,
    };
    let entry = found.decided.remove(&workflow).or(triggered);
    if entry.is_none() && !active.plan.playbook.workflows.contains_key(&workflow) {
        return Err(unknown(&workflow, &active));
    }
    let why = answer(&app, &active, &workflow, &record.kind, entry.as_ref()).await?;
    ok(json!({
        "record": record,
        "workflow": workflow,
        "started": why.started,
        "path": why.path,
        "sentence": why.sentence,
        "verdict": why.verdict,
        "routed": why.routed,
        "event_id": why.event,
        "at": why.at.map(|at| at.to_string()),
        "manifest": entry.as_ref().map(|entry| &entry.manifest),
        "next_cursor": null,
    }))
}

/// Nothing is concluded from a limit: the decision may lie further back.
async fn not_known_yet<P: ConsolePorts>(
    app: &App<P>,
    active: &Active,
    record: &RecordKey,
    workflow: &WorkflowId,
    cursor: &Cursor,
) -> Answer {
    let oldest = app.ports.entry(record, cursor.before).await?;
    let voice = Voice::new(&active.plan.playbook, &active.plan.playbook.organisation.time_zone);
    let back_to = oldest.map(|entry| format!(", back to {},", voice.zone.describe(entry.at))).unwrap_or_default();
    let sentence = format!(
        "Not known yet: the {LOOKED_AT} entries looked at{back_to} say nothing about it. \
         Ask again with next_cursor to look further back."
    );
    not_known(record, workflow, &sentence, Some(cursor.write()))
}

/// Why there is no answer.
fn not_known(record: &RecordKey, workflow: &WorkflowId, sentence: &str, next_cursor: Option<String>) -> Answer {
    ok(json!({
        "record": record,
        "workflow": workflow,
        "started": null,
        "sentence": sentence,
        "routed": [],
        "next_cursor": next_cursor,
    }))
}

/// Where a search goes on, and the newest entry seen so far whose event could have started the workflow.
struct Cursor {
    before: u64,
    triggered: Option<u64>,
}

impl Cursor {
    fn read(params: &Params) -> Result<Option<Self>, Failure> {
        let Some(given) = params.get("cursor") else { return Ok(None) };
        let (before, triggered) = match given.split_once('.') {
            Some((before, triggered)) => (seq_of(before), seq_of(triggered).map(Some)),
            None => (seq_of(given), Some(None)),
        };
        match (before, triggered) {
            (Some(before), Some(triggered)) => Ok(Some(Self { before, triggered })),
            _ => Err(cursor_invalid()),
        }
    }

    fn write(&self) -> String {
        let triggered = self.triggered.map(|seq| format!(".{}", cursor_before(seq))).unwrap_or_default();
        cursor_before(self.before) + &triggered
    }
}

/// The sentence and its reasons, for the entry that decided.
async fn answer<P: ConsolePorts>(
    app: &App<P>,
    active: &Active,
    workflow: &WorkflowId,
    kind: &Kind,
    entry: Option<&Entry>,
) -> Result<Why, Failure> {
    let plan = plan_of(&*app.ports, active, entry).await?;
    let linked = match entry {
        Some(entry) => linked(&*app.ports, entry).await?,
        None => BTreeMap::new(),
    };
    Ok(explain::why(&Question { workflow, kind, entry, playbook: &plan.playbook, linked: &linked }))
}

/// The version of the playbook that an entry names.
async fn plan_of(ports: &impl Playbooks, active: &Active, entry: Option<&Entry>) -> Result<Arc<Plan>, Failure> {
    Ok(match entry {
        Some(entry) if entry.manifest != active.manifest => {
            ports.plan(&entry.manifest).await?.unwrap_or_else(|| Arc::clone(&active.plan))
        }
        _ => Arc::clone(&active.plan),
    })
}

/// The same of every active workflow that was decided for a record: what a page shows. Found in one
/// walk; with it, whether the walk ended before the first entry while workflows were still sought.
pub(crate) async fn answers<P: ConsolePorts>(
    app: &App<P>,
    active: &Active,
    record: &RecordKey,
) -> Result<(Vec<(WorkflowId, Why)>, bool), Failure> {
    let wanted: Vec<&WorkflowId> = active.plan.playbook.workflows.keys().collect();
    let mut search = Search::new(&*app.ports, record, active, None);
    let found = search.run(&wanted).await?;
    let is_partial = found.decided.len() < wanted.len() && search.lookback.unseen_below().is_some();
    let mut answers = Vec::new();
    for (workflow, entry) in found.decided {
        let why = answer(app, active, &workflow, &record.kind, Some(&entry)).await?;
        answers.push((workflow, why));
    }
    Ok((answers, is_partial))
}

/// A search for the entries in which workflows' starts were decided.
struct Search<'a, P> {
    ports: &'a P,
    lookback: Lookback<'a, P>,
    active: &'a Active,
}

/// For each workflow the newest entry in which its start was decided, and the newest with an event
/// that could have started it.
#[derive(Default)]
struct Decisions {
    decided: BTreeMap<WorkflowId, Entry>,
    triggered: BTreeMap<WorkflowId, Entry>,
}

impl<'a, P: Histories + Playbooks> Search<'a, P> {
    fn new(ports: &'a P, record: &'a RecordKey, active: &'a Active, before: Option<u64>) -> Self {
        Self { ports, lookback: Lookback::new(ports, record, before, LOOKED_AT), active }
    }

    /// Looks until all of them are decided, or no further.
    async fn run(&mut self, wanted: &[&WorkflowId]) -> Result<Decisions, Failure> {
        let mut found = Decisions::default();
        loop {
            let entries = self.lookback.next().await?;
            if entries.is_empty() {
                return Ok(found);
            }
            for entry in entries {
                // Only what an entry says of many workflows by their places needs the version that it names.
                let places = entry
                    .changes
                    .iter()
                    .any(|change| matches!(change, Change::Execution(ExecutionChange::Unmet { .. })));
                let plan = plan_of(self.ports, self.active, Some(&entry).filter(|_| places)).await?;
                self.take(wanted, &entry, &plan.playbook, &mut found);
            }
            if found.decided.len() == wanted.len() {
                return Ok(found);
            }
        }
    }

    fn take(&self, wanted: &[&WorkflowId], entry: &Entry, playbook: &Playbook, found: &mut Decisions) {
        let (pulled, decided) = (pulled_by(entry), decided_in(entry, playbook));
        let is_pulled = |workflow: &&WorkflowId| {
            self.active.plan.playbook.workflows.get(workflow).is_some_and(|known| pulled.contains(&known.when))
        };
        for workflow in wanted {
            if decided.contains(workflow) {
                found.decided.entry((*workflow).clone()).or_insert_with(|| entry.clone());
            } else if is_pulled(workflow) {
                found.triggered.entry((*workflow).clone()).or_insert_with(|| entry.clone());
            }
        }
    }
}

/// The triggers that an entry pulls, by its event and by what it makes true.
fn pulled_by(entry: &Entry) -> Vec<Trigger> {
    let pulled = entry.changes.iter().filter_map(|change| match change {
        Change::Event(EventChange::Received { event_type, form, .. }) => {
            Some(Trigger::pulled_by(event_type, form.as_ref(), &entry.record.kind))
        }
        _ => fact_named(change).map(|name| Trigger::pulled_by(&name.into(), None, &entry.record.kind)),
    });
    pulled.collect()
}

/// The linked records as the decision read them.
async fn linked(ports: &impl Histories, entry: &Entry) -> Result<BTreeMap<String, Linked>, Failure> {
    let mut linked = BTreeMap::new();
    for read in &entry.linked {
        if let Some(then) = ports.entry(&read.record, read.seq).await? {
            linked.insert(read.link.clone(), Linked::read(read.record.clone(), read.seq, &then.head));
        }
    }
    Ok(linked)
}

fn unknown(workflow: &WorkflowId, active: &Active) -> Failure {
    let why =
        named::unknown("workflow", workflow.as_str(), active.plan.playbook.workflows.keys().map(WorkflowId::as_str));
    Failure::missing(why)
}
