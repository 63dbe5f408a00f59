use std::collections::BTreeMap;

use domain::{id::TemplateId, playbook::Template, step::Mention};

use super::{
    fields::Fields,
    merge::{About, check_text},
    workflows::fields_of,
};
use crate::{Diagnostic, Files, diagnostic::Place, read::Report, sections::Draft, template::BODY_LINE};

pub(super) fn check(draft: &Draft, files: &Files, diagnostics: &mut Vec<Diagnostic>) {
    let Some(schema) = &draft.schema else { return };
    let uses = uses(draft);
    for (id, file) in &draft.template_files {
        let (Some(template), Some(source)) = (draft.templates.get(id), files.get(file)) else { continue };
        let all = || schema.kinds.keys().map(|kind| Fields { schema, kind, names: &draft.names }).collect();
        // What no workflow is known to use may be meant for any kind of record.
        let about = uses.get(id).cloned().map_or_else(|| About::any(all()), About::each);
        let report = &mut Report::new(file, diagnostics);
        let Template { subject, body } = template;
        let before = source.split_once(subject).map_or(0, |(before, _)| before.chars().count());
        check_text(subject, &about, &|byte, length| line(subject, byte, length, before, 1), report);
        check_text(body, &about, &|byte, length| line(body, byte, length, 0, BODY_LINE), report);
    }
}

/// The place of a byte of a text whose first line is `first` of its file, `before` characters in.
fn line(text: &str, byte: usize, length: usize, before: usize, first: usize) -> Place {
    let head = &text[..byte.min(text.len())];
    let lines = head.matches('\n').count();
    let column = head.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let column = if lines == 0 { column + before } else { column };
    Place { line: first + lines, column, end: column + length }
}

/// Template → the fields of each kind of record that workflows send it about.
fn uses(draft: &Draft) -> BTreeMap<TemplateId, Vec<Fields<'_>>> {
    let mut uses: BTreeMap<TemplateId, Vec<Fields<'_>>> = BTreeMap::new();
    for workflow in draft.workflows.values() {
        if let Some(fields) = fields_of(draft, workflow) {
            for mention in workflow.mentions() {
                let Mention::Template(template) = mention else { continue };
                let kinds = uses.entry(template.clone()).or_default();
                if kinds.iter().all(|known| known.kind != fields.kind) {
                    kinds.push(fields);
                }
            }
        }
    }
    uses
}
