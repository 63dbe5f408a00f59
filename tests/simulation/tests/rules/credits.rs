//! A credit: whatever is lost or comes again, it is carried out once.

use domain::{
    history::{Change, OwnerChange},
    id::PoolId,
    message::{Message, ToAssign, ToEvaluate},
};
use engine::{
    escalate::drain,
    ports::{Pools, Queue},
};
use simulation::{Fault, demo_request};

use crate::bench::{Bench, at, credit, lead, message, reassign};

/// What all members were given and still counts, and what was credited.
async fn ledger(bench: &Bench) -> (u64, u64) {
    let pool = bench.store().pool(&PoolId::new("inbound"), &[]).await.unwrap().0;
    pool.members.values().fold((0, 0), |(given, credited), share| (given + share.given, credited + share.credited))
}

/// A lead that somebody owns, and the message that its credit is to the pool.
async fn asked() -> (Bench, Message<ToAssign>) {
    let bench = Bench::new().await;
    bench.submit().await;
    bench.settle().await;
    bench.evaluate(message("credit", at(1), credit())).await;
    let [asked] = bench.take(Queue::Assign).await.try_into().unwrap();
    (bench, asked)
}

async fn is_carried_out_once(bench: &Bench, case: &str) {
    bench.settle().await;
    assert_eq!(ledger(bench).await, (0, 1), "{case}");
    assert!(bench.head().await.credits.is_empty(), "{case}");
    let entries = bench.entries().await;
    let given = entries.iter().flat_map(|entry| &entry.changes);
    assert_eq!(
        given.filter(|change| matches!(change, Change::Owner(OwnerChange::CreditGiven { .. }))).count(),
        1,
        "{case}"
    );
}

/// Other leads come and are worked off: each pick forgets lines of the ledger.
async fn others_come(bench: &Bench, leads: std::ops::Range<u32>) {
    for n in leads {
        let name = format!("lead{n}");
        bench.evaluate(message(&name, at(2), demo_request(&name, 25.0, 55.0, at(2)))).await;
        bench.settle().await;
    }
}

#[tokio::test]
async fn a_crash_at_any_call_of_the_pool_or_of_the_record_leaves_one_credit() {
    for (call, fault) in ["pool", "newest", "save_pool", "send_evaluate"]
        .iter()
        .flat_map(|call| [(call, Fault::Before), (call, Fault::After)])
    {
        let (bench, asked) = asked().await;
        assert!(engine::assign::handle(&bench.failing(call, fault), asked.clone()).await.is_err(), "{call}");
        engine::assign::handle(&bench.ports, asked).await.unwrap();
        is_carried_out_once(&bench, &format!("{call} {fault:?}")).await;
    }
    for (call, fault) in
        ["look", "page", "append", "send_assign"].iter().flat_map(|call| [(call, Fault::Before), (call, Fault::After)])
    {
        let bench = Bench::new().await;
        bench.submit().await;
        bench.settle().await;
        let command = message("credit", at(1), credit());
        assert!(engine::evaluate::handle(&bench.failing(call, fault), command.clone()).await.is_err(), "{call}");
        bench.evaluate(command).await;
        is_carried_out_once(&bench, &format!("{call} {fault:?}")).await;
    }
}

#[tokio::test]
async fn a_credit_that_comes_again_at_any_time_credits_nobody_twice() {
    let (bench, asked) = asked().await;
    for _ in 0..2 {
        engine::assign::handle(&bench.ports, asked.clone()).await.unwrap();
    }
    assert_eq!(ledger(&bench).await, (0, 1), "before the record has heard of it");
    is_carried_out_once(&bench, "twice at once").await;
    engine::assign::handle(&bench.ports, asked.clone()).await.unwrap();
    is_carried_out_once(&bench, "once more").await;
    others_come(&bench, 0..4).await;
    let (given, _) = ledger(&bench).await;
    engine::assign::handle(&bench.ports, asked).await.unwrap();
    assert_eq!(ledger(&bench).await, (given, 1), "after its line is forgotten");
}

#[tokio::test]
async fn its_line_stays_until_its_record_has_heard_of_it_however_many_come_after() {
    let (bench, asked) = asked().await;
    let failing = bench.failing("send_evaluate", Fault::Before);
    assert!(engine::assign::handle(&failing, asked.clone()).await.is_err());
    others_come(&bench, 0..20).await;
    let state = bench.store().pool(&PoolId::new("inbound"), &[]).await.unwrap().0;
    assert!(state.ledger.iter().any(|line| line.record == lead()), "{:?}", state.ledger);
    engine::assign::handle(&bench.ports, asked).await.unwrap();
    bench.settle().await;
    assert_eq!(ledger(&bench).await, (20, 1));
    others_come(&bench, 20..21).await;
    let state = bench.store().pool(&PoolId::new("inbound"), &[]).await.unwrap().0;
    assert!(state.ledger.iter().all(|line| line.record != lead()), "{:?}", state.ledger);
}

#[tokio::test]
async fn two_workers_at_once_carry_it_out_once() {
    for turns in 0..8 {
        let (bench, asked) = asked().await;
        let (ports, again) = (bench.ports.clone(), asked.clone());
        let other = tokio::spawn(async move { engine::assign::handle(&ports, again).await });
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
        engine::assign::handle(bench.store(), asked).await.unwrap();
        other.await.unwrap().unwrap();
        is_carried_out_once(&bench, &format!("after {turns} turns")).await;
    }
}

#[tokio::test]
async fn an_owner_who_loses_the_record_meanwhile_is_credited_all_the_same() {
    let (bench, asked) = asked().await;
    bench.evaluate(message("chosen", at(2), reassign("ben"))).await;
    engine::assign::handle(&bench.ports, asked).await.unwrap();
    is_carried_out_once(&bench, "handed over").await;
}

#[tokio::test]
async fn the_one_who_is_credited_is_served_in_the_same_save() {
    let (bench, asked) = asked().await;
    bench.evaluate(message("bo", at(2), demo_request("bo", 25.0, 55.0, at(2)))).await;
    let mut both = vec![asked];
    both.extend(bench.take(Queue::Assign).await);
    engine::assign::handle_together(&bench.ports, &both).await.unwrap();
    let answers: Vec<ToEvaluate> =
        bench.take(Queue::Evaluate).await.into_iter().map(|message: Message<ToEvaluate>| message.body).collect();
    assert!(matches!(&answers[..], [ToEvaluate::Credited { .. }, ToEvaluate::Assignment { .. }]), "{answers:?}");
}

#[tokio::test]
async fn a_credit_that_dies_on_its_way_is_a_task_about_the_record_and_goes_on_when_put_back() {
    let bench = Bench::new().await;
    bench.submit().await;
    bench.settle().await;
    let tasks = bench.head().await.tasks.len();
    bench.evaluate(message("credit", at(1), credit())).await;
    for received in bench.store().receive(Queue::Assign, 10, 60_000).await.unwrap() {
        bench.store().give_up(received.receipt).await.unwrap();
    }
    drain(bench.store()).await.unwrap();
    bench.settle().await;
    assert_eq!(bench.head().await.tasks.len(), tasks + 1);
    bench.clock.set(at(5 * 60));
    drain(bench.store()).await.unwrap();
    is_carried_out_once(&bench, "put back").await;
}
