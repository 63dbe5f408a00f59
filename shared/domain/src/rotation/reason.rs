//! What can speak against a member.

use serde::{Deserialize, Serialize};

use crate::{id::Kind, instant::Instant};

/// The first reason why a member cannot take a record now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// Has left.
    NotActive,
    NoWeight,
    /// Had this record already.
    AlreadyTried,
    LacksSkill {
        skill: String,
    },
    Away {
        until: Instant,
    },
    /// Off until somebody switches them on again.
    SwitchedOff {
        since: Instant,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// Their time off begins so soon that they get nothing new.
    AwaySoon {
        from: Instant,
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
    /// Has as many as they may.
    Capped {
        cap: Cap,
        limit: u32,
        /// When the cap's period ends; none for open records and totals.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Instant>,
    },
}

/// Which cap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cap {
    Open,
    OpenOfKind(Kind),
    Hour,
    Day,
    Week,
    Month,
    Total,
}

impl Reason {
    /// When the reason ends by itself, if it does and it is known.
    pub fn until(&self) -> Option<Instant> {
        match self {
            Self::Away { until } | Self::AwaySoon { until, .. } => Some(*until),
            Self::OutOfHours { until } | Self::Holiday { until, .. } | Self::Capped { until, .. } => *until,
            Self::NotActive
            | Self::NoWeight
            | Self::AlreadyTried
            | Self::LacksSkill { .. }
            | Self::SwitchedOff { .. } => None,
        }
    }

    /// Whether it ends when other work is done, at a moment nobody knows.
    pub(crate) fn ends_with_work(&self) -> bool {
        matches!(self, Self::Capped { cap: Cap::Open | Cap::OpenOfKind(_), .. })
    }

    /// Whether the member misses records by it, which a return policy may make up for.
    pub(crate) fn is_absence(&self) -> bool {
        matches!(self, Self::Away { .. } | Self::AwaySoon { .. } | Self::SwitchedOff { .. })
    }
}
