//! Moments and lengths of time as scripts write them.

use domain::{calendar::no_such_day, instant::Instant};
use jiff::civil::{DateTime, Time};

use crate::command::When;

/// `2026-03-02T09:00Z`, `2026-03-02 09:00` or `09:14:59`.
pub(super) fn when(text: &str) -> Result<When, String> {
    let text = text.trim();
    if let Ok(at) = Instant::parse(text) {
        return Ok(When::Moment(at));
    }
    if let Ok(local) = text.parse::<DateTime>()
        && text.contains([' ', 'T'])
    {
        return Ok(When::Local(local));
    }
    text.parse::<Time>().map(When::Clock).map_err(|_| match no_such_day(text) {
        Some(why) => format!("`{text}` is not a moment: {why}"),
        None => format!("`{text}` is not a moment; write 2026-03-02T09:00Z, 2026-03-02 09:00 or 09:14:59"),
    })
}

/// `15m`, `14m 59s`, `14 minutes 59 seconds`, `3 days`: in milliseconds.
pub(super) fn length(text: &str) -> Result<i64, String> {
    let problem = || format!("`{text}` is not a length of time; write 15m, 14m 59s or 3 days");
    let mut total: i64 = 0;
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err("a length of time is missing, for example 15m".to_owned());
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(problem)?;
        let (number, after) = rest.split_at(digits);
        let after = after.trim_start();
        let unit_end = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, left) = after.split_at(unit_end);
        let number: i64 = number.parse().map_err(|_| problem())?;
        let millis = number.checked_mul(unit_millis(unit).ok_or_else(problem)?).ok_or_else(problem)?;
        total = total.checked_add(millis).ok_or_else(problem)?;
        rest = left.trim_start();
    }
    Ok(total)
}

fn unit_millis(unit: &str) -> Option<i64> {
    Some(match unit {
        "ms" => 1,
        "s" | "second" | "seconds" => 1_000,
        "m" | "minute" | "minutes" => 60_000,
        "h" | "hour" | "hours" => 3_600_000,
        "d" | "day" | "days" => 86_400_000,
        "week" | "weeks" => 7 * 86_400_000,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, millis: i64) {
        assert_eq!(length(text), Ok(millis), "{text}");
    }

    #[test]
    fn lengths_are_short_or_in_words() {
        check("15m", 900_000);
        check("14m 59s", 899_000);
        check("14m59s", 899_000);
        check("14 minutes 59 seconds", 899_000);
        check("1 hour", 3_600_000);
        check("3 days", 3 * 86_400_000);
        check("2 weeks", 14 * 86_400_000);
    }

    #[test]
    fn what_is_no_length_is_said_to_be_none() {
        for text in ["", "m", "15", "15 apples", "1 month", "99999999999999999999s", "2 working days"] {
            assert!(length(text).is_err(), "{text}");
        }
    }

    #[test]
    fn moments_are_absolute_local_or_on_the_clock() {
        assert_eq!(when("2026-03-02T09:00Z"), Ok(When::Moment(Instant::parse("2026-03-02T09:00:00Z").unwrap())));
        assert!(matches!(when("2026-03-02 09:00"), Ok(When::Local(_))));
        assert!(matches!(when("09:14:59"), Ok(When::Clock(_))));
        assert!(when("soon").is_err());
        assert!(when("2026-03-02").is_err());
        let why = "`2026-02-30 09:00` is not a moment: February 2026 has 28 days; write for example 2026-02-28";
        assert_eq!(when("2026-02-30 09:00"), Err(why.to_owned()));
    }
}
