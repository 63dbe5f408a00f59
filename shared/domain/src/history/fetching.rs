use serde::{Deserialize, Serialize};

use crate::{
    event::Fetch,
    id::{FormId, RecordKey, SubmissionId, TaskId},
};

/// What has to be fetched before anything starts, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fetching {
    pub fetch: Fetch,
    /// The form by whose map the answers are read.
    pub form: FormId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submission: Option<SubmissionId>,
    /// Who was asked to fetch it.
    pub task: TaskId,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub done: bool,
    /// The record of the known person whom the answers name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub belongs_to: Option<RecordKey>,
}

impl Fetching {
    /// What a person has just been asked to fetch.
    pub(super) fn new(fetch: &Fetch, form: &FormId, submission: Option<&SubmissionId>, task: &TaskId) -> Self {
        let (fetch, form, task) = (fetch.clone(), form.clone(), task.clone());
        Self { fetch, form, submission: submission.cloned(), task, done: false, belongs_to: None }
    }
}
