use serde::{Deserialize, Serialize};

use super::{Mention, Outcome, Run, Signal, Step, StepKind};
use crate::{duration::Span, execution::Waiting, history::Change, id::EventType, instant::Instant};

/// `wait_for: call_logged` `within: 15 minutes` `if_missed: […]`.
///
/// Met by any such event logged after the last assignment, else after the start of the
/// execution: also by one that was logged before the wait began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WaitFor {
    pub wait_for: EventType,
    pub within: Span,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub if_missed: Vec<Step>,
}

impl StepKind for WaitFor {
    const KEY: &'static str = "wait_for";

    fn run(&self, run: &mut Run<'_, '_>) -> Outcome {
        let since = run.since();
        match run.turn.head.seen.get(&self.wait_for) {
            Some(seen) if seen.seq > since => met(run, seen.seq),
            _ => self.wait(run, 1, run.deadline(self.within)),
        }
    }

    fn branches(&self) -> Vec<(&'static str, &Vec<Step>)> {
        vec![("if_missed", &self.if_missed)]
    }

    fn on(&self, signal: &Signal, run: &mut Run<'_, '_>) -> Outcome {
        match signal {
            Signal::TimerFired => self.missed(run),
            Signal::EventSeen { event_type, seq } if *event_type == self.wait_for => met(run, *seq),
            // The new owner gets the whole time; the old timer's firing no longer counts.
            Signal::OwnerChanged => self.wait(run, run.generation() + 1, run.deadline(self.within)),
            Signal::ClockSetBack(set_back) => {
                self.wait(run, run.generation() + 1, run.deadline_after(*set_back, self.within))
            }
            _ => Outcome::Unmoved,
        }
    }

    fn stands_in_for(&self, branch: &str) -> Option<&EventType> {
        (branch == "if_missed").then_some(&self.wait_for)
    }

    fn mentions(&self) -> Vec<Mention<'_>> {
        vec![Mention::Event(&self.wait_for)]
    }

    fn describe(&self) -> String {
        format!("wait for {}, at most {}", self.wait_for, self.within)
    }
}

impl WaitFor {
    fn wait(&self, run: &mut Run<'_, '_>, generation: u32, due: Option<Instant>) -> Outcome {
        let Some(due) = due else { return self.missed(run) };
        let (since, timer) = (run.since(), run.timer());
        Outcome::Wait(Waiting::Event { event_type: self.wait_for.clone(), since, timer, generation, due })
    }

    fn missed(&self, run: &mut Run<'_, '_>) -> Outcome {
        run.turn.emit(Change::WaitMissed {
            execution: run.execution.clone(),
            step: run.at.clone(),
            event_type: self.wait_for.clone(),
        });
        Outcome::Enter("if_missed")
    }
}

fn met(run: &mut Run<'_, '_>, by_seq: u64) -> Outcome {
    run.turn.emit(Change::WaitMet { execution: run.execution.clone(), step: run.at.clone(), by_seq });
    Outcome::Done
}
