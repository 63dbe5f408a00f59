use std::sync::Arc;

use domain::{id::MessageId, instant::Instant};
use engine::ports::{Clock, PortError, Queue};
use sqlite::{Depth, ManualClock, Received, Store};

use crate::{
    Failure, Steps,
    attempt::{VISIBILITY_MILLIS, apart, attempt, settle},
    minute,
};

/// How many messages may be handled while the clock stands still, unless said otherwise.
const ENDLESS: usize = 1_000_000;

/// A host in memory, under a clock that stands still until it is moved.
///
/// One message at a time, in an order that depends on nothing but what was sent: two runs of
/// the same calls are the same run.
pub struct VirtualHost<S> {
    store: Store,
    clock: Arc<ManualClock>,
    steps: Arc<S>,
    deliveries: u32,
    endless: usize,
    next_minute: Instant,
    failed: Vec<Failed>,
}

/// A try that failed. The message came, or comes, again.
#[derive(Debug)]
pub struct Failed {
    pub at: Instant,
    /// None for the work of the minute.
    pub message: Option<(Queue, MessageId)>,
    pub why: Failure,
}

/// Why a run was broken off.
#[derive(Debug, thiserror::Error)]
pub enum VirtualHostError {
    #[error(transparent)]
    Port(#[from] PortError),
    #[error("after {handled} messages at {at} there were still more; the last was {last} on {queue:?}")]
    Endless { handled: usize, at: Instant, queue: Queue, last: MessageId },
}

/// Queues that hold more than messages whose time is yet to come.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not drained: {}", .0.iter().map(|(queue, depth)| format!("{queue:?} {depth:?}")).collect::<Vec<_>>().join(", "))]
pub struct NotDrained(pub Vec<(Queue, Depth)>);

impl<S: Steps> VirtualHost<S> {
    /// A host at this moment, with an empty store. `steps` is given the store.
    pub fn new(start: Instant, steps: impl FnOnce(&Store) -> S) -> Self {
        let clock = Arc::new(ManualClock::new(start));
        let store = Store::in_memory(clock.clone());
        let steps = Arc::new(steps(&store));
        Self { store, clock, steps, deliveries: 1, endless: ENDLESS, next_minute: start, failed: Vec::new() }
    }

    /// The same host, handing every message to its step twice, and doing each minute's work twice.
    pub fn deliver_twice(self) -> Self {
        Self { deliveries: 2, ..self }
    }

    /// The same host, taking more messages than this at one moment for a loop without end.
    pub fn endless_after(self, messages: usize) -> Self {
        Self { endless: messages, ..self }
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

    /// Every try that failed so far.
    pub fn failed(&self) -> &[Failed] {
        &self.failed
    }

    /// Handles messages until none can be received at this moment.
    pub async fn run_until_idle(&mut self) -> Result<(), VirtualHostError> {
        if self.next_minute <= self.now() {
            self.next_minute = minute::after(self.now());
            self.do_minute().await;
        }
        let mut handled = 0;
        loop {
            let before = handled;
            for queue in Queue::ALL {
                for message in self.store.receive(queue, 1, VISIBILITY_MILLIS).await? {
                    if handled == self.endless {
                        return Err(VirtualHostError::Endless { handled, at: self.now(), queue, last: message.id });
                    }
                    handled += 1;
                    self.handle(queue, &message).await?;
                }
            }
            if handled == before {
                return Ok(());
            }
        }
    }

    /// Moves the clock on, stopping at every moment at which something is due, and at every minute.
    pub async fn advance(&mut self, millis: i64) -> Result<(), VirtualHostError> {
        self.advance_to(self.now().plus_millis(millis)).await
    }

    /// Like [`VirtualHost::advance`], to a moment. An earlier one changes nothing.
    pub async fn advance_to(&mut self, end: Instant) -> Result<(), VirtualHostError> {
        self.run_until_idle().await?;
        loop {
            let next = self.next_due()?;
            if next > end {
                break;
            }
            self.clock.move_to(next);
            self.run_until_idle().await?;
        }
        self.clock.move_to(end);
        Ok(())
    }

    /// Whether the queues hold nothing but messages whose time is yet to come.
    pub fn drained(&self) -> Result<(), NotDrained> {
        let depths = Queue::ALL.map(|queue| (queue, self.store.depth(queue).expect("memory can be read")));
        let left: Vec<_> = depths.into_iter().filter(|(_, depth)| depth.undone() > 0).collect();
        if left.is_empty() { Ok(()) } else { Err(NotDrained(left)) }
    }

    /// The end of a test: fails if a queue holds more than messages whose time is yet to come.
    ///
    /// # Panics
    /// If it does, saying what is left and what failed before.
    pub fn assert_drained(&self) {
        if let Err(left) = self.drained() {
            let failed = self.failed.iter().map(|failed| format!("\n  {:?}: {}", failed.message, failed.why.in_full()));
            panic!("{left}; failed so far:{}", failed.collect::<String>());
        }
    }

    async fn handle(&mut self, queue: Queue, message: &Received) -> Result<(), PortError> {
        let mut result = Ok(());
        for delivery in 1..=self.deliveries {
            let name = format!("{}/{delivery}", message.receipt);
            result = attempt(&self.steps, queue, message, name).await;
            if result.is_err() {
                break;
            }
        }
        settle(&self.store, queue, message, &result).await?;
        self.note(Some((queue, message.id.clone())), result);
        Ok(())
    }

    async fn do_minute(&mut self) {
        for _ in 0..self.deliveries {
            let steps = Arc::clone(&self.steps);
            let result = apart(async move { steps.each_minute().await }).await;
            self.note(None, result);
        }
    }

    fn note(&mut self, message: Option<(Queue, MessageId)>, result: Result<(), Failure>) {
        if let Err(why) = result {
            self.failed.push(Failed { at: self.now(), message, why });
        }
    }

    fn next_due(&self) -> Result<Instant, PortError> {
        let mut next = self.next_minute;
        for queue in Queue::ALL {
            next = self.store.next_visible_at(queue)?.map_or(next, |visible_at| next.min(visible_at));
        }
        Ok(next)
    }
}
