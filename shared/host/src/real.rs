use std::sync::Arc;

use engine::ports::Queue;
use sqlite::Store;
use tokio::{sync::watch, task::JoinHandle};

use crate::{Steps, dispatch::Dispatcher, minute::each_minute};

/// A running host in real time. Its store's clock must be the machine's.
///
/// Dropping it stops it without waiting; [`Host::stop`] waits.
pub struct Host {
    stop: watch::Sender<bool>,
    running: Vec<JoinHandle<()>>,
}

impl Host {
    /// Starts taking messages and doing the work of each minute. Needs a tokio runtime.
    pub fn start(store: &Store, steps: impl Steps) -> Self {
        let steps = Arc::new(steps);
        let (stop, stopped) = watch::channel(false);
        let mut running: Vec<_> = Queue::ALL
            .into_iter()
            .map(|queue| tokio::spawn(Dispatcher::new(store.clone(), Arc::clone(&steps), queue).run(stopped.clone())))
            .collect();
        running.push(tokio::spawn(each_minute(store.clone(), steps, stopped)));
        Self { stop, running }
    }

    /// Completes if a part of it has ended by itself, which none should: then it has to be started again.
    pub async fn broken(&mut self) {
        let (ended, ..) = futures_util::future::select_all(&mut self.running).await;
        if let Err(why) = ended {
            tracing::error!(%why, "a part of the host has ended");
        }
    }

    /// Takes no more messages, and returns once those it took are settled.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        for running in self.running {
            if let Err(ended) = running.await {
                tracing::error!(why = %ended, "a part of the host had ended before");
            }
        }
    }
}
