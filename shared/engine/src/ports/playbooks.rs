use std::{future::Future, sync::Arc};

use domain::{decide::Paused, id::ManifestId, instant::Instant, plan::Plan, playbook::Playbook};
use serde::{Deserialize, Serialize};

use super::PortError;

/// Published playbooks and which is active. The only writer is `console`.
pub trait Playbooks: Send + Sync {
    /// The active playbook and what is paused. May be up to ten seconds old.
    fn active(&self) -> impl Future<Output = Result<Active, PortError>> + Send;

    /// One published version of the playbook. Immutable, so any copy will do.
    fn plan(&self, manifest: &ManifestId) -> impl Future<Output = Result<Option<Arc<Plan>>, PortError>> + Send;

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
    pub plan: Arc<Plan>,
    pub paused: Paused,
    /// The store was put back from a copy, and not everything was let go on since.
    pub restored: Option<Restored>,
}

/// Since when a store that was put back from a copy does not know what left the house.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Restored {
    /// What was asked for before this may have been sent by the store that was copied; always, where it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Instant>,
    /// When the copy was opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_at: Option<Instant>,
    /// What was paused in the copy; everything is until it is let go on.
    #[serde(default)]
    pub paused_before: Paused,
}

impl Restored {
    /// Whether what was asked for at this moment may have left before the store was put back.
    pub fn may_have_left(&self, asked_at: Instant) -> bool {
        self.as_of.is_none_or(|as_of| asked_at <= as_of)
    }

    /// Whether what came due at this moment may have been done by the store that was copied.
    pub fn may_be_done(&self, due: Instant) -> bool {
        self.found_at.is_some_and(|found_at| due <= found_at)
    }
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
