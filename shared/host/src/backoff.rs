//! How long a failed message waits: doubled with every receive, and spread, so that messages
//! that failed together do not come back together.

use std::hash::{DefaultHasher, Hash, Hasher};

use domain::id::MessageId;
use engine::ports::Queue;

const FIRST_MILLIS: i64 = 1_000;
const LONGEST_MILLIS: i64 = 60_000;
/// A record waits for its owner, and a person's absence holds up those after it.
const LONGEST_IN_LANE_MILLIS: i64 = 5_000;

/// Between half of the step's length and all of it. Derived from the message, not drawn, so
/// that a simulation repeats itself.
pub(crate) fn backoff_millis(queue: Queue, message: &MessageId, receives: u32) -> i64 {
    let longest = if queue == Queue::Assign { LONGEST_IN_LANE_MILLIS } else { LONGEST_MILLIS };
    let doubled = FIRST_MILLIS << receives.saturating_sub(1).min(16);
    let length = doubled.min(longest);
    let half = length / 2;
    half + spread(message, receives, half)
}

fn spread(message: &MessageId, receives: u32, below: i64) -> i64 {
    let mut hasher = DefaultHasher::new();
    (message, receives).hash(&mut hasher);
    (hasher.finish() % below.unsigned_abs().max(1)).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_doubles_up_to_its_limit_and_a_lane_waits_less() {
        let check = |queue, receives, half: i64| {
            for n in 0..50 {
                let millis = backoff_millis(queue, &MessageId::new(format!("m{n}")), receives);
                assert!((half..2 * half).contains(&millis), "{millis} after {receives} receives");
            }
        };
        check(Queue::Evaluate, 1, 500);
        check(Queue::Evaluate, 4, 4_000);
        check(Queue::Evaluate, 30, 30_000);
        check(Queue::Assign, 4, 2_500);
    }

    #[test]
    fn messages_that_failed_together_come_back_apart() {
        let all: std::collections::BTreeSet<_> =
            (0..50).map(|n| backoff_millis(Queue::Act, &MessageId::new(format!("m{n}")), 4)).collect();
        assert!(all.len() > 40, "{all:?}");
    }
}
