//! One phone number out of an answer: what can be dialled is taken, what stands beside it is said.

mod keypad;
mod run;
mod typed;

use domain::{matching::international, value::Value, visible::visible};

use super::Coerced;
use keypad::on_a_keypad;
use run::{digits, runs};
use typed::{has_letter_for_digit, undone};

/// Beside words only a number this long is one; alone, a shorter one may be an inside line.
const FEWEST_BESIDE_WORDS: usize = 6;
const FEWEST: usize = 5;
/// A number has at most 15 digits, and two zeros may stand before them.
const LONGEST: usize = 15;
const MOST: usize = LONGEST + 2;

/// `+` and digits where the country is known; otherwise the first number as it was written.
pub(super) fn phone(answer: &str) -> Coerced {
    let text: String = visible(answer).chars().map(plain).collect();
    let text = undone(without_scheme(text.trim()));
    let text = text.as_str();
    if let Some(number) = on_a_keypad(text) {
        return Coerced {
            value: Some(Value::text(number)),
            doubt: Some("its letters are digits on a keypad".to_owned()),
        };
    }
    if has_letter_for_digit(text) {
        return Coerced::not("a letter stands in place of a digit");
    }
    let has_words = text.chars().any(char::is_alphabetic);
    let fewest = if has_words { FEWEST_BESIDE_WORDS } else { FEWEST };
    let is_number = |run: &&str| (fewest..=MOST).contains(&digits(run)) && !is_moment(run);
    match runs(text).into_iter().find(is_number) {
        // 4.93012E+11: a spreadsheet has rounded the number away.
        Some(_) if text.parse::<f64>().is_ok() && has_words => Coerced::not("a spreadsheet has rounded this number"),
        Some(number) => Coerced {
            value: Some(Value::text(international(number, None).unwrap_or_else(|| number.to_owned()))),
            doubt: beside(text, number),
        },
        None => Coerced::not("this is not a phone number, such as +1 555 0100"),
    }
}

/// One kind of bracket, and a space for other signs that part the digits of a number: `[+49]_30·123456`.
fn plain(letter: char) -> char {
    match letter {
        '[' | '{' => '(',
        ']' | '}' => ')',
        // Between two numbers, or behind the code of an area, as a slash.
        '|' => '/',
        '_' | '·' | '•' | '∙' | '\t' => ' ',
        letter => letter,
    }
}

fn without_scheme(text: &str) -> &str {
    let schemes = ["tel:", "callto:", "sms:", "whatsapp:"];
    let scheme =
        schemes.iter().find(|scheme| text.get(..scheme.len()).is_some_and(|it| it.eq_ignore_ascii_case(scheme)));
    scheme.map_or(text, |scheme| text[scheme.len()..].trim_start_matches('/'))
}

/// `2026-12-01`, `1.12.2026` and `10.00-12.30` have the digits of a number and are none.
fn is_moment(run: &str) -> bool {
    let is_hour = |part: &str| {
        let parts = part.trim().split_once('.');
        parts.is_some_and(|(hour, minutes)| hour.len() <= 2 && minutes.len() == 2 && digits(minutes) == 2)
    };
    if run.split_once('-').is_some_and(|(from, to)| is_hour(from) && is_hour(to)) {
        return true;
    }
    let parts: Vec<&str> = run.split(['-', '.', '/']).map(str::trim).collect();
    let [first, middle, last] = parts.as_slice() else { return false };
    let all_digits = parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    let is_year = |part: &str| part.len() == 4 && (part.starts_with("19") || part.starts_with("20"));
    all_digits && middle.len() <= 2 && ((is_year(first) && last.len() <= 2) || (is_year(last) && first.len() <= 2))
}

/// What the answer says beside its number: an extension, another number, when to call.
fn beside(text: &str, number: &str) -> Option<String> {
    let around = |letter: char| !letter.is_alphanumeric() && !"+()".contains(letter);
    let said = |part: &str| part.lines().map(|line| line.trim_matches(around)).collect::<Vec<_>>().join(", ");
    let parts = text.splitn(2, number).map(|part| said(part).trim_matches(around).to_owned());
    let rest: Vec<String> = parts.filter(|part| part.chars().any(char::is_alphanumeric)).collect();
    (!rest.is_empty()).then(|| format!("beside the number it says \u{201c}{}\u{201d}", rest.join(" … ")))
}
