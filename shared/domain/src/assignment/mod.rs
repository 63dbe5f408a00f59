//! Who gets the next record of a pool, and why: a pure function of the pool's state, its
//! members' availability and the moment.
//!
//! One file per strategy. The state changes only together with the pick it records.

mod availability;
mod state;
mod weighted;

use serde::{Deserialize, Serialize};

pub use availability::standing;
pub use state::{Line, PoolState, Share, answer, withdraw};

use crate::{id::PersonId, instant::Instant};

/// One member at one decision: what spoke for or against.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    pub person: PersonId,
    pub weight: u32,
    pub standing: Standing,
}

/// Where a member stood. The first reason against, or the numbers for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "standing", rename_all = "snake_case")]
pub enum Standing {
    Chosen {
        /// Records due to this member before this pick, less those given; in thousandths.
        owed: i64,
    },
    /// Available, and another was more due.
    Passed {
        owed: i64,
    },
    /// The present owner keeps a returning record; the rotation is not moved.
    Kept,
    /// Has left, or is switched off.
    NotActive,
    NoWeight,
    /// Had this record already.
    AlreadyTried,
    Away {
        until: Instant,
    },
    OutOfHours {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Instant>,
    },
    Holiday {
        name: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Instant>,
    },
}
