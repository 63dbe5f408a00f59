//! The `assign` function: the only writer of pools.

use aws::lambda::Consumer;
use engine::ports::Queue;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), aws::lambda::Error> {
    let ports = aws::lambda::start().await?.writing_time_off();
    let consumer = Consumer { ports, queue: Queue::Assign };
    aws::lambda::run_queue(consumer, |delivery| async move {
        engine::assign::handle(&delivery.ports, delivery.message).await
    })
    .await
}
