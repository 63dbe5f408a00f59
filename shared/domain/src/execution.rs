//! One enrolment's run of a workflow: where it stands and what it waits for.

use serde::{Deserialize, Serialize};

use crate::{
    cause::Cause,
    id::{EventType, ExecutionId, ManifestId, PersonId, PoolId, RecordKey, TimerId, WorkflowId, derive},
    instant::Instant,
    step_path::StepPath,
};

/// An open execution, as the head of its record holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Execution {
    pub id: ExecutionId,
    pub workflow: WorkflowId,
    /// The version it runs to its end, whatever is published meanwhile.
    pub manifest: ManifestId,
    /// Under the name that it had when only events started executions.
    #[serde(rename = "event")]
    pub cause: Cause,
    /// How many workflows have set each other off before it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub depth: u8,
    pub started_at: Instant,
    pub started_seq: u64,
    /// The step it stands at.
    pub at: StepPath,
    pub waiting: Waiting,
    /// Paused: it goes on when its workflow is resumed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub held: bool,
    /// What it sends before it next waits may have left before the store was put back, and is not sent again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_again: bool,
    /// Owners this execution has seen: a reassign does not go back to them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tried: Vec<PersonId>,
}

impl Execution {
    /// Whether it stands at this step, or somewhere in a branch of it.
    pub fn stands_in(&self, step: &StepPath) -> bool {
        self.at == *step || self.at.is_inside(step)
    }
}

/// What an execution waits for. Never nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "for", rename_all = "snake_case")]
pub enum Waiting {
    /// Its own next message.
    Continue,
    /// A pool's answer, or its opening, or a person's choice.
    Owner { pool: PoolId },
    /// A moment.
    Time { timer: TimerId, generation: u32, due: Instant },
    /// An event of this type logged after entry `since`, until the timer fires.
    Event { event_type: EventType, since: u64, timer: TimerId, generation: u32, due: Instant },
}

impl Waiting {
    /// The timer whose firing this wait still counts.
    pub fn timer(&self) -> Option<(&TimerId, u32, Instant)> {
        match self {
            Self::Time { timer, generation, due } | Self::Event { timer, generation, due, .. } => {
                Some((timer, *generation, *due))
            }
            Self::Continue | Self::Owner { .. } => None,
        }
    }

    /// The same wait under the timer's next generation, so that no earlier firing counts.
    pub fn renewed(&self) -> Self {
        let mut renewed = self.clone();
        if let Self::Time { generation, .. } | Self::Event { generation, .. } = &mut renewed {
            *generation += 1;
        }
        renewed
    }
}

/// The id of the execution that a cause starts: without the version, so that a
/// redelivery after an edit starts nothing new.
///
/// `born` is the entry that the record's life began with. The same submission may come to a record that was
/// deleted since: what it starts then has other ids than what it started before.
pub fn execution_id(workflow: &WorkflowId, record: &RecordKey, cause: &Cause, born: u64) -> ExecutionId {
    let (record, cause, since) = (record.to_string(), cause.key(), born.to_string());
    let parts = [workflow.as_str(), &record, &cause, &since];
    // Nothing was deleted before a first life: its ids are what they always were.
    ExecutionId::new(derive("exe_", if born == 1 { &parts[..3] } else { &parts }))
}

/// For fields that most executions leave out.
pub(crate) fn is_zero(depth: &u8) -> bool {
    *depth == 0
}
