//! Conditions against the schema, each problem at the field it is about.

use domain::condition::{Code, Condition, FieldTypes, Problem, Severity as Weight, Test};

use super::{
    fields::Fields,
    filled::{Filled, Filling},
    names::cause,
};
use crate::{
    code,
    diagnostic::{Place, Severity},
    read::{Help, Report, read_mended},
    yaml::{Content, Node},
};

/// Reports what is wrong with the condition that a node holds.
///
/// With `filled`, also the fields that nothing fills.
pub(super) fn check_condition(node: &Node, fields: Fields<'_>, filled: Option<&Filled>, report: &mut Report<'_>) {
    leaves(node, &mut |leaf| check_leaf(leaf, fields, filled, report));
    let Some(whole) = read_mended::<Condition>(node) else { return };
    for problem in whole.check(&fields) {
        if matches!(problem.code, Code::AlwaysFalse | Code::AlwaysTrue) {
            add(report, node.place, problem, None);
        }
    }
}

/// Every text and every `field, op, value`, in the order written.
fn leaves<'n>(node: &'n Node, visit: &mut impl FnMut(&'n Node)) {
    match &node.content {
        Content::Map(entries) => match entries.first() {
            Some(entry) if ["all", "any"].contains(&entry.key.as_str()) => {
                entry.value.items().iter().for_each(|item| leaves(item, visit));
            }
            Some(entry) if entry.key == "not" => leaves(&entry.value, visit),
            _ => visit(node),
        },
        _ => visit(node),
    }
}

fn check_leaf(leaf: &Node, fields: Fields<'_>, filled: Option<&Filled>, report: &mut Report<'_>) {
    let Some(condition) = read_mended::<Condition>(leaf) else { return };
    let mut from = 0;
    for test in condition.tests().filter(|test| test.field.root != "event") {
        let at = place_of(leaf, test, &mut from);
        let problems = Condition::Test(test.clone()).check(&fields);
        if fields.field_type(&test.field).is_none() && fields.is_lost(&test.field.to_string()) {
            continue;
        }
        let is_known = problems.iter().all(|problem| problem.code != Code::UnknownField);
        let cause = |problem: &Problem| {
            let is_unknown = problem.code == Code::UnknownField;
            if is_unknown { fields.cause_of(&test.field.to_string()) } else { None }
        };
        for problem in problems {
            let cause = cause(&problem);
            add(report, at, problem, cause);
        }
        if let (true, Some(filled)) = (is_known, filled) {
            check_filled(test, fields, filled, at, report);
        }
    }
}

/// The place of a test's field; the search goes on after the last one.
fn place_of(leaf: &Node, test: &Test, from: &mut usize) -> Place {
    let field = test.field.to_string();
    let Some(text) = leaf.text() else { return leaf.place_of(&field) };
    let Some(found) = text.get(*from..).and_then(|rest| rest.find(&field)) else { return leaf.place };
    let start = *from + found;
    *from = start + field.len();
    leaf.place_within(start, field.chars().count())
}

fn check_filled(test: &Test, fields: Fields<'_>, filled: &Filled, at: Place, report: &mut Report<'_>) {
    let Some(kind) = fields.kind_of(&test.field.root) else { return };
    let absolute = format!("{kind}.{}", test.field.field);
    match filled.filling(kind, &test.field.field) {
        Filling::Filled => {}
        Filling::Perhaps => {
            let message = format!(
                "no form, scoring rule or update fills {absolute}; if an event brings it, declare that under `events` \
                 in schema.yaml"
            );
            report.warning(at, code::FIELD_NEVER_FILLED, message, None);
        }
        Filling::Never => {
            let message = format!(
                "nothing fills {absolute}, so it is always missing and this never changes; \
                 let a form map it, score it, set it with update, or say in schema.yaml who does: `filled_by: programs`"
            );
            let help = Help { cause: Some(cause(code::FIELD_NEVER_FILLED, &absolute)), ..Help::default() };
            report.add(Severity::Error, at, code::FIELD_NEVER_FILLED, message, help);
        }
    }
}

pub(super) fn add(report: &mut Report<'_>, at: Place, problem: Problem, cause: Option<String>) {
    let severity = match problem.severity {
        Weight::Error => Severity::Error,
        Weight::Warning => Severity::Warning,
    };
    let code = match problem.code {
        Code::UnknownField => code::UNKNOWN_FIELD,
        Code::TypeMismatch => code::TYPE_MISMATCH,
        Code::UnknownChoice => code::UNKNOWN_CHOICE,
        Code::AlwaysFalse => code::ALWAYS_FALSE,
        Code::AlwaysTrue => code::ALWAYS_TRUE,
        Code::NearWord => code::NEAR_WORD,
    };
    let help = Help { suggestion: problem.suggestion, cause, ..Help::default() };
    report.add(severity, at, code, problem.message, help);
}
