//! Credits in words, and beside the assignment that each is about.

use serde::Serialize;

use super::{
    Explained, LineKind,
    change::{Phrase, Scene},
};
use crate::{
    history::{Change, Entry, NotCreditedWhy, OwnerChange},
    id::{PersonId, PoolId},
    instant::Instant,
};

/// That an assignment is not to count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainedCredit {
    pub by: String,
    pub reason: String,
    pub at: Instant,
    pub seq: u64,
    /// Whether the pool has carried it out.
    pub given: bool,
}

/// Notes a credit with the assignment that it is about.
pub(super) fn note(change: &Change, entry: &Entry, assignments: &mut [Explained]) {
    let Change::Owner(OwnerChange::CreditAsked { number, .. } | OwnerChange::CreditGiven { number, .. }) = change
    else {
        return;
    };
    let Some(assignment) = assignments.iter_mut().find(|assignment| assignment.number == *number) else { return };
    match change {
        Change::Owner(OwnerChange::CreditAsked { reason, by, .. }) => {
            let (by, reason) = (by.clone(), reason.clone());
            assignment.credit = Some(ExplainedCredit { by, reason, at: entry.at, seq: entry.seq, given: false });
        }
        _ => assignment.credit.iter_mut().for_each(|credit| credit.given = true),
    }
}

pub(super) fn asked(person: &PersonId, reason: &str, by: &str, scene: Scene<'_>) -> Phrase {
    let name = scene.voice.person(person);
    let by = scene.voice.actor(by);
    Phrase::line(LineKind::Owner, format!("Credit for {name} by {by}: {reason}"))
}

pub(super) fn given(person: &PersonId, pool: &PoolId, scene: Scene<'_>) -> Phrase {
    let name = scene.voice.short(person);
    Phrase::line(LineKind::Owner, format!("Pool {pool} counts it no longer: {name} is due one more"))
}

/// Why not, and what can be done instead.
pub(super) fn refused(change: &OwnerChange, scene: Scene<'_>) -> Phrase {
    let OwnerChange::CreditRefused { why, person, reason, by } = change else {
        return Phrase::nowhere(LineKind::Attention, "");
    };
    let by = scene.voice.actor(by);
    let name = person.as_ref().map_or("nobody", |person| scene.voice.short(person));
    let why = match why {
        NotCreditedWhy::NoOwner => "nobody owns it; ask again once a pool has picked an owner".to_owned(),
        NotCreditedWhy::NotPicked => {
            format!("{name} did not get it by a pool's pick, so it cost no turn; nothing has to be given back")
        }
        NotCreditedWhy::AlreadyCredited => {
            format!("{name} has been credited for it already; a new owner can be, once a pool has picked them")
        }
    };
    Phrase::line(LineKind::Attention, format!("No credit for \u{201c}{reason}\u{201d} by {by}: {why}"))
}
