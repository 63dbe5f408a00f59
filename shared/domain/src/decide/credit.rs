//! A credit: what the owner's assignment cost them is given back, for the lead was bad or did not show up.
//!
//! The pool that picked the owner is asked, once for each assignment and under an id of its own. The
//! record awaits the credit until the pool has carried it out, even if its owner has changed by then.
//!
//! A credit is answered, like a request, so that the pool can tell a repeat without a list of all credits, which would
//! grow for ever. A repeat finds its line in the pool's ledger; the answer takes the credit off the record's head; the
//! line goes once the head no longer awaits it. The pool is read before the record, so a repeat finds the line, or a
//! record that awaits nothing, or has its save refused.

use crate::{
    history::{Change, NotCreditedWhy, Owner, OwnerChange},
    id::{PersonId, PoolId, RequestId, derive},
    rotation::Candidates,
};

use super::Turn;

/// A person wants the present owner's assignment not to count.
pub(super) fn asked(turn: &mut Turn<'_>, reason: &str, by: &str) {
    let (reason, by) = (reason.to_owned(), by.to_owned());
    let change = match creditable(turn) {
        Ok((Owner { number, person, .. }, pool, candidates)) => {
            let credit = RequestId::new(derive("crd_", &[&turn.record.to_string(), &number.to_string()]));
            Change::Owner(OwnerChange::CreditAsked { credit, number, person, pool, candidates, reason, by })
        }
        Err(why) => Change::Owner(OwnerChange::CreditRefused { why, person: owner(turn), reason, by }),
    };
    turn.emit(change);
}

/// The pool has carried it out.
pub(super) fn given(turn: &mut Turn<'_>, credit: &RequestId) {
    if let Some(open) = turn.head.credit(credit).cloned() {
        turn.emit(OwnerChange::CreditGiven {
            credit: open.id,
            number: open.number,
            person: open.person,
            pool: open.pool,
        });
    }
}

/// The present owner, the pool that picked them, and who could have had the record. The last is read from the entry
/// that assigned it, so that no head has to carry it.
fn creditable(turn: &Turn<'_>) -> Result<(Owner, PoolId, Candidates), NotCreditedWhy> {
    let owner = turn.head.owner.as_ref().ok_or(NotCreditedWhy::NoOwner)?;
    if owner.credited {
        return Err(NotCreditedWhy::AlreadyCredited);
    }
    let assigned = turn.context.assigned.iter().flat_map(|entry| &entry.changes).find_map(|change| match change {
        Change::Owner(OwnerChange::Assigned { number, pool: Some(pool), candidates, .. })
            if *number == owner.number =>
        {
            Some((pool, candidates))
        }
        _ => None,
    });
    let (pool, candidates) = assigned.filter(|(_, by)| by.is_counted()).ok_or(NotCreditedWhy::NotPicked)?;
    Ok((owner.clone(), pool.clone(), candidates.without_objections()))
}

fn owner(turn: &Turn<'_>) -> Option<PersonId> {
    turn.head.owner.as_ref().map(|owner| owner.person.clone())
}
