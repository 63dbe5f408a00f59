//! The playbook: everything a user writes, typed. One published playbook is a
//! *manifest*: immutable, named by the hash of its content.
//!
//! These types are the canonical form (JSON). Reading YAML, with every problem at
//! once and its line, is the `playbook` crate's work.

mod form;
mod organisation;
mod page;
mod people;
mod pool;
mod retention;
mod schema;
mod told;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use form::{Form, Partial, Source};
pub use organisation::{Organisation, Outbound, Template, host_of};
pub use page::{Language, PageTexts, Thanks};
pub use people::Person;
pub use pool::{Caps, HEAVIEST, OnReturn, Pool, Strategy};
pub use retention::{Lifetime, LifetimeError, Retention};
pub use schema::{Band, EventSchema, FieldSchema, FilledBy, KindSchema, MatchBy, Points, Schema};

use crate::{
    calendar::Calendar,
    domain_name::address_key,
    id::{FormId, ManifestId, PersonId, PoolId, TemplateId, WorkflowId, derive},
    routing::Routing,
    workflow::Workflow,
};

/// One playbook: what is published, pinned by executions and named in every entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Playbook {
    pub organisation: Organisation,
    pub schema: Schema,
    #[serde(default)]
    pub people: BTreeMap<PersonId, Person>,
    #[serde(default)]
    pub pools: BTreeMap<PoolId, Pool>,
    #[serde(default, skip_serializing_if = "Routing::is_empty")]
    pub routing: Routing,
    #[serde(default)]
    pub forms: BTreeMap<FormId, Form>,
    #[serde(default)]
    pub workflows: BTreeMap<WorkflowId, Workflow>,
    #[serde(default)]
    pub templates: BTreeMap<TemplateId, Template>,
}

impl Playbook {
    /// A person's working time: their own hours and zone, else the organisation's.
    pub fn calendar_of(&self, person: &PersonId) -> Calendar<'_> {
        self.calendar_by(self.people.get(person))
    }

    /// The same for somebody who is at hand.
    pub fn calendar_by<'a>(&'a self, own: impl Into<Option<&'a Person>>) -> Calendar<'a> {
        let own = own.into();
        let organisation = &self.organisation;
        Calendar {
            zone: own.and_then(|person| person.time_zone.as_ref()).unwrap_or(&organisation.time_zone),
            hours: own.and_then(|person| person.hours.as_ref()).unwrap_or(&organisation.hours),
            holidays: &organisation.holidays,
        }
    }

    /// Whether an address is that of one of the team, or one that the organisation writes from or is told at.
    pub fn is_own_address(&self, address: &str) -> bool {
        let organisation = &self.organisation;
        let listed = organisation.senders.values().chain(&organisation.exceptions_to);
        let is_this = |own: &String| address_key(own) == address_key(address);
        self.people.values().any(|person| person.has_address(address)) || listed.into_iter().any(is_this)
    }

    /// The name of this content: equal playbooks have equal names.
    pub fn manifest_id(&self) -> ManifestId {
        let canonical = serde_json::to_string(self).expect("a playbook is plain data with text keys");
        ManifestId::new(derive("man_", &[&canonical]))
    }
}
