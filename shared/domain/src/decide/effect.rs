//! What became of an effect. If it was not sent, or nobody knows whether it was, a person gets a task.

use crate::{
    effect::EffectResult,
    history::{EffectChange, TaskChange},
    message::EffectOutcome,
    task::TaskEnd,
};

use super::Turn;

pub(super) fn settled(turn: &mut Turn<'_>, outcome: &EffectOutcome) {
    let EffectOutcome { effect, what, workflow, result, .. } = outcome;
    if *result == EffectResult::InDoubt && turn.context.settled {
        // The doubt was overtaken on its way by the answer.
        return;
    }
    turn.emit(EffectChange::Settled { effect: effect.clone(), result: result.clone() });
    let doubt = turn.exception_id(effect.as_str());
    if let Some(task) = turn.head.task(&doubt).cloned() {
        turn.emit(TaskChange::Ended { task, how: TaskEnd::Done });
    }
    let title = match result {
        EffectResult::Failed { why } => format!("Not sent: {what} ({why})"),
        EffectResult::InDoubt => format!("Sent or not? The answer was lost: {what}"),
        EffectResult::Expired => format!("Not sent, its time had passed: {what}"),
        EffectResult::Sent { .. } | EffectResult::Captured | EffectResult::NotAgain => return,
    };
    let key = match result {
        EffectResult::InDoubt => effect.to_string(),
        // While a task tells it, the same failure again is nothing new. A doubt ends the task of its own effect.
        _ if turn.is_asked(&title) => return,
        _ => format!("{effect}#{}", result.kind()),
    };
    turn.raise_as(workflow.as_ref(), &key, &title);
}
