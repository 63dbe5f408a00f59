//! Which fields something fills: a form, a scoring rule, an update, or an event from outside.

use std::collections::BTreeSet;

use domain::{
    id::Kind,
    step::Mention,
    workflow::{Trigger, Workflow},
};

use crate::{KNOWN_EVENTS, sections::Draft};

/// Every field that is filled, as `kind.field`.
#[derive(Default)]
pub(super) struct Filled {
    fields: BTreeSet<String>,
    /// Kinds about which events of other programs come, which bring fields of their own.
    from_outside: BTreeSet<Kind>,
}

/// Whether a field ever gets a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filling {
    Filled,
    /// Nothing of the playbook does, but an event could.
    Perhaps,
    Never,
}

impl Filled {
    pub fn of(draft: &Draft) -> Self {
        let mut filled = Self::default();
        filled.fields.extend(draft.forms.values().flat_map(|form| form.map.keys().cloned()));
        for (kind, schema) in draft.schema.iter().flat_map(|schema| &schema.kinds) {
            let matched = schema.match_by.iter();
            let matched = matched
                .filter_map(|(link, by)| Some(format!("{}.{}", schema.links.get(link)?, by.email_domain.as_ref()?)));
            filled.fields.extend(matched);
            let by_programs = schema.fields.iter().filter(|(_, field)| field.filled_by.is_some()).map(|(name, _)| name);
            let own = schema.scoring.keys().chain(by_programs);
            filled.fields.extend(own.map(|field| format!("{kind}.{field}")));
        }
        for declared in draft.schema.iter().flat_map(|schema| schema.events.values()) {
            let kinds = declared.kind.iter();
            let brought = kinds.flat_map(|kind| declared.fields.keys().map(move |field| format!("{kind}.{field}")));
            filled.fields.extend(brought);
        }
        for workflow in draft.workflows.values() {
            filled.add_workflow(workflow, draft);
        }
        filled
    }

    pub fn filling(&self, kind: &Kind, field: &str) -> Filling {
        match (self.fields.contains(&format!("{kind}.{field}")), self.from_outside.contains(kind)) {
            (true, _) => Filling::Filled,
            (false, true) => Filling::Perhaps,
            (false, false) => Filling::Never,
        }
    }

    fn add_workflow(&mut self, workflow: &Workflow, draft: &Draft) {
        let declared = |event| draft.schema.as_ref().and_then(|schema| schema.events.get(event));
        if let Trigger::Event { event, kind } = &workflow.when
            && !KNOWN_EVENTS.contains(&event.as_str())
            && declared(event).is_none_or(|declared| declared.fields.is_empty())
        {
            // Nothing says what it brings.
            self.from_outside.insert(kind.clone());
        }
        for mention in workflow.mentions() {
            if let Mention::Writes(target) = mention {
                self.fields.insert(target.to_owned());
            }
        }
    }
}
