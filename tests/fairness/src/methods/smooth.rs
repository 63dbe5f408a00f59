//! Smooth weighted round robin, as nginx does it: everybody available gains their weight, the one
//! with most is picked, the first at a tie, and loses the sum of the weights.
//!
//! It knows neither return nor credit: a number stands still during an absence.

use super::{Method, PerMember, Turn, first_with_least};

#[derive(Default)]
pub struct Smooth {
    current: PerMember<f64>,
}

impl Method for Smooth {
    fn pick(&mut self, turn: &Turn<'_>) -> usize {
        for (member, weight) in turn.available {
            *self.current.of(*member) += f64::from(*weight);
        }
        let picked = first_with_least(turn.available, |member, _| -*self.current.of(member));
        *self.current.of(picked) -= turn.available.iter().map(|(_, weight)| f64::from(*weight)).sum::<f64>();
        picked
    }

    fn credit(&mut self, _member: usize, _weight: u32) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::methods::picks;

    #[test]
    fn it_spreads_a_heavy_one_as_its_authors_show() {
        assert_eq!(picks(&mut Smooth::default(), &[5, 1, 1], 7), [0, 0, 1, 0, 2, 0, 0]);
    }
}
