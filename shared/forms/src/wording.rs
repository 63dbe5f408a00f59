//! What the name of a question says beside its letters.

use crate::{label::target_of, names::Called, question::normal};

/// Adds what a name means beside what it says: words that only ask in front, a number behind (Forminator's `email-1`), and
/// Gravity Forms' `1.3` and `1.6` are understood.
pub(crate) fn meanings(called: &Called, names: &mut Vec<String>) {
    let whole = called.normal.as_str();
    let asking = without_filler(whole);
    let plain = asking.trim_end_matches(|it: char| it.is_ascii_digit());
    // `question_4` counts questions; it is not the name of one.
    let is_count = plain != asking && plain == "question";
    if plain != whole && plain.len() > 2 && !is_count {
        names.push(plain.to_owned());
    }
    match called.name.strip_prefix("input_").unwrap_or(called.name).split_once('.') {
        Some((number, "3")) if number.parse::<u16>().is_ok() => names.push("firstname".to_owned()),
        Some((number, "6")) if number.parse::<u16>().is_ok() => names.push("lastname".to_owned()),
        _ => {}
    }
    names.extend(part_of_name(called.name));
    if let Some((_, last)) = called.name.rsplit_once('.').filter(|_| !whole.contains("form")) {
        names.push(normal(last));
    }
}

/// The name of a question without the words that only ask: `What's your work email?` → `workemail`, `Name (required)` →
/// `name`.
fn without_filler(mut name: &str) -> &str {
    const FILLER: &[&str] = &[
        "nolabel", "whatis", "whats", "and", "please", "enter", "typein", "tellus", "your", "contact", "billing", "the",
    ];
    while let Some(rest) = FILLER.iter().find_map(|word| name.strip_prefix(word)).filter(|rest| rest.len() > 2) {
        name = rest;
    }
    const DUTY: &[&str] = &[
        "required",
        "optional",
        "mandatory",
        "pflichtfeld",
        "pflichtangabe",
        "obligatoire",
        "obligatorio",
        "verplicht",
        "必須",
    ];
    DUTY.iter().find_map(|duty| name.strip_suffix(duty)).filter(|rest| !rest.is_empty()).unwrap_or(name)
}

/// The part that a question asks for behind the name of a whole name and its count: `name_1_first_name` → `firstname`.
fn part_of_name(name: &str) -> Option<String> {
    let mut steps = name.splitn(3, ['_', '-']);
    let (whole, count, part) = (steps.next()?, steps.next()?, steps.next()?);
    (count.parse::<u16>().is_ok() && target_of(&normal(whole)) == Some("lead.name")).then(|| normal(part))
}
