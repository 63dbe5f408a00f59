//! The `act` function: the only one that hands anything to the world.

use aws::lambda::Consumer;
use engine::ports::Queue;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), aws::lambda::Error> {
    let ports = aws::lambda::start().await?.holding_what_was_restored();
    let consumer = Consumer { ports, queue: Queue::Act };
    aws::lambda::run_queue(consumer, |delivery| async move {
        engine::act::handle(&delivery.ports, delivery.message, &delivery.attempt).await
    })
    .await
}
