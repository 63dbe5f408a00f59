//! Takes messages from one queue and hands them out, many at a time. Sleeps while there is
//! nothing to do: a send wakes it, or the next message's own time.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
    time::Duration,
};

use engine::ports::{Clock, PortError, Queue, in_full};
use sqlite::{Receipt, Received, Store};
use tokio::{
    sync::{Mutex, MutexGuard, OwnedSemaphorePermit, Semaphore, watch},
    time::sleep,
};

use crate::{
    Failure, Steps,
    attempt::{VISIBILITY_MILLIS, Work, settle, together},
    unit::in_one_transaction,
};

/// How many messages one receive takes at most.
const BATCH: usize = 256;

/// Records, and pools, are spread over so many locks.
const LOCKS: usize = 4096;

/// How many messages of a queue are handled at a time.
const fn at_a_time(queue: Queue) -> u32 {
    match queue {
        // They wait for the disk, and the more of them wait for one commit, the better; up to
        // where they only fill the memory.
        Queue::Evaluate | Queue::Assign | Queue::Escalate => 256,
        // They wait for a provider, who counts connections.
        Queue::Act => 128,
    }
}

/// One queue's dispatcher.
pub(crate) struct Dispatcher<S> {
    store: Store,
    steps: Arc<S>,
    queue: Queue,
    slots: Arc<Semaphore>,
    /// Messages about one record, or to one pool, are handled one at a time. Correct without: the
    /// condition of the write decides; but then all but one would have to try again.
    locks: Arc<[Mutex<()>]>,
}

impl<S: Steps> Dispatcher<S> {
    pub fn new(store: Store, steps: Arc<S>, queue: Queue) -> Arc<Self> {
        let locks = (0..LOCKS).map(|_| Mutex::new(())).collect();
        Arc::new(Self { store, steps, queue, slots: Arc::new(Semaphore::new(at_a_time(queue) as usize)), locks })
    }

    /// Runs until stopped, and returns once everything it took is settled.
    pub async fn run(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let turn = async {
                let slot = Arc::clone(&self.slots).acquire_owned().await.expect("the slots are never closed");
                drop(slot);
                let wanted = self.slots.available_permits().clamp(1, BATCH);
                let messages = self.store.receive(self.queue, wanted, VISIBILITY_MILLIS).await?;
                self.store.has_backlog(self.queue, messages.len() == wanted);
                Ok::<_, PortError>(messages)
            };
            // A receive is not interrupted: what it took would stay in flight.
            match turn.await {
                Ok(messages) if messages.is_empty() => tokio::select! {
                    () = self.next() => {}
                    _ = stop.wait_for(|stopped| *stopped) => {}
                },
                Ok(messages) => self.hand_out(messages).await,
                Err(error) => self.pause_after(&error).await,
            }
        }
        // Every slot is free again once everything is settled.
        let _ = self.slots.acquire_many(at_a_time(self.queue)).await;
    }

    /// Completes when there may be something to receive.
    async fn next(&self) {
        match self.store.next_visible_at(self.queue) {
            Ok(None) => self.store.arrival(self.queue).await,
            Ok(Some(at)) => {
                let rest = at.millis_since(self.store.now()).max(1);
                tokio::select! {
                    () = self.store.arrival(self.queue) => {}
                    () = sleep(Duration::from_millis(rest.unsigned_abs())) => {}
                }
            }
            Err(error) => self.pause_after(&error).await,
        }
    }

    async fn pause_after(&self, error: &PortError) {
        tracing::error!(queue = ?self.queue, error = in_full(error), "the queue cannot be read; trying again in a second");
        sleep(Duration::from_secs(1)).await;
    }

    async fn hand_out(self: &Arc<Self>, messages: Vec<Received>) {
        for lane in by_lane(messages) {
            let slot = Arc::clone(&self.slots).acquire_owned().await.expect("the slots are never closed");
            let dispatcher = Arc::clone(self);
            tokio::spawn(async move { dispatcher.work_off(lane, slot).await });
        }
    }

    /// Handles the messages of a lane together, or else one after another. One that fails steps
    /// aside, and those behind it are given back: they are received next.
    async fn work_off(&self, lane: Vec<Received>, _slot: OwnedSemaphorePermit) {
        if self.queue == Queue::Assign && lane.len() > 1 && lane.iter().all(|message| message.receives == 1) {
            let finished = {
                let _alone = self.alone(lane[0].home_lane()).await;
                together(&self.store, &*self.steps, &lane).await
            };
            if finished {
                return;
            }
            tracing::warn!(messages = lane.len(), "not finished together; each is tried by itself");
        }
        let mut lane = lane.into_iter();
        while let Some(message) = lane.next() {
            if let Err(error) = self.handle(&message, &mut lane).await {
                // It becomes visible again by itself.
                tracing::error!(queue = ?self.queue, message.id = %message.id, error = in_full(&error), "not settled");
            }
        }
    }

    async fn handle(&self, message: &Received, behind: &mut std::vec::IntoIter<Received>) -> Result<(), PortError> {
        if in_one_transaction(&self.store, &*self.steps, self.queue, message).await {
            return Ok(());
        }
        let result = self.attempt(message).await;
        if let Err(failure) = &result {
            let why = failure.in_full();
            tracing::warn!(queue = ?self.queue, message.id = %message.id, receives = message.receives, why, "not finished");
            let behind: Vec<Receipt> = behind.map(|message| message.receipt).collect();
            self.store.give_back(&behind).await?;
        }
        settle(&self.store, self.queue, message, &result).await
    }

    async fn attempt(&self, message: &Received) -> Result<(), Failure> {
        let work = Work::read(self.queue, message)?;
        let record = work.record().map(ToString::to_string);
        let _alone = self.alone(record.as_deref().or(message.home_lane())).await;
        work.hand_to(&*self.steps, &message.receipt.to_string()).await
    }

    /// The lock of what a message writes: its record, or its pool.
    async fn alone(&self, written: Option<&str>) -> Option<MutexGuard<'_, ()>> {
        let mut hasher = DefaultHasher::new();
        written?.hash(&mut hasher);
        let lock = usize::try_from(hasher.finish() % LOCKS as u64).expect("below the number of locks");
        Some(self.locks[lock].lock().await)
    }
}

/// One list for each lane, and for each message without one.
fn by_lane(messages: Vec<Received>) -> Vec<Vec<Received>> {
    let mut lanes: Vec<Vec<Received>> = Vec::new();
    for message in messages {
        let same = lanes.iter_mut().find(|lane| message.lane.is_some() && lane[0].lane == message.lane);
        match same {
            Some(lane) => lane.push(message),
            None => lanes.push(vec![message]),
        }
    }
    lanes
}
