//! What tells two states apart: a number of 64 bits of what they consist of. That two of a hundred thousand
//! states share one, so that the second is not followed, is one chance in thousands of millions.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde::Serialize;

/// The number of something that is hashed as it is.
pub fn of(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// The number of something by what would be stored of it.
pub fn of_stored(value: &impl Serialize) -> u64 {
    of(&serde_json::to_vec(value).expect("what is stored is plain data"))
}

/// The number of several things whose order does not matter.
pub fn of_any_order(numbers: impl Iterator<Item = u64>) -> u64 {
    numbers.fold(0, |sum, number| sum.wrapping_add(of(&number)))
}
