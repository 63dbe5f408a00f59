//! Least open work: the member with the fewest open records for their weight, this one included.
//! Among equals, the one who is owed most.

use std::cmp::Ordering;

use super::Contender;

pub(super) fn compare(a: &Contender<'_>, b: &Contender<'_>) -> Ordering {
    let load = |own: &Contender<'_>, other: &Contender<'_>| {
        (u64::from(own.numbers.open.unwrap_or_default()) + 1) * u64::from(other.weight)
    };
    load(a, b).cmp(&load(b, a)).then(b.numbers.owed.cmp(&a.numbers.owed))
}
