use serde::{Deserialize, Serialize};

use super::{Mention, Outcome, Run, StepKind};
use crate::{history::Change, id::SegmentId};

/// `add_to_segment: nurture`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AddToSegment {
    pub add_to_segment: SegmentId,
}

impl StepKind for AddToSegment {
    const KEY: &'static str = "add_to_segment";

    fn run(&self, run: &mut Run<'_, '_>) -> Outcome {
        if !run.turn.head.segments.contains(&self.add_to_segment) {
            run.turn.emit(Change::SegmentJoined { segment: self.add_to_segment.clone() });
        }
        Outcome::Done
    }

    fn mentions(&self) -> Vec<Mention<'_>> {
        Vec::new()
    }

    fn describe(&self) -> String {
        format!("add to segment {}", self.add_to_segment)
    }
}
