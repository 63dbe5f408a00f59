//! Where a route leads, and what its rules said, as a history keeps it.

use serde::{Deserialize, Serialize};

use super::Ask;
use crate::id::PersonId;

/// Where a record is routed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoutedTo {
    /// It stays with its owner.
    Kept(PersonId),
    Pool(#[serde(with = "as_rule")] Ask),
    Person(PersonId),
    /// A person, for somebody who is absent.
    StandIn {
        person: PersonId,
        instead_of: PersonId,
    },
    /// No rule matched.
    Nobody,
}

/// One rule's answer, in a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looked {
    pub rule: String,
    pub holds: bool,
    /// `Company employees must be at least 500; was 12. Country DE is in dach ✓.`
    pub why: String,
}

/// An [`Ask`] as a rule writes it.
mod as_rule {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    use super::Ask;
    use crate::routing::IfNobody;

    pub(super) fn serialize<S: Serializer>(ask: &Ask, serializer: S) -> Result<S::Ok, S::Error> {
        IfNobody::Pool(Box::new(ask.clone())).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Ask, D::Error> {
        match IfNobody::deserialize(deserializer)? {
            IfNobody::Pool(ask) => Ok(*ask),
            _ => Err(de::Error::custom("a pool is wanted")),
        }
    }
}
