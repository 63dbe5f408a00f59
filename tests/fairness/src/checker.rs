//! Whether picks stay within the bound, in whole numbers and by nothing of the product's.

/// Follows picks among an unchanging set: after `k` of them member `m` is due `k · w / W`.
pub struct Checker {
    weights: Vec<i128>,
    sum: i128,
    /// `k · w − given · W` of each member: what is owed, W times.
    owed: Vec<i128>,
    worst: i128,
}

impl Checker {
    pub fn new(weights: &[u32]) -> Self {
        let weights: Vec<i128> = weights.iter().copied().map(i128::from).collect();
        Self { sum: weights.iter().sum(), owed: vec![0; weights.len()], weights, worst: 0 }
    }

    /// One pick fell to this member.
    pub fn picked(&mut self, member: usize) {
        for (owed, weight) in self.owed.iter_mut().zip(&self.weights) {
            *owed += weight;
        }
        self.owed[member] -= self.sum;
        let worst = self.owed.iter().map(|owed| owed.abs()).max().unwrap_or_default();
        self.worst = self.worst.max(worst);
    }

    /// The worst |given − due| after any pick so far, in records.
    pub fn worst(&self) -> f64 {
        self.worst as f64 / self.sum as f64
    }

    /// The stated bound, 1 − 1/(2n − 2), in records.
    pub fn bound(&self) -> f64 {
        let (of, parts) = self.bound_as_fraction();
        of as f64 / parts as f64
    }

    /// Whether every prefix was within the bound, exactly.
    pub fn holds(&self) -> bool {
        let (of, parts) = self.bound_as_fraction();
        self.worst * parts <= of * self.sum
    }

    fn bound_as_fraction(&self) -> (i128, i128) {
        let members = self.weights.len() as i128;
        if members < 2 { (0, 1) } else { (2 * members - 3, 2 * members - 2) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(weights: &[u32], picks: &[usize]) -> Checker {
        let mut checker = Checker::new(weights);
        picks.iter().for_each(|member| checker.picked(*member));
        checker
    }

    #[test]
    fn a_fair_line_holds_and_its_worst_moment_is_known() {
        let checker = after(&[3, 2, 1], &[0, 1, 0, 2, 1, 0]);
        assert!(checker.holds());
        assert_eq!((checker.worst(), checker.bound()), (0.5, 0.75));
    }

    #[test]
    fn a_planted_violation_is_found_even_if_all_is_well_in_the_end() {
        let checker = after(&[1, 1], &[0, 0, 1, 1]);
        assert!(!checker.holds());
        assert_eq!((checker.worst(), checker.bound()), (1.0, 0.5));
        // Exactly at the bound is within it; one part in three thousand beyond is not.
        assert!(after(&[1, 1], &[0, 1, 1, 0]).holds());
        assert!(!after(&[1499, 1501], &[0, 1]).holds());
    }
}
