use std::{future::Future, sync::Arc};

use domain::{decide::Paused, id::ManifestId, instant::Instant, playbook::Playbook};
use serde::{Deserialize, Serialize};

use super::PortError;

/// Published playbooks and which is active. The only writer is `console`.
pub trait Playbooks: Send + Sync {
    /// The active playbook and what is paused. May be up to ten seconds old.
    fn active(&self) -> impl Future<Output = Result<Active, PortError>> + Send;

    /// One published playbook. Immutable, so any copy will do.
    fn playbook(&self, manifest: &ManifestId) -> impl Future<Output = Result<Option<Arc<Playbook>>, PortError>> + Send;

    /// Keeps a playbook under its content's name and makes it the active one, on condition
    /// that `replaces` still is. Publishing an earlier one again is a rollback.
    fn publish(
        &self,
        playbook: &Playbook,
        replaces: Option<&ManifestId>,
        activation: Activation,
    ) -> impl Future<Output = Result<Published, PortError>> + Send;

    /// Replaces what is paused. Set before the first publish, it holds after it.
    fn set_paused(&self, paused: &Paused) -> impl Future<Output = Result<(), PortError>> + Send;

    /// The latest activations, newest first.
    fn activations(&self, limit: usize) -> impl Future<Output = Result<Vec<Activation>, PortError>> + Send;
}

/// What is active now.
#[derive(Debug, Clone)]
pub struct Active {
    pub manifest: ManifestId,
    pub playbook: Arc<Playbook>,
    pub paused: Paused,
}

/// Who made which playbook active, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activation {
    pub manifest: ManifestId,
    #[serde(with = "domain::instant::rfc3339")]
    pub at: Instant,
    pub by: String,
}

/// The outcome of publishing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Published {
    Done,
    /// Another playbook became active meanwhile. Nothing was changed.
    Conflict {
        active: ManifestId,
    },
}
