//! The one loop in virtual time: scenarios, the simulation and tests all run on it.
//!
//! It settles, retries and isolates panics with the real host's own functions, so a story fails the way
//! a host would. What differs is the order, which is always the same, and the minutes: those that would
//! change nothing are skipped.

mod delivery;
mod failed;
mod minutes;

use std::sync::Arc;

use domain::instant::Instant;
use engine::ports::{Clock, PortError, Queue};
use sqlite::{Depth, ManualClock, Received, Store};

use crate::{Steps, attempt::VISIBILITY_MILLIS};

pub use delivery::Delivery;
pub use failed::{Failed, VirtualHostError};
use minutes::Minutes;

/// How many messages may be handled while the clock stands still, unless said otherwise.
const ENDLESS: usize = 100_000;

/// A host under a clock that stands still until it is moved.
///
/// One message at a time, in an order that depends on nothing but what was sent: two runs of
/// the same calls are the same run.
pub struct VirtualHost<S> {
    clock: Arc<ManualClock>,
    store: Store,
    steps: Arc<S>,
    delivery: Delivery,
    endless: usize,
    held: Vec<Queue>,
    minutes: Minutes,
    /// How many attempts there were: the next one's name.
    attempts: u64,
    /// How many messages were taken from queues.
    taken: u64,
    last: Option<(Queue, Received)>,
    failed: Vec<Failed>,
}

impl<S: Steps> VirtualHost<S> {
    /// A host over a store whose clock is this one.
    pub fn new(clock: Arc<ManualClock>, store: Store, steps: S) -> Self {
        Self {
            clock,
            store,
            steps: Arc::new(steps),
            delivery: Delivery::default(),
            endless: ENDLESS,
            held: Vec::new(),
            minutes: Minutes::default(),
            attempts: 0,
            taken: 0,
            last: None,
            failed: Vec::new(),
        }
    }

    /// A host at this moment, with an empty store in memory. `steps` is given the store.
    pub fn in_memory(start: Instant, steps: impl FnOnce(&Store) -> S) -> Self {
        let clock = Arc::new(ManualClock::new(start));
        let store = Store::in_memory(clock.clone());
        let steps = steps(&store);
        Self::new(clock, store, steps)
    }

    /// The same host, handing every message over, and doing each minute's work, so often.
    pub fn delivering(self, delivery: Delivery) -> Self {
        Self { delivery, ..self }
    }

    /// The same host, taking more messages than this at one moment for a loop without end.
    pub fn endless_after(self, messages: usize) -> Self {
        Self { endless: messages, ..self }
    }

    /// The process ends and another begins: the store and the steps are dropped before `begin`
    /// gives new ones, under the same clock. What is held stays held.
    pub fn restart<E>(self, begin: impl FnOnce(Arc<ManualClock>) -> Result<(Store, S), E>) -> Result<Self, E> {
        let Self { clock, store, steps, delivery, endless, held, attempts, taken, last, failed, minutes: _ } = self;
        // Otherwise the file would still be this process's.
        drop((steps, store));
        let (store, steps) = begin(Arc::clone(&clock))?;
        let begun = Self::new(clock, store, steps);
        Ok(Self { delivery, endless, held, attempts, taken, last, failed, ..begun })
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    pub fn steps(&self) -> &S {
        &self.steps
    }

    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// How many messages it has taken from queues so far.
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// Every try that failed so far.
    pub fn failed(&self) -> &[Failed] {
        &self.failed
    }

    /// Takes nothing from a queue until it is released.
    pub fn hold(&mut self, queue: Queue) {
        if !self.held.contains(&queue) {
            self.held.push(queue);
        }
    }

    pub fn release(&mut self, queue: Queue) {
        self.held.retain(|held| *held != queue);
    }

    pub fn release_all(&mut self) {
        self.held.clear();
    }

    /// Does the work of the minute if it is to be done, and handles messages until none can be
    /// received at this moment.
    pub async fn run_until_idle(&mut self) -> Result<(), VirtualHostError> {
        self.do_minute().await;
        let mut handled = 0;
        loop {
            let before = handled;
            for queue in self.not_held() {
                for message in self.store.receive(queue, 1, VISIBILITY_MILLIS).await? {
                    if handled == self.endless {
                        return Err(VirtualHostError::Endless { handled, at: self.now(), queue, last: message.id });
                    }
                    handled += 1;
                    self.taken += 1;
                    self.handle(queue, message).await?;
                }
            }
            if handled == before {
                return Ok(());
            }
        }
    }

    /// Moves the clock on, stopping at every moment at which something is due, and at every
    /// minute whose work can change something.
    pub async fn advance(&mut self, millis: i64) -> Result<(), VirtualHostError> {
        self.advance_to(self.now().plus_millis(millis)).await
    }

    /// Like [`VirtualHost::advance`], to a moment. An earlier one changes nothing.
    pub async fn advance_to(&mut self, end: Instant) -> Result<(), VirtualHostError> {
        self.run_until_idle().await?;
        loop {
            let next = self.next_due().await?;
            if next > end {
                break;
            }
            self.clock.move_to(next);
            self.run_until_idle().await?;
        }
        self.clock.move_to(end);
        Ok(())
    }

    /// Sets the clock, ahead or back, skipping the time between; what follows from it is done at once.
    pub async fn set_clock(&mut self, at: Instant) -> Result<(), VirtualHostError> {
        self.clock.set(at);
        self.run_until_idle().await
    }

    /// The queues that hold more than messages whose time is yet to come.
    pub fn undone(&self) -> Result<Vec<(Queue, Depth)>, PortError> {
        let mut undone = Vec::new();
        for queue in Queue::ALL {
            let depth = self.store.depth(queue)?;
            if depth.undone() > 0 {
                undone.push((queue, depth));
            }
        }
        Ok(undone)
    }

    /// The end of a test: fails if a queue holds more than messages whose time is yet to come.
    ///
    /// # Panics
    /// If it does, saying what is left and what failed before.
    pub fn assert_drained(&self) {
        let undone = self.undone().expect("a test's store can be read");
        let failed = self.failed.iter().map(|failed| format!("\n  {failed}")).collect::<String>();
        assert!(undone.is_empty(), "not drained: {undone:?}; failed so far:{failed}");
    }

    async fn next_due(&self) -> Result<Instant, PortError> {
        let mut next = self.minutes.next(&self.store, self.now()).await?;
        for queue in self.not_held() {
            next = self.store.next_visible_at(queue)?.map_or(next, |visible_at| next.min(visible_at));
        }
        Ok(next)
    }

    fn not_held(&self) -> Vec<Queue> {
        Queue::ALL.into_iter().filter(|queue| !self.held.contains(queue)).collect()
    }
}
