use engine::ports::PortError;

use super::{Consumer, batch::Received, suspects::Durable};
use crate::envelope;

impl Durable for Consumer {
    async fn ends(&self, messages: &[&Received]) -> Result<Vec<usize>, PortError> {
        let bodies: Vec<String> = messages.iter().map(|message| envelope::unwrap(&message.body)).collect();
        self.ports.unended(self.queue, &bodies.iter().map(String::as_str).collect::<Vec<_>>()).await
    }

    async fn begin(&self, message: &Received) -> Result<(), PortError> {
        self.ports.begin_attempt(self.queue, &envelope::unwrap(&message.body), &message.delivery()).await
    }

    async fn end(&self, message: &Received) -> Result<(), PortError> {
        self.ports.end_attempt(self.queue, &envelope::unwrap(&message.body), &message.delivery()).await
    }

    async fn acknowledge(&self, done: &[Received]) -> Result<(), PortError> {
        self.ports.acknowledge(self.queue, done.iter().map(|message| message.receipt.as_str())).await
    }

    async fn give_up(&self, message: &Received) -> Result<(), PortError> {
        self.ports.give_up(self.queue, &message.body, message.group.as_deref(), &message.id).await
    }
}
