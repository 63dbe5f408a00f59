use serde::{Deserialize, Serialize};

use super::{Hands, Mention, Outcome, Signal, StepKind};
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

    fn run(&self, hands: &mut dyn Hands) -> Outcome {
        until(hands.after(self.wait), 1, hands)
    }

    fn on(&self, signal: &Signal, hands: &mut dyn Hands) -> Outcome {
        match signal {
            Signal::TimerFired => Outcome::Done,
            Signal::ClockSetBack(set_back) => {
                until(hands.after_set_back(*set_back, self.wait), hands.generation() + 1, hands)
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

fn until(due: Option<Instant>, generation: u32, hands: &dyn Hands) -> Outcome {
    due.map_or(Outcome::Done, |due| Outcome::Wait(Waiting::Time { timer: hands.timer(), generation, due }))
}
