use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    duration::Span,
    id::{Kind, PersonId},
    value::FieldName,
};

/// The largest weight of a member.
pub const HEAVIEST: u32 = 1000;

/// One pool in `pools.yaml`: people who share incoming records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Pool {
    /// The team lead: told when something is missed, and the last to whom a waiting record goes.
    pub lead: PersonId,
    #[serde(default)]
    pub strategy: Strategy,
    /// For `lower_pipeline`: the field of this pool's records, a number or money, that is summed up over
    /// those a member has open. It counts as it is, whatever the currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<FieldName>,
    /// Shares, 0…1000: a member with weight 3 gets three records for each one of weight 1.
    pub members: BTreeMap<PersonId, u32>,
    /// What becomes of the records a member missed while away.
    #[serde(default, skip_serializing_if = "OnReturn::is_default")]
    pub on_return: OnReturn,
    /// How much each member takes at most.
    #[serde(default, skip_serializing_if = "Caps::is_empty")]
    pub caps: Caps,
    /// Caps of single members; what is not said here is as in `caps`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub caps_of: BTreeMap<PersonId, Caps>,
    /// Nothing new this long before somebody's time off begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_before_time_off: Option<Span>,
    /// How long a record may wait for somebody to be available before it goes to the lead.
    #[serde(default = "Pool::default_wait")]
    pub wait_at_most: Span,
}

impl Pool {
    fn default_wait() -> Span {
        Span::days(3)
    }

    /// A member's caps: their own, and the pool's where theirs say nothing.
    pub fn caps_of(&self, person: &PersonId) -> Caps {
        self.caps_of.get(person).map_or_else(|| self.caps.clone(), |own| own.clone().or(&self.caps))
    }

    /// Whether the pool has to know which records its members still have open.
    pub fn counts_open(&self) -> bool {
        matches!(self.strategy, Strategy::LeastOpen | Strategy::LowerPipeline)
            || self.caps.counts_open()
            || self.caps_of.values().any(Caps::counts_open)
    }

    /// The field that is summed up over open records, where the strategy wants it.
    pub fn sums_up(&self) -> Option<&FieldName> {
        self.pipeline.as_ref().filter(|_| self.strategy == Strategy::LowerPipeline)
    }
}

/// How a pool chooses among those who are available.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// In proportion to the weights, within one record of the exact share at every moment.
    #[default]
    Weighted,
    /// The member who has waited longest for one; the weights do not matter.
    InTurn,
    /// The member with the fewest open records for their weight.
    LeastOpen,
    /// The member whose open records come to least for their weight, in the field that `pipeline` names.
    LowerPipeline,
}

/// What becomes of the records a member missed while away. Out of hours nobody misses anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum OnReturn {
    /// Goes on where they stood: what they were owed when they left they are owed still, and no more.
    #[default]
    Resume,
    /// Starts level with everybody: owed nothing, owing nothing.
    Rejoin,
    /// Gets what they missed on top of their share, a little each day.
    CatchUp {
        /// Records made up for one absence, however long.
        at_most: u32,
        /// Of these, how many a day.
        per_day: u32,
    },
}

impl OnReturn {
    fn is_default(&self) -> bool {
        *self == Self::Resume
    }
}

/// How much a member takes at most. Periods are the member's own: by the clock of their zone, weeks from Monday.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Caps {
    /// Records from this pool that are open at the same time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<u32>,
    /// The same for one kind of record: `{ lead: 20, deal: 5 }`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub open_of_kind: BTreeMap<Kind, u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_hour: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_day: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_week: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_month: Option<u32>,
    /// Records ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u32>,
}

impl Caps {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn counts_open(&self) -> bool {
        self.open.is_some() || !self.open_of_kind.is_empty()
    }

    fn or(self, general: &Self) -> Self {
        let mut open_of_kind = general.open_of_kind.clone();
        open_of_kind.extend(self.open_of_kind);
        Self {
            open: self.open.or(general.open),
            open_of_kind,
            per_hour: self.per_hour.or(general.per_hour),
            per_day: self.per_day.or(general.per_day),
            per_week: self.per_week.or(general.per_week),
            per_month: self.per_month.or(general.per_month),
            total: self.total.or(general.total),
        }
    }
}
