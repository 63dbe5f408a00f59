//! The store's ports, with saves of a pool and their conflicts counted.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use domain::{
    calendar::TimeOff,
    decide::Paused,
    history::Entry,
    id::{ManifestId, MessageId, PersonId, PoolId, RecordKey},
    instant::Instant,
    message::{Message, Redrive, ToAct, ToAssign, ToEvaluate},
    plan::Plan,
    playbook::{Person, Playbook},
    rotation::PoolState,
};
use engine::ports::{
    Absences, Activation, Active, Append, Clock, Delayed, Histories, Look, Members, Playbooks, PoolVersion, Pools,
    PortError, Published, Queues, Saved,
};
use sqlite::Store;

#[derive(Clone)]
pub struct Counting {
    pub store: Store,
    attempts: Arc<AtomicU64>,
    conflicts: Arc<AtomicU64>,
}

impl Counting {
    pub fn new(store: Store) -> Self {
        Self { store, attempts: Arc::default(), conflicts: Arc::default() }
    }

    /// Saves that were tried, and those of them that came too late.
    pub fn counted(&self) -> (u64, u64) {
        (self.attempts.load(Ordering::Relaxed), self.conflicts.load(Ordering::Relaxed))
    }
}

impl Pools for Counting {
    async fn pool(&self, pool: &PoolId, records: &[RecordKey]) -> Result<(PoolState, PoolVersion), PortError> {
        self.store.pool(pool, records).await
    }

    async fn save_pool(
        &self,
        pool: &PoolId,
        before: &PoolState,
        after: &PoolState,
        read: PoolVersion,
    ) -> Result<Saved, PortError> {
        self.attempts.fetch_add(1, Ordering::Relaxed);
        let saved = self.store.save_pool(pool, before, after, read).await?;
        if saved == Saved::Conflict {
            self.conflicts.fetch_add(1, Ordering::Relaxed);
        }
        Ok(saved)
    }
}

/// Hands methods on to the store as they are.
macro_rules! handed_on {
    ($port:ident { $(fn $name:ident($($arg:ident: $of:ty),*) -> $answer:ty;)+ }) => {
        impl $port for Counting {
            $(async fn $name(&self, $($arg: $of),*) -> Result<$answer, PortError> {
                $port::$name(&self.store, $($arg),*).await
            })+
        }
    };
}

handed_on!(Histories {
    fn newest(record: &RecordKey) -> Option<Arc<Entry>>;
    fn look(record: &RecordKey, message: &MessageId, since: Option<Instant>) -> Look;
    fn entry(record: &RecordKey, seq: u64) -> Option<Arc<Entry>>;
    fn append(entry: &Entry) -> Append;
    fn page(record: &RecordKey, before: Option<u64>, limit: usize) -> Vec<Entry>;
});
handed_on!(Members {
    fn absences(people: &BTreeMap<PersonId, Person>) -> Arc<Absences>;
    fn time_off(people: &[PersonId]) -> Absences;
    fn set_time_off(person: &PersonId, off: &[TimeOff]) -> ();
});
handed_on!(Queues {
    fn send_evaluate(messages: &[Delayed<ToEvaluate>]) -> ();
    fn send_assign(messages: &[Message<ToAssign>]) -> ();
    fn send_act(messages: &[Message<ToAct>]) -> ();
    fn send_escalate(messages: &[Message<Redrive>]) -> ();
});
handed_on!(Playbooks {
    fn active() -> Active;
    fn plan(manifest: &ManifestId) -> Option<Arc<Plan>>;
    fn publish(playbook: &Playbook, replaces: Option<&ManifestId>, activation: Activation) -> Published;
    fn set_paused(paused: &Paused) -> ();
    fn activations(limit: usize) -> Vec<Activation>;
});

impl Clock for Counting {
    fn now(&self) -> Instant {
        self.store.now()
    }
}
