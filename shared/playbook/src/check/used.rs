//! What is defined and no workflow uses: often a slip in a name.

use std::collections::BTreeSet;

use domain::{playbook::Thanks, step::Mention};

use super::workflows::form_of;
use crate::{
    Diagnostic, code,
    diagnostic::Place,
    read::Report,
    sections::{Draft, POOLS, ROUTING},
    yaml::Node,
};

pub(super) fn check(draft: &Draft, diagnostics: &mut Vec<Diagnostic>) {
    // While something is wrong with a workflow, nobody knows what it uses.
    let says_what_is_used = |file: &str| file.starts_with("workflows/") || file == ROUTING;
    if diagnostics.iter().any(|problem| problem.is_error() && says_what_is_used(&problem.file)) {
        return;
    }
    let mut used: BTreeSet<String> = BTreeSet::new();
    for workflow in draft.workflows.values() {
        used.extend(form_of(workflow).map(|form| format!("form {form}")));
        used.extend(workflow.mentions().filter_map(|mention| match mention {
            Mention::Template(template) => Some(format!("template {template}")),
            Mention::Pool(pool) => Some(format!("pool {pool}")),
            Mention::Route(route) => Some(format!("route {route}")),
            _ => None,
        }));
    }
    for thanks in draft.forms.values().filter_map(|form| form.thanks.as_ref()) {
        if let Thanks::Template(template) = thanks {
            used.insert(format!("template {template}"));
        }
    }
    for rule in draft.routing.routes.values().flatten() {
        used.extend(rule.territory.iter().map(|territory| format!("territory {territory}")));
        used.extend(rule.pools().map(|pool| format!("pool {pool}")));
    }
    let mut warn = |file: &str, at: Place, what: String| {
        if !used.contains(&what) {
            let by = if what.starts_with("territory") { "route" } else { "workflow" };
            let message = format!("no {by} uses {what}");
            Report::new(file, diagnostics).warning(at, code::NOT_USED, message, None);
        }
    };
    draft.form_files.iter().for_each(|(id, file)| warn(file, Place::START, format!("form {id}")));
    draft.template_files.iter().for_each(|(id, file)| warn(file, Place::START, format!("template {id}")));
    for entry in draft.tree(POOLS).into_iter().flat_map(|tree| tree.entries()) {
        warn(POOLS, entry.key_place, format!("pool {}", entry.key));
    }
    let Some(routing) = draft.tree(ROUTING) else { return };
    for (key, what) in [("routes", "route"), ("territories", "territory")] {
        for entry in routing.get(key).into_iter().flat_map(Node::entries) {
            warn(ROUTING, entry.key_place, format!("{what} {}", entry.key));
        }
    }
}
