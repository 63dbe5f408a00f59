use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use domain::{id::ManifestId, plan::Plan};
use engine::{Shelf, ports::Active};

/// How old a reading of what is active may be.
const FRESH_FOR: Duration = Duration::from_secs(10);

/// What this process has read of the playbooks. Manifests never change; the pointer to the
/// active one is read again after ten seconds.
#[derive(Debug, Default)]
pub(crate) struct PlaybookCache(Mutex<Cached>);

#[derive(Debug, Default)]
struct Cached {
    active: Option<(Instant, Active)>,
    playbooks: Shelf,
}

impl PlaybookCache {
    pub fn active(&self) -> Option<Active> {
        let cached = self.lock();
        let (read_at, active) = cached.active.as_ref()?;
        (read_at.elapsed() < FRESH_FOR).then(|| active.clone())
    }

    pub fn keep_active(&self, active: &Active) {
        let mut cached = self.lock();
        cached.playbooks.set_active(&active.manifest);
        cached.active = Some((Instant::now(), active.clone()));
    }

    /// This process changed it.
    pub fn forget_active(&self) {
        self.lock().active = None;
    }

    pub fn plan(&self, manifest: &ManifestId) -> Option<Arc<Plan>> {
        self.lock().playbooks.get(manifest)
    }

    pub fn keep(&self, manifest: &ManifestId, plan: &Arc<Plan>, bytes: usize) {
        self.lock().playbooks.put(manifest, plan, bytes);
    }

    fn lock(&self) -> MutexGuard<'_, Cached> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
