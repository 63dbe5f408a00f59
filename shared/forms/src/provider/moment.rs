//! When a provider says that something happened, in the spellings they use.

use domain::instant::Instant;
use serde_json::Value as Json;

/// RFC 3339, `YYYY-MM-DD hh:mm:ss` (as UTC), or seconds or milliseconds since 1970.
pub(crate) fn moment_of(json: &Json) -> Option<Instant> {
    match json {
        Json::String(text) => moment_in(text),
        Json::Number(number) => number.as_i64().and_then(since_1970),
        _ => None,
    }
}

pub(crate) fn moment_in(text: &str) -> Option<Instant> {
    let text = text.trim();
    if let Ok(at) = Instant::parse(text) {
        return Some(at);
    }
    if let Ok(number) = text.parse::<i64>() {
        return since_1970(number);
    }
    let at = text.parse::<jiff::civil::DateTime>().ok().filter(|_| text.len() > 10);
    let at = at.or_else(|| jiff::civil::DateTime::strptime("%Y/%m/%d %H:%M:%S", text).ok())?;
    at.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|at| at.timestamp().into())
}

/// Years 1990 to 2100; anything else is a number, not a moment.
fn since_1970(number: i64) -> Option<Instant> {
    match number {
        631_152_000..=4_102_444_800 => Some(Instant::from_millis(number * 1000)),
        631_152_000_000..=4_102_444_800_000 => Some(Instant::from_millis(number)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spellings_of_one_moment_agree() {
        let expected = Instant::parse("2026-11-20T15:03:04Z").unwrap();
        for text in ["2026-11-20T15:03:04.000Z", "2026-11-20T16:03:04+01:00", "2026-11-20 15:03:04", "1795186984"] {
            assert_eq!(moment_in(text), Some(expected), "{text}");
        }
        assert_eq!(moment_of(&Json::from(1_795_186_984_000_i64)), Some(expected));
        assert_eq!(moment_in("17"), None);
        assert_eq!(moment_in("2026-11-20"), None);
    }
}
