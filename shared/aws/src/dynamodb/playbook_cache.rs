use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use domain::{id::ManifestId, playbook::Playbook};
use engine::ports::Active;

/// How old a reading of what is active may be.
const FRESH_FOR: Duration = Duration::from_secs(10);

/// Published playbooks kept in memory: the active one, and those that open executions are pinned to.
const KEPT: usize = 32;

/// What this process has read of the playbooks. Manifests never change; the pointer to the
/// active one is read again after ten seconds.
#[derive(Debug, Default)]
pub(crate) struct PlaybookCache(Mutex<Cached>);

#[derive(Debug, Default)]
struct Cached {
    active: Option<(Instant, Active)>,
    playbooks: HashMap<ManifestId, Arc<Playbook>>,
}

impl PlaybookCache {
    pub fn active(&self) -> Option<Active> {
        let cached = self.lock();
        let (read_at, active) = cached.active.as_ref()?;
        (read_at.elapsed() < FRESH_FOR).then(|| active.clone())
    }

    pub fn keep_active(&self, active: &Active) {
        self.lock().active = Some((Instant::now(), active.clone()));
    }

    /// This process changed it.
    pub fn forget_active(&self) {
        self.lock().active = None;
    }

    pub fn playbook(&self, manifest: &ManifestId) -> Option<Arc<Playbook>> {
        self.lock().playbooks.get(manifest).cloned()
    }

    pub fn keep(&self, manifest: &ManifestId, playbook: &Arc<Playbook>) {
        let mut cached = self.lock();
        if cached.playbooks.len() >= KEPT {
            cached.playbooks.clear();
        }
        cached.playbooks.insert(manifest.clone(), Arc::clone(playbook));
    }

    fn lock(&self) -> MutexGuard<'_, Cached> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
