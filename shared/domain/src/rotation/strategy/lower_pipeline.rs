//! Lower pipeline: the member whose open records come to least for their weight, before this one. Among
//! equals, the one who is owed most. A record without a number counts 0.

use std::cmp::Ordering;

use super::Contender;

pub(super) fn compare(a: &Contender<'_>, b: &Contender<'_>) -> Ordering {
    let load = |own: &Contender<'_>, other: &Contender<'_>| {
        u128::from(own.numbers.pipeline.unwrap_or_default().hundredths) * u128::from(other.weight)
    };
    load(a, b).cmp(&load(b, a)).then(b.numbers.owed.cmp(&a.numbers.owed))
}
