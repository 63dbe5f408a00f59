use serde::{Deserialize, Serialize};

use super::{Head, NotCreditedWhy};
use crate::{
    id::{PersonId, PoolId, RequestId},
    instant::Instant,
    rotation::Candidates,
};

/// Who owns the record, and what that costs a pool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnerChange {
    Assigned {
        person: PersonId,
        number: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        previous: Option<PersonId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pool: Option<PoolId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        request: Option<RequestId>,
        /// Why it came to this person, where no pool chose: a person's reason, or a rule's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        #[serde(default, skip_serializing_if = "Candidates::is_empty")]
        candidates: Candidates,
    },
    /// A person wants the owner's assignment not to count: the pool that picked them is asked.
    CreditAsked {
        credit: RequestId,
        /// Of the assignment.
        number: u32,
        person: PersonId,
        pool: PoolId,
        /// Who could have had the record, as the pick named them.
        candidates: Candidates,
        reason: String,
        by: String,
    },
    CreditRefused {
        why: NotCreditedWhy,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<PersonId>,
        reason: String,
        by: String,
    },
    /// The pool counts the assignment no longer.
    CreditGiven { credit: RequestId, number: u32, person: PersonId, pool: PoolId },
    /// What the record takes of this pool's capacity may have changed: the pool is told to look.
    CapacityChanged { pool: PoolId },
}

/// Who owns the record, by which of its assignments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    pub person: PersonId,
    pub number: u32,
    /// The entry that applied it: what was logged after it counts as contact by this owner.
    pub seq: u64,
    pub at: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<PoolId>,
    /// Whether this assignment is not to count, which can be asked once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub credited: bool,
}

/// A credit on its way to the pool and back. It outlasts the owner whom it is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credit {
    pub id: RequestId,
    /// Of the assignment.
    pub number: u32,
    pub person: PersonId,
    pub pool: PoolId,
}

impl Head {
    pub(super) fn apply_owner(&mut self, change: &OwnerChange, seq: u64, at: Instant) {
        match change {
            OwnerChange::Assigned { person, number, pool, request, .. } => {
                self.last_number = self.last_number.max(*number);
                let (owner, pool) = (person.clone(), pool.clone());
                self.owner = Some(Owner { person: owner, number: *number, seq, at, pool, credited: false });
                for execution in &mut self.executions {
                    if !execution.tried.contains(person) {
                        execution.tried.push(person.clone());
                    }
                }
                if let Some(request) = request {
                    // The owner says it all: an answer that comes again finds nothing awaited.
                    self.requests.retain(|applied| applied.id != *request);
                }
            }
            OwnerChange::CreditAsked { credit, number, person, pool, .. } => {
                let (id, person, pool) = (credit.clone(), person.clone(), pool.clone());
                self.credits.push(Credit { id, number: *number, person, pool });
                if let Some(owner) = self.owner.as_mut().filter(|owner| owner.number == *number) {
                    owner.credited = true;
                }
            }
            OwnerChange::CreditGiven { credit, .. } => self.credits.retain(|open| open.id != *credit),
            OwnerChange::CreditRefused { .. } | OwnerChange::CapacityChanged { .. } => {}
        }
    }
}
