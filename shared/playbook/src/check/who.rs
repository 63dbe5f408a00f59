//! People as workflows name them: whether there will be anybody.

use std::collections::BTreeSet;

use domain::{
    condition::{FieldPath, FieldTypes},
    id::Kind,
    nearest::nearest,
    step::Who,
};

use super::{fields::Fields, names::cause, people::check_person};
use crate::{
    code,
    diagnostic::{Place, Severity},
    read::{Help, Report},
    sections::Draft,
};

/// Who may be named at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Allowed {
    People,
    /// The next owner of the record: also the word `next_available`, read before it comes here.
    NextOwner,
    /// Also the record itself, by its own e-mail address.
    PeopleAndRecord,
}

/// What is known where somebody is named.
pub(super) struct WhoScope<'s> {
    pub draft: &'s Draft,
    pub fields: Option<Fields<'s>>,
    /// Whether a pool assigns the record somewhere in this workflow.
    pub has_pool: bool,
    /// The kinds of record that workflows assign.
    pub assigned: &'s BTreeSet<&'s Kind>,
}

impl WhoScope<'_> {
    pub fn check(&self, who: &Who, allowed: Allowed, at: Place, report: &mut Report<'_>) {
        match who {
            Who::Named(name) if self.fields.is_some_and(|fields| fields.kind.as_str() == name) => {
                self.check_record(name, allowed, at, report);
            }
            // Without the kind of record, a name may be the record's own.
            Who::Named(_) if self.fields.is_none() => {}
            Who::Named(name) => match self.slip_of(name, allowed) {
                Some(word) => {
                    let message = format!("`{name}` is not a person of people.yaml");
                    report.error(at, code::UNKNOWN_PERSON, message, Some(word));
                }
                None => check_person(self.draft, name, at, report),
            },
            Who::Owner { kind } | Who::OwnersManager { kind }
                if self.fields.is_some_and(|fields| fields.kind == kind) =>
            {
                if !self.assigned.contains(kind) {
                    let message = format!(
                        "no workflow assigns a {kind}, so it has an owner only once a person or a program gives it one, and this reaches nobody until then"
                    );
                    report.warning(at, code::NO_OWNER, message, None);
                }
            }
            Who::Owner { kind } | Who::OwnersManager { kind } => {
                let Some(fields) = self.fields else { return };
                let message = format!("this workflow is about a {}, not about `{kind}`", fields.kind);
                let suggestion = who.to_string().replacen(kind.as_str(), fields.kind.as_str(), 1);
                report.error(at, code::UNKNOWN_KIND, message, Some(suggestion));
            }
            Who::TeamLead if self.has_pool => {}
            Who::TeamLead => {
                let message = "no pool assigns the record in this workflow, so team_lead is the manager of \
                               its present owner; a record without an owner has no team_lead";
                report.warning(at, code::NO_TEAM_LEAD, message, None);
            }
        }
    }

    /// The word for somebody that an unknown name is a slip of.
    fn slip_of(&self, name: &str, allowed: Allowed) -> Option<String> {
        let is_known = self.draft.names.people.iter().flatten().any(|person| person == name);
        let own = match allowed {
            Allowed::People => None,
            Allowed::NextOwner => Some("next_available"),
            Allowed::PeopleAndRecord => self.fields.map(|fields| fields.kind.as_str()),
        };
        nearest(name, own.into_iter().chain(["team_lead"])).filter(|_| !is_known).map(str::to_owned)
    }

    fn check_record(&self, kind: &str, allowed: Allowed, at: Place, report: &mut Report<'_>) {
        if allowed != Allowed::PeopleAndRecord {
            let message =
                format!("`{kind}` is the record, not a person; write a person's id, {kind}.owner or team_lead");
            return report.error(at, code::NO_RECIPIENT, message, Some(format!("{kind}.owner")));
        }
        let email = FieldPath::new(kind, "email");
        if self.fields.is_some_and(|fields| fields.field_type(&email).is_none()) {
            let message = format!("a {kind} has no field `email` to write to");
            let help = Help { cause: Some(cause(code::UNKNOWN_FIELD, &format!("{kind}.email"))), ..Help::default() };
            report.add(Severity::Error, at, code::NO_RECIPIENT, message, help);
        }
    }
}
