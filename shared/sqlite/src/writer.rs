//! The one thread that writes to a file. It takes everything that is queued, commits it
//! together and answers; while it waits for the disk, the next group gathers.

use std::{
    io,
    sync::mpsc::{Receiver, Sender, channel},
    thread::{self, JoinHandle},
};

use rusqlite::Connection;

use crate::commit::{Job, commit_together};

/// The writer thread's handle. Dropping it finishes what is queued and closes the file.
pub(crate) struct Writer {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub fn start(connection: Connection) -> Result<Self, io::Error> {
        let (jobs, queued) = channel();
        let thread = thread::Builder::new().name("store-writer".into()).spawn(move || run(&connection, &queued))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
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

fn run(connection: &Connection, queued: &Receiver<Job>) {
    while let Ok(first) = queued.recv() {
        commit_together(connection, first, || queued.try_recv().ok());
    }
}
