//! One member's part in the rotation, and how it grows without being written.
//!
//! A pick among members of total weight W makes each of them due `weight / W` more. Writing
//! that to every member would cost a pool of 1,000 a thousand changes a pick. Instead the
//! pool has one *level*, which rises by 1/W, and a member's due is what was settled plus
//! `weight × (level − level when it was settled)`. A member is settled only when they begin
//! or cease to take part, or their weight changes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Amount, Pipeline, taken::Taken};
use crate::{id::Kind, instant::Instant};

/// One member's part in the rotation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Share {
    /// The page of the pool's members that it is stored in.
    #[serde(skip)]
    pub page: u16,
    /// When it began to count.
    pub since: Instant,
    /// Under which the due grows.
    pub weight: u32,
    /// Records due, as last settled.
    due: Amount,
    /// The pool's level then; none while the member does not take part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    level: Option<Amount>,
    /// Records given that still count.
    pub given: u64,
    /// Records given that were credited, and count no longer.
    #[serde(default, skip_serializing_if = "super::strategy::is_zero")]
    pub credited: u64,
    /// The number of the latest pick that fell to this member.
    pub last: u64,
    /// Records of this pool that are open, by kind, where the pool counts them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub open: BTreeMap<Kind, u32>,
    /// What these come to, where the pool looks at that.
    #[serde(default, skip_serializing_if = "Pipeline::is_empty")]
    pub pipeline: Pipeline,
    /// What was taken in the periods that have a cap.
    #[serde(default, skip_serializing_if = "Taken::is_empty")]
    pub taken: Taken,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absence: Option<Absence>,
    /// Missed while away in all absences that have ended: about so many records.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub missed: Amount,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catching_up: Option<CatchingUp>,
}

/// Where the pool stood when the member went away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    pub since: Instant,
    pub level: Amount,
    pub picks: u64,
}

/// What is still to be made up for an absence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatchingUp {
    pub left: Amount,
    /// The end of the day, by the member's clock, for which a part has been made up.
    pub next: Instant,
}

fn is_zero(amount: &Amount) -> bool {
    *amount == Amount::ZERO
}

impl Share {
    /// A new member: owed nothing, owing nothing.
    pub(crate) fn new(since: Instant, weight: u32, page: u16) -> Self {
        Self { page, since, weight, ..Self::default() }
    }

    pub fn takes_part(&self) -> bool {
        self.level.is_some()
    }

    /// Records due since the member joined.
    pub fn due(&self, level: Amount) -> Amount {
        self.due + self.level.map_or(Amount::ZERO, |settled| (level - settled).times(self.weight))
    }

    /// Records due less records given.
    pub fn owed(&self, level: Amount) -> Amount {
        self.due(level) - Amount::whole(self.given)
    }

    /// All open records of this pool.
    pub fn open(&self) -> u32 {
        self.open.values().sum()
    }

    /// Takes part from this level on, or no longer, at this weight.
    pub(crate) fn settle(&mut self, level: Amount, weight: u32, takes_part: bool) {
        self.due = self.due(level);
        self.level = takes_part.then_some(level);
        self.weight = weight;
    }

    pub(crate) fn add_due(&mut self, more: Amount) {
        self.due += more;
    }

    /// About how many records the member would have had since they went away: for each pick
    /// `weight / (W + weight)`, with W taken as the same throughout. Exact if it was.
    pub fn missed_by(&self, absence: &Absence, level: Amount, picks: u64) -> Amount {
        let (risen, picks) = (level - absence.level, picks.saturating_sub(absence.picks));
        match Amount::whole(picks).over(risen) {
            Some(weight_of_others) => Amount::whole(picks)
                .times(self.weight)
                .over(weight_of_others + Amount::whole(u64::from(self.weight)))
                .unwrap_or_default(),
            None => Amount::ZERO,
        }
    }

    pub(crate) fn count_open(&mut self, kind: &Kind, more: i64) {
        let now = i64::from(self.open.get(kind).copied().unwrap_or_default()) + more;
        match u32::try_from(now) {
            Ok(now) if now > 0 => drop(self.open.insert(kind.clone(), now)),
            _ => drop(self.open.remove(kind)),
        }
    }
}
