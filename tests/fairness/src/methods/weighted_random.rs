//! Weighted random: a draw among the available, each as likely as their share of the weights.
//! It remembers nothing, so nothing is ever made up; a credit means nothing to it.

use super::{Method, Turn};
use crate::random::Random;

pub struct WeightedRandom(Random);

impl WeightedRandom {
    pub fn new(seed: u64) -> Self {
        Self(Random::new(seed))
    }
}

impl Method for WeightedRandom {
    fn pick(&mut self, turn: &Turn<'_>) -> usize {
        let sum: u64 = turn.available.iter().map(|(_, weight)| u64::from(*weight)).sum();
        let mut lot = self.0.within(1, sum);
        let drawn = turn.available.iter().find(|(_, weight)| {
            let weight = u64::from(*weight);
            let is_theirs = lot <= weight;
            lot = lot.saturating_sub(weight);
            is_theirs
        });
        drawn.expect("the lot is within the sum of the weights").0
    }

    fn credit(&mut self, _member: usize, _weight: u32) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::methods::picks;

    #[test]
    fn over_many_draws_everybody_gets_about_their_share() {
        let drawn = picks(&mut WeightedRandom::new(1), &[3, 2, 1], 6000);
        let counts = [0, 1, 2].map(|member| drawn.iter().filter(|picked| **picked == member).count());
        assert!(counts.iter().zip([3000, 2000, 1000]).all(|(count, share)| count.abs_diff(share) < 150), "{counts:?}");
    }
}
