use domain::{
    condition::{FieldPath, FieldTypes},
    id::Kind,
    nearest::{listed, nearest},
    playbook::{Form, Schema},
};

use super::{
    fields::Fields,
    guard,
    names::{Reference, check_name, check_reference, unless_near},
    people::check_named,
    thanks,
};
use crate::{
    Diagnostic, Severity, code,
    diagnostic::Place,
    read::{Help, Report},
    sections::Draft,
    yaml::Node,
};

pub(super) fn check(draft: &Draft, diagnostics: &mut Vec<Diagnostic>) {
    for (id, file) in &draft.form_files {
        let (Some(form), Some(tree)) = (draft.forms.get(id), draft.tree(file)) else { continue };
        let report = &mut Report::new(file, diagnostics);
        check_name(id.as_str(), &[], tree.place, report);
        guard::check_secrets(id, form, tree, report);
        guard::check_honeypot(form, tree, report);
        check_exceptions_to(draft, form, tree, report);
        thanks::check(draft, form, tree, report);
        if let Some(schema) = &draft.schema {
            check_form(draft, form, schema, tree, report);
        }
    }
}

fn check_form(draft: &Draft, form: &Form, schema: &Schema, tree: &Node, report: &mut Report<'_>) {
    let at = tree.reach(&["record"]).place;
    let reference = Reference { name: form.record.as_str(), at, code: code::UNKNOWN_KIND, what: "a kind of record" };
    check_reference(&reference, draft.names.kinds.iter().map(String::as_str), report);
    if !schema.kinds.contains_key(&form.record) {
        return;
    }
    let fields = Fields { schema, kind: &form.record, names: &draft.names };
    for entry in tree.reach(&["map"]).entries() {
        check_target(&entry.key, fields, entry.key_place, report);
        if entry.value.items().is_empty() {
            let message = format!("no question fills {}; name at least one", entry.key);
            report.error(entry.key_place, code::MAP_EMPTY, message, None);
        }
    }
    for (index, target) in form.required.iter().enumerate() {
        check_mapped(target, "", form, tree.reach(&["required", &index.to_string()]).place, report);
    }
    check_identity(form, fields, tree, report);
}

/// A target is a field of the record's kind or of a kind it is linked to, named by the kind.
fn check_target(target: &str, fields: Fields<'_>, at: Place, report: &mut Report<'_>) {
    let known = |path: &FieldPath| fields.field_type(path).is_some();
    if target.is_empty() || fields.is_lost(target) || target.parse().is_ok_and(|path| known(&path)) {
        return;
    }
    let names = fields.names();
    let meant = nearest(target, names.iter().map(String::as_str)).map(str::to_owned);
    let bare = names.iter().find(|name| name.split_once('.').is_some_and(|(_, field)| field == target));
    let meant = meant.or_else(|| bare.cloned());
    let there = unless_near(meant.as_deref(), names.iter().map(String::as_str));
    let message = format!("`{target}` is not a field that a form for {} can fill{there}", fields.kind);
    let help = Help { suggestion: meant, cause: fields.cause_of(target), ..Help::default() };
    report.add(Severity::Error, at, code::UNKNOWN_FIELD, message, help);
}

fn check_identity(form: &Form, fields: Fields<'_>, tree: &Node, report: &mut Report<'_>) {
    if !form.identify.contains_key(&form.record) {
        let at = tree.entry("identify").map_or(tree.place, |entry| entry.key_place);
        let message = format!("nothing tells whether a {0} is known, so every submission makes a new one", form.record);
        let suggestion = Some(format!("identify: {{ {}: [email] }}", form.record));
        report.warning(at, code::NO_IDENTITY, message, suggestion);
    }
    for (kind, names) in &form.identify {
        if !fields.roots().iter().any(|root| fields.kind_of(root) == Some(kind)) && !fields.is_lost(&format!("{kind}."))
        {
            check_identified(kind, fields, tree, report);
            continue;
        }
        for (index, name) in names.iter().enumerate() {
            let at = tree.reach(&["identify", kind.as_str(), &index.to_string()]).place;
            check_mapped(name, &format!("{kind}."), form, at, report);
        }
    }
}

/// Reports a kind that this form makes no records of.
fn check_identified(kind: &Kind, fields: Fields<'_>, tree: &Node, report: &mut Report<'_>) {
    let at = tree.reach(&["identify"]).entry(kind.as_str()).map_or(tree.place, |entry| entry.key_place);
    let reference =
        Reference { name: kind.as_str(), at, code: code::UNKNOWN_KIND, what: "a kind that this form fills" };
    check_reference(
        &reference,
        fields.roots().into_iter().filter_map(|root| Some(fields.kind_of(root)?.as_str())),
        report,
    );
}

/// Reports a field that nothing in the map fills. `before` stands before every name in the map and not here.
fn check_mapped(name: &str, before: &str, form: &Form, at: Place, report: &mut Report<'_>) {
    if name.is_empty() || form.map.contains_key(&format!("{before}{name}")) {
        return;
    }
    let filled = || form.map.keys().filter_map(|field| field.strip_prefix(before));
    let meant = nearest(name, filled());
    let fills = match meant {
        None if filled().next().is_some() => format!("; it fills {}", listed(filled())),
        _ => String::new(),
    };
    let message = format!("the map of this form does not fill {before}{name}{fills}");
    report.error(at, code::NOT_MAPPED, message, meant.map(str::to_owned));
}

fn check_exceptions_to(draft: &Draft, form: &Form, tree: &Node, report: &mut Report<'_>) {
    if let Some(named) = &form.exceptions_to {
        check_named(draft, named, tree.reach(&["exceptions_to"]).place, report);
    }
}
