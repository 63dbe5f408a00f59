//! Lowest pointer, as LeanData documents it: the available member with the lowest pointer gets
//! the record, the first in the list at a tie; their pointer then rises by 1/weight.
//!
//! Not documented, and assumed here: a newcomer starts at the lowest pointer of those there, a
//! pointer stands still during an absence, and a credit lowers it by what the record raised it.

use super::{Method, PerMember, Turn, first_with_least};

#[derive(Default)]
pub struct LowestPointer {
    pointers: PerMember<Option<f64>>,
}

impl Method for LowestPointer {
    fn pick(&mut self, turn: &Turn<'_>) -> usize {
        let known = turn.available.iter().filter_map(|(member, _)| *self.pointers.of(*member));
        let lowest = known.reduce(f64::min).unwrap_or_default();
        let picked = first_with_least(turn.available, |member, _| *self.pointers.of(member).get_or_insert(lowest));
        let weight = turn.available.iter().find(|(member, _)| *member == picked).map_or(1, |(_, weight)| *weight);
        *self.pointers.of(picked).get_or_insert(lowest) += 1.0 / f64::from(weight);
        picked
    }

    fn credit(&mut self, member: usize, weight: u32) {
        *self.pointers.of(member).get_or_insert(0.0) -= 1.0 / f64::from(weight);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::methods::picks;

    #[test]
    fn the_lowest_pointer_is_next_and_the_first_of_the_list_at_a_tie() {
        assert_eq!(picks(&mut LowestPointer::default(), &[2, 1], 6), [0, 1, 0, 0, 1, 0]);
    }

    #[test]
    fn a_returner_makes_up_all_that_was_missed_at_once() {
        let mut method = LowestPointer::default();
        picks(&mut method, &[1, 1], 2);
        let alone = Turn { month: 0, available: &[(1, 1)], away: &[(0, 1)] };
        for _ in 0..5 {
            method.pick(&alone);
        }
        assert_eq!(picks(&mut method, &[1, 1], 6), [0, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn a_credit_is_one_record_more_and_a_newcomer_is_not_flooded() {
        let mut method = LowestPointer::default();
        picks(&mut method, &[1, 1], 10);
        method.credit(1, 1);
        assert_eq!(picks(&mut method, &[1, 1], 2), [1, 0]);
        let with_a_newcomer = picks(&mut method, &[1, 1, 1], 9);
        assert_eq!(with_a_newcomer.iter().filter(|member| **member == 2).count(), 3);
    }
}
