//! In turn: the member who has waited longest for a record. A member who comes back or joins is simply next
//! once; nothing is made up. Weights do not matter.

use std::cmp::Ordering;

use super::Contender;

pub(super) fn compare(a: &Contender<'_>, b: &Contender<'_>) -> Ordering {
    super::longest_waiting(a, b)
}
