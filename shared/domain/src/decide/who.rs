//! Who is meant where a workflow names somebody.

use crate::{
    effect::Recipient,
    id::{ExecutionId, PersonId},
    step::Who,
};

use super::Turn;

impl Turn<'_> {
    /// The person as they are now; the one acting for them while they are absent. Else why there is nobody, in half a
    /// sentence.
    pub(super) fn resolve(&self, who: &Who, execution: &ExecutionId) -> Result<PersonId, String> {
        self.found(who, execution).ok_or_else(|| self.missing(who))
    }

    /// The recipient of an e-mail: the record itself where its kind is named, else a person.
    pub(super) fn recipient(&self, who: &Who, execution: &ExecutionId) -> Result<Recipient, String> {
        match who {
            Who::Named(name) if *name == self.record.kind.as_str() => Ok(Recipient::Record),
            _ => self.resolve(who, execution).map(Recipient::Person),
        }
    }

    /// As a sentence names them: people by name, places in words.
    pub(super) fn called_in_words(&self, who: &Who) -> String {
        match who {
            Who::Owner { kind } => format!("the {kind}'s owner"),
            Who::OwnersManager { kind } => format!("the manager of the {kind}'s owner"),
            Who::TeamLead => "the team lead".to_owned(),
            Who::Named(name) => {
                self.person(&PersonId::new(name.as_str())).map_or_else(|| name.clone(), |person| person.name.clone())
            }
        }
    }

    fn found(&self, who: &Who, execution: &ExecutionId) -> Option<PersonId> {
        let owner = self.head.owner.as_ref();
        let person = match who {
            Who::Owner { .. } => return owner.map(|owner| owner.person.clone()),
            Who::OwnersManager { .. } => self.person(&owner?.person)?.manager.clone()?,
            Who::TeamLead => {
                let pool = owner.and_then(|owner| owner.pool.as_ref()).or_else(|| {
                    self.head.requests.iter().rev().find(|asked| asked.execution == *execution).map(|asked| &asked.pool)
                });
                match pool.and_then(|pool| self.context.plan.playbook.pools.get(pool)) {
                    Some(pool) => pool.lead.clone(),
                    None => self.person(&owner?.person)?.manager.clone()?,
                }
            }
            Who::Named(name) => {
                let person = PersonId::new(name.as_str());
                self.person(&person)?;
                person
            }
        };
        Some(self.acting_for(&person))
    }

    fn missing(&self, who: &Who) -> String {
        match who {
            Who::Owner { kind } => format!("the {kind} has no owner"),
            Who::OwnersManager { kind } if self.head.owner.is_none() => format!("the {kind} has no owner"),
            Who::OwnersManager { kind } => format!("the {kind}'s owner has no manager"),
            Who::TeamLead => "no pool assigned the record, and it has no owner with a manager".to_owned(),
            Who::Named(_) => "they are not among the people of the playbook".to_owned(),
        }
    }
}
