use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    clock::SetBack,
    execution::{Execution, Waiting},
    id::{
        EventId, EventType, ExecutionId, FormId, MatchKey, PersonId, PoolId, RecordKey, RequestId, SegmentId,
        SubmissionId, TaskId,
    },
    instant::Instant,
    matching::Way,
    step_path::StepPath,
    task::Task,
    value::Fields,
};

use super::{
    change::Change,
    deletion::Deleted,
    fetching::Fetching,
    request::Request,
    submission::{Submitted, Updated},
};

/// The same content through the same form within this time is one submission.
pub const REPEAT_WINDOW_MILLIS: i64 = 10 * 60_000;

/// How many updated submissions a head remembers; of an older one, the first version counts as the latest.
const UPDATED_SUBMISSIONS_KEPT: usize = 8;

/// A record, folded: what the next decision needs to know.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Head {
    #[serde(default, skip_serializing_if = "Fields::is_empty")]
    pub fields: Fields,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub links: BTreeMap<String, RecordKey>,
    /// How the records behind links were found, where nothing said which ones they are.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub matched: BTreeMap<String, Way>,
    /// What others find this record by.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub found_by: BTreeSet<MatchKey>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub segments: BTreeSet<SegmentId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// The number of the record's latest assignment or request for one.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub last_number: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<Request>,
    /// Credits that their pools have not carried out yet: at most one for each assignment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credits: Vec<Credit>,
    /// Open executions only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub executions: Vec<Execution>,
    /// Open tasks only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<Task>,
    /// The latest event of each type.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub seen: BTreeMap<EventType, Seen>,
    /// Awaited events that did not come in time, and have not come since.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub missed: BTreeSet<EventType>,
    /// Submissions of the last minutes, to recognise a repeat by its content.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub submissions: Vec<Submitted>,
    /// Submissions that have another version than their first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub updated: Vec<Updated>,
    /// What was or is to be fetched, where only ids came first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fetch: Option<Fetching>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub closed: bool,
    /// That `retention:` has deleted what was here before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted: Option<Deleted>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field by reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// Who owns the record, by which of its assignments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    pub person: PersonId,
    pub number: u32,
    /// The entry that applied it: what was logged after it counts as contact by this owner.
    pub seq: u64,
    pub at: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<PoolId>,
    /// Whether this assignment is not to count, which can be asked once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub credited: bool,
}

/// A credit on its way to the pool and back. It outlasts the owner whom it is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credit {
    pub id: RequestId,
    /// Of the assignment.
    pub number: u32,
    pub person: PersonId,
    pub pool: PoolId,
}

/// The entry and the time of the latest event of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    pub seq: u64,
    pub at: Instant,
}

impl Head {
    pub fn execution(&self, id: &ExecutionId) -> Option<&Execution> {
        self.executions.iter().find(|execution| execution.id == *id)
    }

    pub fn request(&self, id: &RequestId) -> Option<&Request> {
        self.requests.iter().find(|request| request.id == *id)
    }

    /// A credit, while its pool has not carried it out.
    pub fn credit(&self, id: &RequestId) -> Option<&Credit> {
        self.credits.iter().find(|credit| credit.id == *id)
    }

    pub fn awaited_requests(&self) -> impl Iterator<Item = &Request> {
        self.requests.iter().filter(|request| request.is_awaited())
    }

    /// The request a step of an execution awaits.
    pub fn awaited_by(&self, execution: &ExecutionId, step: &StepPath) -> Option<&Request> {
        self.awaited_requests().find(|request| request.execution == *execution && request.step == *step)
    }

    /// The entry that holds the latest version of a submission, where that is not the first.
    pub fn updated_in(&self, submission: &SubmissionId) -> Option<u64> {
        self.updated.iter().find(|updated| updated.submission == *submission).map(|updated| updated.seq)
    }

    pub fn task(&self, id: &TaskId) -> Option<&Task> {
        self.tasks.iter().find(|task| task.id == *id)
    }

    /// Folds one change in. `seq` and `at` are those of the entry that holds it.
    ///
    /// Entries are read with it, those of earlier releases too: what a change does here stays as it
    /// is for good. What is to be done otherwise is another change.
    pub fn apply(&mut self, change: &Change, seq: u64, at: Instant) {
        match change {
            Change::EventReceived { .. }
            | Change::EventRepeated { .. }
            | Change::SubmissionUpdated(_)
            | Change::SubmissionOutdated { .. }
            | Change::FetchAwaited { .. }
            | Change::Fetched { .. }
            | Change::SubmissionKept(_)
            | Change::KeyUsed { .. }
            | Change::Linked { .. }
            | Change::FoundBy { .. }
            | Change::Forgotten { .. }
            | Change::FieldsSet { .. }
            | Change::SegmentJoined { .. }
            | Change::RecordClosed { .. }
            | Change::RecordReopened
            | Change::KeptSettled { .. } => self.apply_fact(change, seq, at),
            Change::OwnerRequested { .. }
            | Change::OwnerAwaited { .. }
            | Change::OwnerRequestedAgain { .. }
            | Change::OwnerAssigned { .. }
            | Change::RequestWithdrawn { .. }
            | Change::RequestRefused { .. } => self.apply_assignment(change, seq, at),
            Change::CreditAsked { credit, number, person, pool, .. } => {
                let (id, person, pool) = (credit.clone(), person.clone(), pool.clone());
                self.credits.push(Credit { id, number: *number, person, pool });
                if let Some(owner) = self.owner.as_mut().filter(|owner| owner.number == *number) {
                    owner.credited = true;
                }
            }
            Change::CreditGiven { credit, .. } => self.credits.retain(|open| open.id != *credit),
            Change::TaskCreated { task } => self.tasks.push(task.clone()),
            Change::TaskMoved { task, to } => {
                if let Some(task) = self.tasks.iter_mut().find(|open| open.id == *task) {
                    task.assigned_to = Some(to.clone());
                }
            }
            Change::TaskEnded { task, .. } => self.tasks.retain(|open| open.id != task.id),
            Change::TaskDue { task, due } => {
                if let Some(task) = self.tasks.iter_mut().find(|open| open.id == *task) {
                    task.due = Some(*due);
                }
            }
            Change::ClockSetBack { from } => self.set_clock_back(SetBack { from: *from, to: at }),
            Change::EffectRequested { .. }
            | Change::EffectSettled { .. }
            | Change::SettlementAwaited
            | Change::AlsoNamed { .. }
            | Change::NotStarted { .. }
            | Change::CreditRefused { .. }
            | Change::KeptDeleted { .. }
            | Change::CapacityChanged { .. }
            | Change::Routed { .. } => {}
            Change::RecordDeleted { .. } => self.apply_deletion(change, seq, at),
            _ => self.apply_execution(change, seq, at),
        }
    }

    fn apply_fact(&mut self, change: &Change, seq: u64, at: Instant) {
        match change {
            Change::EventReceived { event, event_type, form, fields, fingerprint, .. } => {
                self.fields.extend(fields.iter().map(|(name, value)| (name.clone(), value.clone())));
                self.seen.insert(event_type.clone(), Seen { seq, at });
                self.missed.remove(event_type);
                self.remember(fingerprint.as_ref(), event, form.as_ref(), at);
                if let Some(deleted) = &mut self.deleted {
                    deleted.came_back = true;
                }
            }
            Change::SubmissionUpdated(update) => {
                self.fields.extend(update.set().map(|(name, value)| (name.clone(), value.clone())));
                self.remember(update.fingerprint.as_ref(), &update.event, update.form.as_ref(), at);
                self.remember_version(&update.submission.id, seq);
            }
            Change::FetchAwaited { .. } | Change::Fetched { .. } => self.apply_fetch(change, seq),
            Change::Linked { link, record, matched_by } => {
                self.links.insert(link.clone(), record.clone());
                self.matched.remove(link);
                self.matched.extend(matched_by.map(|way| (link.clone(), way)));
            }
            Change::FoundBy { keys } => self.found_by.clone_from(keys),
            Change::Forgotten { event_types, submissions } => {
                self.seen.retain(|event_type, _| !event_types.contains(event_type));
                self.submissions.retain(|submitted| !submissions.contains(&submitted.event));
            }
            Change::FieldsSet { fields } => {
                self.fields.extend(fields.iter().map(|(name, value)| (name.clone(), value.clone())));
            }
            Change::SegmentJoined { segment } => {
                self.segments.insert(segment.clone());
            }
            Change::RecordClosed { .. } | Change::KeptSettled { .. } => self.closed = true,
            Change::RecordReopened => self.closed = false,
            _ => {}
        }
    }

    /// Keeps a content in mind for as long as the same through the same form is a repeat.
    fn remember(&mut self, fingerprint: Option<&String>, event: &EventId, form: Option<&FormId>, at: Instant) {
        self.submissions.retain(|old| at.millis_since(old.at) <= REPEAT_WINDOW_MILLIS);
        if let Some(fingerprint) = fingerprint.cloned() {
            self.submissions.push(Submitted { fingerprint, event: event.clone(), at, form: form.cloned() });
        }
    }

    fn apply_fetch(&mut self, change: &Change, seq: u64) {
        match change {
            Change::FetchAwaited { fetch, form, submission, task } => {
                self.fetch = Some(Fetching::new(fetch, form, submission.as_ref(), task));
            }
            Change::Fetched { submission, belongs_to } => {
                if let Some(fetch) = &mut self.fetch {
                    fetch.done = true;
                    fetch.belongs_to.clone_from(belongs_to);
                }
                self.closed |= belongs_to.is_some();
                if let Some(submission) = submission {
                    self.remember_version(submission, seq);
                }
            }
            _ => {}
        }
    }

    /// Keeps in mind which entry holds a submission's latest version.
    fn remember_version(&mut self, submission: &SubmissionId, seq: u64) {
        self.updated.retain(|old| old.submission != *submission);
        self.updated.push(Updated { submission: submission.clone(), seq });
        let surplus = self.updated.len().saturating_sub(UPDATED_SUBMISSIONS_KEPT);
        self.updated.drain(..surplus);
    }

    fn apply_execution(&mut self, change: &Change, seq: u64, at: Instant) {
        match change {
            Change::ExecutionStarted { execution, workflow, manifest, event, path } => {
                // A new enrolment counts its own misses: what an earlier one missed is over.
                self.missed.clear();
                self.executions.push(Execution {
                    id: execution.clone(),
                    workflow: workflow.clone(),
                    manifest: manifest.clone(),
                    event: event.clone(),
                    started_at: at,
                    started_seq: seq,
                    at: path.clone(),
                    waiting: Waiting::Continue,
                    held: false,
                    not_again: false,
                    tried: Vec::new(),
                });
            }
            Change::WaitStarted { execution, step, waiting } => self.stop_at(execution, step, waiting.clone()),
            Change::Continued { execution, step } => self.stop_at(execution, step, Waiting::Continue),
            Change::WaitMet { execution, step, .. } => self.stop_at(execution, step, Waiting::Continue),
            Change::WaitMissed { execution, step, event_type } => {
                self.missed.insert(event_type.clone());
                // On its way: a change of owner further on must not set it waiting here again.
                self.stop_at(execution, step, Waiting::Continue);
            }
            Change::ExecutionHeld { execution } => self.hold(execution, true),
            Change::ExecutionResumed { execution, not_again } => {
                self.hold(execution, false);
                if let Some(execution) = self.executions.iter_mut().find(|open| open.id == *execution) {
                    execution.not_again = *not_again;
                }
            }
            Change::ExecutionEnded { execution, .. } => self.executions.retain(|open| open.id != *execution),
            _ => {}
        }
    }

    fn stop_at(&mut self, id: &ExecutionId, step: &StepPath, waiting: Waiting) {
        if let Some(execution) = self.executions.iter_mut().find(|open| open.id == *id) {
            execution.at = step.clone();
            // What comes after a wait is of its own time.
            execution.not_again &= waiting.timer().is_none();
            execution.waiting = waiting;
        }
    }

    fn hold(&mut self, id: &ExecutionId, held: bool) {
        if let Some(execution) = self.executions.iter_mut().find(|open| open.id == *id) {
            execution.held = held;
        }
    }
}
