//! Dates as people write them: `2026-05-01`.

use jiff::civil::Date;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Why a text in the shape of a date, with or without a time, names no day, and what to write; none if it names one,
/// or has another shape.
///
/// `2026-02-30` → `February 2026 has 28 days; write for example 2026-02-28`
pub fn no_such_day(text: &str) -> Option<String> {
    let written = text.split(['T', ' ']).next()?;
    let mut parts = written.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let is_digits = |part: &str, length: usize| part.len() == length && part.bytes().all(|it| it.is_ascii_digit());
    if parts.next().is_some() || !is_digits(year, 4) || !is_digits(month, 2) || !is_digits(day, 2) {
        return None;
    }
    let (year, month, day) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    let Ok(first) = Date::new(year, month, 1) else {
        return Some(format!("a month is 01 to 12; write for example {year:04}-12-01"));
    };
    let last = first.last_of_month();
    if (1..=last.day()).contains(&day) {
        return None;
    }
    let name = MONTHS[usize::try_from(month - 1).ok()?];
    Some(format!("{name} {year:04} has {} days; write for example {last}", last.day()))
}

#[cfg(test)]
mod tests {
    use super::no_such_day;

    #[test]
    fn a_day_that_no_month_has_is_told_by_the_month() {
        for (text, why) in [
            ("2026-02-30", "February 2026 has 28 days; write for example 2026-02-28"),
            ("2028-02-30T12:00", "February 2028 has 29 days; write for example 2028-02-29"),
            ("2026-04-31 12:00", "April 2026 has 30 days; write for example 2026-04-30"),
            ("2026-01-00", "January 2026 has 31 days; write for example 2026-01-31"),
            ("2026-13-01", "a month is 01 to 12; write for example 2026-12-01"),
            ("0000-00-01", "a month is 01 to 12; write for example 0000-12-01"),
        ] {
            assert_eq!(no_such_day(text).as_deref(), Some(why), "{text}");
        }
        for text in ["2026-02-28", "2028-02-29", "2026-2-30", "monday", "2026-02-30-01", "+49 30 1234567", ""] {
            assert_eq!(no_such_day(text), None, "{text}");
        }
    }
}
