//! Single values as condition text writes them: `40`, `-2.5`, `2500.00 EUR`, `yes`, `2026-12-01`,
//! `2026-12-01T09:00:00Z`, `won`, `"New Zealand"`.

use std::fmt;

use crate::{instant::Instant, value::Value};

/// Words with a meaning of their own: as a text they need quotes.
///
/// Only in small letters: `NO` is Norway, `OR` is Oregon, `IN` is India.
const KEYWORDS: [&str; 31] = [
    "all", "and", "any", "at", "before", "after", "changed", "contain", "contains", "does", "ends", "equals", "false",
    "in", "is", "less", "missing", "more", "newer", "no", "not", "older", "or", "over", "present", "starts", "true",
    "under", "with", "within", "yes",
];

pub(super) fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

/// A number that does not fit, or money with more than cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OutOfRange;

/// What a word without quotes stands for.
pub(super) fn read_word(word: &str) -> Result<Value, OutOfRange> {
    if is_number(word) {
        let number: f64 = word.parse().map_err(|_| OutOfRange)?;
        return if number.is_finite() { Ok(Value::Number(number)) } else { Err(OutOfRange) };
    }
    Ok(match word {
        "yes" | "true" => Value::YesNo(true),
        "no" | "false" => Value::YesNo(false),
        _ if !looks_dated(word) => Value::text(word),
        _ => match (word.parse(), Instant::parse(word)) {
            (_, Ok(at)) => Value::Instant(at),
            (Ok(date), _) => Value::Date(date),
            _ => Value::text(word),
        },
    })
}

/// Starts like a year and a month: what reads as a date of its own accord must not (`20261201`).
fn looks_dated(word: &str) -> bool {
    let unsigned = word.strip_prefix('-').unwrap_or(word);
    matches!(unsigned.find('-'), Some(4 | 6)) && unsigned.starts_with(|first: char| first.is_ascii_digit())
}

/// As JSON writes numbers, so that codes (`0123`, `+49`) stay texts.
pub(super) fn is_number(word: &str) -> bool {
    let unsigned = word.strip_prefix('-').unwrap_or(word);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let exponent = exponent.map(|exponent| exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(digits)
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

pub(super) fn is_currency(word: &str) -> bool {
    word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_uppercase()) && word != "AND"
}

/// Money from a number as written and a currency: `2500` or `2500.00`.
pub(super) fn read_money(number: &str, currency: &str) -> Result<Value, OutOfRange> {
    let (whole, cents) = number.split_once('.').unwrap_or((number, ""));
    if cents.len() > 2 || !number.strip_prefix('-').unwrap_or(number).bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return Err(OutOfRange);
    }
    // Read as one whole number of cents, so that the sign and the largest values are right.
    let minor = format!("{whole}{cents:0<2}").parse().map_err(|_| OutOfRange)?;
    Ok(Value::Money { minor, currency: currency.to_owned() })
}

/// Writes a value so that reading gives the same one.
pub(super) struct Written<'a>(pub &'a Value);

impl fmt::Display for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Text(text) => write!(f, "{}", WrittenText(text)),
            Value::List(values) => write!(f, "{}", WrittenList(values)),
            other => other.fmt(f),
        }
    }
}

/// A list in brackets: `[DE, AT, "New Zealand"]`.
pub(super) struct WrittenList<'a>(pub &'a [Value]);

impl fmt::Display for WrittenList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for (index, value) in self.0.iter().enumerate() {
            write!(f, "{}{}", if index > 0 { ", " } else { "" }, Written(value))?;
        }
        f.write_str("]")
    }
}

/// A text, in quotes where it could be read as something else.
pub(super) struct WrittenText<'a>(pub &'a str);

impl fmt::Display for WrittenText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-');
        if self.0.starts_with(char::is_alphabetic) && self.0.chars().all(plain) && !is_keyword(self.0) {
            return f.write_str(self.0);
        }
        f.write_str("\"")?;
        for letter in self.0.chars() {
            match letter {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                plain => write!(f, "{plain}")?,
            }
        }
        f.write_str("\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_without_quotes_is_what_it_looks_like() {
        let check = |word: &str, expected: Value| assert_eq!(read_word(word), Ok(expected), "{word}");
        check("40", Value::Number(40.0));
        check("-2.5e1", Value::Number(-25.0));
        check("yes", Value::YesNo(true));
        check("no", Value::YesNo(false));
        check("NO", Value::text("NO"));
        check("0123", Value::text("0123"));
        check("+49", Value::text("+49"));
        check("11-50", Value::text("11-50"));
        check("inf", Value::text("inf"));
        check("NaN", Value::text("NaN"));
        check("2026-13-01", Value::text("2026-13-01"));
        check("2026-12-01", Value::Date(jiff::civil::date(2026, 12, 1)));
        check("2026-12-01T10:00+01:00", Value::Instant(Instant::parse("2026-12-01T09:00Z").unwrap()));
        assert_eq!(read_word("1e400"), Err(OutOfRange));
    }

    #[test]
    fn money_is_read_as_cents() {
        let check = |number: &str, minor: i64| {
            assert_eq!(read_money(number, "EUR"), Ok(Value::Money { minor, currency: "EUR".into() }), "{number}");
        };
        check("2500", 250_000);
        check("2500.5", 250_050);
        check("-0.05", -5);
        check("92233720368547758.07", i64::MAX);
        for number in ["1.005", "1e3", "92233720368547758.08"] {
            assert_eq!(read_money(number, "EUR"), Err(OutOfRange), "{number}");
        }
    }

    #[test]
    fn a_text_that_could_be_read_otherwise_is_written_in_quotes() {
        let check = |text: &str, written: &str| assert_eq!(WrittenText(text).to_string(), written);
        check("won", "won");
        check("closed won", "\"closed won\"");
        check("42", "\"42\"");
        check("NO", "NO");
        check("no", "\"no\"");
        check("a \"b\" \\ \n", r#""a \"b\" \\ \n""#);
        check("", "\"\"");
    }
}
