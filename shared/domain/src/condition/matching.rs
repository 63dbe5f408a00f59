//! How two values compare. Values of different types never do: that is said, not guessed.
//!
//! Text: without case and without blanks at the ends. A date and a moment: by day.
//! Money: within one currency. Nothing here allocates.

use std::cmp::Ordering;

use super::{Facts, Note};
use crate::{instant::Instant, value::Value};

/// Whether a single value is the wanted one.
pub(super) fn same(facts: &dyn Facts, actual: &Value, wanted: &Value) -> Result<bool, Note> {
    match (actual, wanted) {
        (Value::Text(actual), Value::Text(wanted)) => Ok(same_text(actual, wanted)),
        (Value::YesNo(actual), Value::YesNo(wanted)) => Ok(actual == wanted),
        _ => order(facts, actual, wanted).map(Ordering::is_eq),
    }
}

pub(super) fn same_text(one: &str, other: &str) -> bool {
    folded(one.trim()).eq(folded(other.trim()))
}

/// Where a number, date, moment or money lies beside the wanted one.
pub(super) fn order(facts: &dyn Facts, actual: &Value, wanted: &Value) -> Result<Ordering, Note> {
    match (actual, wanted) {
        (Value::Number(actual), Value::Number(wanted)) => actual.partial_cmp(wanted).ok_or(Note::WrongType),
        (Value::Date(actual), Value::Date(wanted)) => Ok(actual.cmp(wanted)),
        (Value::Instant(actual), Value::Instant(wanted)) => Ok(actual.cmp(wanted)),
        (Value::Instant(actual), Value::Date(wanted)) => Ok(day_of(facts, *actual).cmp(wanted)),
        (Value::Date(actual), Value::Instant(wanted)) => Ok(actual.cmp(&day_of(facts, *wanted))),
        (Value::Money { minor, currency }, Value::Money { minor: wanted, currency: other }) => {
            if currency.eq_ignore_ascii_case(other) { Ok(minor.cmp(wanted)) } else { Err(Note::OtherCurrency) }
        }
        _ => Err(Note::WrongType),
    }
}

fn day_of(facts: &dyn Facts, at: Instant) -> jiff::civil::Date {
    facts.calendar().zone.local(at).date()
}

/// Whether a value is one of these; a mismatch only if it could be compared with none of them.
pub(super) fn one_of(facts: &dyn Facts, actual: &Value, wanted: &[Value]) -> Result<bool, Note> {
    let mut outcome = Err(Note::WrongType);
    for wanted in wanted {
        match same(facts, actual, wanted) {
            Ok(true) => return Ok(true),
            Ok(false) => outcome = Ok(false),
            Err(note) => outcome = outcome.or(Err(note)),
        }
    }
    outcome
}

/// Whether a text holds a text somewhere, or a list has an item.
pub(super) fn contains(facts: &dyn Facts, actual: &Value, wanted: &Value) -> Result<bool, Note> {
    match (actual, wanted) {
        (Value::Text(actual), Value::Text(wanted)) => Ok(holds_text(actual, wanted.trim())),
        (Value::List(items), wanted) => Ok(items.iter().any(|item| same(facts, item, wanted) == Ok(true))),
        _ => Err(Note::WrongType),
    }
}

pub(super) fn starts_with(actual: &Value, wanted: &str) -> Result<bool, Note> {
    let mut letters = folded(actual.as_text().ok_or(Note::WrongType)?.trim());
    Ok(folded(wanted.trim()).all(|letter| letters.next() == Some(letter)))
}

pub(super) fn ends_with(actual: &Value, wanted: &str) -> Result<bool, Note> {
    let actual = actual.as_text().ok_or(Note::WrongType)?.trim();
    let (long, short) = (folded(actual).count(), folded(wanted.trim()).count());
    Ok(long >= short && folded(actual).skip(long - short).eq(folded(wanted.trim())))
}

/// A text of blanks and an empty list say nothing: forms send them for questions left out.
pub(super) fn is_blank(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.trim().is_empty(),
        Value::List(items) => items.is_empty(),
        _ => false,
    }
}

/// Letter for letter, so that a search can move along without storing anything. The one letter whose
/// small form is two (Turkish dotted İ) counts as its first, i.
fn folded(text: &str) -> impl Iterator<Item = char> + Clone + '_ {
    text.chars().map(|letter| match letter {
        '\0'..='\x7f' => letter.to_ascii_lowercase(),
        _ => letter.to_lowercase().next().unwrap_or(letter),
    })
}

/// Search by rolling hash (Rabin-Karp), so that a long text made to be slow is not: the window's hash
/// moves letter by letter, and only equal hashes are compared in full.
fn holds_text(text: &str, wanted: &str) -> bool {
    const BASE: u64 = 0x0000_0100_0000_01b3;
    let hash = |hash: u64, letter: char| hash.wrapping_mul(BASE).wrapping_add(u64::from(letter));
    let (count, wanted_hash) =
        folded(wanted).fold((0usize, 0u64), |(count, sum), letter| (count + 1, hash(sum, letter)));
    let leaving = (1..count).fold(1u64, |power, _| power.wrapping_mul(BASE));
    let (mut tail, mut head, mut window) = (folded(text), folded(text), 0u64);
    for _ in 0..count {
        let Some(letter) = head.next() else { return false };
        window = hash(window, letter);
    }
    loop {
        if window == wanted_hash && folded(wanted).eq(tail.clone().take(count)) {
            return true;
        }
        let (Some(enters), Some(leaves)) = (head.next(), tail.next()) else { return false };
        window = hash(window.wrapping_sub(u64::from(leaves).wrapping_mul(leaving)), enters);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_search_agrees_with_a_naive_one() {
        let texts = ["", "a", "aa", "ab", "aab", "abab", "Ünder", "STRASSE straße", "aaaaaaaab"];
        for text in texts {
            for wanted in texts.into_iter().chain(["b", "ba", "ÜND", "ß", "aaab", "ass"]) {
                let naive = text.to_lowercase().contains(&wanted.to_lowercase());
                assert_eq!(holds_text(text, wanted), naive, "{text} contains {wanted}");
                let ends = text.to_lowercase().ends_with(&wanted.to_lowercase());
                assert_eq!(ends_with(&Value::text(text), wanted), Ok(ends), "{text} ends with {wanted}");
            }
        }
    }

    #[test]
    fn case_and_blanks_at_the_ends_make_no_difference() {
        for (one, other) in [(" De", "dE "), ("ÜBER", "über"), ("İstanbul", "istanbul")] {
            assert!(same_text(one, other), "{one} {other}");
        }
        assert!(!same_text("New Zealand", "NewZealand"));
    }

    #[test]
    fn a_long_text_made_to_be_slow_costs_one_pass() {
        let text = "a".repeat(200_000);
        assert!(!holds_text(&text, &format!("{}b", "a".repeat(100_000))));
    }
}
