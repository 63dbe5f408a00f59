//! Whether more lies on the evaluate queue than is being handled.
//!
//! Nothing is ever turned away. But whoever posts one lead after the other is answered a moment
//! later while there is a backlog, so that leads that were begun are finished first, and what
//! they need stays in memory.

use std::time::Duration;

use tokio::{sync::watch, time::timeout};

use crate::Store;

/// How much later a publisher is answered at most.
const LATER: Duration = Duration::from_millis(250);

pub(crate) struct Backlog(watch::Sender<bool>);

impl Default for Backlog {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Backlog {
    /// Completes once there is no backlog, or after a moment.
    pub async fn yield_to_it(&self) {
        let mut backlog = self.0.subscribe();
        // Over time is as good as over.
        let _ = timeout(LATER, backlog.wait_for(|there_is| !there_is)).await;
    }
}

impl Store {
    /// To be told by whoever empties the evaluate queue.
    pub fn has_backlog(&self, there_is: bool) {
        self.kept().backlog.0.send_if_modified(|was| std::mem::replace(was, there_is) != there_is);
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
        backlog.0.send_replace(true);
        backlog.yield_to_it().await;
        assert_eq!(began.elapsed(), LATER);
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_goes_on_when_the_backlog_is_gone() {
        let backlog = Backlog::default();
        backlog.0.send_replace(true);
        let began = tokio::time::Instant::now();
        let gone = async {
            tokio::time::sleep(LATER / 4).await;
            backlog.0.send_replace(false);
        };
        tokio::join!(backlog.yield_to_it(), gone);
        assert_eq!(began.elapsed(), LATER / 4);
    }
}
