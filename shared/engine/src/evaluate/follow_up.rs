//! Sends what follows from an entry: rows first, then messages.

use domain::{
    history::{FollowUp, TimerRow},
    id::{MessageId, derive},
    instant::Instant,
    message::{Message, ToAct, ToAssign, ToEvaluate},
};

use super::Ports;
use crate::{Error, ports::Delayed};

/// How far ahead a timer is put on the queue with its exact delay: three periods of the sweep.
pub const HORIZON_MINUTES: i64 = 3;

/// Rounded up by so much, so that a firing is rarely early by the consumer's clock.
const ROUND_UP_MILLIS: i64 = 2_000;

/// The longest delay a queue takes.
const MAX_DELAY_SECONDS: i64 = 900;

pub(super) async fn send(ports: &impl Ports, follow_ups: Vec<FollowUp>) -> Result<(), Error> {
    let (mut evaluate, mut assign, mut act) =
        (Vec::new(), Vec::<Message<ToAssign>>::new(), Vec::<Message<ToAct>>::new());
    for follow_up in follow_ups {
        match follow_up {
            FollowUp::Timer(row) => {
                ports.put_timer(&row).await?;
                // Read after the row is durable: a slow put must not leave a hole before the sweep.
                let now = ports.now();
                if row.due <= now.plus_minutes(HORIZON_MINUTES) {
                    evaluate.push(timer_message(&row, now));
                }
            }
            FollowUp::Task(row) => ports.put_task(&row).await?,
            FollowUp::Execution(row) => ports.put_execution(&row).await?,
            FollowUp::Evaluate(message) => evaluate.push(Delayed::now(message)),
            FollowUp::Assign(message) => assign.push(message),
            FollowUp::Act(message) => act.push(message),
        }
    }
    if !assign.is_empty() {
        ports.send_assign(&assign).await?;
    }
    if !act.is_empty() {
        ports.send_act(&act).await?;
    }
    if !evaluate.is_empty() {
        ports.send_evaluate(&evaluate).await?;
    }
    Ok(())
}

/// The message of a timer's firing: the same, whether its creator sends it or the sweep.
pub fn timer_message(row: &TimerRow, now: Instant) -> Delayed<ToEvaluate> {
    let id = MessageId::new(derive("msg_", &[row.timer.as_str(), &row.generation.to_string()]));
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
