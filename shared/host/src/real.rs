use std::sync::Arc;

use engine::ports::Queue;
use futures_util::FutureExt as _;
use sqlite::Store;
use tokio::{sync::watch, task::JoinHandle};

use crate::{Steps, dispatch::Dispatcher, minute::each_minute, suspects};

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
        // Every part waits for this one, and none ends with it: a part that ends says that the host is broken.
        let tried = suspects::try_alone(store.clone(), Arc::clone(&steps), stopped.clone()).boxed().shared();
        let mut running = Vec::new();
        for queue in Queue::ALL {
            let dispatcher = Dispatcher::new(store.clone(), Arc::clone(&steps), queue);
            let (tried, stopped) = (tried.clone(), stopped.clone());
            running.push(tokio::spawn(async move {
                tried.await;
                dispatcher.run(stopped).await;
            }));
        }
        let store = store.clone();
        running.push(tokio::spawn(async move {
            tried.await;
            each_minute(store, steps, stopped).await;
        }));
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
