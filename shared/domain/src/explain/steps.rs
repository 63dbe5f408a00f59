use std::fmt;

use crate::{
    step::Step,
    step_path::StepPath,
    workflow::{Trigger, Workflow},
};

/// One line of a workflow in words.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct StepLine {
    /// How deep it lies; two spaces each when printed.
    pub indent: usize,
    pub text: String,
    /// The step it describes; none for the lines between steps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<StepPath>,
}

impl fmt::Display for StepLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:1$}{2}", "", self.indent * 2, self.text)
    }
}

/// The whole workflow, top to bottom: when, if, then, else.
pub fn describe_steps(workflow: &Workflow) -> Vec<StepLine> {
    let mut lines = vec![between(0, trigger(&workflow.when))];
    if let Some(condition) = &workflow.condition {
        lines.push(between(0, format!("If {condition}")));
    }
    lines.push(between(0, "Then"));
    describe(&workflow.then, &StepPath::first_of("then"), 1, &mut lines);
    if !workflow.otherwise.is_empty() {
        lines.push(between(0, "Else"));
        describe(&workflow.otherwise, &StepPath::first_of("else"), 1, &mut lines);
    }
    lines
}

/// `When form demo-request is submitted`.
fn trigger(trigger: &Trigger) -> String {
    match trigger {
        Trigger::FormSubmitted(form) => format!("When form {form} is submitted"),
        Trigger::Event { event, kind } => format!("When {event} comes for a {kind}"),
    }
}

fn describe(steps: &[Step], first: &StepPath, indent: usize, lines: &mut Vec<StepLine>) {
    let mut at = first.clone();
    for step in steps {
        lines.push(StepLine { indent, text: super::voice::capital(&step.describe()), step: Some(at.clone()) });
        for (name, inner) in step.branches().into_iter().filter(|(_, inner)| !inner.is_empty()) {
            lines.push(between(indent + 1, super::voice::capital(&name.replace('_', " "))));
            describe(inner, &at.enter(name), indent + 2, lines);
        }
        at = at.next();
    }
}

fn between(indent: usize, text: impl Into<String>) -> StepLine {
    StepLine { indent, text: text.into(), step: None }
}
