//! Weighted rotation, within one record of the exact share at every moment.
//!
//! Each pick gives every available member their share of one record (`weight / sum of
//! weights`), then takes one record from the member it falls to. Among the members who are
//! due enough, it falls to the one whose deadline comes first. For an unchanging set of
//! `n` members this keeps |given − due| ≤ 1 − 1/(2n − 2) after every pick: R. Tijdeman,
//! "The chairman assignment problem", Discrete Mathematics 32 (1980). Where availability
//! changes there is no such theorem.
//!
//! Shares are integers in units of 10⁻¹² record. Dividing loses less than one unit per
//! member and pick, and what is lost goes to the member picked, so the sum stays exact:
//! a million picks among a thousand members err by less than 0.001 record.

use crate::id::PersonId;

/// One record, in the units of a share.
pub const RECORD: i64 = 1_000_000_000_000;

/// An available member: the weight, and what they are owed (due less given).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contender<'a> {
    pub person: &'a PersonId,
    pub weight: u32,
    pub owed: i64,
    /// The number of the pool's latest pick that fell to them; ties go to the smallest.
    pub last: u64,
}

/// Gives everybody their share of one record and returns the index of who gets it, with
/// what each is owed afterwards. `None` if nobody has a weight.
pub fn pick(contenders: &[Contender<'_>]) -> Option<(usize, Vec<i64>)> {
    let sum: i64 = contenders.iter().map(|contender| i64::from(contender.weight)).sum();
    if sum == 0 {
        return None;
    }
    let due: Vec<i64> = contenders.iter().map(|c| c.owed + share(c.weight, sum)).collect();
    let picked = earliest_deadline(contenders, &due, sum)?;
    let weights: Vec<u32> = contenders.iter().map(|contender| contender.weight).collect();
    let owed = contenders.iter().zip(moves(&weights, picked)).map(|(contender, moved)| contender.owed + moved);
    Some((picked, owed.collect()))
}

/// What a pick adds to what each is owed: a share for everybody, less the record for the one
/// it fell to. The sum is 0.
pub fn moves(weights: &[u32], picked: usize) -> Vec<i64> {
    let sum: i64 = weights.iter().copied().map(i64::from).sum();
    let mut moves: Vec<i64> = weights.iter().map(|weight| share(*weight, sum)).collect();
    let shared: i64 = moves.iter().sum();
    moves[picked] -= shared;
    moves
}

fn share(weight: u32, sum: i64) -> i64 {
    i64::try_from(i128::from(weight) * i128::from(RECORD) / i128::from(sum)).expect("a share is at most one record")
}

fn earliest_deadline(contenders: &[Contender<'_>], owed: &[i64], sum: i64) -> Option<usize> {
    let members = contenders.iter().filter(|contender| contender.weight > 0).count();
    // The threshold 1/(2n − 2) below which a member may not be picked yet.
    let threshold = if members > 1 { RECORD / (2 * members as i64 - 2) } else { i64::MIN };
    let in_the_running = |due_enough: bool| {
        contenders
            .iter()
            .zip(owed)
            .enumerate()
            .filter(move |(_, (contender, owed))| contender.weight > 0 && (!due_enough || **owed >= threshold))
            .min_by(|(_, (a, owed_a)), (_, (b, owed_b))| {
                // (1 − q − owed) / (weight / sum), compared without dividing.
                let left = i128::from(RECORD - threshold.max(0) - **owed_a) * i128::from(sum) * i128::from(b.weight);
                let right = i128::from(RECORD - threshold.max(0) - **owed_b) * i128::from(sum) * i128::from(a.weight);
                left.cmp(&right).then(a.last.cmp(&b.last)).then(a.person.cmp(b.person))
            })
            .map(|(index, _)| index)
    };
    in_the_running(true).or_else(|| in_the_running(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays `picks` rounds and returns the worst |given − due| over every prefix, in records.
    fn worst_deviation(weights: &[u32], picks: u32) -> f64 {
        let names: Vec<PersonId> = (0..weights.len()).map(|i| PersonId::new(format!("p{i}"))).collect();
        let mut owed = vec![0; weights.len()];
        let mut last = vec![0; weights.len()];
        let mut given = vec![0u32; weights.len()];
        let sum: u32 = weights.iter().sum();
        let mut worst: f64 = 0.0;
        for round in 1..=picks {
            let contenders: Vec<Contender<'_>> = (0..weights.len())
                .map(|i| Contender { person: &names[i], weight: weights[i], owed: owed[i], last: last[i] })
                .collect();
            let (picked, after) = pick(&contenders).unwrap();
            owed = after;
            last[picked] = u64::from(round);
            given[picked] += 1;
            for (weight, given) in weights.iter().zip(&given) {
                let due = f64::from(round) * f64::from(*weight) / f64::from(sum);
                worst = worst.max((f64::from(*given) - due).abs());
            }
        }
        worst
    }

    #[test]
    fn every_prefix_is_within_the_bound() {
        let cases: &[&[u32]] =
            &[&[3, 2, 1], &[1, 1], &[1, 1, 1], &[100, 1, 1], &[5, 3, 2, 1, 1], &[1000, 999, 1], &[7, 0, 3], &[1; 9]];
        for weights in cases {
            let n = weights.iter().filter(|weight| **weight > 0).count() as f64;
            let bound = 1.0 - 1.0 / (2.0 * n - 2.0);
            let worst = worst_deviation(weights, 3_000);
            assert!(worst <= bound + 1e-6, "{weights:?}: {worst} is over {bound}");
        }
    }

    #[test]
    fn equal_weights_never_differ_by_more_than_one() {
        assert!(worst_deviation(&[4, 4, 4, 4], 1_000) < 1.0);
    }

    #[test]
    fn one_member_gets_everything_and_no_weight_gets_nothing() {
        assert!(worst_deviation(&[5], 50) < 1e-9);
        let nobody = PersonId::new("nobody");
        assert_eq!(pick(&[Contender { person: &nobody, weight: 0, owed: 0, last: 0 }]), None);
        assert_eq!(pick(&[]), None);
    }

    #[test]
    fn what_rounding_loses_is_not_lost() {
        let names = [PersonId::new("a"), PersonId::new("b"), PersonId::new("c")];
        let contenders: Vec<Contender<'_>> =
            names.iter().map(|person| Contender { person, weight: 1, owed: 0, last: 0 }).collect();
        let (_, owed) = pick(&contenders).unwrap();
        assert_eq!(owed.iter().sum::<i64>(), 0);
    }
}
