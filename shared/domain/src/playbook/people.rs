use serde::{Deserialize, Serialize};

use crate::{
    calendar::{WeeklyHours, Zone},
    domain_name::address_key,
    id::PersonId,
};

/// One person in `people.yaml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub name: String,
    pub email: String,
    /// Gets what this person's work escalates to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manager: Option<PersonId>,
    /// Stands in while this person is away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegate: Option<PersonId>,
    /// The organisation's where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<Zone>,
    /// The organisation's where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<WeeklyHours>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar_link: Option<String>,
    /// What they can do that not everybody can: `german`, `enterprise`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<String>,
    /// `false` for someone who has left: gets nothing, keeps nothing.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub active: bool,
}

impl Person {
    /// Whether this is the person's e-mail address, in any spelling.
    pub fn has_address(&self, address: &str) -> bool {
        address_key(&self.email) == address_key(address)
    }
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes the field by reference")]
fn is_yes(active: &bool) -> bool {
    *active
}
