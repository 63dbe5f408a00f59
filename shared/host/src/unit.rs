//! A message to `evaluate`, and what follows from it at once, in one transaction of the store.

use domain::message::{Message, ToEvaluate};
use engine::ports::Queue;
use sqlite::{Next, Received, Store};

use crate::{StepError, Steps, attempt::read};

/// Handles a message and acknowledges it, if it is one that can be handled so. Otherwise, or where it fails, nothing is
/// done: it goes the way of every message, which tries it apart from others and says what is wrong with it.
pub(crate) async fn in_one_transaction(store: &Store, steps: &impl Steps, queue: Queue, received: &Received) -> bool {
    if queue != Queue::Evaluate || received.receives > 1 {
        return false;
    }
    let Some(inside) = steps.inside() else { return false };
    let Ok(message) = read::<Message<ToEvaluate>>(received) else { return false };
    let attempt = received.receipt.to_string();
    let work = move |unit: Store| async move {
        let done = handle(&inside(unit.clone()), &unit, message, &attempt).await;
        if let Err(error) = &done {
            tracing::debug!(%error, "not done in one transaction; the message goes from queue to queue");
        }
        done.is_ok()
    };
    store.in_one_transaction(received.receipt, work).await
}

async fn handle(
    steps: &impl Steps,
    unit: &Store,
    message: Message<ToEvaluate>,
    attempt: &str,
) -> Result<(), StepError> {
    let mut next = Some(Next::Evaluate(message));
    while let Some(message) = next {
        match message {
            Next::Evaluate(message) => steps.evaluate(message).await?,
            Next::Assign(message) => steps.assign(vec![message]).await?,
            Next::Act(message) => steps.act(message, attempt).await?,
        }
        next = unit.next_of_unit();
    }
    Ok(())
}
