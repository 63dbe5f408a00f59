//! What a store keeps in memory beside its file. The file is always enough to make it again.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::{
    calendar::TimeOff,
    decide::Paused,
    id::{ManifestId, PersonId},
    playbook::Playbook,
};
use engine::ports::Restored;

use crate::{backlog::Backlog, newest::Newest, queue::Arrivals, remembered::Remembered};

#[derive(Default)]
pub(crate) struct Kept {
    pub arrivals: Arrivals,
    pub backlog: Backlog,
    pub newest: Newest,
    /// The active playbook's name, if one was published, and what is paused, and whether it is a copy.
    pub active: Remembered<(Option<ManifestId>, Paused, Option<Restored>)>,
    /// Of everybody who has any.
    pub time_off: Remembered<BTreeMap<PersonId, Vec<TimeOff>>>,
    playbooks: Mutex<HashMap<ManifestId, Arc<Playbook>>>,
}

impl Kept {
    /// Published playbooks never change, so each is read and parsed once.
    pub fn playbooks(&self) -> MutexGuard<'_, HashMap<ManifestId, Arc<Playbook>>> {
        self.playbooks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
