//! What is done once the clock, which had been ahead, has been set back.
//!
//! A record is set right by the next entry that it gets, whatever that is about. Those that nothing touches are found
//! by walking the lists of what is open, a page at a time: each page is a message, and sends the next one.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::Arc,
};

use domain::{
    clock::was_ahead,
    decide::{Input, WasAhead, is_firing_awaited},
    history::{Entry, ExecutionState},
    id::{MessageId, RecordKey, TimerId, derive},
    instant::Instant,
    message::{Answer, AssignOutcome, Message, OpenList, ToEvaluate},
};
use futures_util::future::try_join_all;

use super::{Ports, apply::apply, follow_up::MAX_DELAY_SECONDS, part_id};
use crate::{
    Error,
    ports::{Cursor, Delayed, ExecutionFilter, Page, TaskFilter},
};

/// Rows of a list that are looked at together, and entries of a history.
const PAGE: usize = 50;

/// What a wrong clock has left in a record; nothing if the newest entry was dated by a right one.
pub(super) async fn left_by(
    ports: &impl Ports,
    newest: Option<&Entry>,
    now: Instant,
) -> Result<Option<WasAhead>, Error> {
    let Some(newest) = newest.filter(|newest| was_ahead(newest.at, now)) else { return Ok(None) };
    let (mut first, mut before) = (newest.seq, Arc::clone(&newest.before));
    let mut earlier = VecDeque::new();
    while first > 1 {
        if earlier.is_empty() {
            earlier = ports.page(&newest.record, Some(first), PAGE).await?.into();
        }
        match earlier.pop_front() {
            Some(entry) if was_ahead(entry.at, now) => (first, before) = (entry.seq, entry.before),
            _ => break,
        }
    }
    Ok(Some(WasAhead { from: newest.at, before }))
}

/// From when on the trace of a message can be found. A message of the time when the clock was ahead may have left it
/// anywhere: its own time says nothing.
pub(super) fn since(since: Instant, now: Instant) -> Option<Instant> {
    (!was_ahead(since, now)).then_some(since)
}

/// An answer as it counts now. When a pool opens was said by the wrong clock: it is asked again at once.
pub(super) fn answered(mut answer: Answer, since: Instant, now: Instant) -> Answer {
    if was_ahead(since, now)
        && let AssignOutcome::Waiting { next_opening } = &mut answer.outcome
    {
        *next_opening = now;
    }
    answer
}

/// Whether a firing lies further ahead than any is sent: a clock that was ahead has sent it, or armed its timer.
pub(super) fn is_too_early(due: Instant, now: Instant) -> bool {
    was_ahead(due.plus_millis(-1000 * MAX_DELAY_SECONDS), now)
}

/// Whether a record waits for such a firing also once it is set right.
pub(super) async fn still_counts(
    ports: &impl Ports,
    firing: &MessageId,
    since: Option<Instant>,
    record: &RecordKey,
    timer: &TimerId,
    generation: u32,
) -> Result<bool, Error> {
    apply(ports, record, &part_id(firing, "clock"), since, &Input::ClockSetBack).await?;
    let newest = ports.newest(record).await?;
    Ok(newest.is_some_and(|newest| is_firing_awaited(&newest.head, timer, generation)))
}

/// Begins the walk along the lists of what is open.
pub(crate) fn begin(now: Instant) -> Delayed<ToEvaluate> {
    part(now, OpenList::Executions, None)
}

fn part(since: Instant, list: OpenList, from: Option<Cursor>) -> Delayed<ToEvaluate> {
    let parts = [&since.as_millis().to_string(), &*format!("{list:?}"), from.as_deref().unwrap_or_default()];
    let id = MessageId::new(derive("msg_", &parts));
    Delayed::now(Message { id, since, body: ToEvaluate::ClockSetBackForAll { list, from } })
}

/// Sends those of a part of a list to be set right that have to be, and the next part.
pub(super) async fn look_at(
    ports: &impl Ports,
    since: Instant,
    list: OpenList,
    from: Option<Cursor>,
) -> Result<(), Error> {
    let Page { items, next } = records(ports, list, from.as_ref()).await?;
    let newest = try_join_all(items.iter().map(|record| ports.newest(record))).await?;
    let now = ports.now();
    let ahead = newest.iter().flatten().filter(|newest| was_ahead(newest.at, now));
    let mut messages: Vec<Delayed<ToEvaluate>> = ahead.map(|newest| of_record(newest, now)).collect();
    messages.extend(match (next, list) {
        (Some(next), list) => Some(part(since, list, Some(next))),
        (None, OpenList::Executions) => Some(part(since, OpenList::HeldExecutions, None)),
        (None, OpenList::HeldExecutions) => Some(part(since, OpenList::Tasks, None)),
        (None, OpenList::Tasks) => None,
    });
    Ok(ports.send_evaluate(&messages).await?)
}

fn of_record(newest: &Entry, now: Instant) -> Delayed<ToEvaluate> {
    let parts = [&newest.record.to_string(), &newest.seq.to_string(), "clock set back"];
    let id = MessageId::new(derive("msg_", &parts));
    Delayed::now(Message { id, since: now, body: ToEvaluate::ClockSetBack { record: newest.record.clone() } })
}

/// The records that a part of a list names, each once.
async fn records(ports: &impl Ports, list: OpenList, from: Option<&Cursor>) -> Result<Page<RecordKey>, Error> {
    let executions = |state| ExecutionFilter { state, workflow: None, since: None };
    let (records, next): (BTreeSet<RecordKey>, _) = match list {
        OpenList::Executions | OpenList::HeldExecutions => {
            let held = list == OpenList::HeldExecutions;
            let filter = executions(if held { ExecutionState::Held } else { ExecutionState::Open });
            let page = ports.executions(&filter, from, PAGE).await?;
            (page.items.into_iter().map(|row| row.record).collect(), page.next)
        }
        OpenList::Tasks => {
            let page = ports.tasks(&TaskFilter::default(), from, PAGE).await?;
            (page.items.into_iter().map(|row| row.record).collect(), page.next)
        }
    };
    Ok(Page { items: records.into_iter().collect(), next })
}
