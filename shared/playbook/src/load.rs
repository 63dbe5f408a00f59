//! The whole check: read everything, then compare everything with everything.

use std::collections::BTreeMap;

use domain::playbook::Playbook;

use crate::{
    Diagnostic, Example, Files, Folder, Unread, causes::settle, check::check, examples::examples, sections::Draft,
};

/// What a check found.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The playbook, if nothing that is wrong keeps it from being published.
    pub playbook: Option<Playbook>,
    /// Every problem once: errors first, and causes before what they lead to.
    pub diagnostics: Vec<Diagnostic>,
    /// What the lengths of time in workflows mean, by example; empty while something is wrong.
    pub examples: Vec<Example>,
}

impl Checked {
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Reads and checks a playbook. Never stops at the first problem.
pub fn load(files: &Files) -> Checked {
    load_all(files, &BTreeMap::new())
}

/// Like `load`, with what the folder holds and cannot be read among the problems.
pub fn load_folder(folder: &Folder) -> Checked {
    load_all(&folder.files, &folder.unread)
}

fn load_all(files: &Files, unread: &BTreeMap<String, Unread>) -> Checked {
    let mut diagnostics = Vec::new();
    let draft = Draft::read(files, unread, &mut diagnostics);
    check(&draft, files, &mut diagnostics);
    settle(&mut diagnostics);
    let sound = !diagnostics.iter().any(Diagnostic::is_error);
    let examples = if sound { examples(&draft) } else { Vec::new() };
    let playbook = if sound { whole(draft) } else { None };
    Checked { playbook, diagnostics, examples }
}

fn whole(draft: Draft) -> Option<Playbook> {
    Some(Playbook {
        organisation: draft.organisation?,
        schema: draft.schema?,
        people: draft.people,
        pools: draft.pools,
        routing: draft.routing,
        forms: draft.forms,
        workflows: draft.workflows,
        templates: draft.templates,
    })
}
