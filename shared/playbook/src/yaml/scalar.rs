//! What a scalar without quotes stands for, by YAML 1.2's core schema.

use serde_json::Number;

use super::Content;
use super::Style;

/// Why a scalar does not read as what it looks like.
pub(super) enum Trap {
    /// `0123`: a number without its zero, for most readers.
    LeadingZero,
    /// `0x1F`, `0o17`, `.inf`, `1e400`.
    OddNumber,
}

/// Reads a scalar without quotes.
pub(super) fn resolve(text: &str) -> Result<Content, Trap> {
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Content::Null,
        "true" | "True" | "TRUE" => Content::YesNo(true),
        "false" | "False" | "FALSE" => Content::YesNo(false),
        _ if is_odd(text) => return Err(Trap::OddNumber),
        _ if looks_numeric(text) => return number(text),
        _ => Content::Text { text: text.to_owned(), style: Style::Plain },
    })
}

/// Words that older YAML reads as yes or no, and this one as texts.
pub(crate) fn is_boolean_word(text: &str) -> bool {
    ["yes", "no", "on", "off", "y", "n"].iter().any(|word| word.eq_ignore_ascii_case(text))
        && (text == text.to_lowercase() || text == text.to_uppercase() || text.starts_with(char::is_uppercase))
}

fn is_odd(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let digits = |rest: &str, radix| !rest.is_empty() && rest.chars().all(|digit| digit.is_digit(radix));
    unsigned.strip_prefix("0x").is_some_and(|rest| digits(rest, 16))
        || unsigned.strip_prefix("0o").is_some_and(|rest| digits(rest, 8))
        || matches!(unsigned.to_ascii_lowercase().as_str(), ".inf" | ".nan")
}

/// Digits with at most one dot and an exponent, and a sign: what the core schema takes for a number.
fn looks_numeric(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    all_digits(whole)
        && all_digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| {
            let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            !exponent.is_empty() && all_digits(exponent)
        })
}

fn number(text: &str) -> Result<Content, Trap> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.len() > 1 && digits.starts_with('0') && digits.as_bytes()[1].is_ascii_digit() {
        return Err(Trap::LeadingZero);
    }
    let plain = text.strip_prefix('+').unwrap_or(text);
    if let Ok(whole) = plain.parse::<i64>() {
        return Ok(Content::Number(whole.into()));
    }
    if let Ok(whole) = plain.parse::<u64>() {
        return Ok(Content::Number(whole.into()));
    }
    plain.parse().ok().and_then(Number::from_f64).map(Content::Number).ok_or(Trap::OddNumber)
}
