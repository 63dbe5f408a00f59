//! One batch of messages: each is handled by itself, and only what is proven done is acknowledged.

use std::{collections::BTreeMap, future::Future};

use domain::{id::derive, instant::Instant};
use tokio::task::JoinSet;

/// A message of a batch, before it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Received {
    pub id: String,
    pub body: String,
    pub receipt: String,
    /// Which receive this is, from 1.
    pub attempts: u32,
    /// Its group, on a queue that keeps order.
    pub group: Option<String>,
}

impl Received {
    /// Names this very delivery: each delivery of a message has a receipt of its own.
    pub fn delivery(&self) -> String {
        derive("att_", &[&self.receipt, &self.id, &self.attempts.to_string()])
    }
}

/// A message that was not finished and has to come again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failed {
    pub message: Received,
    /// Tried and failed, rather than not begun: its next try is delayed.
    pub tried: bool,
    /// When trying again makes sense, where the failure knows.
    pub retry_at: Option<Instant>,
}

/// Why a handler did not finish a message.
pub(super) struct NotDone {
    pub why: String,
    pub retry_at: Option<Instant>,
}

/// Handles a batch. Messages of one group follow each other, and after a failure the later
/// ones of that group are not begun; everything else runs side by side. A panic fails only its
/// own message. Once `enough` says there is too little time left, nothing more is begun.
pub(super) async fn run<F, Fut>(
    batch: Vec<Received>,
    enough: impl Fn() -> bool + Clone + Send + 'static,
    handler: F,
) -> Vec<Failed>
where
    F: Fn(Received) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<(), NotDone>> + Send + 'static,
{
    let order: BTreeMap<String, usize> =
        batch.iter().enumerate().map(|(number, message)| (message.id.clone(), number)).collect();
    // All have failed until they are proven done.
    let mut open: BTreeMap<String, Failed> = batch
        .iter()
        .map(|message| (message.id.clone(), Failed { message: message.clone(), tried: false, retry_at: None }))
        .collect();
    let mut running = JoinSet::new();
    for lane in lanes(batch) {
        running.spawn(run_lane(lane, enough.clone(), handler.clone()));
    }
    while let Some(lane) = running.join_next().await {
        // A lane that itself panicked proves nothing: its messages stay open.
        for (id, outcome) in lane.unwrap_or_default() {
            match outcome {
                None => drop(open.remove(&id)),
                Some(retry_at) => {
                    if let Some(failed) = open.get_mut(&id) {
                        (failed.tried, failed.retry_at) = (true, retry_at);
                    }
                }
            }
        }
    }
    let mut failed: Vec<Failed> = open.into_values().collect();
    failed.sort_by_key(|failed| order.get(&failed.message.id).copied());
    failed
}

/// Messages that must follow each other.
pub(super) fn lanes(batch: Vec<Received>) -> Vec<Vec<Received>> {
    let mut lanes: Vec<Vec<Received>> = Vec::new();
    for message in batch {
        let same = |lane: &&mut Vec<Received>| message.group.is_some() && lane[0].group == message.group;
        match lanes.iter_mut().find(same) {
            Some(lane) => lane.push(message),
            None => lanes.push(vec![message]),
        }
    }
    lanes
}

/// What became of the messages of a lane that were begun: done, or when to try again.
type Outcomes = Vec<(String, Option<Option<Instant>>)>;

async fn run_lane<F, Fut>(lane: Vec<Received>, enough: impl Fn() -> bool, handler: F) -> Outcomes
where
    F: Fn(Received) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<(), NotDone>> + Send + 'static,
{
    let mut outcomes = Outcomes::new();
    for message in lane {
        if !enough() {
            tracing::warn!(message.id, "not begun: too little time is left");
            break;
        }
        let id = message.id.clone();
        let outcome = attempt(message, &handler).await.err().map(|not_done| not_done.retry_at);
        let failed = outcome.is_some();
        outcomes.push((id, outcome));
        if failed {
            break;
        }
    }
    outcomes
}

/// Hands over one message, in a task of its own: a panic ends there.
pub(super) async fn attempt<F, Fut>(message: Received, handler: &F) -> Result<(), NotDone>
where
    F: Fn(Received) -> Fut,
    Fut: Future<Output = Result<(), NotDone>> + Send + 'static,
{
    let id = message.id.clone();
    match tokio::spawn(handler(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(not_done)) => {
            tracing::warn!(message.id = id, error = %not_done.why, "not finished");
            Err(not_done)
        }
        Err(panic) => {
            tracing::error!(message.id = id, error = %panic, "panicked");
            Err(NotDone { why: panic.to_string(), retry_at: None })
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A message that came for the first time.
    pub fn message(id: &str, group: Option<&str>) -> Received {
        Received {
            id: id.to_owned(),
            body: String::new(),
            receipt: String::new(),
            attempts: 0,
            group: group.map(str::to_owned),
        }
    }

    async fn handle(message: Received) -> Result<(), NotDone> {
        match message.id.as_bytes()[0] {
            b'p' => panic!("as the test wants"),
            b'f' => Err(NotDone { why: "as the test wants".to_owned(), retry_at: Some(Instant::from_millis(7)) }),
            _ => Ok(()),
        }
    }

    async fn check(batch: &[(&str, Option<&str>)], expected: &[(&str, bool)]) {
        let batch = batch.iter().map(|(id, group)| message(id, *group)).collect();
        let failed = run(batch, || true, handle).await;
        let failed: Vec<(&str, bool)> =
            failed.iter().map(|failed| (failed.message.id.as_str(), failed.tried)).collect();
        assert_eq!(failed, expected);
    }

    #[tokio::test]
    async fn only_what_failed_is_reported() {
        check(&[("a", None), ("f1", None), ("b", None)], &[("f1", true)]).await;
        check(&[("a", None)], &[]).await;
        check(&[], &[]).await;
        check(&[("f1", None), ("f2", None)], &[("f1", true), ("f2", true)]).await;
    }

    #[tokio::test]
    async fn a_panic_fails_its_own_message_and_no_other() {
        check(&[("a", None), ("p1", None), ("b", None)], &[("p1", true)]).await;
    }

    #[tokio::test]
    async fn after_a_failure_the_later_messages_of_its_group_are_not_begun() {
        let batch = [("a", Some("x")), ("p1", Some("x")), ("b", Some("x")), ("c", Some("y"))];
        check(&batch, &[("p1", true), ("b", false)]).await;
    }

    #[tokio::test]
    async fn nothing_is_begun_when_too_little_time_is_left() {
        let failed = run(vec![message("a", None), message("b", Some("x"))], || false, handle).await;
        assert_eq!(failed.len(), 2);
        assert!(failed.iter().all(|failed| !failed.tried));
    }

    #[tokio::test]
    async fn a_failure_says_when_to_try_again_where_it_knows() {
        let failed = run(vec![message("f1", None)], || true, handle).await;
        assert_eq!(failed[0].retry_at, Some(Instant::from_millis(7)));
    }
}
