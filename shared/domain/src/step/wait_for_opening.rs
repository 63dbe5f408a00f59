use serde::{Deserialize, Serialize};

use super::{Hands, Mention, Outcome, Signal, StepKind};
use crate::{execution::Waiting, id::PoolId};

/// `wait_for_opening: inbound`: until somebody of the pool works again.
///
/// Inside `if_nobody_available` it waits for the owner that is being sought: the opening
/// serves the record, and the branch ends with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WaitForOpening {
    pub wait_for_opening: PoolId,
}

impl StepKind for WaitForOpening {
    const KEY: &'static str = "wait_for_opening";

    fn run(&self, hands: &mut dyn Hands) -> Outcome {
        let pool = &self.wait_for_opening;
        if hands.awaits_owner_from(pool) {
            return Outcome::Wait(Waiting::Owner { pool: pool.clone() });
        }
        self.wait(1, hands)
    }

    fn on(&self, signal: &Signal, hands: &mut dyn Hands) -> Outcome {
        match signal {
            Signal::TimerFired => Outcome::Done,
            // The next opening, by the clock as it is now.
            Signal::ClockSetBack(_) => self.wait(hands.generation() + 1, hands),
            _ => Outcome::Unmoved,
        }
    }

    fn mentions(&self) -> Vec<Mention<'_>> {
        vec![Mention::Pool(&self.wait_for_opening)]
    }

    fn describe(&self) -> String {
        format!("wait until somebody in pool {} is available", self.wait_for_opening)
    }
}

impl WaitForOpening {
    fn wait(&self, generation: u32, hands: &dyn Hands) -> Outcome {
        match hands.next_opening(&self.wait_for_opening) {
            Some(due) if due > hands.now() => Outcome::Wait(Waiting::Time { timer: hands.timer(), generation, due }),
            _ => Outcome::Done,
        }
    }
}
