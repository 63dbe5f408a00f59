//! The `evaluate` function: the only writer of records.

use aws::lambda::Consumer;
use engine::ports::Queue;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), aws::lambda::Error> {
    let ports = aws::lambda::start().await?.holding_what_was_restored();
    let consumer = Consumer { ports, queue: Queue::Evaluate };
    aws::lambda::run_queue(consumer, |delivery| async move {
        engine::evaluate::handle(&delivery.ports, delivery.message).await
    })
    .await
}
