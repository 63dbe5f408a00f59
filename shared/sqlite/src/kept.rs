//! What a store keeps in memory beside its file. The file is always enough to make it again.
//!
//! A read is never behind a write that has returned: one process owns the file, and its one writer brings what is kept
//! here up to date before the caller hears that the write is durable.

use std::sync::{Mutex, MutexGuard, PoisonError, atomic::AtomicBool};

use domain::{decide::Paused, id::ManifestId};
use engine::{
    Shelf,
    ports::{Absences, Restored},
};

use crate::{backlog::Backlog, newest::Newest, queue::Arrivals, remembered::Remembered};

#[derive(Default)]
pub(crate) struct Kept {
    pub arrivals: Arrivals,
    pub backlog: Backlog,
    pub newest: Newest,
    /// The active playbook's name, if one was published, and what is paused, and whether it is a copy.
    pub active: Remembered<(Option<ManifestId>, Paused, Option<Restored>)>,
    /// Of everybody who has any.
    pub absences: Remembered<Absences>,
    /// Whether anything was read since the start that this release cannot read.
    pub unreadable: AtomicBool,
    playbooks: Mutex<Shelf>,
}

impl Kept {
    /// Published playbooks never change, so what is kept of them is never behind.
    pub fn playbooks(&self) -> MutexGuard<'_, Shelf> {
        self.playbooks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
