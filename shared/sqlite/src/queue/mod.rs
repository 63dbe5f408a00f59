//! Durable queues: what a consumer sees of them.
//!
//! ```text
//! send ─► waiting ─ receive ─► in flight ─ acknowledge ─► gone
//!            ▲                  │      │
//!            └─ retry, timeout ─┘      └─ the sixth receive ─► dead
//! ```
//! A message is delivered at least once. On the assign queue, messages of one lane are
//! delivered in the order they were sent: while one is in flight, those behind it wait. One
//! that failed and waits to be retried does so in a lane of its own, or it would hold up its
//! pool: the histories decide, so a pool's order is for speed and fairness. A person's
//! absences are not overtaken: there the last one wins. (A FIFO group of SQS has no such side lane:
//! on AWS the retries come within five seconds instead.)

mod ahead;
mod depth;
mod interrupted;
mod receive;
mod send;
mod settle;

use std::fmt;

use domain::id::MessageId;
use engine::ports::Queue;
use tokio::sync::Notify;

pub(crate) use interrupted::free_handled;
pub(crate) use receive::lane_is_empty;
pub(crate) use send::Outgoing;
pub(crate) use settle::acknowledge;

/// How often a message is delivered before it is taken for dead.
pub const MAX_RECEIVES: u32 = 5;

/// Between the name of a pool's lane and the number of a message that stepped aside from it.
const ASIDE: &str = "#";

/// A delivered message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    pub id: MessageId,
    /// The message as JSON text.
    pub body: String,
    /// The lane it is lined up in, on a queue that has lanes.
    pub lane: Option<String>,
    /// Which delivery this is, from 1.
    pub receives: u32,
    pub receipt: Receipt,
}

impl Received {
    /// The lane it was sent to, also after it stepped aside.
    pub fn home_lane(&self) -> Option<&str> {
        self.lane.as_deref()?.split(ASIDE).next()
    }
}

/// What settles one delivery. Once the message is delivered again, it settles nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    queue: Queue,
    n: i64,
    receives: u32,
}

/// How many messages a queue holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Depth {
    /// Could be received now, or once those before them in their lane are settled.
    pub ready: u64,
    /// Sent with a delay that is not over.
    pub delayed: u64,
    /// Received and not settled, or waiting to be retried.
    pub in_flight: u64,
    /// Failed for good and not drained yet.
    pub dead: u64,
}

impl Depth {
    /// How many messages are not merely waiting for their time.
    pub const fn undone(&self) -> u64 {
        self.ready + self.in_flight + self.dead
    }
}

/// One signal per queue, given when something was sent.
#[derive(Default)]
pub(crate) struct Arrivals([Notify; 4]);

impl Arrivals {
    pub fn on(&self, queue: Queue) -> &Notify {
        &self.0[usize::from(number(queue))]
    }
}

/// The number a queue has in the file. Never changed.
pub(crate) const fn number(queue: Queue) -> u8 {
    match queue {
        Queue::Evaluate => 0,
        Queue::Assign => 1,
        Queue::Act => 2,
        Queue::Escalate => 3,
    }
}

const fn has_lanes(queue: Queue) -> bool {
    matches!(queue, Queue::Assign)
}

impl fmt::Display for Receipt {
    /// A name of this one delivery, different from that of every other.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.n, self.receives)
    }
}
