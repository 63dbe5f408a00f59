//! The one thread that writes to a file. It takes everything that is queued, commits it
//! together and answers; while it waits for the disk, the next group gathers.

use std::{
    io,
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, Sender, channel},
    },
    thread::{self, JoinHandle},
};

use rusqlite::Connection;
use tokio::sync::watch;

use crate::{
    commit::{Job, Writing, commit_together, lend},
    life,
    place::Place,
};

/// The writer thread's handle. Dropping it finishes what is queued and closes the file.
pub(crate) struct Writer {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    /// Closed by the thread's end.
    alive: watch::Receiver<()>,
}

impl Writer {
    /// `place`: where its file has to lie, if it is one.
    pub fn start(connection: Connection, place: Option<Arc<Place>>) -> Result<Self, io::Error> {
        let (jobs, queued) = channel();
        let (lives, alive) = watch::channel(());
        let connection = Arc::new(Mutex::new(connection));
        let work = move || {
            let _lives = lives;
            run(&connection, place.as_deref(), &queued);
        };
        let thread = thread::Builder::new().name("store-writer".into()).spawn(work)?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread), alive })
    }

    /// Completes if the thread has ended, which before the drop it never should.
    pub async fn ended(&self) {
        // Nothing is ever sent: an error is the other end gone.
        let _ = self.alive.clone().changed().await;
    }

    /// Hands a job over. A writer that has stopped drops it, which its caller notices.
    pub fn submit(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            let _ = jobs.send(job);
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(connection: &Writing, place: Option<&Place>, queued: &Receiver<Job>) {
    while let Ok(first) = queued.recv() {
        commit_together(connection, place, first, || queued.try_recv().ok());
    }
    if let Err(error) = life::end(&lend(connection)) {
        tracing::warn!(error = %error, "the data cannot be marked as closed in order");
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::commit::Ran;

    #[tokio::test]
    async fn a_writer_that_ends_is_noticed() {
        let writer = Writer::start(Connection::open_in_memory().expect("memory"), None).expect("started");
        let soon = Duration::from_millis(1);
        assert!(tokio::time::timeout(soon, writer.ended()).await.is_err(), "it has only just begun");
        let breaks: Job = Box::new(|_| Ran { failed: false, answer: Box::new(|_| panic!("a fault of ours")) });
        writer.submit(breaks);
        tokio::time::timeout(Duration::from_secs(60), writer.ended()).await.expect("noticed");
    }
}
