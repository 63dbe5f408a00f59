//! Weighted rotation, within one record of the exact share at every moment.
//!
//! Each pick gives every available member their share of one record (`weight / sum of
//! weights`), then takes one record from the member it falls to. Among the members who are
//! due enough, it falls to the one whose deadline comes first: the moment by which they must
//! get one, or be more than the bound short. For an unchanging set of `n` members this keeps
//! |given − due| ≤ 1 − 1/(2n − 2) after every pick: R. Tijdeman, "The chairman assignment
//! problem", Discrete Mathematics 32 (1980) 323–330. Where availability changes there is no
//! such theorem; `cargo run --release -p fairness` measures what happens then.

use std::cmp::Ordering;

use super::Contender;

const RECORD: i128 = 1_000_000_000;

/// The bound of |given − due| for an unchanging set of this many members, in records.
pub fn bound(members: usize) -> f64 {
    if members < 2 { 0.0 } else { 1.0 - 1.0 / (2 * members - 2) as f64 }
}

/// How two of so many contenders compare: those who are due enough first, then by deadline.
pub(super) fn comparison(contenders: usize) -> impl Fn(&Contender<'_>, &Contender<'_>) -> Ordering {
    // The threshold is q = 1/(2n − 2); everything is multiplied by 2n − 2, to stay in whole numbers.
    let scale = (2 * contenders as i128 - 2).max(1);
    let threshold = if contenders > 1 { RECORD } else { 0 };
    let due_enough = move |own: &Contender<'_>| i128::from(own.numbers.owed) * scale >= threshold;
    // The deadline is (1 − q − owed) / (weight / sum); the sum is the same for all.
    let left = move |own: &Contender<'_>, other: &Contender<'_>| {
        (RECORD * scale - threshold - i128::from(own.numbers.owed) * scale) * i128::from(other.weight)
    };
    move |a, b| due_enough(b).cmp(&due_enough(a)).then_with(|| left(a, b).cmp(&left(b, a)))
}
