//! A published playbook, compiled: what every decision looks up is worked out once for each version.

use std::collections::{BTreeMap, HashMap};

use crate::{
    condition::Condition,
    id::{TemplateId, WorkflowId},
    playbook::{self, Playbook},
    template::{SyntaxError, Template},
    workflow::Trigger,
};

/// One version of the playbook, and what follows from it. It never changes: another version is another plan.
#[derive(Debug)]
pub struct Plan {
    pub playbook: Playbook,
    /// By what pulls them; each list in the order of the ids.
    pulled: HashMap<Trigger, Vec<Pulled>>,
    letters: BTreeMap<TemplateId, LetterTemplate>,
}

/// A workflow that a trigger pulls: what says whether it starts.
#[derive(Debug)]
pub struct Pulled {
    pub id: WorkflowId,
    pub condition: Option<Condition>,
    /// Whether it has steps for where its condition does not hold.
    pub has_else: bool,
}

/// A template of an e-mail, read. One that cannot be read says why.
#[derive(Debug)]
pub struct LetterTemplate {
    pub subject: Result<Template, SyntaxError>,
    pub body: Result<Template, SyntaxError>,
}

impl Plan {
    pub fn of(playbook: Playbook) -> Self {
        let mut pulled: HashMap<Trigger, Vec<Pulled>> = HashMap::new();
        for (id, workflow) in &playbook.workflows {
            let (id, condition) = (id.clone(), workflow.condition.clone());
            let has_else = !workflow.otherwise.is_empty();
            pulled.entry(workflow.when.clone()).or_default().push(Pulled { id, condition, has_else });
        }
        let read = |letter: &playbook::Template| LetterTemplate {
            subject: Template::parse(&letter.subject),
            body: Template::parse(&letter.body),
        };
        let letters = playbook.templates.iter().map(|(id, letter)| (id.clone(), read(letter))).collect();
        Self { playbook, pulled, letters }
    }

    /// Whether a name stands for what Handoff itself makes true. Playbooks of earlier releases may declare an event of
    /// their own by that name, and it stays theirs.
    pub fn is_own(&self, name: &str) -> bool {
        !self.playbook.schema.declares(name)
    }

    pub fn letter(&self, template: &TemplateId) -> Option<&LetterTemplate> {
        self.letters.get(template)
    }

    /// The workflows with this trigger, in the order of their ids. The others cost nothing, however many there are.
    pub fn pulled_by(&self, trigger: &Trigger) -> &[Pulled] {
        self.pulled.get(trigger).map(Vec::as_slice).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn workflow(when: serde_json::Value) -> serde_json::Value {
        json!({ "purpose": "p", "maintained_by": "m", "exceptions_to": "e", "when": when, "then": [] })
    }

    #[test]
    fn an_event_finds_the_workflows_that_it_starts_by_their_ids_and_no_others() {
        let plan = Plan::of(
            serde_json::from_value(json!({
                "organisation": { "name": "Example", "time_zone": "UTC", "hours": "24/7" },
                "schema": { "kinds": {} },
                "workflows": {
                    "second": workflow(json!({ "form_submitted": "demo" })),
                    "first": workflow(json!({ "form_submitted": "demo" })),
                    "other-form": workflow(json!({ "form_submitted": "newsletter" })),
                    "call": workflow(json!({ "call_logged": "lead" })),
                    "deal-call": workflow(json!({ "call_logged": "deal" })),
                },
            }))
            .unwrap(),
        );
        for (event, form, kind, expected) in [
            ("form_submitted", Some("demo"), "lead", vec!["first", "second"]),
            ("form_submitted", Some("newsletter"), "lead", vec!["other-form"]),
            ("form_submitted", Some("unknown"), "lead", vec![]),
            ("form_submitted", None, "lead", vec![]),
            ("call_logged", None, "lead", vec!["call"]),
            // A form may be what brought another event: that does not make it a submission.
            ("call_logged", Some("demo"), "deal", vec!["deal-call"]),
            ("call_logged", None, "company", vec![]),
        ] {
            let form = form.map(Into::into);
            let trigger = Trigger::pulled_by(&event.into(), form.as_ref(), &kind.into());
            let started: Vec<&str> = plan.pulled_by(&trigger).iter().map(|pulled| pulled.id.as_str()).collect();
            assert_eq!(started, expected, "{event} of {form:?} about a {kind}");
        }
    }
}
