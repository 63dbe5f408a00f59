use serde::{Deserialize, Serialize};

use super::{Mention, Outcome, Run, Signal, StepKind};
use crate::{duration::Span, execution::Waiting, instant::Instant};

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
        until(run.deadline(self.wait), 1, run)
    }

    fn on(&self, signal: &Signal, run: &mut Run<'_, '_>) -> Outcome {
        match signal {
            Signal::TimerFired => Outcome::Done,
            Signal::ClockSetBack(set_back) => {
                until(run.deadline_after(*set_back, self.wait), run.generation() + 1, run)
            }
            _ => Outcome::Unmoved,
        }
    }

    fn mentions(&self) -> Vec<Mention<'_>> {
        Vec::new()
    }

    fn describe(&self) -> String {
        format!("wait {}", self.wait)
    }
}

fn until(due: Option<Instant>, generation: u32, run: &Run<'_, '_>) -> Outcome {
    due.map_or(Outcome::Done, |due| Outcome::Wait(Waiting::Time { timer: run.timer(), generation, due }))
}
