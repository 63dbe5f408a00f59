//! The work of each minute, on the minute. An error waits for the next one: the sweep goes
//! on from its watermark.

use std::{sync::Arc, time::Duration};

use domain::instant::Instant;
use engine::ports::Clock;
use sqlite::Store;
use tokio::{sync::watch, time::sleep};

use crate::{Steps, attempt::apart};

/// The beginning of the next minute.
pub(crate) fn after(now: Instant) -> Instant {
    Instant::from_millis((now.minute() + 1) * 60_000)
}

/// Runs until stopped; the first time at once.
pub(crate) async fn each_minute<S: Steps>(store: Store, steps: Arc<S>, mut stop: watch::Receiver<bool>) {
    loop {
        let of_this_minute = Arc::clone(&steps);
        if let Err(failure) = apart(async move { of_this_minute.each_minute().await }).await {
            tracing::error!(why = failure.in_full(), "the minute's work was not finished; it goes on next minute");
        }
        let rest = after(store.now()).millis_since(store.now()).max(0);
        tokio::select! {
            () = sleep(Duration::from_millis(rest.unsigned_abs())) => {}
            _ = stop.wait_for(|stopped| *stopped) => return,
        }
    }
}
