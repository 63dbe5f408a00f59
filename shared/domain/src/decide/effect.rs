//! What became of an effect. One that nobody can vouch for becomes a person's task.

use crate::{effect::EffectResult, history::Change, message::EffectOutcome};

use super::Turn;

pub(super) fn settled(turn: &mut Turn<'_>, outcome: &EffectOutcome) {
    turn.emit(Change::EffectSettled { effect: outcome.effect.clone(), result: outcome.result.clone() });
    let title = match &outcome.result {
        EffectResult::Failed { why } => format!("Not sent: {} ({why})", outcome.what),
        EffectResult::InDoubt => format!("Sent or not? The answer was lost: {}", outcome.what),
        EffectResult::Expired => format!("Not sent, its time had passed: {}", outcome.what),
        EffectResult::Sent { .. } | EffectResult::Captured | EffectResult::NotAgain => return,
    };
    turn.raise_as(outcome.workflow.as_ref(), outcome.effect.as_str(), &title);
}
