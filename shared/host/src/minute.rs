//! The work of each minute, on the minute. An error waits for the next one: the sweep goes
//! on from its watermark.

use std::{sync::Arc, time::Duration};

use domain::instant::Instant;
use engine::ports::Clock;
use sqlite::Store;
use tokio::{sync::watch, time::sleep};

use crate::{Steps, attempt::apart};

/// The first moment of a minute, which is counted as [`Instant::minute`] counts.
pub(crate) fn beginning(minute: i64) -> Instant {
    Instant::from_millis(minute * 60_000)
}

/// Runs until stopped; the first time at once.
pub(crate) async fn each_minute<S: Steps>(store: Store, steps: Arc<S>, mut stop: watch::Receiver<bool>) {
    loop {
        let of_this_minute = Arc::clone(&steps);
        if let Err(failure) = apart(async move { of_this_minute.each_minute().await }).await {
            tracing::error!(why = failure.in_full(), "the minute's work was not finished; it goes on next minute");
        }
        let now = store.now();
        let rest = beginning(now.minute() + 1).millis_since(now).max(0);
        tokio::select! {
            () = sleep(Duration::from_millis(rest.unsigned_abs())) => {}
            _ = stop.wait_for(|stopped| *stopped) => return,
        }
    }
}
