use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::calendar::{Calendar, Holiday, WeeklyHours, Zone};

/// `organisation.yaml`: what holds for everybody unless said otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    pub name: String,
    /// IANA name: `Europe/Berlin`.
    pub time_zone: Zone,
    pub hours: WeeklyHours,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<Holiday>,
    /// Addresses mail is sent from, by name; `default` is used where a workflow names none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub senders: BTreeMap<String, String>,
    /// Where a person can book a meeting with the team when nobody is available.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booking_link: Option<String>,
    #[serde(default)]
    pub outbound: Outbound,
}

impl Organisation {
    pub fn calendar(&self) -> Calendar<'_> {
        Calendar { zone: &self.time_zone, hours: &self.hours, holidays: &self.holidays }
    }
}

/// What may leave the house. `capture` by default, so that a first evening mails nobody.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outbound {
    /// Every message is kept in the outbox and sent to nobody.
    #[default]
    Capture,
    /// Sent to these addresses only; everything else is kept in the outbox.
    Only(Vec<String>),
    Live,
}

/// `templates/*`: a message with merge fields (`{{ lead.name }}`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    pub subject: String,
    pub body: String,
}
