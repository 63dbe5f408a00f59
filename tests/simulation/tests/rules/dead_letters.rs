//! Dead letters: kept, told to a person, and put back; none is lost and none breeds others.

use domain::{
    calendar::TimeOffChange,
    id::{ExecutionId, RecordKey},
    message::{Message, Redrive, ToAssign, ToEvaluate},
};
use engine::{
    escalate::drain,
    ports::{DeadLetter, DeadLetters, Delayed, Queue, Queues},
};
use simulation::Fault;

use crate::bench::{Bench, at, lead, message};

/// Lets a message about the lead fail for good.
async fn die(bench: &Bench, id: &str) {
    let body = ToEvaluate::Continue { record: lead(), execution: ExecutionId::new(id) };
    bench.store().send_evaluate(&[Delayed::now(message(id, at(0), body))]).await.unwrap();
    give_up(bench, Queue::Evaluate).await;
}

/// Lets everything that waits on a queue fail for good.
async fn give_up(bench: &Bench, queue: Queue) {
    for received in bench.store().receive(queue, 500, 60_000).await.unwrap() {
        bench.store().give_up(received.receipt).await.unwrap();
    }
}

async fn kept(bench: &Bench) -> Vec<DeadLetter> {
    bench.store().dead_letters(None, 500).await.unwrap().items
}

async fn put_back(bench: &Bench) -> Vec<String> {
    let messages = bench.take::<ToEvaluate>(Queue::Evaluate).await;
    let is_letter = |message: &Message<ToEvaluate>| !matches!(message.body, ToEvaluate::Exception { .. });
    messages.into_iter().filter(is_letter).map(|message| message.id.to_string()).collect()
}

#[tokio::test]
async fn a_letter_leaves_its_queue_only_once_it_is_kept_and_its_task_is_on_the_way() {
    for call in ["put_dead_letter", "send_evaluate"] {
        let bench = Bench::new().await;
        die(&bench, "m1").await;
        assert!(drain(&bench.failing(call, Fault::Before)).await.is_err());
        assert_eq!(drain(bench.store()).await.unwrap(), 1, "{call}");
        assert_eq!(kept(&bench).await.len(), 1);
        assert_eq!(bench.take::<ToEvaluate>(Queue::Evaluate).await.len(), 1, "{call}");
    }
}

#[tokio::test]
async fn each_letter_is_kept_under_its_own_name_and_raises_one_task() {
    let bench = Bench::new().await;
    for id in ["m1", "m2", "m1"] {
        die(&bench, id).await;
    }
    drain(bench.store()).await.unwrap();
    assert_eq!(kept(&bench).await.len(), 2);
    bench.settle().await;
    assert_eq!(bench.head().await.tasks.len(), 2);
}

#[tokio::test]
async fn a_dead_call_for_a_person_raises_no_other() {
    let bench = Bench::new().await;
    die(&bench, "m1").await;
    drain(bench.store()).await.unwrap();
    give_up(&bench, Queue::Evaluate).await;
    drain(bench.store()).await.unwrap();
    assert_eq!(kept(&bench).await.len(), 2);
    assert!(bench.take::<ToEvaluate>(Queue::Evaluate).await.is_empty());
}

#[tokio::test]
async fn a_letter_is_put_back_after_five_minutes_then_thirty_then_four_hours_then_never() {
    let bench = Bench::new().await;
    die(&bench, "m1").await;
    let mut now = 0;
    for minutes in [5, 30, 240] {
        drain(bench.store()).await.unwrap();
        bench.take::<ToEvaluate>(Queue::Evaluate).await;
        now += minutes * 60;
        bench.clock.set(at(now - 1));
        drain(bench.store()).await.unwrap();
        assert!(put_back(&bench).await.is_empty(), "not before {minutes} minutes");
        bench.clock.set(at(now));
        drain(bench.store()).await.unwrap();
        drain(bench.store()).await.unwrap();
        assert_eq!(put_back(&bench).await, ["m1"], "once, after {minutes} minutes");
        die(&bench, "m1").await;
    }
    drain(bench.store()).await.unwrap();
    let [letter] = kept(&bench).await.try_into().unwrap();
    assert_eq!((letter.redriven, letter.redrive_at), (3, None));
}

#[tokio::test]
async fn every_letter_is_put_back_however_many_died_at_once() {
    let bench = Bench::new().await;
    for n in 0..250 {
        die(&bench, &format!("m{n}")).await;
    }
    drain(bench.store()).await.unwrap();
    while !bench.take::<ToEvaluate>(Queue::Evaluate).await.is_empty() {}
    let mut back = Vec::new();
    for minute in 5..10 {
        bench.clock.set(at(minute * 60));
        drain(bench.store()).await.unwrap();
        for _ in 0..3 {
            back.extend(put_back(&bench).await);
        }
    }
    assert_eq!(back.len(), 250);
}

#[tokio::test]
async fn a_person_puts_a_letter_back_at_once_and_it_is_counted_before() {
    let bench = Bench::new().await;
    die(&bench, "m1").await;
    drain(bench.store()).await.unwrap();
    bench.take::<ToEvaluate>(Queue::Evaluate).await;
    let [letter] = kept(&bench).await.try_into().unwrap();
    assert_eq!(letter.record, Some(RecordKey::new("lead", "ada")));
    let command = message("again", at(60), Redrive { dead_letter: letter.id, by: "maria".to_owned() });
    let failing = bench.failing("redrive", Fault::Before);
    assert!(engine::escalate::handle(&failing, command.clone()).await.is_err());
    assert_eq!(kept(&bench).await[0].redriven, 1, "a repeat of the redrive has another number");
    engine::escalate::handle(&bench.ports, command).await.unwrap();
    let [letter] = kept(&bench).await.try_into().unwrap();
    assert_eq!((letter.redriven, letter.redrive_at), (2, None), "it is not put back a second time by itself");
    assert_eq!(put_back(&bench).await, ["m1"]);
}

#[tokio::test]
async fn a_letter_put_back_twice_within_minutes_is_not_taken_for_a_repeat() {
    let bench = Bench::new().await;
    let away =
        ToAssign::Away { person: "ana".into(), change: TimeOffChange::IsBack { all: true }, by: "ana".to_owned() };
    bench.store().send_assign(&[message("m1", at(0), away)]).await.unwrap();
    give_up(&bench, Queue::Assign).await;
    drain(bench.store()).await.unwrap();
    let [letter] = kept(&bench).await.try_into().unwrap();
    for id in ["first", "second"] {
        let command = Redrive { dead_letter: letter.id.clone(), by: "maria".to_owned() };
        engine::escalate::handle(&bench.ports, message(id, at(0), command)).await.unwrap();
        assert_eq!(bench.take::<ToAssign>(Queue::Assign).await.len(), 1, "the {id} was swallowed");
    }
}
