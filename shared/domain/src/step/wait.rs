use serde::{Deserialize, Serialize};

use super::{Mention, Outcome, Run, Signal, StepKind};
use crate::{duration::Span, execution::Waiting};

/// `wait: 3 days`, `wait: 2 working hours`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Wait {
    pub wait: Span,
}

impl StepKind for Wait {
    const KEY: &'static str = "wait";

    fn run(&self, run: &mut Run<'_, '_>) -> Outcome {
        match run.deadline(self.wait) {
            Some(due) => Outcome::Wait(Waiting::Time { timer: run.timer(), generation: 1, due }),
            None => Outcome::Done,
        }
    }

    fn on(&self, signal: &Signal, _run: &mut Run<'_, '_>) -> Outcome {
        if *signal == Signal::TimerFired { Outcome::Done } else { Outcome::Unmoved }
    }

    fn mentions(&self) -> Vec<Mention<'_>> {
        Vec::new()
    }

    fn describe(&self) -> String {
        format!("wait {}", self.wait)
    }
}
