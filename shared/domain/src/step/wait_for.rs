use serde::{Deserialize, Serialize};

use super::{Hands, Mention, Outcome, Signal, Step, StepKind};
use crate::{duration::Span, execution::Waiting, id::EventType, instant::Instant};

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

    fn run(&self, hands: &mut dyn Hands) -> Outcome {
        match hands.seen(&self.wait_for) {
            Some(by_seq) => met(hands, by_seq),
            None => self.wait(1, hands.after(self.within), hands),
        }
    }

    fn branches(&self) -> Vec<(&'static str, &Vec<Step>)> {
        vec![("if_missed", &self.if_missed)]
    }

    fn on(&self, signal: &Signal, hands: &mut dyn Hands) -> Outcome {
        match signal {
            Signal::TimerFired => self.missed(hands),
            Signal::EventSeen { event_type, seq } if *event_type == self.wait_for => met(hands, *seq),
            // The new owner gets the whole time; the old timer's firing no longer counts.
            Signal::OwnerChanged => self.wait(hands.generation() + 1, hands.after(self.within), hands),
            Signal::ClockSetBack(set_back) => {
                self.wait(hands.generation() + 1, hands.after_set_back(*set_back, self.within), hands)
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
    fn wait(&self, generation: u32, due: Option<Instant>, hands: &mut dyn Hands) -> Outcome {
        let Some(due) = due else { return self.missed(hands) };
        let (since, timer) = (hands.since(), hands.timer());
        Outcome::Wait(Waiting::Event { event_type: self.wait_for.clone(), since, timer, generation, due })
    }

    fn missed(&self, hands: &mut dyn Hands) -> Outcome {
        hands.wait_is_missed(&self.wait_for, self.within);
        Outcome::Enter("if_missed")
    }
}

fn met(hands: &mut dyn Hands, by_seq: u64) -> Outcome {
    let at = hands.at().clone();
    hands.wait_is_met(&at, by_seq);
    Outcome::Done
}
