//! Sending to the queues. What is received from them is in `queue`.

use domain::message::{Message, Redrive, ToAct, ToAssign, ToEvaluate};
use engine::ports::{Delayed, PortError, Queue, Queues};
use serde::Serialize;

use crate::{Store, failure::Failure, queue::Outgoing, unit::Next};

impl Queues for Store {
    async fn send_evaluate(&self, messages: &[Delayed<ToEvaluate>]) -> Result<(), PortError> {
        const OPERATION: &str = "sending to evaluate";
        let goes_on = |delayed: &Delayed<ToEvaluate>| {
            delayed.delay_seconds == 0 && self.goes_on_with(Next::Evaluate(delayed.message.clone()))
        };
        let outgoing = messages.iter().filter(|delayed| !goes_on(delayed)).map(|delayed| {
            let message = outgoing(OPERATION, &delayed.message)?;
            Ok(Outgoing { delay_seconds: delayed.delay_seconds, ..message })
        });
        self.send(OPERATION, Queue::Evaluate, outgoing.collect::<Result<_, _>>()?).await
    }

    async fn send_assign(&self, messages: &[Message<ToAssign>]) -> Result<(), PortError> {
        const OPERATION: &str = "sending to assign";
        let mut queued = Vec::new();
        for message in messages {
            let lane = lane(&message.body);
            if !self.goes_on_in_lane(&lane, message).map_err(|failure| failure.into_port(OPERATION))? {
                queued.push(outgoing(OPERATION, message)?.in_lane(lane, 0));
            }
        }
        self.send(OPERATION, Queue::Assign, queued).await
    }

    async fn send_act(&self, messages: &[Message<ToAct>]) -> Result<(), PortError> {
        const OPERATION: &str = "sending to act";
        let stays_here = self.unit().is_some() && self.hands_nothing_over().await?;
        let goes_on = |message: &Message<ToAct>| stays_here && self.goes_on_with(Next::Act(message.clone()));
        let outgoing = messages.iter().filter(|message| !goes_on(message)).map(|message| outgoing(OPERATION, message));
        self.send(OPERATION, Queue::Act, outgoing.collect::<Result<_, _>>()?).await
    }

    async fn send_escalate(&self, messages: &[Message<Redrive>]) -> Result<(), PortError> {
        const OPERATION: &str = "sending to escalate";
        let outgoing = messages.iter().map(|message| outgoing(OPERATION, message));
        self.send(OPERATION, Queue::Escalate, outgoing.collect::<Result<_, _>>()?).await
    }
}

impl Store {
    /// Whether the unit that sends a message handles it as well.
    fn goes_on_with(&self, next: Next) -> bool {
        self.unit().is_some_and(|unit| unit.take(next))
    }

    /// The same of one that would be in a lane.
    fn goes_on_in_lane(&self, lane: &str, message: &Message<ToAssign>) -> Result<bool, Failure> {
        let overtakes_nobody = self.unit().map_or(Ok(false), |unit| unit.overtakes_nobody(lane))?;
        Ok(overtakes_nobody && self.goes_on_with(Next::Assign(message.clone())))
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
