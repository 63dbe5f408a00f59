use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Head;
use crate::{
    id::{EventId, RecordKey},
    kept::{Kept, Settlement},
    playbook::Lifetime,
};

/// What becomes of submissions that are kept aside, and of Idempotency-Keys, on histories of their own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeptChange {
    /// A submission that reached no record.
    Kept(Box<Kept>),
    /// A settlement is awaited, on the history that is to hold it.
    SettlementAwaited,
    /// What became of a kept submission.
    Settled { by: String, settlement: Settlement },
    /// An Idempotency-Key was used; the first body wins.
    KeyUsed { fingerprint: String, record: RecordKey },
    /// `retention:` has deleted the beginning of a history of kept submissions.
    Deleted {
        /// What `retention: kept_submissions` was.
        rule: Lifetime,
        /// The number of the first entry that is left.
        below: u64,
        submissions: u64,
        /// Settlements that stay, because younger submissions are kept under them, too.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        needed: BTreeSet<EventId>,
    },
}

impl Head {
    pub(super) fn apply_kept(&mut self, change: &KeptChange) {
        match change {
            KeptChange::Settled { .. } => self.closed = true,
            KeptChange::Kept(_)
            | KeptChange::SettlementAwaited
            | KeptChange::KeyUsed { .. }
            | KeptChange::Deleted { .. } => {}
        }
    }
}
