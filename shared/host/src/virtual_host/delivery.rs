//! How a message, and a minute, reach their step: once, twice, or once more later.

use domain::id::MessageId;
use engine::ports::{Clock, PortError, Queue};
use sqlite::Received;

use super::{Failed, VirtualHost, VirtualHostError};
use crate::{
    Failure, Steps,
    attempt::{Work, settle},
    minute::work,
    unit::in_one_transaction,
};

/// How often everything reaches its step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delivery {
    #[default]
    Once,
    /// As the real host does it: a message and what follows from it at once, in one transaction where that is possible.
    InUnits,
    /// Every message is handled twice before it is acknowledged, and each minute's work is done twice.
    Twice,
}

impl Delivery {
    const fn times(self) -> u32 {
        match self {
            Self::Once | Self::InUnits => 1,
            Self::Twice => 2,
        }
    }
}

impl<S: Steps> VirtualHost<S> {
    /// Delivers the message that was handled last once more, and runs until idle. It is on no
    /// queue any more, so nobody would try it again: if it fails, that is an error.
    pub async fn deliver_last_again(&mut self) -> Result<(), VirtualHostError> {
        let (queue, message) = self.last.clone().ok_or(VirtualHostError::NothingDelivered)?;
        self.hand_over(queue, &message)
            .await
            .map_err(|why| VirtualHostError::Again(self.failure(Some((queue, message.id)), why)))?;
        self.run_until_idle().await
    }

    pub(super) async fn handle(&mut self, queue: Queue, message: Received) -> Result<(), PortError> {
        // A unit would go past a queue that is held.
        let in_units = self.delivery == Delivery::InUnits && self.held.is_empty();
        if in_units && in_one_transaction(&self.store, &*self.steps, queue, &message).await {
            self.last = Some((queue, message));
            return Ok(());
        }
        let mut result = Ok(());
        for _ in 0..self.delivery.times() {
            result = self.hand_over(queue, &message).await;
            if result.is_err() {
                break;
            }
        }
        settle(&self.store, queue, &message, &result).await?;
        if let Err(why) = result {
            self.failed.push(self.failure(Some((queue, message.id.clone())), why));
        }
        self.last = Some((queue, message));
        Ok(())
    }

    /// Does the work of this minute, unless it is done. A failure waits for the next one.
    pub(super) async fn do_minute(&mut self) {
        if !self.minutes.begin(self.clock.now()) {
            return;
        }
        for _ in 0..self.delivery.times() {
            if let Err(why) = work(&self.store, &*self.steps).await {
                self.minutes.failed();
                self.failed.push(self.failure(None, why));
            }
        }
    }

    async fn hand_over(&mut self, queue: Queue, message: &Received) -> Result<(), Failure> {
        self.attempts += 1;
        Work::read(queue, message)?.hand_to(&*self.steps, &format!("attempt-{}", self.attempts)).await
    }

    fn failure(&self, message: Option<(Queue, MessageId)>, why: Failure) -> Failed {
        Failed { at: self.clock.now(), message, why }
    }
}
