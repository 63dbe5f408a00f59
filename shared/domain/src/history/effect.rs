use serde::{Deserialize, Serialize};

use crate::{
    effect::{Action, EffectResult},
    id::{EffectId, ExecutionId, ManifestId, WorkflowId},
    instant::Instant,
    step_path::StepPath,
};

/// What leaves Handoff because of the record. A head keeps none of it: `act` has a row for each effect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectChange {
    Requested {
        effect: EffectId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        execution: Option<ExecutionId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<StepPath>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        workflow: Option<WorkflowId>,
        manifest: ManifestId,
        not_after: Instant,
        /// It may have left before the store was put back, and is not sent again.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        not_again: bool,
        action: Action,
    },
    Settled {
        effect: EffectId,
        result: EffectResult,
    },
}
