use engine::ports::{DeadLetter, Dlq, Queue};
use host::{Delivery, VirtualHost, VirtualHostError};
use sqlite::Depth;

use crate::script::{Act, Script, at, send, send_act, send_assign};

fn host(told: impl Fn(&str, usize) -> Act + Send + Sync + 'static) -> VirtualHost<Script> {
    VirtualHost::in_memory(at(0), |store| Script::new(store, told))
}

/// The calls without those of the minute.
fn calls(host: &VirtualHost<Script>) -> Vec<String> {
    host.steps().calls().into_iter().filter(|call| !call.starts_with("minute")).collect()
}

#[tokio::test]
async fn messages_are_handled_at_the_moment_they_are_due() {
    let mut host = host(|id, _| if id == "first" { Act::Send("second") } else { Act::Finish });
    send(host.store(), "late", 90).await.unwrap();
    send(host.store(), "soon", 1).await.unwrap();
    send(host.store(), "first", 0).await.unwrap();
    host.run_until_idle().await.unwrap();
    assert_eq!(calls(&host), ["first 0", "second 0"]);
    assert_eq!(host.undone().unwrap(), [], "the other two are not due yet");
    host.advance(100_000).await.unwrap();
    assert_eq!(calls(&host), ["first 0", "second 0", "soon 1000", "late 90000"]);
    assert_eq!(host.now(), at(100_000));
    host.assert_drained();
}

#[tokio::test]
async fn a_failed_message_comes_again_later_and_is_dead_after_five() {
    let mut host = host(|id, seen| if id == "bad" || seen == 0 { Act::Fail } else { Act::Finish });
    send(host.store(), "bad", 0).await.unwrap();
    send(host.store(), "once", 0).await.unwrap();
    host.run_until_idle().await.unwrap();
    let in_flight = Depth { in_flight: 2, ..Depth::default() };
    assert_eq!(host.undone().unwrap(), [(Queue::Evaluate, in_flight)], "both wait to be tried again");
    host.advance(10 * 60_000).await.unwrap();
    let seen = |id: &str| calls(&host).iter().filter(|call| call.split(' ').next() == Some(id)).count();
    assert_eq!((seen("bad"), seen("once")), (5, 2));
    assert_eq!(host.undone().unwrap(), [(Queue::Evaluate, Depth { dead: 1, ..Depth::default() })]);
}

#[tokio::test]
async fn a_step_that_knows_when_to_try_again_is_tried_then() {
    let mut host = host(|_, seen| if seen == 0 { Act::FailBriefly } else { Act::Finish });
    send(host.store(), "busy", 0).await.unwrap();
    host.run_until_idle().await.unwrap();
    assert_eq!(calls(&host), ["busy 0", "busy 0"], "without a backoff");
    host.assert_drained();
}

#[tokio::test]
async fn a_panic_is_a_failed_try_of_its_own_message_only() {
    let mut host = host(|id, seen| if id == "bad" && seen == 0 { Act::Panic } else { Act::Finish });
    for id in ["bad", "good"] {
        send(host.store(), id, 0).await.unwrap();
    }
    host.run_until_idle().await.unwrap();
    assert_eq!(calls(&host), ["bad 0", "good 0"]);
    let why = host.failed()[0].why.in_full();
    assert!(why.contains("told to panic"), "{why}");
    host.advance(60_000).await.unwrap();
    assert_eq!(calls(&host).len(), 3);
    host.assert_drained();
}

#[tokio::test]
async fn an_unreadable_message_is_dead_at_once() {
    let mut host = host(|_, _| Act::Finish);
    let letter = DeadLetter {
        id: "d1".into(),
        queue: Queue::Assign,
        body: "not a message".into(),
        record: None,
        died_at: at(0),
        redriven: 1,
        redrive_at: None,
        ended_process: false,
    };
    host.store().redrive(&letter, 1).await.unwrap();
    host.run_until_idle().await.unwrap();
    assert_eq!(host.store().depth(Queue::Assign).unwrap(), Depth { dead: 1, ..Depth::default() });
    assert!(host.failed()[0].why.in_full().contains("cannot be read"));
}

#[tokio::test]
async fn a_failed_request_steps_aside_and_its_pool_goes_on() {
    let mut host = host(|id, seen| if id == "a1" && seen == 0 { Act::Fail } else { Act::Finish });
    send_assign(host.store(), &["a1", "a2"]).await;
    host.run_until_idle().await.unwrap();
    assert_eq!(calls(&host), ["a1 0", "a2 0"]);
    host.advance(10_000).await.unwrap();
    let ids: Vec<_> = calls(&host).iter().map(|call| call[..2].to_owned()).collect();
    assert_eq!(ids, ["a1", "a2", "a1"]);
    host.assert_drained();
}

#[tokio::test]
async fn delivered_twice_every_message_and_minute_comes_twice_as_attempts_of_their_own() {
    let mut host = host(|_, _| Act::Finish).delivering(Delivery::Twice);
    send_act(host.store(), "x1").await;
    host.run_until_idle().await.unwrap();
    let all = host.steps().calls();
    assert_eq!(all[..2], ["minute 0", "minute 0"]);
    assert_eq!(all[2..].len(), 2);
    assert_ne!(all[2], all[3], "two attempts have one name");
    host.assert_drained();
}

#[tokio::test]
async fn the_same_calls_give_the_same_run() {
    let run = async || {
        let mut host = host(|id, seen| match (id, seen) {
            ("a1", 0) | ("m3", 0..=2) => Act::Fail,
            ("m1", _) => Act::Send("m4"),
            _ => Act::Finish,
        });
        for (id, delay) in [("m1", 0), ("m2", 61), ("m3", 0)] {
            send(host.store(), id, delay).await.unwrap();
        }
        send_assign(host.store(), &["a1", "a2"]).await;
        host.advance(300_000).await.unwrap();
        host.steps().calls()
    };
    assert_eq!(run().await, run().await);
}

#[tokio::test]
async fn messages_without_end_are_broken_off() {
    let mut host = host(|_, _| Act::Send("again")).endless_after(100);
    send(host.store(), "again", 0).await.unwrap();
    let Err(VirtualHostError::Endless { handled: 100, last, .. }) = host.run_until_idle().await else {
        panic!("it ended");
    };
    assert_eq!(last.as_str(), "again");
}

#[tokio::test]
async fn a_held_queue_gives_nothing_and_stops_no_clock() {
    let mut host = host(|_, _| Act::Finish);
    host.hold(Queue::Evaluate);
    send(host.store(), "held", 0).await.unwrap();
    send_act(host.store(), "free").await;
    host.advance(60_000).await.unwrap();
    assert_eq!(calls(&host), ["free 0 attempt-1"]);
    host.release(Queue::Evaluate);
    host.run_until_idle().await.unwrap();
    assert_eq!(calls(&host)[1..], ["held 60000"]);
    host.assert_drained();
}

#[tokio::test]
async fn the_last_message_can_come_once_more_as_an_attempt_of_its_own() {
    let mut host = host(|_, seen| if seen == 2 { Act::Fail } else { Act::Finish });
    let none = host.deliver_last_again().await.expect_err("nothing came yet");
    assert_eq!(none.to_string(), "no message was delivered yet");
    send_act(host.store(), "x1").await;
    host.run_until_idle().await.unwrap();
    host.deliver_last_again().await.unwrap();
    assert_eq!(calls(&host), ["x1 0 attempt-1", "x1 0 attempt-2"]);
    let again = host.deliver_last_again().await.expect_err("it was told to fail").to_string();
    assert!(again.contains("x1 on Act") && again.contains("told to fail"), "{again}");
}
