//! The bus: with nobody else listening, what is published goes straight to `evaluate`; a moment
//! later while that has more to do than it can.

use domain::message::{Message, ToEvaluate};
use engine::ports::{Bus, PortError, Queue};

use crate::{Store, queues::outgoing};

impl Bus for Store {
    async fn publish(&self, messages: &[&Message<ToEvaluate>]) -> Result<(), PortError> {
        const OPERATION: &str = "publishing events";
        self.kept().backlog.yield_to_it().await;
        let outgoing = messages.iter().map(|message| outgoing(OPERATION, message));
        self.send(OPERATION, Queue::Evaluate, outgoing.collect::<Result<_, _>>()?).await
    }
}
