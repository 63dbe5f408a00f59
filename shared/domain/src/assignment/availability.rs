//! Whether a member can take a record now, and the first reason if not.

use crate::{
    calendar::{Availability, Closed, TimeOff},
    id::PersonId,
    instant::Instant,
    playbook::Playbook,
};

use super::Standing;

/// The first reason against a member; none for one who is available.
///
/// In this order: active, weight above 0, not tried already, not away, in hours.
pub fn standing(
    playbook: &Playbook,
    person: &PersonId,
    weight: u32,
    exclude: &[PersonId],
    off: &[TimeOff],
    now: Instant,
) -> Option<Standing> {
    if !playbook.people.get(person).is_some_and(|known| known.active) {
        return Some(Standing::NotActive);
    }
    if weight == 0 {
        return Some(Standing::NoWeight);
    }
    if exclude.contains(person) {
        return Some(Standing::AlreadyTried);
    }
    match playbook.calendar_of(person).available(now, off) {
        Availability::Open => None,
        Availability::Closed { until, why } => Some(match why {
            Closed::TimeOff(_) => Standing::Away { until: until.unwrap_or(Instant::from_millis(i64::MAX)) },
            Closed::Holiday(name) => Standing::Holiday { name: name.to_owned(), until },
            Closed::OutOfHours => Standing::OutOfHours { until },
        }),
    }
}

impl Standing {
    /// When the reason against the member ends by itself, if it does.
    pub(super) fn until(&self) -> Option<Instant> {
        match self {
            Self::Away { until } => Some(*until),
            Self::OutOfHours { until } | Self::Holiday { until, .. } => *until,
            _ => None,
        }
    }
}
