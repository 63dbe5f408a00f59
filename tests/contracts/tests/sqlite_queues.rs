//! What the embedded queues promise: delivery at least once, order within a lane, no message
//! swallowed. On AWS these are promises of SQS itself.

use std::sync::Arc;

use contracts::samples::{assign, at, record};
use domain::{
    calendar::TimeOffChange,
    id::{MessageId, PoolId, RequestId},
    message::{CreditRequest, Message, Redrive, ToAssign, ToEvaluate},
    rotation::Candidates,
};
use engine::ports::{Bus, DeadLetter, Delayed, Dlq, Queue, Queues};
use sqlite::{Depth, MAX_RECEIVES, ManualClock, Received, Store};

const VISIBILITY: i64 = 30_000;

struct Bench {
    store: Store,
    clock: Arc<ManualClock>,
}

impl Bench {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::new(at(0)));
        Self { store: Store::in_memory(clock.clone()), clock }
    }

    fn at(&self, millis: i64) {
        self.clock.move_to(at(millis));
    }

    async fn evaluate(&self, id: &str, delay_seconds: u32) {
        let message = Delayed { message: evaluate(id), delay_seconds };
        self.store.send_evaluate(&[message]).await.expect("sent");
    }

    async fn assign(&self, id: &str, pool: &str) {
        self.store.send_assign(&[assign(id, pool)]).await.expect("sent");
    }

    async fn receive(&self, queue: Queue) -> Vec<Received> {
        self.store.receive(queue, 100, VISIBILITY).await.expect("received")
    }

    async fn receive_ids(&self, queue: Queue) -> Vec<String> {
        self.receive(queue).await.into_iter().map(|message| message.id.to_string()).collect()
    }

    async fn one(&self, queue: Queue) -> Received {
        let [one] = self.receive(queue).await.try_into().expect("one message");
        one
    }

    fn acknowledge(&self, message: &Received) {
        self.store.acknowledge(&[message.receipt]);
    }

    fn depth(&self, queue: Queue) -> Depth {
        self.store.depth(queue).expect("counted")
    }

    /// Lets a message fail until it is dead. Returns the moment.
    async fn let_die(&self, queue: Queue) -> i64 {
        for receive in 1..=MAX_RECEIVES {
            assert_eq!(self.one(queue).await.receives, receive);
            self.at(i64::from(receive) * VISIBILITY);
        }
        assert_eq!(self.receive(queue).await, []);
        i64::from(MAX_RECEIVES) * VISIBILITY
    }

    async fn redrive(&self, queue: Queue, attempt: u32) {
        let [letter] = self.store.receive_dead(queue).await.expect("read").try_into().expect("one dead letter");
        self.store.remove_dead(&letter).await.expect("removed");
        let kept = DeadLetter {
            id: "dead".into(),
            queue,
            body: letter.body,
            record: None,
            died_at: at(0),
            redriven: attempt,
            redrive_at: None,
            ended_process: false,
        };
        self.store.redrive(&kept, attempt).await.expect("redriven");
    }
}

fn evaluate(id: &str) -> Message<ToEvaluate> {
    let body = ToEvaluate::Continue { record: record("L1"), execution: "e1".into() };
    Message { id: MessageId::new(id), since: at(0), body }
}

#[tokio::test]
async fn a_message_is_received_as_it_was_sent_and_gone_once_acknowledged() {
    let bench = Bench::new();
    bench.evaluate("m1", 0).await;
    let received = bench.one(Queue::Evaluate).await;
    assert_eq!(serde_json::from_str::<Message<ToEvaluate>>(&received.body).expect("readable"), evaluate("m1"));
    bench.acknowledge(&received);
    bench.at(VISIBILITY * 10);
    assert_eq!(bench.receive(Queue::Evaluate).await, []);
    assert_eq!(bench.depth(Queue::Evaluate), Depth::default());
}

#[tokio::test]
async fn each_queue_has_its_own_messages() {
    let bench = Bench::new();
    bench.store.publish(&[&evaluate("m1")]).await.expect("published");
    let redrive = Redrive { dead_letter: "d1".into(), by: "ana".into() };
    let redrive = Message { id: "m2".into(), since: at(0), body: redrive };
    bench.store.send_escalate(&[redrive]).await.expect("sent");
    bench.assign("m3", "inbound").await;
    assert_eq!(bench.receive_ids(Queue::Evaluate).await, ["m1"]);
    assert_eq!(bench.receive_ids(Queue::Escalate).await, ["m2"]);
    assert_eq!(bench.receive_ids(Queue::Assign).await, ["m3"]);
    assert!(bench.receive_ids(Queue::Act).await.is_empty());
}

#[tokio::test]
async fn a_message_not_acknowledged_comes_again_after_its_visibility() {
    let bench = Bench::new();
    bench.evaluate("m1", 0).await;
    let first = bench.one(Queue::Evaluate).await;
    bench.at(VISIBILITY - 1);
    assert_eq!(bench.receive(Queue::Evaluate).await, []);
    assert_eq!(bench.store.next_visible_at(Queue::Evaluate).expect("read"), Some(at(VISIBILITY)));
    bench.at(VISIBILITY);
    let second = bench.one(Queue::Evaluate).await;
    assert_eq!((first.receives, second.receives), (1, 2));
    bench.acknowledge(&first);
    assert_eq!(bench.depth(Queue::Evaluate).in_flight, 1, "an overtaken receipt removed the message");
    bench.acknowledge(&second);
    assert_eq!(bench.depth(Queue::Evaluate), Depth::default());
}

#[tokio::test]
async fn what_a_later_delivery_has_overtaken_settles_nothing() {
    let bench = Bench::new();
    bench.evaluate("m1", 0).await;
    let first = bench.one(Queue::Evaluate).await;
    bench.at(VISIBILITY);
    let second = bench.one(Queue::Evaluate).await;
    bench.store.retry_later(first.receipt, 0).await.expect("no error");
    bench.store.give_back(&[first.receipt]).await.expect("no error");
    bench.store.give_up(first.receipt).await.expect("no error");
    assert_eq!(bench.depth(Queue::Evaluate), Depth { in_flight: 1, ..Depth::default() });
    bench.store.retry_later(second.receipt, 0).await.expect("given back");
    assert_eq!(bench.one(Queue::Evaluate).await.receives, 3);
}

#[tokio::test]
async fn a_message_given_back_comes_again_when_it_was_asked_to() {
    let bench = Bench::new();
    bench.evaluate("m1", 0).await;
    let first = bench.one(Queue::Evaluate).await;
    bench.store.retry_later(first.receipt, 2_000).await.expect("given back");
    bench.at(1_999);
    assert_eq!(bench.receive(Queue::Evaluate).await, []);
    bench.at(2_000);
    let second = bench.one(Queue::Evaluate).await;
    assert_eq!(second.receives, 2);
    bench.store.give_back(&[second.receipt]).await.expect("given back");
    assert_eq!(bench.one(Queue::Evaluate).await.receives, 2, "a delivery nobody looked at counted");
}

#[tokio::test]
async fn a_delayed_message_is_invisible_until_its_time() {
    let bench = Bench::new();
    bench.evaluate("late", 60).await;
    bench.evaluate("soon", 0).await;
    assert_eq!(bench.depth(Queue::Evaluate), Depth { ready: 1, delayed: 1, ..Depth::default() });
    let soon = bench.one(Queue::Evaluate).await;
    assert_eq!(soon.id.as_str(), "soon");
    bench.acknowledge(&soon);
    assert_eq!(bench.store.next_visible_at(Queue::Evaluate).expect("read"), Some(at(60_000)));
    bench.at(59_999);
    assert_eq!(bench.receive(Queue::Evaluate).await, []);
    bench.at(60_000);
    assert_eq!(bench.one(Queue::Evaluate).await.id.as_str(), "late");
}

#[tokio::test]
async fn what_was_due_first_comes_first() {
    let bench = Bench::new();
    for (id, delay) in [("late", 60), ("first", 0), ("second", 0)] {
        bench.evaluate(id, delay).await;
    }
    bench.at(60_000);
    assert_eq!(bench.receive_ids(Queue::Evaluate).await, ["first", "second", "late"]);
}

#[tokio::test]
async fn after_five_receives_a_message_is_dead_and_stays_so_until_removed() {
    let bench = Bench::new();
    bench.evaluate("m1", 0).await;
    bench.let_die(Queue::Evaluate).await;
    assert_eq!(bench.depth(Queue::Evaluate), Depth { dead: 1, ..Depth::default() });
    for _ in 0..2 {
        let letters = bench.store.receive_dead(Queue::Evaluate).await.expect("read");
        assert_eq!(letters.len(), 1);
        assert_eq!(letters[0].queue, Queue::Evaluate);
    }
    assert_eq!(bench.store.receive_dead(Queue::Act).await.expect("read"), []);
    bench.redrive(Queue::Evaluate, 1).await;
    assert_eq!(bench.store.receive_dead(Queue::Evaluate).await.expect("read"), []);
    assert_eq!(bench.one(Queue::Evaluate).await.receives, 1);
}

#[tokio::test]
async fn a_message_given_up_is_dead_at_once() {
    let bench = Bench::new();
    bench.evaluate("m1", 0).await;
    let message = bench.one(Queue::Evaluate).await;
    bench.store.give_up(message.receipt).await.expect("given up");
    bench.store.give_up(message.receipt).await.expect("a second time changes nothing");
    assert_eq!(bench.depth(Queue::Evaluate), Depth { dead: 1, ..Depth::default() });
}

#[tokio::test]
async fn dead_ones_do_not_hide_those_behind_them() {
    let bench = Bench::new();
    bench.evaluate("m1", 0).await;
    for receive in 1..=MAX_RECEIVES {
        bench.one(Queue::Evaluate).await;
        bench.at(i64::from(receive) * VISIBILITY);
    }
    bench.evaluate("m2", 0).await;
    let received = bench.store.receive(Queue::Evaluate, 1, VISIBILITY).await.expect("received");
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].id.as_str(), "m2");
}

#[tokio::test]
async fn a_lane_is_in_order_and_locked_while_one_is_in_flight() {
    let bench = Bench::new();
    for (id, pool) in [("a1", "a"), ("b1", "b"), ("a2", "a"), ("a3", "a")] {
        bench.assign(id, pool).await;
    }
    let first = bench.store.receive(Queue::Assign, 1, VISIBILITY).await.expect("received");
    assert_eq!(first[0].id.as_str(), "a1");
    assert_eq!(first[0].lane.as_deref(), Some("pool/a"));
    assert_eq!(bench.receive_ids(Queue::Assign).await, ["b1"], "the lane of a1 is locked");
    bench.store.give_back(&[first[0].receipt]).await.expect("given back");
    let lane = bench.receive(Queue::Assign).await;
    assert_eq!(lane.iter().map(|message| message.id.as_str()).collect::<Vec<_>>(), ["a1", "a2", "a3"]);
    bench.acknowledge(&lane[0]);
    bench.assign("a4", "a").await;
    assert!(bench.receive_ids(Queue::Assign).await.is_empty(), "a2 and a3 are in flight");
    bench.store.give_back(&[lane[1].receipt, lane[2].receipt]).await.expect("given back");
    assert_eq!(bench.receive_ids(Queue::Assign).await, ["a2", "a3", "a4"]);
}

#[tokio::test]
async fn a_message_that_waits_to_be_retried_lets_its_pool_go_on() {
    let bench = Bench::new();
    for id in ["a1", "a2", "a3"] {
        bench.assign(id, "a").await;
    }
    let first = bench.store.receive(Queue::Assign, 1, VISIBILITY).await.expect("received");
    bench.store.retry_later(first[0].receipt, 1_000).await.expect("given back");
    assert_eq!(bench.receive_ids(Queue::Assign).await, ["a2", "a3"], "those behind a1, in their order");
    assert_eq!(bench.store.next_visible_at(Queue::Assign).expect("read"), Some(at(1_000)));
    bench.at(1_000);
    let again = bench.one(Queue::Assign).await;
    assert_eq!((again.id.as_str(), again.receives, again.home_lane()), ("a1", 2, Some("pool/a")));
    bench.store.retry_later(again.receipt, 1_000).await.expect("given back");
    bench.at(2_000);
    assert_eq!(bench.one(Queue::Assign).await.lane, again.lane, "it steps aside once");
}

#[tokio::test]
async fn an_absence_that_waits_to_be_retried_is_not_overtaken() {
    let bench = Bench::new();
    let away = |id: &str| Message {
        id: id.into(),
        since: at(0),
        body: ToAssign::Away { person: "ana".into(), change: TimeOffChange::IsBack { all: true }, by: "ana".into() },
    };
    bench.store.send_assign(&[away("o1"), away("o2")]).await.expect("sent");
    let first = bench.store.receive(Queue::Assign, 1, VISIBILITY).await.expect("received");
    bench.store.retry_later(first[0].receipt, 1_000).await.expect("given back");
    assert!(bench.receive_ids(Queue::Assign).await.is_empty(), "o1 waits, and o2 behind it");
    bench.at(1_000);
    assert_eq!(bench.receive_ids(Queue::Assign).await, ["o1", "o2"]);
}

#[tokio::test]
async fn nothing_overtakes_one_in_flight_in_the_middle_of_its_lane() {
    let bench = Bench::new();
    bench.assign("a1", "a").await;
    bench.assign("a2", "a").await;
    let lane = bench.receive(Queue::Assign).await;
    bench.assign("a3", "a").await;
    bench.store.give_back(&[lane[0].receipt]).await.expect("given back");
    assert_eq!(bench.receive_ids(Queue::Assign).await, ["a1"], "a2 is in flight, and a3 comes after it");
}

#[tokio::test]
async fn a_dead_message_does_not_block_its_lane() {
    let bench = Bench::new();
    bench.assign("a1", "a").await;
    bench.assign("a2", "a").await;
    for receive in 1..=MAX_RECEIVES {
        let one = bench.store.receive(Queue::Assign, 1, VISIBILITY).await.expect("received");
        assert_eq!(one[0].id.as_str(), "a1");
        bench.at(i64::from(receive) * VISIBILITY);
    }
    assert_eq!(bench.receive_ids(Queue::Assign).await, ["a2"]);
}

#[tokio::test]
async fn withdrawals_and_credits_line_up_with_their_pool_and_absences_with_their_person() {
    let bench = Bench::new();
    let withdraw = ToAssign::Withdraw { pool: PoolId::new("a"), record: record("L1"), request: RequestId::new("a1") };
    let credit = ToAssign::Credit(Box::new(CreditRequest {
        id: RequestId::new("c1"),
        record: record("L1"),
        pool: PoolId::new("a"),
        person: "ana".into(),
        candidates: Candidates::default(),
    }));
    let away = ToAssign::Away { person: "ana".into(), change: TimeOffChange::IsBack { all: true }, by: "ana".into() };
    bench.assign("a1", "a").await;
    let messages = [("w1", withdraw), ("c1", credit), ("o1", away)].map(|(id, body)| Message {
        id: id.into(),
        since: at(0),
        body,
    });
    bench.store.send_assign(&messages).await.expect("sent");
    let received = bench.receive(Queue::Assign).await;
    let lanes: Vec<_> = received.iter().map(|one| (one.id.as_str(), one.lane.as_deref().unwrap_or(""))).collect();
    assert_eq!(lanes, [("a1", "pool/a"), ("w1", "pool/a"), ("c1", "pool/a"), ("o1", "person/ana")]);
}

#[tokio::test]
async fn a_second_send_is_ignored_while_queued_and_five_minutes_after_delivery() {
    let bench = Bench::new();
    bench.assign("a1", "a").await;
    bench.assign("a1", "a").await;
    let one = bench.one(Queue::Assign).await;
    bench.assign("a1", "a").await;
    bench.acknowledge(&one);
    bench.assign("a1", "a").await;
    bench.at(299_999);
    bench.assign("a1", "a").await;
    assert_eq!(bench.depth(Queue::Assign), Depth::default());
    bench.at(300_000);
    bench.assign("a1", "a").await;
    assert_eq!(bench.depth(Queue::Assign).ready, 1);
}

#[tokio::test]
async fn a_redrive_is_never_swallowed() {
    let bench = Bench::new();
    bench.assign("a1", "a").await;
    bench.let_die(Queue::Assign).await;
    for attempt in 1..=3 {
        bench.redrive(Queue::Assign, attempt).await;
        let one = bench.one(Queue::Assign).await;
        assert_eq!((one.id.as_str(), one.lane.as_deref()), ("a1", Some("pool/a")));
        bench.store.give_up(one.receipt).await.expect("given up");
    }
    // Not even after a delivery that went well.
    bench.redrive(Queue::Assign, 4).await;
    let one = bench.one(Queue::Assign).await;
    bench.assign("a1", "a").await;
    bench.acknowledge(&one);
    assert_eq!(bench.receive_ids(Queue::Assign).await, ["a1"], "sent again, and not the redrive's repetition");
}

#[tokio::test]
async fn a_send_wakes_who_waits_for_an_arrival() {
    let bench = Bench::new();
    let waiting = {
        let store = bench.store.clone();
        tokio::spawn(async move { store.arrival(Queue::Evaluate).await })
    };
    tokio::task::yield_now().await;
    assert!(!waiting.is_finished());
    bench.evaluate("m1", 0).await;
    waiting.await.expect("woken");
}

#[tokio::test]
async fn whatever_settles_a_message_wakes_who_waits_for_the_next_of_its_lane() {
    for settle in 0..4 {
        let bench = Bench::new();
        bench.assign("a1", "a").await;
        bench.assign("a2", "a").await;
        bench.store.arrival(Queue::Assign).await;
        let first = bench.store.receive(Queue::Assign, 1, VISIBILITY).await.expect("received").remove(0).receipt;
        let store = bench.store.clone();
        let waiting = tokio::spawn(async move { store.arrival(Queue::Assign).await });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        let settled = match settle {
            0 => {
                bench.store.acknowledge(&[first]);
                Ok(())
            }
            1 => bench.store.retry_later(first, 1_000).await,
            2 => bench.store.give_back(&[first]).await,
            _ => bench.store.give_up(first).await,
        };
        settled.expect("settled");
        tokio::task::yield_now().await;
        assert!(waiting.is_finished(), "not woken by way {settle}");
    }
}

/// After the first release: a clock that shows an earlier time is not believed.
const NOW: i64 = 1_800_000_000_000;

#[tokio::test]
async fn messages_that_a_clock_put_a_year_ahead_are_brought_back_when_it_is_set_back() {
    const YEAR: i64 = 365 * 24 * 3_600_000;
    let bench = Bench::new();
    bench.at(NOW + YEAR);
    bench.evaluate("handled", 0).await;
    let handled = bench.one(Queue::Evaluate).await;
    bench.evaluate("delayed", 900).await;
    bench.assign("request", "inbound").await;
    bench.clock.set(at(NOW));
    assert_eq!(bench.receive_ids(Queue::Evaluate).await, Vec::<String>::new());
    assert_eq!(bench.store.bring_back(VISIBILITY).await.expect("brought back"), 3);
    assert_eq!(bench.receive_ids(Queue::Evaluate).await, ["delayed"]);
    assert_eq!(bench.receive_ids(Queue::Assign).await, ["request"]);
    bench.at(NOW + VISIBILITY - 1);
    assert_eq!(bench.receive_ids(Queue::Evaluate).await, Vec::<String>::new(), "it is still being handled");
    bench.at(NOW + VISIBILITY);
    assert_eq!(bench.receive_ids(Queue::Evaluate).await, [handled.id.to_string(), "delayed".to_owned()]);
}

#[tokio::test]
async fn a_message_that_waits_as_long_as_one_may_is_left_where_it_is() {
    let bench = Bench::new();
    bench.at(NOW);
    bench.evaluate("delayed", 900).await;
    assert_eq!(bench.store.bring_back(VISIBILITY).await.expect("looked"), 0);
    assert_eq!(bench.receive_ids(Queue::Evaluate).await, Vec::<String>::new());
}
