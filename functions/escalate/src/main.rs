//! The `escalate` function: each minute, timers that are near and dead letters; and people's redrives.

use aws::lambda::Consumer;
use engine::ports::Queue;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), aws::lambda::Error> {
    let ports = aws::lambda::start().await?;
    let consumer = Consumer { ports, queue: Queue::Escalate };
    aws::lambda::run_queue_and_schedule(
        consumer,
        |delivery| async move { engine::escalate::handle(&delivery.ports, delivery.message).await },
        |ports| async move { engine::escalate::each_minute(&ports).await },
    )
    .await
}
