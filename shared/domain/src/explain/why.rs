use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Routed, Voice};
use crate::{
    condition::Verdict,
    facts::{Linked, RecordFacts},
    history::{Change, Entry, EventChange, ExecutionChange, Head, NotStartedWhy, RequestChange},
    id::{EventId, ExecutionId, Kind, WorkflowId},
    instant::Instant,
    playbook::Playbook,
    step_path::StepPath,
    value::Fields,
    workflow::{RECORD_ASSIGNED, TASK_COMPLETED, Trigger},
};

/// Why did this workflow start, or not?
pub struct Question<'a> {
    pub workflow: &'a WorkflowId,
    /// The kind of record that is asked about.
    pub kind: &'a Kind,
    /// The entry with the event; none if no event ever came.
    pub entry: Option<&'a Entry>,
    /// The playbook that the entry names.
    pub playbook: &'a Playbook,
    /// Linked records, at the seqs that the entry names.
    pub linked: &'a BTreeMap<String, Linked>,
}

/// The answer, recomputed from what the decision was made on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Why {
    pub started: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<Path>,
    /// `Not started. Employees must be over 10; was 8. Score over 40: was 55 ✓.`
    pub sentence: String,
    /// What every part of the condition found, where it was asked at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// Where routes sent the record in the same moment, with what each of their rules said.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub routed: Vec<Routed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<EventId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Instant>,
}

/// Which of a workflow's two lists an execution took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Path {
    Then,
    Else,
}

/// Answers from the stored inputs alone; the decision itself is not repeated.
pub fn why(question: &Question<'_>) -> Why {
    let Some(workflow) = question.playbook.workflows.get(question.workflow) else {
        return no(question, format!("Not started: there was no workflow {}.", question.workflow));
    };
    let Some((entry, outcome)) = question.entry.and_then(|entry| Some((entry, outcome(entry, question)?))) else {
        return no(question, not_triggered(question, &workflow.when));
    };
    match &entry.changes[outcome] {
        Change::Execution(ExecutionChange::Started { execution, path, .. }) => {
            let path = taken(path);
            let verdict = verdict(question, entry, outcome, path == Path::Then);
            let routed =
                entry.changes.iter().filter(|change| is_of(change, execution)).filter_map(Routed::of).collect();
            let sentence = started(path, verdict.as_ref().map(|verdict| because(question, verdict, entry.at)));
            Why { started: true, path: Some(path), verdict, routed, ..no(question, sentence) }
        }
        Change::Execution(ExecutionChange::NotStarted { why: NotStartedWhy::Condition, .. }) => {
            let verdict = verdict(question, entry, outcome, false);
            let reasons = verdict.as_ref().map(|verdict| because(question, verdict, entry.at)).unwrap_or_default();
            Why { verdict, ..no(question, format!("Not started. {reasons}").trim_end().to_owned()) }
        }
        Change::Execution(ExecutionChange::Unmet { failed, .. }) => {
            let verdict = verdict(question, entry, outcome, false);
            let reasons = verdict.as_ref().map(|verdict| because(question, verdict, entry.at)).unwrap_or_default();
            let found = verdict.as_ref().and_then(Verdict::failing_part);
            let then =
                place(question.playbook, question.workflow).and_then(|place| failed.parts().nth(place).flatten());
            let otherwise = if found == then { "" } else { " When it was decided, another part had failed." };
            Why { verdict, ..no(question, format!("Not started. {reasons}{otherwise}").trim_end().to_owned()) }
        }
        Change::Execution(ExecutionChange::NotStarted { why, .. }) => {
            no(question, refusal(*why, question, &at_decision(entry, outcome).0, entry))
        }
        _ => no(question, not_triggered(question, &workflow.when)),
    }
}

fn no(question: &Question<'_>, sentence: String) -> Why {
    let received = question.entry.and_then(|entry| Some((entry.at, received(entry)?)));
    Why {
        started: false,
        path: None,
        sentence,
        verdict: None,
        routed: Vec::new(),
        event: received.map(|(_, event)| event.clone()),
        at: received.map(|(at, _)| at),
    }
}

fn is_of(change: &Change, wanted: &ExecutionId) -> bool {
    matches!(change, Change::Request(RequestChange::Routed { execution, .. }) if execution == wanted)
}

fn received(entry: &Entry) -> Option<&EventId> {
    entry.changes.iter().find_map(|change| match change {
        Change::Event(EventChange::Received { event, .. } | EventChange::Repeated { event, .. }) => Some(event),
        _ => None,
    })
}

/// Where in the entry the workflow's start was decided.
fn outcome(entry: &Entry, question: &Question<'_>) -> Option<usize> {
    entry.changes.iter().position(|change| decides(change, question.workflow, question.playbook))
}

fn decides(change: &Change, wanted: &WorkflowId, playbook: &Playbook) -> bool {
    match change {
        Change::Execution(ExecutionChange::Started { workflow, .. } | ExecutionChange::NotStarted { workflow, .. }) => {
            workflow == wanted
        }
        Change::Execution(ExecutionChange::Unmet { by, failed }) => {
            playbook.workflows.get(wanted).is_some_and(|workflow| workflow.when == *by)
                && place(playbook, wanted).is_some_and(|place| failed.parts().nth(place).flatten().is_some())
        }
        _ => false,
    }
}

/// The workflows of which an entry says that they started or did not, by the playbook that it names.
pub fn decided_in<'e>(entry: &'e Entry, playbook: &'e Playbook) -> BTreeSet<&'e WorkflowId> {
    let mut decided = BTreeSet::new();
    for change in &entry.changes {
        match change {
            Change::Execution(
                ExecutionChange::Started { workflow, .. } | ExecutionChange::NotStarted { workflow, .. },
            ) => drop(decided.insert(workflow)),
            Change::Execution(ExecutionChange::Unmet { by, failed }) => {
                let alike = pulled_by(playbook, by).zip(failed.parts());
                decided.extend(alike.filter(|(_, part)| part.is_some()).map(|(id, _)| id));
            }
            _ => {}
        }
    }
    decided
}

/// The place of a workflow among those with its trigger.
fn place(playbook: &Playbook, wanted: &WorkflowId) -> Option<usize> {
    let when = &playbook.workflows.get(wanted)?.when;
    pulled_by(playbook, when).position(|id| id == wanted)
}

/// The workflows with a trigger, in the order of their ids, as a plan has them.
fn pulled_by<'p>(playbook: &'p Playbook, when: &Trigger) -> impl Iterator<Item = &'p WorkflowId> {
    playbook.workflows.iter().filter(move |(_, workflow)| workflow.when == *when).map(|(id, _)| id)
}

/// The record as the condition saw it, and what came with the event that no field takes.
fn at_decision(entry: &Entry, outcome: usize) -> (Head, Option<&Fields>) {
    let mut head = Head::clone(&entry.before);
    let mut event = None;
    for change in &entry.changes[..outcome] {
        head.apply(change, entry.seq, entry.at);
        if let Change::Event(EventChange::Received { unmapped, .. }) = change {
            event = Some(unmapped);
        }
    }
    (head, event)
}

/// What the condition found. Entries of earlier releases asked each workflow's condition once those before it had
/// started: where it comes out otherwise than it was decided, it is asked so.
fn verdict(question: &Question<'_>, entry: &Entry, outcome: usize, held: bool) -> Option<Verdict> {
    let found = verdict_at(question, entry, asked_at(question, entry, outcome))?;
    if found.holds() == held { Some(found) } else { verdict_at(question, entry, outcome) }
}

/// Where in the entry the conditions of all workflows with the same trigger were asked: before the first of them was
/// decided. They are decided in the order of their ids.
fn asked_at(question: &Question<'_>, entry: &Entry, outcome: usize) -> usize {
    let playbook = question.playbook;
    let when = playbook.workflows.get(question.workflow).map(|workflow| &workflow.when);
    let decided = |change: &Change| match change {
        Change::Execution(ExecutionChange::Unmet { by, .. }) if Some(by) == when => Some(None),
        Change::Execution(ExecutionChange::Started { workflow, .. } | ExecutionChange::NotStarted { workflow, .. }) => {
            let has_trigger = playbook.workflows.get(workflow).is_some_and(|known| Some(&known.when) == when);
            has_trigger.then(|| Some(workflow.clone()))
        }
        _ => None,
    };
    let mut first = (outcome, decided(&entry.changes[outcome]).flatten());
    for (at, change) in entry.changes[..outcome].iter().enumerate().rev() {
        match decided(change) {
            Some(earlier) if earlier < first.1 => first = (at, earlier),
            // The same trigger was pulled before.
            Some(_) => break,
            None => {}
        }
    }
    first.0
}

fn verdict_at(question: &Question<'_>, entry: &Entry, at: usize) -> Option<Verdict> {
    let (head, event) = at_decision(entry, at);
    let facts = RecordFacts {
        kind: entry.record.kind.as_str(),
        fields: &head.fields,
        before: Some(&entry.before.fields),
        linked: question.linked,
        event,
        schema: &question.playbook.schema,
        calendar: question.playbook.organisation.calendar(),
    };
    let condition = question.playbook.workflows.get(question.workflow)?.condition.as_ref()?;
    Some(condition.evaluate(&facts, entry.at))
}

fn taken(path: &StepPath) -> Path {
    if path.segments().next() == Some("else") { Path::Else } else { Path::Then }
}

fn because(question: &Question<'_>, verdict: &Verdict, at: Instant) -> String {
    verdict.sentence(&question.playbook.organisation.time_zone, at)
}

fn started(path: Path, reasons: Option<String>) -> String {
    let reasons = reasons.unwrap_or_default();
    let opening = match (path, reasons.is_empty()) {
        (Path::Else, _) => "Started on the else path.",
        (Path::Then, false) => "Started.",
        (Path::Then, true) => "Started: it has no conditions.",
    };
    format!("{opening} {reasons}").trim_end().to_owned()
}

fn refusal(why: NotStartedWhy, question: &Question<'_>, head: &Head, entry: &Entry) -> String {
    match why {
        NotStartedWhy::Condition => "Not started: its conditions were not met.".to_owned(),
        NotStartedWhy::AlreadyEnrolled => {
            let voice = Voice::new(question.playbook, &question.playbook.organisation.time_zone);
            let running = head.executions.iter().find(|open| open.workflow == *question.workflow);
            let since = running.map(|open| format!(" from {}", voice.at(open.started_at, entry.at)));
            format!("Not started: it is still running{}.", since.unwrap_or_default())
        }
        NotStartedWhy::WasRunning => "Not started: it was running when this happened.".to_owned(),
        NotStartedWhy::TooDeep => {
            "Not started: too many workflows had set each other off before it; this looks like a loop.".to_owned()
        }
        NotStartedWhy::AwaitsFetch => {
            "Not started: only ids came. It starts when the answers are fetched, as the task says.".to_owned()
        }
        NotStartedWhy::RecordClosed => format!("Not started: the {} was closed.", entry.record.kind),
    }
}

fn not_triggered(question: &Question<'_>, trigger: &Trigger) -> String {
    let repeated = question.entry.is_some_and(|entry| {
        entry.changes.iter().any(|change| matches!(change, Change::Event(EventChange::Repeated { .. })))
    });
    match (about(question.playbook, trigger), trigger) {
        (Some(about), _) if about != question.kind => {
            format!("Not started: it starts for a {about}, and this is a {}.", question.kind)
        }
        _ if repeated => "Not started: the same was submitted within ten minutes before, and counts once.".to_owned(),
        (_, Trigger::FormSubmitted(form)) => format!("Not started: no {form} form was submitted."),
        (_, Trigger::Event { event, .. }) if event.as_str() == RECORD_ASSIGNED => {
            format!("Not started: no owner was given to the {}.", question.kind)
        }
        (_, Trigger::Event { event, .. }) if event.as_str() == TASK_COMPLETED => {
            "Not started: no task that a workflow created was completed.".to_owned()
        }
        (_, Trigger::Event { event, .. }) => format!("Not started: no {event} came."),
    }
}

/// The kind of record that a trigger starts a workflow for; none if its form is gone.
fn about<'p>(playbook: &'p Playbook, trigger: &'p Trigger) -> Option<&'p Kind> {
    match trigger {
        Trigger::FormSubmitted(form) => playbook.forms.get(form).map(|form| &form.record),
        Trigger::Event { kind, .. } => Some(kind),
    }
}
