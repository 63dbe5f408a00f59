//! Whether the parts of a playbook fit together. One file per part.
//!
//! A name that is empty stands for a value that could not be read and was reported: nothing is said of it.

mod address;
mod circle;
mod condition;
mod events;
mod fields;
mod filled;
mod forms;
mod guard;
mod matching;
mod merge;
mod names;
mod organisation;
mod people;
mod pipeline;
mod pools;
mod routing;
mod rules;
mod schema;
mod skills;
mod steps;
mod templates;
mod territories;
mod thanks;
mod trigger;
mod used;
mod who;
mod workflows;

use crate::{Diagnostic, Files, sections::Draft};

/// Reports everything that is wrong between the parts.
pub(crate) fn check(draft: &Draft, files: &Files, diagnostics: &mut Vec<Diagnostic>) {
    organisation::check(draft, diagnostics);
    people::check(draft, diagnostics);
    pools::check(draft, diagnostics);
    routing::check(draft, diagnostics);
    schema::check(draft, diagnostics);
    forms::check(draft, diagnostics);
    workflows::check(draft, diagnostics);
    templates::check(draft, files, diagnostics);
    used::check(draft, diagnostics);
}
