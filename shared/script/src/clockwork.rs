//! Works off the queues in virtual time, one message at a time and always in the same order.

use std::collections::BTreeSet;

use domain::instant::Instant;
use engine::ports::{Clock, Queue, Timers};
use serde::de::DeserializeOwned;
use sqlite::Received;

use crate::world::World;

/// How long a delivered message stays invisible, as on a real host.
const VISIBILITY_MILLIS: i64 = 30_000;
const RETRY_MILLIS: i64 = 1_000;
const MINUTE: i64 = 60_000;
/// The longest time without a sweep.
const QUIET_MINUTES: i64 = 60;

/// Deliveries at one moment, past which something sends messages to itself for ever.
const MOST_DELIVERIES: usize = 100_000;

/// Which messages are delivered, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delivery {
    #[default]
    Once,
    /// Every message is handled twice before it is acknowledged.
    Twice,
}

/// What drives a world.
#[derive(Default)]
pub(crate) struct Clockwork {
    delivery: Delivery,
    held: BTreeSet<u8>,
    last: Option<(Queue, String)>,
    /// The last minute that was swept.
    swept: Option<i64>,
}

impl Clockwork {
    pub(crate) fn new(delivery: Delivery) -> Self {
        Self { delivery, ..Self::default() }
    }

    pub(crate) fn hold(&mut self, queue: Queue) {
        self.held.insert(queue as u8);
    }

    pub(crate) fn release(&mut self, queue: Queue) {
        self.held.remove(&(queue as u8));
    }

    /// Another process has begun: it sweeps at once.
    pub(crate) fn restarted(&mut self) {
        self.swept = None;
    }

    pub(crate) fn release_all(&mut self) {
        self.held.clear();
    }

    /// Moves on to a moment, working off everything that falls due before it and at it.
    pub(crate) async fn advance_to(&mut self, world: &World, to: Instant) -> Result<(), String> {
        self.settle(world).await?;
        while let Some(next) = self.next_moment(world).await?.filter(|next| *next <= to) {
            world.clock.move_to(next);
            self.settle(world).await?;
        }
        world.clock.move_to(to);
        self.settle(world).await
    }

    /// Works off everything that is due now, until nothing is.
    pub(crate) async fn settle(&mut self, world: &World) -> Result<(), String> {
        self.sweep(world).await?;
        for _ in 0..MOST_DELIVERIES {
            if !self.deliver_one(world).await? {
                return Ok(());
            }
        }
        Err(format!("after {MOST_DELIVERIES} deliveries there are still messages: something goes round in circles"))
    }

    /// Delivers the last message once more.
    pub(crate) async fn duplicate(&mut self, world: &World) -> Result<(), String> {
        let (queue, body) = self.last.clone().ok_or("no message was delivered yet")?;
        deliver(world, queue, &body).await?;
        self.settle(world).await
    }

    /// The next moment at which something can happen by itself.
    async fn next_moment(&self, world: &World) -> Result<Option<Instant>, String> {
        let now = world.clock.now();
        let mut next = self.next_sweep(world, now).await?;
        for queue in Queue::ALL.into_iter().filter(|queue| !self.held.contains(&(*queue as u8))) {
            if let Some(visible) = world.store.next_visible_at(queue).map_err(|error| error.to_string())? {
                next = next.min(visible);
            }
        }
        // A message that is due and cannot be taken yet must not stop the clock.
        Ok(Some(next.max(now.plus_millis(1))))
    }

    /// The next minute with something to sweep. A real host sweeps each minute; the minutes
    /// between, in which no timer comes within sight, would change nothing.
    async fn next_sweep(&self, world: &World, now: Instant) -> Result<Instant, String> {
        let next = now.minute() + 1;
        for minute in next..next + QUIET_MINUTES {
            let timers = world.store.timers_in(minute + engine::evaluate::HORIZON_MINUTES).await;
            if !timers.map_err(|error| error.to_string())?.is_empty() {
                return Ok(Instant::from_millis(minute * MINUTE));
            }
        }
        Ok(Instant::from_millis((next + QUIET_MINUTES) * MINUTE))
    }

    async fn sweep(&mut self, world: &World) -> Result<(), String> {
        let minute = world.clock.now().minute();
        if self.swept == Some(minute) {
            return Ok(());
        }
        self.swept = Some(minute);
        engine::escalate::sweep(&world.store).await.map_err(|error| error.to_string())?;
        engine::escalate::drain(&world.store).await.map(drop).map_err(|error| error.to_string())
    }

    async fn deliver_one(&mut self, world: &World) -> Result<bool, String> {
        for queue in Queue::ALL.into_iter().filter(|queue| !self.held.contains(&(*queue as u8))) {
            let received = world.store.receive(queue, 1, VISIBILITY_MILLIS).await.map_err(|error| error.to_string())?;
            if let Some(received) = received.into_iter().next() {
                self.finish(world, queue, received).await?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn finish(&mut self, world: &World, queue: Queue, received: Received) -> Result<(), String> {
        let mut outcome = deliver(world, queue, &received.body).await;
        if self.delivery == Delivery::Twice && outcome.is_ok() {
            outcome = deliver(world, queue, &received.body).await;
        }
        let settled = match outcome {
            Ok(()) => world.store.acknowledge(&[received.receipt]).await,
            Err(_) => world.store.retry_later(received.receipt, RETRY_MILLIS).await,
        };
        self.last = Some((queue, received.body));
        settled.map_err(|error| error.to_string())
    }
}

async fn deliver(world: &World, queue: Queue, body: &str) -> Result<(), String> {
    let ports = &world.store;
    let handled = match queue {
        Queue::Evaluate => engine::evaluate::handle(ports, read(body)?).await,
        Queue::Assign => engine::assign::handle(ports, read(body)?).await,
        Queue::Act => engine::act::handle(ports, read(body)?, &world.attempt()).await,
        Queue::Escalate => engine::escalate::handle(ports, read(body)?).await,
    };
    handled.map_err(|error| error.to_string())
}

fn read<T: DeserializeOwned>(body: &str) -> Result<T, String> {
    serde_json::from_str(body).map_err(|error| format!("a message cannot be read: {error}"))
}
