//! Whether a queue holds more than is being handled.
//!
//! Nothing is ever turned away. But a client that posts one lead after the other is answered a moment
//! later while there is a backlog, so that leads that were begun are finished first, and what
//! they need stays in memory. Accepting a lead costs a tenth of handling it: without this, a burst leaves
//! every lead half handled, and what it needs has to be read again.

use std::time::Duration;

use engine::ports::Queue;
use tokio::{sync::watch, time::timeout};

use crate::{Store, queue::number};

/// How much later a publisher is answered at most.
const LATER: Duration = Duration::from_millis(250);

#[derive(Default)]
pub(crate) struct Backlog(watch::Sender<[bool; Queue::ALL.len()]>);

impl Backlog {
    fn set(&self, queue: Queue, there_is: bool) {
        let queue = usize::from(number(queue));
        self.0.send_if_modified(|was| std::mem::replace(&mut was[queue], there_is) != there_is);
    }

    /// Completes once there is no backlog, or after a moment.
    pub async fn yield_to_it(&self) {
        let mut backlog = self.0.subscribe();
        // Over time is as good as over.
        let _ = timeout(LATER, backlog.wait_for(|there_is| !there_is.contains(&true))).await;
    }
}

impl Store {
    /// Called by whatever empties a queue.
    pub fn has_backlog(&self, queue: Queue, there_is: bool) {
        self.kept().backlog.set(queue, there_is);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn without_a_backlog_nobody_waits_and_with_one_not_for_ever() {
        let backlog = Backlog::default();
        let began = tokio::time::Instant::now();
        backlog.yield_to_it().await;
        assert_eq!(began.elapsed(), Duration::ZERO);
        backlog.set(Queue::Act, true);
        backlog.yield_to_it().await;
        assert_eq!(began.elapsed(), LATER);
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_goes_on_when_the_backlog_is_gone() {
        let backlog = Backlog::default();
        backlog.set(Queue::Evaluate, true);
        let began = tokio::time::Instant::now();
        let gone = async {
            tokio::time::sleep(LATER / 5).await;
            backlog.set(Queue::Evaluate, false);
        };
        tokio::join!(backlog.yield_to_it(), gone);
        assert_eq!(began.elapsed(), LATER / 5);
    }
}
