use domain::{
    id::Kind,
    nearest::nearest,
    playbook::{KindSchema, Schema},
    value::FieldType,
};

use super::{
    condition::check_condition,
    events,
    fields::Fields,
    matching,
    names::{Reference, check_name, check_reference, unless_near},
};
use crate::{
    Diagnostic, code,
    diagnostic::{Place, Severity},
    read::{Help, Report},
    sections::{Draft, SCHEMA},
    yaml::Node,
};

/// Roots with a meaning of their own in conditions and templates, and kinds that Handoff keeps for itself.
const TAKEN: [&str; 11] = [
    "event",
    "owner",
    "sender",
    "organisation",
    "record",
    "team_lead",
    "next_available",
    "intake",
    "kept",
    "request",
    "workflow",
];

pub(super) fn check(draft: &Draft, diagnostics: &mut Vec<Diagnostic>) {
    let (Some(schema), Some(tree)) = (&draft.schema, draft.tree(SCHEMA)) else { return };
    let report = &mut Report::new(SCHEMA, diagnostics);
    for entry in tree.reach(&["kinds"]).entries() {
        check_name(&entry.key, &TAKEN, entry.key_place, report);
    }
    events::check_declared(draft, schema, tree, report);
    for (kind, kind_schema) in &schema.kinds {
        let Some(own) = tree.reach(&["kinds"]).get(kind.as_str()) else { continue };
        check_fields(schema, kind_schema, own, report);
        check_links(draft, kind, kind_schema, own, report);
        matching::check(draft, (kind, kind_schema), own, report);
        check_scoring(draft, Fields { schema, kind, names: &draft.names }, kind_schema, own, report);
    }
}

fn check_fields(schema: &Schema, kind: &KindSchema, own: &Node, report: &mut Report<'_>) {
    for entry in own.reach(&["fields"]).entries() {
        check_name(&entry.key, &[], entry.key_place, report);
    }
    for (name, field) in &kind.fields {
        let at = |key: &str| own.reach(&["fields", name, key]).place;
        if let Some(bands) = &field.bands {
            let reference =
                Reference { name: bands, at: at("bands"), code: code::UNKNOWN_BANDS, what: "a set of bands" };
            check_reference(&reference, schema.bands.keys().map(String::as_str), report);
            if field.field_type != FieldType::Number {
                let message = format!("bands turn a choice into a number, and {name} is not a number");
                report.error(at("bands"), code::BANDS_FIELD, message, Some("type: number".to_owned()));
            }
        }
        if !field.choices.is_empty() && !matches!(field.field_type, FieldType::Choice | FieldType::List) {
            let message = format!("only a choice or a list has choices, and {name} is neither");
            report.error(at("choices"), code::CHOICES_FIELD, message, Some("type: choice".to_owned()));
        }
    }
}

fn check_links(draft: &Draft, kind: &Kind, kind_schema: &KindSchema, own: &Node, report: &mut Report<'_>) {
    let taken: Vec<&str> = TAKEN.into_iter().chain([kind.as_str()]).collect();
    for entry in own.get("links").into_iter().flat_map(Node::entries) {
        check_name(&entry.key, &taken, entry.key_place, report);
    }
    for (link, to) in &kind_schema.links {
        let at = own.reach(&["links", link]).place;
        let reference = Reference { name: to.as_str(), at, code: code::UNKNOWN_KIND, what: "a kind of record" };
        check_reference(&reference, draft.names.kinds.iter().map(String::as_str), report);
    }
}

fn check_scoring(draft: &Draft, fields: Fields<'_>, kind: &KindSchema, own: &Node, report: &mut Report<'_>) {
    for entry in own.get("scoring").into_iter().flat_map(Node::entries) {
        let target = format!("{}.{}", fields.kind, entry.key);
        let known = check_scored(&target, fields, kind, entry.key_place, report);
        let is_other = kind.fields.get(&entry.key).is_some_and(|field| field.field_type != FieldType::Number);
        if known && is_other {
            let message = format!("points add up to a number, and {} is not a number", entry.key);
            report.error(entry.key_place, code::SCORING_FIELD, message, Some("type: number".to_owned()));
        }
        if let Some((form, _)) = draft.forms.iter().find(|(_, form)| form.map.contains_key(&target)) {
            let message = format!("form {form} fills {target} as well; the next scoring overwrites it");
            report.warning(entry.key_place, code::FIELD_FILLED_TWICE, message, None);
        }
        for rule in entry.value.items() {
            if let Some(condition) = rule.get("if") {
                check_condition(condition, fields, None, report);
            }
        }
    }
}

/// Whether a kind has the field that points add up into; reported if not.
fn check_scored(target: &str, fields: Fields<'_>, kind: &KindSchema, at: Place, report: &mut Report<'_>) -> bool {
    let name = target.split_once('.').map_or(target, |(_, name)| name);
    if kind.fields.contains_key(name) || fields.is_lost(target) {
        return true;
    }
    let suggestion = nearest(name, kind.fields.keys().map(String::as_str)).map(str::to_owned);
    let there = unless_near(suggestion.as_deref(), kind.fields.keys().map(String::as_str));
    let help = Help { suggestion, cause: fields.cause_of(target), ..Help::default() };
    let message = format!("`{name}` is not a field of this kind, for points to add up into{there}");
    report.add(Severity::Error, at, code::UNKNOWN_FIELD, message, help);
    false
}
