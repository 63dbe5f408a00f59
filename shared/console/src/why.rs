//! `GET …/why?workflow=`: why a workflow started for a record, or did not, in a sentence.
//! Recomputed from what the decision was made on, under the version that was active then.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use domain::{
    decide::{Linked, trigger_matches},
    explain::{self, Question, Why},
    history::{Change, Entry},
    id::{RecordKey, WorkflowId},
    nearest::nearest,
    workflow::Workflow,
};
use engine::ports::{Active, Histories};
use serde_json::json;

use crate::{
    access::Need,
    answer::{Answer, Failure, ok},
    app::App,
    ports::{ConsolePorts, Scope},
    query::{Params, invalid},
    record::newest,
    routes::Routes,
};

/// Entries read at a time, and how many at most, in search of the one that decided.
const PAGE: usize = 100;
const LOOKED_AT: usize = 2_000;

pub(crate) fn routes<P: ConsolePorts>(routes: Routes<P>) -> Routes<P> {
    routes.get(Need::Scope(Scope::Read), "/v1/records/{kind}/{id}/why", show::<P>)
}

async fn show<P: ConsolePorts>(
    State(app): State<App<P>>,
    Path((kind, id)): Path<(String, String)>,
    params: Params,
) -> Answer {
    let params = params.only(&["workflow"])?;
    let workflow = params.get("workflow").ok_or_else(|| invalid("workflow", "name one: ?workflow=speed-to-lead"))?;
    let workflow = WorkflowId::new(workflow);
    let record = RecordKey::new(kind.as_str(), id);
    let active = app.active().await?;
    newest(&app, &active, &record).await?;
    let entry = deciding(&*app.ports, &record, &active, &workflow).await?;
    if entry.is_none() && !active.playbook.workflows.contains_key(&workflow) {
        return Err(unknown(&workflow, &active));
    }
    let why = answer(&app, &active, &workflow, entry.as_ref()).await?;
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
    }))
}

/// The sentence and its reasons, for the entry that decided.
async fn answer<P: ConsolePorts>(
    app: &App<P>,
    active: &Active,
    workflow: &WorkflowId,
    entry: Option<&Entry>,
) -> Result<Why, Failure> {
    let playbook = match entry {
        Some(entry) if entry.manifest != active.manifest => {
            app.ports.playbook(&entry.manifest).await?.unwrap_or_else(|| active.playbook.clone())
        }
        _ => active.playbook.clone(),
    };
    let linked = match entry {
        Some(entry) => linked(&*app.ports, entry).await?,
        None => BTreeMap::new(),
    };
    Ok(explain::why(&Question { workflow, entry, playbook: &playbook, linked: &linked }))
}

/// The same of every active workflow that was decided for a record: what a page shows.
pub(crate) async fn answers<P: ConsolePorts>(
    app: &App<P>,
    active: &Active,
    record: &RecordKey,
) -> Result<Vec<(WorkflowId, Why)>, Failure> {
    let mut answers = Vec::new();
    for workflow in active.playbook.workflows.keys() {
        let entry = deciding(&*app.ports, record, active, workflow).await?;
        if let Some(entry) = entry.filter(|entry| decides(entry, workflow)) {
            answers.push((workflow.clone(), answer(app, active, workflow, Some(&entry)).await?));
        }
    }
    Ok(answers)
}

/// The newest entry in which the workflow's start was decided; else the newest with an event
/// that could have started it.
async fn deciding(
    ports: &impl Histories,
    record: &RecordKey,
    active: &Active,
    workflow: &WorkflowId,
) -> Result<Option<Entry>, Failure> {
    let known = active.playbook.workflows.get(workflow);
    let (mut before, mut looked_at, mut second) = (None, 0, None);
    loop {
        let entries = ports.page(record, before, PAGE).await?;
        let Some(oldest) = entries.last().map(|entry| entry.seq) else { return Ok(second) };
        looked_at += entries.len();
        for entry in entries {
            if decides(&entry, workflow) {
                return Ok(Some(entry));
            }
            if second.is_none() && known.is_some_and(|known| has_its_event(&entry, known)) {
                second = Some(entry);
            }
        }
        if oldest <= 1 || looked_at >= LOOKED_AT {
            return Ok(second);
        }
        before = Some(oldest);
    }
}

fn decides(entry: &Entry, wanted: &WorkflowId) -> bool {
    entry.changes.iter().any(|change| match change {
        Change::ExecutionStarted { workflow, .. } | Change::NotStarted { workflow, .. } => workflow == wanted,
        _ => false,
    })
}

fn has_its_event(entry: &Entry, workflow: &Workflow) -> bool {
    entry.changes.iter().any(|change| match change {
        Change::EventReceived { event_type, form, .. } => {
            let form = form.as_ref().map(domain::id::FormId::as_str);
            trigger_matches(&workflow.when, event_type, form, entry.record.kind.as_str())
        }
        _ => false,
    })
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
    let meant = nearest(workflow.as_str(), active.playbook.workflows.keys().map(WorkflowId::as_str));
    let hint = meant.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
    Failure::not_found(format_args!("workflow `{workflow}`{hint}"))
}
