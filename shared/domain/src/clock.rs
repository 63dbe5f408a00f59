//! A clock that was wrong: by what it is told, and what becomes of the moments that it wrote.

use crate::instant::Instant;

/// How far two honest clocks may differ. Hosts keep their time by NTP, which leaves milliseconds and, after a bad
/// start, seconds; a time zone that was set wrong, or a year that was mistyped, is far beyond it.
pub const HONEST_SKEW_MINUTES: i64 = 5;

/// 2026-01-01T00:00Z, before the first release. A machine whose battery is empty starts in 1970 or 2000, until the
/// network tells it better: that clock is behind, and what lies ahead of it was right.
const NEVER_BEFORE: Instant = Instant::from_millis(1_767_225_600_000);

/// Whether no honest clock can show this.
pub fn is_before_any_release(now: Instant) -> bool {
    now < NEVER_BEFORE
}

/// The latest that any honest clock can have said until now.
pub fn latest(now: Instant) -> Instant {
    if is_before_any_release(now) { Instant::from_millis(i64::MAX) } else { now.plus_minutes(HONEST_SKEW_MINUTES) }
}

/// Whether a moment that some clock has said lies so far in the future that the clock was wrong.
pub fn was_ahead(at: Instant, now: Instant) -> bool {
    at > latest(now)
}

/// A clock that has been set back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetBack {
    /// The latest that it had said.
    pub from: Instant,
    pub to: Instant,
}

impl SetBack {
    /// Where a moment lies now that the clock had written while it was ahead: as far from `to` as it was from `from`.
    /// Any other is left where it is.
    pub fn moved(&self, at: Instant) -> Instant {
        if was_ahead(at, self.to) { at.plus_millis(self.to.millis_since(self.from)) } else { at }
    }

    /// When something is due that the clock had put off while it was ahead: as long from now as was left of it. What
    /// had passed meanwhile is due now.
    pub fn due(&self, at: Instant) -> Instant {
        self.moved(at).max(self.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    #[test]
    fn a_moment_of_the_future_tells_a_wrong_clock_beyond_what_honest_ones_differ() {
        let now = at("2026-11-27T09:00Z");
        let check = |moment, expected| assert_eq!(was_ahead(at(moment), now), expected, "{moment}");
        check("2026-11-27T08:00Z", false);
        check("2026-11-27T09:05Z", false);
        check("2026-11-27T09:05:01Z", true);
        check("2027-11-27T09:00Z", true);
    }

    #[test]
    fn a_clock_that_shows_a_time_before_the_first_release_tells_nothing() {
        let (battery_empty, now) = (at("1970-01-01T00:01Z"), at("2026-11-27T09:00Z"));
        assert!(!was_ahead(now, battery_empty));
        assert!(is_before_any_release(battery_empty) && !is_before_any_release(now));
    }

    #[test]
    fn what_the_wrong_clock_wrote_keeps_its_distance_and_the_rest_stays() {
        let set_back = SetBack { from: at("2027-11-27T09:00Z"), to: at("2026-11-27T09:00Z") };
        let check = |moment, moved, due| {
            assert_eq!(set_back.moved(at(moment)), at(moved), "{moment}");
            assert_eq!(set_back.due(at(moment)), at(due), "{moment}");
        };
        check("2027-11-27T09:15Z", "2026-11-27T09:15Z", "2026-11-27T09:15Z");
        check("2027-11-27T08:00Z", "2026-11-27T08:00Z", "2026-11-27T09:00Z");
        check("2026-11-26T08:00Z", "2026-11-26T08:00Z", "2026-11-27T09:00Z");
    }
}
