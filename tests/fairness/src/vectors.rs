//! The weights that the bound is held against: twenty written down, the rest drawn.

use crate::random::Random;

/// How many vectors are drawn for the full run.
pub const DRAWN: usize = 10_000;

/// The weights of a pool's members, with a name to print.
pub struct Vector {
    pub name: String,
    pub weights: Vec<u32>,
}

/// Twenty weight vectors: equal, lopsided, without a common divisor, and large.
pub fn fixed() -> Vec<Vector> {
    let harmonic = (1..=10).map(|place| 1000 / place).collect();
    let scattered = (0..1000).map(|place| 1 + place * 7919 % 1000).collect();
    let heavy_and_light = [1000].into_iter().chain([1; 30]).collect();
    let named: [(&str, Vec<u32>); 20] = [
        ("1000 members of 1 to 1000", scattered),
        ("2 equals", vec![1; 2]),
        ("3 equals", vec![1; 3]),
        ("8 equals", vec![1; 8]),
        ("20 equals", vec![1; 20]),
        ("3:2:1", vec![3, 2, 1]),
        ("50:100:100", vec![50, 100, 100]),
        ("100:1", vec![100, 1]),
        ("100:1:1", vec![100, 1, 1]),
        ("1000:1", vec![1000, 1]),
        ("1000:999:1", vec![1000, 999, 1]),
        ("1000:1000:1", vec![1000, 1000, 1]),
        ("997:2:1", vec![997, 2, 1]),
        ("1 to 12", (1..=12).collect()),
        ("the first ten primes", vec![2, 3, 5, 7, 11, 13, 17, 19, 23, 29]),
        ("large primes", vec![997, 991, 983, 977, 971]),
        ("powers of two to 512", (0..10).map(|power| 1 << power).collect()),
        ("Fibonacci to 55", vec![1, 1, 2, 3, 5, 8, 13, 21, 34, 55]),
        ("1000 by 1 to 10", harmonic),
        ("one of 1000, 30 of 1", heavy_and_light),
    ];
    named.into_iter().map(|(name, weights)| Vector { name: name.to_owned(), weights }).collect()
}

/// The drawn vector of this number: 2 to 64 members, each with a weight of 1 to 1000.
pub fn drawn(seed: u64, number: usize) -> Vector {
    let mut random = Random::of(seed, number as u64);
    let members = random.within(2, 64);
    // Half of them with a narrow range of weights, where near-ties are common.
    let most = if random.chance(50) { 1000 } else { random.within(1, 20) };
    let weights = (0..members).map(|_| random.within(1, most) as u32).collect();
    Vector { name: format!("drawn {number}"), weights }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_twenty_fixed_vectors_and_all_weights_are_allowed() {
        let vectors: Vec<Vector> = fixed().into_iter().chain((0..200).map(|number| drawn(1, number))).collect();
        assert_eq!(vectors.len(), 220);
        for Vector { name, weights } in vectors {
            assert!(weights.len() > 1 && weights.iter().all(|weight| (1..=1000).contains(weight)), "{name}");
        }
    }
}
