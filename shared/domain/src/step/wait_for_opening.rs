use serde::{Deserialize, Serialize};

use super::{Mention, Outcome, Run, Signal, StepKind};
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

    fn run(&self, run: &mut Run<'_, '_>) -> Outcome {
        let pool = &self.wait_for_opening;
        if run.awaits_owner_from(pool) {
            return Outcome::Wait(Waiting::Owner { pool: pool.clone() });
        }
        match run.turn.next_opening(pool) {
            Some(opening) if opening > run.turn.now() => {
                Outcome::Wait(Waiting::Time { timer: run.timer(), generation: 1, due: opening })
            }
            _ => Outcome::Done,
        }
    }

    fn on(&self, signal: &Signal, _run: &mut Run<'_, '_>) -> Outcome {
        if *signal == Signal::TimerFired { Outcome::Done } else { Outcome::Unmoved }
    }

    fn mentions(&self) -> Vec<Mention<'_>> {
        vec![Mention::Pool(&self.wait_for_opening)]
    }

    fn describe(&self) -> String {
        format!("wait until somebody in pool {} is available", self.wait_for_opening)
    }
}
