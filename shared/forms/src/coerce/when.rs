//! Dates and moments, only where one reading is possible.

use domain::value::Value;
use jiff::civil::Date;

use super::Coerced;
use crate::provider::moment::moment_in;

pub(super) fn date(text: &str) -> Coerced {
    match read_date(text) {
        Some(date) => Coerced::is(Value::Date(date)),
        None => Coerced::not("this is not a date; write 2026-12-01"),
    }
}

fn read_date(text: &str) -> Option<Date> {
    let numbers: Option<Vec<i16>> = text.split(['-', '/', '.']).map(|part| part.trim().parse().ok()).collect();
    let date =
        |year: i16, month: i16, day: i16| Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok();
    if let Some([first, second, third]) = numbers.as_deref() {
        return match (*first, *second, *third) {
            (year, month, day) if year > 999 => date(year, month, day),
            (_, _, year) if year <= 999 => None,
            (day, month, year) if text.contains('.') || day > 12 || day == month => date(year, month, day),
            (month, day, year) if day > 12 => date(year, month, day),
            // 03/04/2026 is a day in March or in April.
            _ => None,
        };
    }
    let named = ["%B %d, %Y", "%d %B %Y", "%b %d, %Y", "%d %b %Y", "%B %d %Y"];
    let by_name = named.iter().find_map(|format| Date::strptime(format, text).ok());
    by_name.or_else(|| text.get(..10).filter(|_| text[10..].starts_with(['T', ' ']))?.parse().ok())
}

pub(super) fn instant(text: &str) -> Coerced {
    match moment_in(text) {
        Some(at) => Coerced::is(Value::Instant(at)),
        None => Coerced::not("this is not a moment; write 2026-12-01T09:00:00Z"),
    }
}
