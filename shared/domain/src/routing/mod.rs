//! Who a record goes to before a pool picks: `routing.yaml`.
//!
//! A route is a list of rules; the first that matches says which pool or person gets the record (`crate::route`).

mod postal;
mod routed;
mod rule;
mod territory;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use postal::{PostalRange, PostalRangeError};
pub use routed::{Looked, RoutedTo};
pub use rule::{Ask, IfNobody, Rule, Target};
pub use territory::{Found, Territory, TerritoryFields};

use crate::id::{RouteId, TerritoryId};

/// `routing.yaml`: territories, and the routes that use them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Routing {
    /// Which fields say where a record is from.
    #[serde(default, skip_serializing_if = "TerritoryFields::is_empty")]
    pub territory_fields: TerritoryFields,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub territories: BTreeMap<TerritoryId, Territory>,
    /// Each route's rules: the first that matches decides; the last one has no condition.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub routes: BTreeMap<RouteId, Vec<Rule>>,
}

impl Routing {
    /// Whether nothing is routed at all.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
