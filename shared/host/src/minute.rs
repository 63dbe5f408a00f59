//! The work of each minute, on the minute. An error waits for the next one: the sweep goes
//! on from its watermark.

use std::{sync::Arc, time::Duration};

use domain::instant::Instant;
use engine::ports::Clock;
use sqlite::Store;
use tokio::{sync::watch, time::sleep};

use crate::{
    Failure, StepError, Steps,
    attempt::{VISIBILITY_MILLIS, apart},
};

/// The first moment of a minute, which is counted as [`Instant::minute`] counts.
pub(crate) fn beginning(minute: i64) -> Instant {
    Instant::from_millis(minute * 60_000)
}

/// The work of one minute. Messages that a wrong clock has put away come first: the rest may wait for them.
pub(crate) async fn work(store: &Store, steps: &impl Steps) -> Result<(), Failure> {
    let found = store.bring_back(VISIBILITY_MILLIS).await.map_err(StepError::new)?;
    if found > 0 {
        tracing::warn!(messages = found, "the clock was ahead and has been set back; messages are brought back");
    }
    apart(steps.each_minute()).await?;
    store.give_back_space().await.map_err(StepError::new)?;
    Ok(())
}

/// Runs until stopped; the first time at once.
pub(crate) async fn each_minute<S: Steps>(store: Store, steps: Arc<S>, mut stop: watch::Receiver<bool>) {
    loop {
        if let Err(failure) = work(&store, &*steps).await {
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
