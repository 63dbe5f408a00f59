//! Which minutes' work is done in virtual time.

use domain::{history::TimerRow, instant::Instant};
use engine::ports::{DeadLetter, DeadLetters, Dlq, Queue, Swept, Timers, Watermark};
use host::VirtualHost;
use sqlite::Store;

use crate::script::{Act, Script, at};

const MINUTE: i64 = 60_000;

fn host() -> VirtualHost<Script> {
    VirtualHost::in_memory(at(30_000), |store| Script::new(store, |_, _| Act::Finish))
}

/// The minutes since the start whose work was done; the start counts as 0.
fn worked(host: &VirtualHost<Script>) -> Vec<i64> {
    let millis = host.steps().calls().into_iter().map(|call| call["minute ".len()..].parse::<i64>().expect("a moment"));
    millis.map(|millis| millis / MINUTE).collect()
}

async fn put_timer(store: &Store, due: Instant) {
    let row = TimerRow { due, timer: "tmr_1".into(), generation: 1, record: "lead/L1".parse().expect("a key"), seq: 1 };
    store.put_timer(&row).await.expect("kept");
}

fn letter(redrive_at: Option<Instant>) -> DeadLetter {
    DeadLetter {
        id: "d1".into(),
        queue: Queue::Assign,
        body: "not a message".into(),
        record: None,
        died_at: at(0),
        redriven: 1,
        redrive_at,
        ended_process: false,
    }
}

#[tokio::test]
async fn of_quiet_minutes_only_one_an_hour_is_worked() {
    let mut host = host();
    host.advance(150 * MINUTE).await.unwrap();
    assert_eq!(worked(&host), [0, 61, 122]);
}

#[tokio::test]
async fn every_minute_whose_sweep_sees_a_timer_that_was_not_sent_is_worked() {
    let mut host = host();
    put_timer(host.store(), at(10 * MINUTE + 20_000)).await;
    host.advance(9 * MINUTE).await.unwrap();
    assert_eq!(worked(&host), [0, 8, 9]);
    host.store().set_swept_to(&Swept::minute(at(10 * MINUTE).minute())).await.unwrap();
    host.advance(20 * MINUTE).await.unwrap();
    assert_eq!(worked(&host), [0, 8, 9], "nothing after it");
}

#[tokio::test]
async fn the_minute_after_one_that_failed_is_worked() {
    let mut host = VirtualHost::in_memory(at(0), |store| {
        Script::new(store, |_, seen| if seen < 2 { Act::Fail } else { Act::Finish })
    });
    host.advance(30 * MINUTE).await.unwrap();
    assert_eq!(worked(&host), [0, 1, 2]);
    assert_eq!(host.failed().len(), 2);
}

#[tokio::test]
async fn the_minute_after_a_message_died_is_worked() {
    let mut host = host();
    host.store().redrive(&letter(None), 1).await.unwrap();
    // Nothing drains it here.
    host.advance(2 * MINUTE).await.unwrap();
    assert_eq!(worked(&host), [0, 1, 2]);
}

#[tokio::test]
async fn the_minute_in_which_a_dead_letter_is_to_be_put_back_is_worked() {
    let mut host = host();
    host.store().put_dead_letter(&letter(Some(at(5 * MINUTE)))).await.unwrap();
    host.advance(5 * MINUTE).await.unwrap();
    assert_eq!(worked(&host), [0, 5]);
}
