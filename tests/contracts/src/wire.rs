//! The queues, the bus and the mail provider of a counted lead: in memory, and counting what
//! AWS would bill for the same.
//!
//! Assumed, to the detriment of the count: the event source hands over one message at a time
//! (batches of one), so each message is a receive, a delete and an invocation of its own; and the
//! bus pays for its delivery to the queue. Receives that find nothing are not counted: they are
//! the same whether a lead comes or not.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use aws::Usage;
use domain::{
    instant::Instant,
    message::{Message, ToAct, ToAssign, ToEvaluate},
};
use engine::ports::Delayed;
use serde::Serialize;

/// Messages that one request to SQS, or to EventBridge, takes.
const BATCH: usize = 10;
/// SQS and EventBridge bill each begun 64 KiB as a request or event.
const BILLED_BYTES: usize = 64 * 1024;

/// Under which messages are counted that bring a timer's firing. Their requests are among those to `evaluate`.
pub const TIMERS_SENT: &str = "timers sent";

/// What was used, by operation.
pub type Tally = BTreeMap<&'static str, Usage>;

/// A message that waits for its function.
#[derive(Clone)]
pub enum Work {
    Evaluate(Message<ToEvaluate>),
    Assign(Message<ToAssign>),
    Act(Message<ToAct>),
}

#[derive(Default)]
pub struct Wire(Mutex<State>);

#[derive(Default)]
struct State {
    waiting: VecDeque<Work>,
    /// What is delayed, with the moment from which on it can be received.
    delayed: Vec<(Instant, Work)>,
    tally: Tally,
}

impl Wire {
    /// The next message, as an invocation of its own.
    pub fn take(&self) -> Option<Work> {
        let mut state = self.state();
        let work = state.waiting.pop_front()?;
        let [receive, delete, invoke] = match &work {
            Work::Evaluate(_) => ["receive from evaluate", "delete from evaluate", "invoke evaluate"],
            Work::Assign(_) => ["receive from assign", "delete from assign", "invoke assign"],
            Work::Act(_) => ["receive from act", "delete from act", "invoke act"],
        };
        for operation in [receive, delete, invoke] {
            add(&mut state.tally, operation, 1, 1);
        }
        Some(work)
    }

    /// What was used since this was last asked.
    pub fn taken(&self) -> Tally {
        std::mem::take(&mut self.state().tally)
    }

    pub fn invoked(&self, operation: &'static str) {
        add(&mut self.state().tally, operation, 1, 1);
    }

    pub fn mailed(&self) {
        add(&mut self.state().tally, "send an e-mail", 1, 1);
    }

    pub fn publish(&self, messages: &[&Message<ToEvaluate>]) {
        let mut state = self.state();
        for message in messages {
            add(&mut state.tally, "publish events", billed(size(message)), 1);
            add(&mut state.tally, "deliver from the bus", billed(size(message)), 1);
        }
        state.waiting.extend(messages.iter().copied().cloned().map(Work::Evaluate));
    }

    /// Sends at this moment.
    pub fn send_evaluate(&self, messages: &[Delayed<ToEvaluate>], now: Instant) {
        let (at_once, later): (Vec<_>, Vec<_>) = messages.iter().partition(|delayed| delayed.delay_seconds == 0);
        let work = |delayed: &Delayed<ToEvaluate>| Work::Evaluate(delayed.message.clone());
        let sizes = messages.iter().map(|delayed| size(&delayed.message)).collect();
        self.send("send to evaluate", sizes, at_once.into_iter().map(work).collect());
        let timers = messages.iter().filter(|delayed| matches!(delayed.message.body, ToEvaluate::Timer { .. })).count();
        add(&mut self.state().tally, TIMERS_SENT, 0, timers as u64);
        let visible_at = |delayed: &Delayed<ToEvaluate>| now.plus_millis(i64::from(delayed.delay_seconds) * 1000);
        self.state().delayed.extend(later.into_iter().map(|delayed| (visible_at(delayed), work(delayed))));
    }

    /// From now on what was delayed until this moment can be received.
    pub fn reaches(&self, now: Instant) {
        let mut state = self.state();
        let (due, delayed) = std::mem::take(&mut state.delayed).into_iter().partition(|(at, _)| *at <= now);
        state.delayed = delayed;
        let due: Vec<(Instant, Work)> = due;
        state.waiting.extend(due.into_iter().map(|(_, work)| work));
    }

    pub fn send_assign(&self, messages: &[Message<ToAssign>]) {
        let work = messages.iter().cloned().map(Work::Assign).collect();
        self.send("send to assign", messages.iter().map(size).collect(), work);
    }

    pub fn send_act(&self, messages: &[Message<ToAct>]) {
        let work = messages.iter().cloned().map(Work::Act).collect();
        self.send("send to act", messages.iter().map(size).collect(), work);
    }

    fn send(&self, operation: &'static str, sizes: Vec<usize>, work: Vec<Work>) {
        let mut state = self.state();
        for batch in sizes.chunks(BATCH) {
            add(&mut state.tally, operation, billed(batch.iter().sum()), batch.len() as u64);
        }
        state.waiting.extend(work);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many messages each timer that was armed has cost.
pub fn messages_per_timer(tally: &Tally) -> f64 {
    let sent = tally.get(TIMERS_SENT).map_or(0, |used| used.messages);
    let armed = tally.get("put a timer").map_or(0, |used| used.requests);
    sent as f64 / armed.max(1) as f64
}

/// Adds to a tally, under the operation's name.
pub fn add(tally: &mut Tally, operation: &'static str, requests: u64, messages: u64) {
    let usage = tally.entry(operation).or_default();
    usage.requests += requests;
    usage.messages += messages;
}

fn size<B: Serialize>(message: &Message<B>) -> usize {
    serde_json::to_string(message).expect("a message is plain data").len()
}

fn billed(bytes: usize) -> u64 {
    bytes.div_ceil(BILLED_BYTES).max(1) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: usize, expected: u64) {
        assert_eq!(billed(bytes), expected, "{bytes}");
    }

    #[test]
    fn each_begun_64_kib_is_billed() {
        check(1, 1);
        check(BILLED_BYTES, 1);
        check(BILLED_BYTES + 1, 2);
    }
}
