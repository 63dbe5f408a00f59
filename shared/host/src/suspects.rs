//! Before anything else, a host tries the messages that were on their way when processes ended,
//! one at a time: if this one ends as well, it is known by which.

use std::sync::Arc;

use engine::ports::in_full;
use sqlite::Store;
use tokio::sync::watch;

use crate::{
    Steps,
    attempt::{VISIBILITY_MILLIS, Work, settle},
};

pub(crate) async fn try_alone<S: Steps>(store: Store, steps: Arc<S>, stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        match store.receive_suspect(VISIBILITY_MILLIS).await {
            Ok(Some((queue, message))) => {
                tracing::warn!(?queue, message.id = %message.id, "a process ended over it; it is tried alone");
                let result = match Work::read(queue, &message) {
                    Ok(work) => work.hand_to(&*steps, &message.receipt.to_string()).await,
                    Err(failure) => Err(failure),
                };
                if let Err(error) = settle(&store, queue, &message, &result).await {
                    tracing::error!(?queue, message.id = %message.id, error = in_full(&error), "not settled");
                }
            }
            Ok(None) => return,
            Err(error) => {
                tracing::error!(error = in_full(&error), "suspects cannot be read; all queues are begun");
                return;
            }
        }
    }
}
