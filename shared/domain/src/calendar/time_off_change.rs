use serde::{Deserialize, Serialize};

use super::TimeOff;
use crate::instant::Instant;

/// A change to a person's time off. It does not say what holds in the end: `assign` applies it to what holds when it
/// arrives, so two changes that are asked for at the same moment both count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeOffChange {
    /// They are away.
    Leaves(TimeOff),
    /// They are back: ends what is on and, where `all`, calls off what is planned.
    IsBack { all: bool },
    /// All their time off from now on. Nothing sends this any more; what an earlier release has put on a queue is
    /// read.
    Off(Vec<TimeOff>),
}

impl TimeOffChange {
    /// Works it into a person's time off. `at` is when it was asked for, not when it arrives: if it comes again, it
    /// ends nothing that has begun since.
    pub fn apply(&self, off: &mut Vec<TimeOff>, at: Instant) {
        match self {
            Self::Leaves(new) => {
                off.retain(|earlier| earlier != new && earlier.until > at);
                // Switched off once more they are off since the first time.
                if new.has_end() || !off.iter().any(|earlier| !earlier.has_end() && earlier.from <= new.from) {
                    off.push(new.clone());
                }
                off.sort_by_key(|off| off.from);
            }
            Self::IsBack { all } => off.retain(|off| !all && off.from > at),
            Self::Off(new) => off.clone_from(new),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn off(from: i64, until: Instant) -> TimeOff {
        TimeOff { from: Instant::from_millis(from), until, reason: None, by: None }
    }

    fn until(until: i64) -> Instant {
        Instant::from_millis(until)
    }

    fn applied(change: &TimeOffChange, before: &[TimeOff]) -> Vec<TimeOff> {
        let mut after = before.to_vec();
        change.apply(&mut after, Instant::from_millis(10));
        after
    }

    #[test]
    fn a_change_keeps_what_it_is_not_about_and_comes_twice_as_once() {
        let [past, on, planned] = [off(1, until(9)), off(5, until(20)), off(30, until(40))];
        let before = [past, on.clone(), planned.clone()];
        let [new, switched_off] = [off(10, until(15)), off(10, TimeOff::NO_END)];
        let earlier = off(5, TimeOff::NO_END);
        for (before, change, expected) in [
            (&before[..], TimeOffChange::Leaves(new.clone()), vec![on.clone(), new, planned.clone()]),
            (&before[..], TimeOffChange::Leaves(on.clone()), vec![on, planned.clone()]),
            (std::slice::from_ref(&earlier), TimeOffChange::Leaves(switched_off.clone()), vec![earlier.clone()]),
            (
                std::slice::from_ref(&planned),
                TimeOffChange::Leaves(switched_off.clone()),
                vec![switched_off, planned.clone()],
            ),
            (&before[..], TimeOffChange::IsBack { all: false }, vec![planned.clone()]),
            (&before[..], TimeOffChange::IsBack { all: true }, Vec::new()),
            (&before[..], TimeOffChange::Off(vec![planned.clone()]), vec![planned.clone()]),
        ] {
            let once = applied(&change, before);
            assert_eq!(once, expected, "{change:?}");
            assert_eq!(applied(&change, &once), expected, "{change:?}, again");
        }
    }
}
