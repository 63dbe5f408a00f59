use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

use engine::ports::{Bus, Queue};
use futures_util::FutureExt as _;
use host::Host;
use sqlite::{Depth, Store, SystemClock};
use tokio::{
    sync::{
        Semaphore,
        mpsc::{UnboundedReceiver, unbounded_channel},
    },
    time::timeout,
};

use crate::script::{Act, Script, send, send_assign, send_together, to_evaluate};

struct Bench {
    host: Host,
    store: Store,
    heard: UnboundedReceiver<String>,
}

fn start(told: impl Fn(&str, usize) -> Act + Send + Sync + 'static) -> Bench {
    let store = Store::in_memory(Arc::new(SystemClock));
    let (sender, heard) = unbounded_channel();
    let mut script = Script::new(&store, told);
    script.heard = sender;
    Bench { host: Host::start(&store, script), store, heard }
}

impl Bench {
    /// The next calls, without those of the minute. None may wait for a visibility to run out.
    async fn hear(&mut self, count: usize) -> Vec<String> {
        let mut ids = Vec::new();
        while ids.len() < count {
            let next = timeout(Duration::from_secs(30), self.heard.recv()).await;
            let id = next.expect("it comes within half a minute").expect("the host runs");
            ids.extend((id != "minute").then_some(id));
        }
        ids
    }
}

#[tokio::test]
async fn a_waiting_host_is_woken_by_a_send() {
    let mut bench = start(|_, _| Act::Finish);
    for id in ["m1", "m2"] {
        // The host has gone to sleep before each of them.
        tokio::task::yield_now().await;
        send(&bench.store, id, 0).await.unwrap();
        assert_eq!(bench.hear(1).await, [id]);
    }
    bench.host.stop().await;
    assert_eq!(bench.store.depth(Queue::Evaluate).unwrap(), Depth::default());
}

#[tokio::test]
async fn a_host_that_handles_messages_is_not_broken() {
    let mut bench = start(|_, _| Act::Finish);
    send(&bench.store, "m1", 0).await.unwrap();
    // Whatever is to be done before the first message has been done by now.
    assert_eq!(bench.hear(1).await, ["m1"]);
    tokio::task::yield_now().await;
    assert!(bench.host.broken().now_or_never().is_none());
    bench.host.stop().await;
}

#[tokio::test]
async fn the_work_of_the_minute_is_done_at_the_start() {
    let mut bench = start(|_, _| Act::Finish);
    assert_eq!(bench.heard.recv().await.as_deref(), Some("minute"));
    bench.host.stop().await;
}

#[tokio::test]
async fn a_thousand_messages_are_each_handled_once() {
    let mut bench = start(|_, _| Act::Finish);
    for n in 0..1000 {
        send(&bench.store, &format!("m{n}"), 0).await.unwrap();
    }
    let heard: BTreeSet<_> = bench.hear(1000).await.into_iter().collect();
    assert_eq!(heard.len(), 1000);
    bench.host.stop().await;
    assert_eq!(bench.store.depth(Queue::Evaluate).unwrap(), Depth::default());
    assert!(bench.heard.try_recv().is_err());
}

#[tokio::test]
async fn a_panic_stays_with_its_message() {
    let mut bench = start(|id, _| if id == "bad" { Act::Panic } else { Act::Finish });
    for id in ["bad", "good"] {
        send(&bench.store, id, 0).await.unwrap();
    }
    bench.hear(2).await;
    bench.host.stop().await;
    let left = Depth { in_flight: 1, ..Depth::default() };
    assert_eq!(bench.store.depth(Queue::Evaluate).unwrap(), left, "the bad one waits to be tried again");
}

#[tokio::test]
async fn a_lane_is_worked_off_in_order_and_one_that_fails_comes_again() {
    let mut bench = start(|id, seen| if id == "a2" && seen < 2 { Act::FailBriefly } else { Act::Finish });
    send_assign(&bench.store, &["a1", "a2", "a3"]).await;
    // Together they fail; then each by itself, and a2 once more beside a3.
    let heard = bench.hear(6).await;
    assert_eq!(heard[..4], ["a1", "a2", "a1", "a2"]);
    assert_eq!(BTreeSet::from_iter(&heard[4..]), BTreeSet::from([&"a2".to_owned(), &"a3".to_owned()]));
    bench.host.stop().await;
    assert_eq!(bench.store.depth(Queue::Assign).unwrap(), Depth::default());
}

#[tokio::test]
async fn a_lane_is_finished_together_when_nothing_fails() {
    let mut bench = start(|_, _| Act::Finish);
    let ids: Vec<String> = (0..100).map(|n| format!("a{n:02}")).collect();
    send_assign(&bench.store, &ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
    assert_eq!(bench.hear(100).await, ids);
    bench.host.stop().await;
    assert_eq!(bench.store.depth(Queue::Assign).unwrap(), Depth::default());
}

#[tokio::test]
async fn a_request_that_panics_takes_nobody_along_and_delays_nobody() {
    let mut bench = start(|id, _| if id == "a2" { Act::Panic } else { Act::Finish });
    send_assign(&bench.store, &["a1", "a2", "a3"]).await;
    // a1 is finished by itself after all, and a3 while a2 waits for its next try.
    assert_eq!(bench.hear(5).await, ["a1", "a2", "a1", "a2", "a3"]);
    bench.host.stop().await;
    let left = Depth { in_flight: 1, ..Depth::default() };
    assert_eq!(bench.store.depth(Queue::Assign).unwrap(), left, "a2 waits to be tried again");
}

/// The timeouts pass at once: tokio's time moves on when nothing else can.
#[tokio::test(start_paused = true)]
async fn a_request_that_hangs_holds_its_pool_up_for_seconds() {
    let mut bench = start(|id, _| if id == "a2" { Act::Hang } else { Act::Finish });
    let began = tokio::time::Instant::now();
    send_assign(&bench.store, &["a1", "a2", "a3"]).await;
    assert_eq!(bench.hear(5).await, ["a1", "a2", "a1", "a2", "a3"]);
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_message_that_hangs_holds_up_no_other() {
    let mut bench = start(|id, _| if id == "m1" { Act::Hang } else { Act::Finish });
    let began = tokio::time::Instant::now();
    send_together(&bench.store, &["m1", "m2", "m3"]).await;
    bench.hear(3).await;
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_host_stops_once_what_it_took_is_settled() {
    let permits = Arc::new(Semaphore::new(0));
    let given = Arc::clone(&permits);
    let mut bench = start(move |_, _| Act::Until(Arc::clone(&given)));
    send_together(&bench.store, &["m1", "m2"]).await;
    bench.hear(2).await;
    let mut stopping = Box::pin(bench.host.stop());
    // Long enough for a host that does not wait to have stopped; one that waits never has.
    assert!(timeout(Duration::from_millis(100), &mut stopping).await.is_err(), "stopped before m1 and m2 were done");
    permits.add_permits(2);
    stopping.await;
    assert_eq!(bench.store.depth(Queue::Evaluate).unwrap(), Depth::default());
}

#[tokio::test]
async fn who_publishes_is_answered_a_moment_later_only_while_there_is_a_backlog() {
    const LATER: Duration = Duration::from_millis(250);
    let permits = Arc::new(Semaphore::new(0));
    let given = Arc::clone(&permits);
    let mut bench = start(move |_, _| Act::Until(Arc::clone(&given)));
    let ids: Vec<String> = (0..600).map(|n| format!("m{n}")).collect();
    send_together(&bench.store, &ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
    // Some 250 are handled at a time (two whose locks are the same, one after the other); the others wait.
    bench.hear(200).await;
    let store = bench.store.clone();
    let publish = async |id: String| {
        let began = Instant::now();
        store.publish(&[&to_evaluate(&id)]).await.expect("published");
        began.elapsed()
    };
    assert!(publish("early".to_owned()).await >= LATER);
    permits.add_permits(1000);
    bench.hear(600 - 200 + 1).await;
    // Any one may be slow for other reasons, on a busy machine; not all of them.
    let mut soonest = LATER;
    for n in 0..20 {
        soonest = soonest.min(publish(format!("late{n}")).await);
    }
    assert!(soonest < LATER);
    bench.host.stop().await;
}

#[tokio::test]
async fn a_stopped_host_takes_nothing_more() {
    let bench = start(|_, _| Act::Finish);
    bench.host.stop().await;
    send(&bench.store, "m1", 0).await.unwrap();
    tokio::task::yield_now().await;
    assert_eq!(bench.store.depth(Queue::Evaluate).unwrap(), Depth { ready: 1, ..Depth::default() });
}
