//! One pick: which of the available members is next, and what that costs each of them.
//!
//! Knows nothing of requests and calendars. `answer` makes every pick with it; whatever else
//! wants to turn a pool (a benchmark, a projection) makes the same picks.

use super::{Amount, Contender, Numbers, PoolState, strategy::next_in_line};
use crate::{id::PersonId, playbook::Pool};

impl PoolState {
    /// Picks among exactly these, who take part already and are in the order of their names, and
    /// counts the pick. Returns who was next, at most `named` of them, in order: the first was
    /// picked.
    ///
    /// # Panics
    /// If nobody is available, or nobody has a weight.
    pub fn rotate<'p>(&mut self, pool: &Pool, available: &[(&'p PersonId, u32)], named: usize) -> Vec<Contender<'p>> {
        let share_of_one = Amount::per(available.iter().map(|(_, weight)| u64::from(*weight)).sum());
        let contenders = self.contenders(pool, available, self.level + share_of_one);
        let line = next_in_line(pool.strategy, &contenders, self.picks + 1, named.max(1));
        self.give(contenders[line[0]].person, share_of_one);
        line.into_iter().map(|index| contenders[index]).collect()
    }

    fn contenders<'p>(&self, pool: &Pool, available: &[(&'p PersonId, u32)], level: Amount) -> Vec<Contender<'p>> {
        let (counts_open, sums_up) = (pool.counts_open(), pool.sums_up().is_some());
        // Both are in the order of the names, so one walk along the members finds them all.
        let mut members = self.members.iter();
        let mut numbers = |person: &PersonId| {
            let (_, share) = members.find(|(member, _)| *member == person)?;
            let owed = share.owed(level).billionths();
            Some(Numbers {
                owed,
                last: share.last,
                open: counts_open.then(|| share.open()),
                pipeline: sums_up.then_some(share.pipeline),
            })
        };
        let contender = |(person, weight): &(&'p PersonId, u32)| {
            let numbers = numbers(person).expect("everybody who is available takes part");
            Contender { person, weight: *weight, numbers }
        };
        available.iter().map(contender).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instant::Instant;

    #[test]
    fn a_turn_is_counted_whole_however_few_are_named() {
        let pool: Pool = serde_json::from_str(r#"{ "lead": "leo", "members": {} }"#).unwrap();
        let people = ["ana", "ben", "chloe"].map(PersonId::new);
        let available: Vec<(&PersonId, u32)> = people.iter().zip([3, 2, 1]).collect();
        let (mut few, mut all) = (PoolState::default(), PoolState::default());
        for state in [&mut few, &mut all] {
            state.take_part(&available, Instant::from_millis(0));
        }
        for _ in 0..100 {
            let (named, line) = (few.rotate(&pool, &available, 1), all.rotate(&pool, &available, 9));
            assert_eq!((named.len(), line.len(), named[0]), (1, 3, line[0]));
            assert_eq!(few, all);
        }
        assert_eq!(few.members.values().map(|share| share.given).collect::<Vec<_>>(), [50, 33, 17]);
    }
}
