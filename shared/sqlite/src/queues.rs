//! Sending to the queues. What is received from them is in `queue`.

use domain::message::{Message, Redrive, ToAct, ToAssign, ToEvaluate};
use engine::ports::{Delayed, PortError, Queue, Queues};
use serde::Serialize;

use crate::{Store, failure::Failure, queue::Outgoing};

impl Queues for Store {
    async fn send_evaluate(&self, messages: &[Delayed<ToEvaluate>]) -> Result<(), PortError> {
        const OPERATION: &str = "sending to evaluate";
        let outgoing = messages.iter().map(|delayed| {
            let message = outgoing(OPERATION, &delayed.message)?;
            Ok(Outgoing { delay_seconds: delayed.delay_seconds, ..message })
        });
        self.send(OPERATION, Queue::Evaluate, outgoing.collect::<Result<_, _>>()?).await
    }

    async fn send_assign(&self, messages: &[Message<ToAssign>]) -> Result<(), PortError> {
        const OPERATION: &str = "sending to assign";
        let outgoing = messages.iter().map(|message| Ok(outgoing(OPERATION, message)?.in_lane(lane(&message.body), 0)));
        self.send(OPERATION, Queue::Assign, outgoing.collect::<Result<_, PortError>>()?).await
    }

    async fn send_act(&self, messages: &[Message<ToAct>]) -> Result<(), PortError> {
        const OPERATION: &str = "sending to act";
        let outgoing = messages.iter().map(|message| outgoing(OPERATION, message));
        self.send(OPERATION, Queue::Act, outgoing.collect::<Result<_, _>>()?).await
    }

    async fn send_escalate(&self, messages: &[Message<Redrive>]) -> Result<(), PortError> {
        const OPERATION: &str = "sending to escalate";
        let outgoing = messages.iter().map(|message| outgoing(OPERATION, message));
        self.send(OPERATION, Queue::Escalate, outgoing.collect::<Result<_, _>>()?).await
    }
}

/// What a message is lined up with: its pool, or the person it is about.
pub(crate) fn lane(message: &ToAssign) -> String {
    match message {
        ToAssign::Request(request) => format!("pool/{}", request.pool),
        ToAssign::Credit(request) => format!("pool/{}", request.pool),
        ToAssign::Withdraw { pool, .. } | ToAssign::Settle { pool, .. } => format!("pool/{pool}"),
        ToAssign::Away { person, .. } => format!("person/{person}"),
    }
}

pub(crate) fn outgoing<B: Serialize>(operation: &'static str, message: &Message<B>) -> Result<Outgoing, PortError> {
    let body = serde_json::to_string(message).map_err(|error| Failure::Json(error).into_port(operation))?;
    Ok(Outgoing { id: message.id.as_str().to_owned(), body, delay_seconds: 0, line: None })
}
