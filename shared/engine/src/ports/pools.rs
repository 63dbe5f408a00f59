use std::{collections::BTreeMap, future::Future, sync::Arc};

use domain::{
    calendar::TimeOff,
    id::{PersonId, PoolId, RecordKey},
    playbook::Person,
    rotation::PoolState,
};

use super::PortError;

/// The version of a pool's row that was read; 0 for a pool without one.
pub type PoolVersion = u64;

/// The pools' rotations. The only writer is `assign`.
pub trait Pools: Send + Sync {
    /// The state as last saved, with the head of its line, and the slots of these records and of
    /// those in line; the default and version 0 for
    /// a pool never saved. What belongs to a version that is no longer stored may be mixed with
    /// what is newer: saving such a state is a conflict.
    fn pool(
        &self,
        pool: &PoolId,
        records: &[RecordKey],
    ) -> impl Future<Output = Result<(PoolState, PoolVersion), PortError>> + Send;

    /// Saves what differs from `before`, slots included, all of it or nothing, on condition that
    /// the stored version is still `read`, and raises it by one. After an error it may or may not have been saved: read again.
    fn save_pool(
        &self,
        pool: &PoolId,
        before: &PoolState,
        after: &PoolState,
        read: PoolVersion,
    ) -> impl Future<Output = Result<Saved, PortError>> + Send;
}

/// The outcome of saving.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    Done,
    /// Somebody saved meanwhile. Nothing was written.
    Conflict,
}

/// Time off of those who have any.
pub type Absences = BTreeMap<PersonId, Vec<TimeOff>>;

/// What is known of people besides the playbook: when they are off. The only writer is `assign`.
pub trait Members: Send + Sync {
    /// Time off of everybody who has any; `people` are those of the active playbook. May be up to ten seconds
    /// old, except for what this process itself has set.
    fn absences(
        &self,
        people: &BTreeMap<PersonId, Person>,
    ) -> impl Future<Output = Result<Arc<Absences>, PortError>> + Send;

    /// Time off of these people as it is now; those without any are left out.
    fn time_off(&self, people: &[PersonId]) -> impl Future<Output = Result<Absences, PortError>> + Send;

    /// Replaces a person's time off.
    fn set_time_off(&self, person: &PersonId, off: &[TimeOff]) -> impl Future<Output = Result<(), PortError>> + Send;
}
