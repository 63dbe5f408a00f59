//! A workflow as written: `when / if / then / else`, a tree of steps.
//!
//! It is a tree, not a graph of edges: branches merge by themselves, it always ends,
//! and every step has a stable path (`then/0/if_missed/1`) that names it in histories.

mod trigger;

use serde::{Deserialize, Serialize};

pub use trigger::{OWN_FACTS, RECORD_ASSIGNED, TASK_COMPLETED, Trigger};

use crate::{
    condition::Condition,
    step::{Mention, Step},
    step_path::StepPath,
};

/// One file in `workflows/`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Workflow {
    /// Why it exists, in a sentence.
    pub purpose: String,
    pub maintained_by: String,
    /// A person who gets a task when a step fails for good.
    pub exceptions_to: String,
    pub when: Trigger,
    #[serde(default, rename = "if", skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
    pub then: Vec<Step>,
    #[serde(default, rename = "else", skip_serializing_if = "Vec::is_empty")]
    pub otherwise: Vec<Step>,
}

impl Workflow {
    /// Every step, each before those in its branches.
    pub fn steps(&self) -> Vec<&Step> {
        fn collect<'w>(steps: &'w [Step], all: &mut Vec<&'w Step>) {
            for step in steps {
                all.push(step);
                step.branches().into_iter().for_each(|(_, branch)| collect(branch, all));
            }
        }
        let mut all = Vec::new();
        [&self.then, &self.otherwise].into_iter().for_each(|steps| collect(steps, &mut all));
        all
    }

    /// What its steps refer to.
    pub fn mentions(&self) -> impl Iterator<Item = Mention<'_>> {
        self.steps().into_iter().flat_map(Step::mentions)
    }

    /// The step at a path, if this version of the workflow has one there.
    pub fn step(&self, path: &StepPath) -> Option<&Step> {
        let mut segments = path.segments();
        let mut steps = match segments.next()? {
            "then" => &self.then,
            "else" => &self.otherwise,
            _ => return None,
        };
        loop {
            let step = steps.get(segments.next()?.parse::<usize>().ok()?)?;
            match segments.next() {
                None => return Some(step),
                Some(branch) => steps = step.branch(branch)?,
            }
        }
    }
}
