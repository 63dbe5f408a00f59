//! A pool's row, its lines and its answers.

use domain::{
    follow_up::request_timer,
    history::RequestState,
    id::PoolId,
    message::{Command, Message, ToAssign, ToEvaluate},
    rotation::PoolState,
};
use engine::ports::{Pools, Queue};
use simulation::{Fault, demo_request};

use crate::bench::{Bench, at, lead, message, reassign};

async fn pool(bench: &Bench) -> PoolState {
    bench.store().pool(&PoolId::new("inbound"), &[]).await.unwrap().0
}

async fn given(bench: &Bench) -> u64 {
    pool(bench).await.members.values().map(|share| share.given).sum()
}

/// The request of the usual lead, on its way to the pool.
async fn requested(bench: &Bench) -> Message<ToAssign> {
    bench.submit().await;
    let [request] = bench.take(Queue::Assign).await.try_into().unwrap();
    request
}

#[tokio::test]
async fn of_two_requests_at_once_each_gets_a_slot_of_its_own() {
    let bench = Bench::new().await;
    for name in ["ada", "bo"] {
        bench.evaluate(message(name, at(0), demo_request(name, 25.0, 55.0, at(0)))).await;
    }
    let both: Vec<_> = bench
        .take::<ToAssign>(Queue::Assign)
        .await
        .into_iter()
        .map(|request| {
            let ports = bench.ports.clone();
            tokio::spawn(async move { engine::assign::handle(&ports, request).await })
        })
        .collect();
    for handled in both {
        handled.await.unwrap().unwrap();
    }
    let state = pool(&bench).await;
    assert_eq!((state.picks, state.ledger.len()), (2, 2));
    assert_ne!(state.ledger[0].person, state.ledger[1].person);
}

#[tokio::test]
async fn a_request_that_is_no_longer_awaited_gets_nothing() {
    let bench = Bench::new().await;
    let request = requested(&bench).await;
    bench.evaluate(message("chosen", at(1), reassign("ben"))).await;
    let [withdrawal] = bench.take(Queue::Assign).await.try_into().unwrap();
    // In this order: a withdrawal that comes before its request finds no slot to give back.
    for late in [withdrawal, request] {
        engine::assign::handle(&bench.ports, late).await.unwrap();
    }
    assert_eq!(pool(&bench).await, PoolState::default());
    assert!(bench.take::<ToEvaluate>(Queue::Evaluate).await.is_empty());
}

#[tokio::test]
async fn an_earlier_asking_that_comes_again_gets_no_answer_of_its_own() {
    let bench = Bench::new().await;
    bench.clock.set(at(-7200));
    let first = requested(&bench).await;
    engine::assign::handle(&bench.ports, first.clone()).await.unwrap();
    bench.settle().await;
    let request = bench.head().await.requests[0].clone();
    let RequestState::Waiting { retry_at } = request.state else { panic!("{request:?}") };
    bench.clock.set(retry_at);
    let timer = request_timer(&request.id);
    let firing = ToEvaluate::Timer { record: lead(), timer, generation: 0, due: retry_at };
    bench.evaluate(message("firing", retry_at, firing)).await;
    bench.take::<ToAssign>(Queue::Assign).await;
    engine::assign::handle(&bench.ports, first).await.unwrap();
    // The pool is open now, and the request stands in line: that is what is answered, as it is asked now.
    let answered = bench.take::<ToEvaluate>(Queue::Evaluate).await;
    let attempts = answered.iter().map(|message| match &message.body {
        ToEvaluate::Assignment { answer, .. } => answer.attempt,
        other => panic!("{other:?}"),
    });
    assert_eq!(attempts.collect::<Vec<_>>(), [1]);
    assert!(pool(&bench).await.line.is_empty());
}

#[tokio::test]
async fn each_asking_is_answered_under_a_name_of_its_own() {
    let bench = Bench::new().await;
    // Half a minute before the pool opens, so that the second answer comes soon after the first.
    bench.clock.set(at(-3630));
    bench.submit().await;
    bench.settle().await;
    assert!(bench.head().await.owner.is_none());
    bench.clock.set(at(-3560));
    bench.settle().await;
    assert_eq!(bench.head().await.owner.unwrap().person.as_str(), "ana");
}

#[tokio::test]
async fn a_pick_whose_request_is_withdrawn_gives_its_slot_back() {
    let bench = Bench::new().await;
    let request = requested(&bench).await;
    engine::assign::handle(&bench.ports, request).await.unwrap();
    assert_eq!(given(&bench).await, 1);
    let command = Command::Close { reason: "spam".to_owned() };
    let close = ToEvaluate::Command { record: lead(), by: "maria".to_owned(), command };
    bench.evaluate(message("close", at(1), close)).await;
    bench.settle().await;
    assert_eq!(given(&bench).await, 0);
    assert!(bench.head().await.owner.is_none());
}

#[tokio::test]
async fn a_withdrawal_between_any_two_calls_of_the_pick_gives_its_slot_back() {
    for turns in 0..8 {
        let bench = Bench::new().await;
        let request = requested(&bench).await;
        let ports = bench.ports.clone();
        let pick = tokio::spawn(async move { engine::assign::handle(&ports, request).await });
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
        // On the store itself, so that the pick gets no turn meanwhile.
        engine::evaluate::handle(bench.store(), message("chosen", at(1), reassign("ben"))).await.unwrap();
        for withdrawal in bench.take(Queue::Assign).await {
            engine::assign::handle(bench.store(), withdrawal).await.unwrap();
        }
        pick.await.unwrap().unwrap();
        bench.settle().await;
        assert_eq!(given(&bench).await, 0, "withdrawn after {turns} turns");
    }
}

#[tokio::test]
async fn nobody_hears_of_a_pick_that_is_not_saved() {
    let bench = Bench::new().await;
    let request = requested(&bench).await;
    let failing = bench.failing("save_pool", Fault::Before);
    assert!(engine::assign::handle(&failing, request.clone()).await.is_err());
    assert!(bench.take::<ToEvaluate>(Queue::Evaluate).await.is_empty());
    engine::assign::handle(&bench.ports, request).await.unwrap();
    assert_eq!(bench.take::<ToEvaluate>(Queue::Evaluate).await.len(), 1);
}

#[tokio::test]
async fn a_pick_whose_answer_was_lost_is_answered_again_and_takes_one_slot() {
    let bench = Bench::new().await;
    let request = requested(&bench).await;
    let failing = bench.failing("send_evaluate", Fault::Before);
    assert!(engine::assign::handle(&failing, request.clone()).await.is_err());
    engine::assign::handle(&bench.ports, request).await.unwrap();
    bench.settle().await;
    assert_eq!(given(&bench).await, 1);
    assert_eq!(bench.head().await.owner.unwrap().person.as_str(), "ana");
}

#[tokio::test]
async fn a_line_stays_until_its_record_has_applied_it_however_many_come_after() {
    let bench = Bench::new().await;
    let request = requested(&bench).await;
    let failing = bench.failing("send_evaluate", Fault::Before);
    assert!(engine::assign::handle(&failing, request.clone()).await.is_err());
    for n in 0..40 {
        let name = format!("lead{n}");
        bench.evaluate(message(&name, at(0), demo_request(&name, 25.0, 55.0, at(0)))).await;
        bench.settle().await;
    }
    let state = pool(&bench).await;
    assert!(state.ledger.iter().any(|line| line.record == lead()), "{:?}", state.ledger);
    assert!(state.ledger.len() < 25, "lines that were applied are forgotten: {}", state.ledger.len());
    engine::assign::handle(&bench.ports, request).await.unwrap();
    bench.settle().await;
    assert_eq!(bench.head().await.owner.unwrap().person.as_str(), "ana");
    assert_eq!(given(&bench).await, 41);
}
