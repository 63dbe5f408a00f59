//! Numbers as people and forms write them: `25,000`, `25k`, `11–50 employees`, `1000+`.
//!
//! One dot before exactly three digits is the German thousand, `1.000`: people who write a fraction seldom write three
//! digits of it. Where nothing says that things are counted or paid, it is told.

use std::borrow::Cow;

use domain::{playbook::Band, value::Value};

use super::Coerced;

/// A band's number where the answer is one of the bands; otherwise the number itself, of a range the lower end.
pub(super) fn number(answer: &Value, text: &str, bands: Option<&Band>) -> Coerced {
    if let Value::Number(number) = answer {
        return Coerced::is(*number);
    }
    if let Some(number) = bands.and_then(|bands| in_bands(text, bands)) {
        return Coerced::is(number);
    }
    let plain = match answer {
        // The two ends of a range.
        Value::List(ends) => plain(&ends.iter().map(Value::to_string).collect::<Vec<_>>().join("-")),
        _ => plain(text),
    };
    match lower(&plain) {
        Some(number) => Coerced {
            value: Some(number.into()),
            doubt: (bands.is_none() && is_open(&plain)).then(|| format!("it was read as {number}, not as a fraction")),
        },
        None => Coerced::not("this is not a number, such as 25000"),
    }
}

/// Whether nothing but one dot says that a number has thousands: no range, no `+`, and no word.
fn is_open(plain: &str) -> bool {
    thousand(plain.trim_start_matches('-')) && plain.bytes().all(|byte| byte.is_ascii_digit() || b"-.".contains(&byte))
}

/// `1.000`: one dot before exactly three digits, and a first digit that is no zero.
fn thousand(digits: &str) -> bool {
    let is_all = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    digits.split_once('.').is_some_and(|(first, group)| {
        (1..=3).contains(&first.len()) && !first.starts_with('0') && group.len() == 3 && is_all(first) && is_all(group)
    })
}

fn in_bands(text: &str, bands: &Band) -> Option<f64> {
    let wanted = plain(text);
    let exact = bands.iter().find(|(choice, _)| plain(choice) == wanted);
    exact
        .or_else(|| bands.iter().find(|(choice, _)| bare(choice) == bare(text) && !bare(text).is_empty()))
        .map(|(_, it)| *it)
}

/// Lower case, one kind of dash, no spaces at all.
fn plain(text: &str) -> String {
    let text = if text.contains(' ') { Cow::Owned(text.replace(" to ", "-")) } else { Cow::Borrowed(text) };
    text.chars()
        .filter(|letter| !letter.is_whitespace() && *letter != '\'' && *letter != '’')
        .map(|letter| if "–—−‑‐".contains(letter) { '-' } else { letter })
        .flat_map(char::to_lowercase)
        .collect()
}

/// Only what counts: `11-50 employees` → `11-50`, `51–1.000` → `51-1000`.
fn bare(text: &str) -> String {
    let bare: String =
        plain(text).chars().filter(|letter| letter.is_ascii_digit() || "-+<>.".contains(*letter)).collect();
    let whole =
        |part: &str| if thousand(part.trim_matches(['+', '<', '>'])) { part.replace('.', "") } else { part.to_owned() };
    bare.split('-').map(whole).collect::<Vec<_>>().join("-")
}

fn lower(text: &str) -> Option<f64> {
    let below = [
        "<",
        "under",
        "lessthan",
        "upto",
        "below",
        "fewerthan",
        "max",
        "bis",
        "unter",
        "weniger",
        "höchstens",
        "moins",
        "jusqu",
        "menos",
        "hasta",
        "até",
        "meno",
        "fino",
        "minder",
        "tot",
        "maks",
    ];
    if below.iter().any(|word| text.starts_with(word)) {
        return None;
    }
    if let Some((from, to)) = interval(text) {
        return Some(lower(from)?).filter(|from| lower(to).is_some_and(|to| *from <= to));
    }
    let (before, text) = text.split_at(number_at(text)?);
    let is_negative = before.strip_suffix('-').is_some_and(|word| !word.ends_with(char::is_alphabetic));
    let sign = if is_negative { -1.0 } else { 1.0 };
    let end =
        text.find(|letter: char| !letter.is_ascii_digit() && letter != ',' && letter != '.').unwrap_or(text.len());
    let (digits, after) = text.split_at(end);
    let number = grouped(digits.trim_end_matches([',', '.']))?;
    let factor = match after.as_bytes() {
        [b'k', rest @ ..] if !rest.first().is_some_and(u8::is_ascii_alphabetic) => 1e3,
        [b'm', rest @ ..] if !rest.first().is_some_and(u8::is_ascii_alphabetic) => 1e6,
        _ => 1.0,
    };
    // A second number must be the upper end of a range, or the answer is something else: a date, a phone.
    let others = after.split(|letter: char| !letter.is_ascii_digit()).filter(|digits| !digits.is_empty()).count();
    let range = after.trim_start_matches(|letter: char| letter.is_ascii_alphabetic()).starts_with('-');
    let fits = others == 0 || (range && after.matches('-').count() == 1);
    let number = sign * number * factor;
    // Past this a float no longer holds every digit.
    (fits && number.abs() < 9e15).then_some(number)
}

/// The two ends of `[11,50]`, as databases write a range.
fn interval(text: &str) -> Option<(&str, &str)> {
    let (from, to) = text.strip_prefix('[')?.strip_suffix([']', ')'])?.split_once(',')?;
    (!to.contains(',')).then_some((from, to))
}

/// Where the number begins: at `.` in `.5`, behind the sign in `-5`. Behind a word both are the word's: `ca.50`, `Nr-12`.
fn number_at(text: &str) -> Option<usize> {
    let digit = text.find(|letter: char| letter.is_ascii_digit())?;
    let before = &text[..digit];
    let is_fraction = before.strip_suffix('.').is_some_and(|word| !word.ends_with(char::is_alphabetic));
    Some(if is_fraction { digit - 1 } else { digit })
}

/// `25,000`, `25.000`, `25.000,50` and `2.5`: of two kinds of separators the last is the decimal one.
fn grouped(digits: &str) -> Option<f64> {
    let grouped_by = |separator: char| {
        let mut groups = digits.split(separator);
        let first = groups.next().unwrap_or_default();
        (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3)
    };
    let plain = match (digits.rfind(','), digits.rfind('.')) {
        (Some(comma), Some(dot)) if comma < dot => digits.replace(',', ""),
        (Some(_), Some(_)) => digits.replace('.', "").replace(',', "."),
        (Some(_), None) if grouped_by(',') => digits.replace(',', ""),
        (Some(_), None) => digits.replace(',', "."),
        (None, Some(_)) if thousand(digits) || (digits.matches('.').count() > 1 && grouped_by('.')) => {
            digits.replace('.', "")
        }
        _ => digits.to_owned(),
    };
    plain.parse().ok().filter(|_| plain.bytes().any(|byte| byte.is_ascii_digit()))
}

/// An amount with its currency, by code or sign.
pub(super) fn money(answer: &Value, text: &str) -> Coerced {
    if let Value::Money { .. } = answer {
        return Coerced { value: Some(answer.clone()), doubt: None };
    }
    let words = text.split(|letter: char| !letter.is_ascii_alphabetic());
    let code = words.map(str::to_uppercase).find(|word| word.len() == 3);
    let sign = || [('€', "EUR"), ('$', "USD"), ('£', "GBP")].into_iter().find(|(sign, _)| text.contains(*sign));
    let Some(currency) = code.or_else(|| sign().map(|(_, code)| code.to_owned())) else {
        return Coerced::not("an amount needs its currency, such as 2500 EUR");
    };
    let amount = text.replace(&currency, "").replace(&currency.to_lowercase(), "");
    match lower(&plain(&amount)).map(|amount| (amount * 100.0).round()) {
        Some(minor) if minor.abs() < 9e15 => Coerced::is(Value::Money { minor: minor as i64, currency }),
        _ => Coerced::not("this is not an amount, such as 2500 EUR"),
    }
}
