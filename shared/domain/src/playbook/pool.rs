use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{duration::Span, id::PersonId};

/// One pool in `pools.yaml`: people who share incoming records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Pool {
    /// The team lead: told when something is missed, and the last to whom a waiting record goes.
    pub lead: PersonId,
    #[serde(default)]
    pub strategy: Strategy,
    /// Shares, 0…1000: a member with weight 3 gets three records for each one of weight 1.
    pub members: BTreeMap<PersonId, u32>,
    /// How long a record may wait for somebody to be available before it goes to the lead.
    #[serde(default = "Pool::default_wait")]
    pub wait_at_most: Span,
}

impl Pool {
    fn default_wait() -> Span {
        Span::days(3)
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
}
