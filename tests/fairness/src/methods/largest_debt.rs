//! Largest debt: everybody available is due their share of each record, and who is owed most
//! gets it. The same ledger as the product's, with the simplest choice on top.

use super::{Method, PerMember, Turn, first_with_least};

#[derive(Default)]
pub struct LargestDebt {
    owed: PerMember<f64>,
}

impl Method for LargestDebt {
    fn pick(&mut self, turn: &Turn<'_>) -> usize {
        let sum: f64 = turn.available.iter().map(|(_, weight)| f64::from(*weight)).sum();
        for (member, weight) in turn.available {
            *self.owed.of(*member) += f64::from(*weight) / sum;
        }
        let picked = first_with_least(turn.available, |member, _| -*self.owed.of(member));
        *self.owed.of(picked) -= 1.0;
        picked
    }

    fn credit(&mut self, member: usize, _weight: u32) {
        *self.owed.of(member) += 1.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::methods::picks;

    #[test]
    fn the_one_who_is_owed_most_is_next_and_a_credit_is_owed() {
        let mut method = LargestDebt::default();
        assert_eq!(picks(&mut method, &[3, 2, 1], 6), [0, 1, 0, 2, 1, 0]);
        method.credit(2, 1);
        assert_eq!(picks(&mut method, &[3, 2, 1], 1), [2]);
    }
}
