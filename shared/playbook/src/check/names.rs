//! References by name, and names themselves.

use domain::nearest::{choices, nearest};

use crate::{
    code,
    diagnostic::{Place, Severity},
    read::{Help, Report},
    shapes,
};

/// A name that refers to something defined elsewhere.
pub(super) struct Reference<'a> {
    pub name: &'a str,
    pub at: Place,
    pub code: &'static str,
    /// What it should be: `a pool of pools.yaml`.
    pub what: &'static str,
}

/// Reports a name that is not known. Whether it is known.
pub(super) fn check_reference<'k>(
    reference: &Reference<'_>,
    known: impl IntoIterator<Item = &'k str>,
    report: &mut Report<'_>,
) -> bool {
    check_reference_or(reference, known, None, report)
}

/// As [`check_reference`]; `otherwise` is what was meant where no known name is near.
pub(super) fn check_reference_or<'k>(
    reference: &Reference<'_>,
    known: impl IntoIterator<Item = &'k str>,
    otherwise: Option<&str>,
    report: &mut Report<'_>,
) -> bool {
    let Reference { name, at, code, what } = *reference;
    let known: Vec<&str> = known.into_iter().collect();
    if name.is_empty() || known.contains(&name) {
        return true;
    }
    // People write the file's name for a template's.
    let stem = name.rsplit_once('.').map(|(stem, _)| stem);
    let meant = known
        .iter()
        .copied()
        .find(|known| Some(*known) == stem)
        .or_else(|| nearest(name, known.iter().copied()))
        .or(otherwise);
    let cause = if known.is_empty() { format!("no {what}") } else { cause(code, name) };
    let example = if meant.is_none() { shapes::of_missing(code, name) } else { None };
    let help = Help { suggestion: meant.map(str::to_owned), example, cause: Some(cause) };
    report.add(Severity::Error, at, code, format!("`{name}` is not {what}; {}", choices(known)), help);
    false
}

/// The names there are, behind a message that has none near to suggest: `; choose from ana, ben`.
pub(super) fn unless_near<'k>(meant: Option<&str>, known: impl IntoIterator<Item = &'k str>) -> String {
    if meant.is_some() { String::new() } else { format!("; {}", choices(known)) }
}

/// What is missing, for problems that have it in common: `unknown-kind lead`.
pub(super) fn cause(code: &str, name: &str) -> String {
    format!("{code} {name}")
}

/// Reports a name that other files could not refer to, or that means something else already.
pub(super) fn check_name(name: &str, taken: &[&str], at: Place, report: &mut Report<'_>) {
    let is_plain = name.starts_with(|first: char| first.is_alphabetic())
        && name.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-'));
    if !is_plain && !name.is_empty() {
        let plain: String = name.chars().map(|it| if it.is_alphanumeric() || it == '_' { it } else { '-' }).collect();
        let suggestion = plain.starts_with(char::is_alphabetic).then(|| plain.trim_matches('-').to_lowercase());
        let message = format!("`{name}` cannot be a name; begin with a letter, go on with letters, digits, _ and -");
        report.error(at, code::BAD_NAME, message, suggestion);
    } else if taken.contains(&name) {
        let message = format!("`{name}` has a meaning of its own in workflows; choose another name");
        report.error(at, code::BAD_NAME, message, None);
    }
}
