//! Sends what follows from an entry: rows first, then messages; each kind at the same time. Their order among
//! themselves does not matter, for a crash between them repeats all of them.

use domain::{
    follow_up::FollowUp,
    history::TimerRow,
    id::{MessageId, derive},
    instant::Instant,
    message::{Message, ToEvaluate},
};

use futures_util::future::{try_join_all, try_join3, try_join4};

use super::{Ports, retention};
use crate::{
    Error,
    ports::{Delayed, PortError},
};

/// A timer due within this time is sent by the one who arms it. The sweep sends what is due in this
/// minute and the next two ([`crate::escalate::AHEAD_MINUTES`]), each minute once: so the clock of
/// the one may be two minutes behind the other's, and no timer falls between them.
const NEAR_MINUTES: i64 = 5;

/// Rounded up by so much, so that a firing is rarely early by the consumer's clock.
const ROUND_UP_MILLIS: i64 = 2_000;

/// The longest delay a queue takes.
pub(super) const MAX_DELAY_SECONDS: i64 = 900;

pub(super) async fn send(ports: &impl Ports, follow_ups: Vec<FollowUp>) -> Result<(), Error> {
    let (mut matches, mut timers, mut tasks, mut executions) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut evaluate, mut assign, mut act, mut erased) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for follow_up in follow_ups {
        match follow_up {
            FollowUp::Match(row) => matches.push(row),
            FollowUp::Timer(row) => timers.push(row),
            FollowUp::Task(row) => tasks.push(row),
            FollowUp::Execution(row) => executions.push(row),
            FollowUp::Evaluate(message) => evaluate.push(Delayed::now(message)),
            FollowUp::Assign(message) => assign.push(message),
            FollowUp::Act(message) => act.push(message),
            FollowUp::Erase(erase) => erased.push(erase),
        }
    }
    try_join4(
        try_join_all(matches.iter().map(|row| ports.put_match(row))),
        try_join_all(timers.iter().map(|row| ports.put_timer(row))),
        try_join_all(tasks.iter().map(|row| ports.put_task(row))),
        try_join_all(executions.iter().map(|row| ports.put_execution(row))),
    )
    .await?;
    // Read after the timers are durable: a slow put must not leave a hole before the sweep.
    let now = ports.now();
    let near = timers.iter().filter(|row| row.due <= now.plus_minutes(NEAR_MINUTES));
    evaluate.extend(near.map(|row| timer_message(row, now, Sending::Armed)));
    try_join3(
        unless_empty(&assign, |messages| ports.send_assign(messages)),
        unless_empty(&act, |messages| ports.send_act(messages)),
        unless_empty(&evaluate, |messages| ports.send_evaluate(messages)),
    )
    .await?;
    for erase in &erased {
        retention::erase(ports, erase).await?;
    }
    Ok(())
}

async fn unless_empty<'m, M, F: Future<Output = Result<(), PortError>>>(
    messages: &'m [M],
    send: impl FnOnce(&'m [M]) -> F,
) -> Result<(), PortError> {
    if messages.is_empty() { Ok(()) } else { send(messages).await }
}

/// By whom a timer's message is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sending {
    /// By the entry that arms it, each time its message is handled.
    Armed,
    /// By the sweep of this minute (since 1970).
    Swept { minute: i64 },
}

impl Sending {
    fn name(self) -> String {
        match self {
            Self::Armed => "armed".to_owned(),
            Self::Swept { minute } => minute.to_string(),
        }
    }
}

/// The message of a timer's firing, named by its sending. A queue's redelivery of one sending finds
/// the entry that it caused and repeats what follows; another sending of the same timer finds that
/// nothing waits for it any more, and costs one look.
pub fn timer_message(row: &TimerRow, now: Instant, sending: Sending) -> Delayed<ToEvaluate> {
    let parts = [row.timer.as_str(), &row.generation.to_string(), &sending.name()];
    let id = MessageId::new(derive("msg_", &parts));
    let body = ToEvaluate::Timer {
        record: row.record.clone(),
        timer: row.timer.clone(),
        generation: row.generation,
        due: row.due,
    };
    Delayed { message: Message { id, since: row.due, body }, delay_seconds: delay_seconds(now, row.due) }
}

/// Seconds until `due`, rounded up; none for what is due already.
pub(super) fn delay_seconds(now: Instant, due: Instant) -> u32 {
    let left = due.millis_since(now);
    if left <= 0 {
        return 0;
    }
    let seconds = ((left + ROUND_UP_MILLIS) / 1000).min(MAX_DELAY_SECONDS);
    u32::try_from(seconds).expect("between 0 and 900")
}
