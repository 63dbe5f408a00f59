use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Accepted, Fetching, Head, Seen, Submitted, Update, Updated};
use crate::{
    event::{Fetch, Gap},
    id::{EventId, EventType, FormId, RecordKey, SubmissionId, TaskId},
    instant::Instant,
    value::{FieldName, Fields},
};

/// The same content through the same form within this time is one submission.
pub const REPEAT_WINDOW_MILLIS: i64 = 10 * 60_000;

/// How many updated submissions a head remembers; of an older one, the first version counts as the latest.
const UPDATED_SUBMISSIONS_KEPT: usize = 8;

/// What came about a record, and what a submission's later versions said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventChange {
    Received {
        event: EventId,
        event_type: EventType,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        form: Option<FormId>,
        occurred_at: Instant,
        #[serde(default, skip_serializing_if = "Fields::is_empty")]
        fields: Fields,
        #[serde(default, skip_serializing_if = "Fields::is_empty")]
        unmapped: Fields,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        gaps: Vec<Gap>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fingerprint: Option<String>,
        /// What its provider calls the submission, and when intake took it: for what comes later under the same name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        submission: Option<Accepted>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to_fetch: Option<Fetch>,
        /// The contact came after an escalation for its absence had already handed the record over.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        late: bool,
        #[serde(default)]
        depth: u8,
    },
    /// The same content came again within ten minutes: an alias of the first, nothing else.
    Repeated {
        event: EventId,
        of: EventId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        submission: Option<Accepted>,
    },
    /// Other content came under the name of a submission that this record was filled by.
    Updated(Box<Update>),
    /// A version of a submission came after a newer one: it changes nothing.
    Outdated {
        event: EventId,
        submission: SubmissionId,
        occurred_at: Instant,
        /// What it says, kept as it came.
        #[serde(default, skip_serializing_if = "Fields::is_empty")]
        fields: Fields,
        #[serde(default, skip_serializing_if = "Fields::is_empty")]
        unmapped: Fields,
        /// Which of `unmapped` no person answered.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        apart: BTreeSet<FieldName>,
    },
    /// Only ids came: a person, or a program, has to fetch what was answered.
    FetchAwaited {
        fetch: Fetch,
        form: FormId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        submission: Option<SubmissionId>,
        /// Who was asked to fetch it.
        task: TaskId,
    },
    /// What was answered is here.
    Fetched {
        /// None where another record has the answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        submission: Option<SubmissionId>,
        /// The known person whom the answers name: their record goes on instead of this one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        belongs_to: Option<RecordKey>,
    },
}

impl Head {
    pub(super) fn apply_event(&mut self, change: &EventChange, seq: u64, at: Instant) {
        match change {
            EventChange::Received { event, event_type, form, fields, fingerprint, .. } => {
                self.set(fields);
                self.seen.insert(event_type.clone(), Seen { seq, at });
                self.missed.remove(event_type);
                self.remember(fingerprint.as_ref(), event, form.as_ref(), at);
                if let Some(deleted) = &mut self.deleted {
                    deleted.came_back = true;
                }
            }
            EventChange::Updated(update) => {
                self.fields.extend(update.set().map(|(name, value)| (name.clone(), value.clone())));
                self.remember(update.fingerprint.as_ref(), &update.event, update.form.as_ref(), at);
                self.remember_version(&update.submission.id, seq);
            }
            EventChange::FetchAwaited { fetch, form, submission, task } => {
                self.fetch = Some(Fetching::new(fetch, form, submission.as_ref(), task));
            }
            EventChange::Fetched { submission, belongs_to } => {
                if let Some(fetch) = &mut self.fetch {
                    fetch.done = true;
                    fetch.belongs_to.clone_from(belongs_to);
                }
                self.closed |= belongs_to.is_some();
                if let Some(submission) = submission {
                    self.remember_version(submission, seq);
                }
            }
            EventChange::Repeated { .. } | EventChange::Outdated { .. } => {}
        }
    }

    /// Keeps a content in mind for as long as the same through the same form is a repeat.
    fn remember(&mut self, fingerprint: Option<&String>, event: &EventId, form: Option<&FormId>, at: Instant) {
        self.submissions.retain(|old| at.millis_since(old.at) <= REPEAT_WINDOW_MILLIS);
        if let Some(fingerprint) = fingerprint.cloned() {
            self.submissions.push(Submitted { fingerprint, event: event.clone(), at, form: form.cloned() });
        }
    }

    /// Keeps in mind which entry holds a submission's latest version.
    fn remember_version(&mut self, submission: &SubmissionId, seq: u64) {
        self.updated.retain(|old| old.submission != *submission);
        self.updated.push(Updated { submission: submission.clone(), seq });
        let surplus = self.updated.len().saturating_sub(UPDATED_SUBMISSIONS_KEPT);
        self.updated.drain(..surplus);
    }
}
