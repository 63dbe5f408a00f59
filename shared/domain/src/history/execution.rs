use serde::{Deserialize, Serialize};

use super::{EndedHow, Head, NotStartedWhy, Unmet};
use crate::{
    cause::Cause,
    duration::Span,
    execution::{Execution, Waiting, is_zero},
    id::{EventType, ExecutionId, ManifestId, WorkflowId},
    instant::Instant,
    step_path::StepPath,
    workflow::Trigger,
};

/// Executions of workflows, from why one did not start to how it ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExecutionChange {
    /// The workflow's trigger came and no execution began.
    NotStarted {
        workflow: WorkflowId,
        why: NotStartedWhy,
    },
    /// The same of many workflows with one trigger at once, whose conditions did not hold.
    Unmet {
        by: Trigger,
        failed: Unmet,
    },
    Started {
        execution: ExecutionId,
        workflow: WorkflowId,
        manifest: ManifestId,
        /// Under the name that it had when only events started executions.
        #[serde(rename = "event")]
        cause: Cause,
        /// How many workflows have set each other off before it.
        #[serde(default, skip_serializing_if = "is_zero")]
        depth: u8,
        /// `then` or `else`.
        path: StepPath,
    },
    /// An `if` inside the workflow was decided.
    BranchTaken {
        execution: ExecutionId,
        step: StepPath,
        branch: String,
        /// What every part of the condition found, in sentences; empty in entries of the first release.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        why: String,
    },
    /// The execution stands at this step and waits.
    WaitStarted {
        execution: ExecutionId,
        step: StepPath,
        waiting: Waiting,
    },
    WaitMet {
        execution: ExecutionId,
        step: StepPath,
        /// The entry with the fact that met it.
        by_seq: u64,
    },
    /// The awaited fact did not come in time.
    WaitMissed {
        execution: ExecutionId,
        step: StepPath,
        event_type: EventType,
        /// As the workflow has it; none in entries of earlier releases.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        within: Option<Span>,
    },
    /// The rest of the step list goes on with a message of its own.
    Continued {
        execution: ExecutionId,
        step: StepPath,
    },
    Held {
        execution: ExecutionId,
    },
    Resumed {
        execution: ExecutionId,
        /// What it sends before it next waits may have left before the store was put back, and is not sent again.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        not_again: bool,
    },
    Ended {
        execution: ExecutionId,
        workflow: WorkflowId,
        started_at: Instant,
        how: EndedHow,
    },
}

impl Head {
    pub(super) fn apply_execution(&mut self, change: &ExecutionChange, seq: u64, at: Instant) {
        match change {
            ExecutionChange::Started { execution, workflow, manifest, cause, depth, path } => {
                // A new enrolment counts its own misses: what an earlier one missed is over.
                self.missed.clear();
                self.executions.push(Execution {
                    id: execution.clone(),
                    workflow: workflow.clone(),
                    manifest: manifest.clone(),
                    cause: cause.clone(),
                    depth: *depth,
                    started_at: at,
                    started_seq: seq,
                    at: path.clone(),
                    waiting: Waiting::Continue,
                    held: false,
                    not_again: false,
                    tried: Vec::new(),
                });
            }
            ExecutionChange::WaitStarted { execution, step, waiting } => {
                self.stop_at(execution, step, waiting.clone());
            }
            ExecutionChange::Continued { execution, step } | ExecutionChange::WaitMet { execution, step, .. } => {
                self.stop_at(execution, step, Waiting::Continue);
            }
            ExecutionChange::WaitMissed { execution, step, event_type, .. } => {
                self.missed.insert(event_type.clone());
                // On its way: a change of owner further on must not set it waiting here again.
                self.stop_at(execution, step, Waiting::Continue);
            }
            ExecutionChange::Held { execution } => {
                if let Some(open) = self.execution_mut(execution) {
                    open.held = true;
                }
            }
            ExecutionChange::Resumed { execution, not_again } => {
                if let Some(open) = self.execution_mut(execution) {
                    open.held = false;
                    open.not_again = *not_again;
                }
            }
            ExecutionChange::Ended { execution, .. } => self.executions.retain(|open| open.id != *execution),
            ExecutionChange::NotStarted { .. }
            | ExecutionChange::Unmet { .. }
            | ExecutionChange::BranchTaken { .. } => {}
        }
    }

    fn execution_mut(&mut self, id: &ExecutionId) -> Option<&mut Execution> {
        self.executions.iter_mut().find(|open| open.id == *id)
    }

    fn stop_at(&mut self, id: &ExecutionId, step: &StepPath, waiting: Waiting) {
        if let Some(open) = self.execution_mut(id) {
            open.at = step.clone();
            // What comes after a wait is of its own time.
            open.not_again &= waiting.timer().is_none();
            open.waiting = waiting;
        }
    }
}
