//! Which problems are told, and in which order: a cause once, before what it leads to, and nothing that only follows
//! from it.

use std::collections::HashMap;

use crate::{
    code::{self, CODES},
    diagnostic::Diagnostic,
    sections::{ORGANISATION, PEOPLE, POOLS, ROUTING, SCHEMA},
};

/// Leaves what is worth telling, errors first, and causes before what they lead to.
pub(crate) fn settle(diagnostics: &mut Vec<Diagnostic>) {
    drop_conclusions(diagnostics);
    diagnostics.sort();
    diagnostics.dedup();
    diagnostics.sort_by_key(|problem| (!problem.is_error(), is_between_parts(problem.code), order_of(&problem.file)));
    *diagnostics = fold(std::mem::take(diagnostics));
}

/// What is concluded from something that is not there does not hold while what could be there cannot be read.
fn drop_conclusions(diagnostics: &mut Vec<Diagnostic>) {
    let wrong: Vec<(String, &str)> = diagnostics
        .iter()
        .filter(|problem| problem.is_error() && !CONCLUSIONS.contains(&problem.code))
        .map(|problem| (problem.file.clone(), problem.code))
        .collect();
    diagnostics.retain(|problem| match problem.code {
        // A part of a condition that could not be read may be what makes it possible.
        code::ALWAYS_FALSE | code::ALWAYS_TRUE => {
            !wrong.iter().any(|(file, code)| *file == problem.file && *code == code::CONDITION_SYNTAX)
        }
        code::FIELD_NEVER_FILLED => !wrong.iter().any(|(file, _)| file == SCHEMA || file.starts_with("forms/")),
        // While something is wrong with a workflow, nobody knows what it assigns.
        code::NO_OWNER => !wrong.iter().any(|(file, _)| file.starts_with("workflows/")),
        conclusion if CONCLUSIONS.contains(&conclusion) => !wrong.iter().any(|(file, _)| *file == problem.file),
        _ => true,
    });
}

/// Codes of what is concluded from something that is not there.
const CONCLUSIONS: [&str; 7] = [
    code::FIELD_NEVER_FILLED,
    code::NOT_MAPPED,
    code::NO_IDENTITY,
    code::STEPS_UNREACHABLE,
    code::NO_STEPS,
    code::NO_OWNER,
    code::NO_TEAM_LEAD,
];

/// Whether a problem lies between parts that can be read; those that cannot come first. The codes are listed so.
fn is_between_parts(code: &str) -> bool {
    let position = |wanted: &str| CODES.iter().position(|info| info.code == wanted);
    position(code) > position(code::BAD_VALUE)
}

/// The files in the order in which they build on each other.
fn order_of(file: &str) -> usize {
    let order = [ORGANISATION, SCHEMA, PEOPLE, POOLS, "forms/", ROUTING, "workflows/", "templates/"];
    order.iter().position(|part| file.starts_with(part)).unwrap_or(order.len())
}

/// One problem for each cause, with the other places. What names the missing thing itself stands for the others.
fn fold(diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let names_it = |problem: &Diagnostic| problem.code == code::UNKNOWN_KIND;
    let mut told: Vec<Diagnostic> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for mut problem in diagnostics {
        let Some(cause) = problem.cause.clone() else {
            told.push(problem);
            continue;
        };
        match places.get(&cause) {
            None => {
                places.insert(cause, told.len());
                told.push(problem);
            }
            Some(&position) => {
                let first = &mut told[position];
                if names_it(&problem) && !names_it(first) {
                    problem.also = std::mem::take(&mut first.also);
                    std::mem::swap(first, &mut problem);
                }
                first.also.push(problem.spot());
            }
        }
    }
    told
}
