//! What is defined and no workflow uses: often a slip in a name.

use std::collections::BTreeSet;

use domain::step::{Mention, Step};

use super::{templates, workflows::form_of};
use crate::{
    Diagnostic, code,
    diagnostic::Place,
    read::Report,
    sections::{Draft, POOLS},
};

pub(super) fn check(draft: &Draft, diagnostics: &mut Vec<Diagnostic>) {
    // While workflows cannot be read, nobody knows what they use.
    if draft.workflows.len() < draft.workflow_files.len() {
        return;
    }
    let mut used: BTreeSet<String> = BTreeSet::new();
    for workflow in draft.workflows.values() {
        used.extend(form_of(workflow).map(|form| format!("form {form}")));
        for steps in [&workflow.then, &workflow.otherwise] {
            templates::collect(steps, &mut |template| used.extend([format!("template {template}")]));
            collect_pools(steps, &mut used);
        }
    }
    let mut warn = |file: &str, at: Place, what: String| {
        if !used.contains(&what) {
            let message = format!("no workflow uses {what}");
            Report::new(file, diagnostics).warning(at, code::NOT_USED, message, None);
        }
    };
    draft.form_files.iter().for_each(|(id, file)| warn(file, Place::START, format!("form {id}")));
    draft.template_files.iter().for_each(|(id, file)| warn(file, Place::START, format!("template {id}")));
    for entry in draft.tree(POOLS).into_iter().flat_map(|tree| tree.entries()) {
        warn(POOLS, entry.key_place, format!("pool {}", entry.key));
    }
}

fn collect_pools(steps: &[Step], used: &mut BTreeSet<String>) {
    for step in steps {
        for mention in step.mentions() {
            if let Mention::Pool(pool) = mention {
                used.insert(format!("pool {pool}"));
            }
        }
        step.branches().into_iter().for_each(|(_, branch)| collect_pools(branch, used));
    }
}
