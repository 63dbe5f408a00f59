use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    execution::Execution,
    id::{EventType, ExecutionId, MatchKey, RecordKey, RequestId, SegmentId, SubmissionId, TaskId},
    instant::Instant,
    matching::Way,
    step_path::StepPath,
    task::Task,
    value::Fields,
};

use super::{
    came::Came,
    change::Change,
    deletion::Deleted,
    fetching::Fetching,
    owner::{Credit, Owner},
    request::Request,
    submission::{Submitted, Updated},
};

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
    /// The latest events, by the messages that brought them.
    #[serde(default, skip_serializing_if = "Came::is_empty")]
    pub came: Came,
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
            Change::Event(change) => self.apply_event(change, seq, at),
            Change::Kept(change) => self.apply_kept(change),
            Change::Record(change) => self.apply_record(change, seq, at),
            Change::Execution(change) => self.apply_execution(change, seq, at),
            Change::Request(change) => self.apply_request(change, at),
            Change::Owner(change) => self.apply_owner(change, seq, at),
            Change::Task(change) => self.apply_task(change),
            // Nothing of it is kept here: `act` has a row for each.
            Change::Effect(_) => {}
        }
    }
}
