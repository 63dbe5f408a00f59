use serde::{Deserialize, Serialize};

use super::{Hands, Mention, Outcome, StepKind};
use crate::id::SegmentId;

/// `add_to_segment: nurture`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AddToSegment {
    pub add_to_segment: SegmentId,
}

impl StepKind for AddToSegment {
    const KEY: &'static str = "add_to_segment";

    fn run(&self, hands: &mut dyn Hands) -> Outcome {
        hands.join(&self.add_to_segment);
        Outcome::Done
    }

    fn mentions(&self) -> Vec<Mention<'_>> {
        Vec::new()
    }

    fn describe(&self) -> String {
        format!("add to segment {}", self.add_to_segment)
    }
}
