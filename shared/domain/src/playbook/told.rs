//! Whom the playbook names for what needs a person and belongs to no workflow.

use super::{Person, Playbook};
use crate::{
    id::{FormId, PersonId},
    workflow::Trigger,
};

impl Playbook {
    /// A person by id or by address, as `exceptions_to` names one.
    pub fn person_named(&self, named: &str) -> Option<PersonId> {
        let is_meant = |(id, person): &(&PersonId, &Person)| id.as_str() == named || person.has_address(named);
        self.people.iter().find(is_meant).map(|(id, _)| id.clone())
    }

    /// Who looks at what was kept of a form, or came as ids only: the form says, else the organisation, else the workflows that the form
    /// starts, else any workflow; then the lead of a pool. Nobody where there is none of these.
    pub fn told_of_form(&self, form: &FormId) -> Option<PersonId> {
        let of_form = self.forms.get(form).and_then(|form| form.exceptions_to.as_deref());
        let of_all = self.organisation.exceptions_to.as_deref();
        let submitted = Trigger::FormSubmitted(form.clone());
        let (started, others): (Vec<_>, Vec<_>) =
            self.workflows.values().partition(|workflow| workflow.when == submitted);
        let of_workflows = started.iter().chain(&others).map(|workflow| workflow.exceptions_to.as_str());
        let named = of_form.into_iter().chain(of_all).chain(of_workflows);
        let leads = self.pools.values().map(|pool| pool.lead.as_str());
        named.chain(leads).find_map(|named| self.person_named(named))
    }
}
