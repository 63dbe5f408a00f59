//! The clock was a year ahead and has been set back: what it had written is found and set right, whatever fails
//! meanwhile, and nothing is done twice.

use domain::{
    effect::EffectResult,
    execution::Waiting,
    history::{Change, RecordChange},
    id::RecordKey,
    instant::Instant,
    message::{Message, OpenList, ToEvaluate},
};
use engine::{
    escalate::{drain, sweep},
    ports::{DeadLetters, Delayed, EffectState, Effects, Histories, Queue, Queues},
};
use simulation::{Fault, call_logged, demo_request};

use crate::bench::{Bench, at, lead, message, playbook_of, reassign};

/// A Monday at nine, as the others are.
const AHEAD: i64 = 52 * 7 * 24 * 3600;

/// What makes a message visible that was sent while the clock was ahead.
async fn bring_back(bench: &Bench) {
    bench.store().bring_back(60_000).await.unwrap();
}

/// The usual lead, submitted while the clock is ahead; then it is set back.
async fn submitted_ahead() -> Bench {
    let bench = Bench::new().await;
    bench.clock.set(at(AHEAD));
    sweep(bench.store()).await.unwrap();
    bench.submit().await;
    bench.settle().await;
    bench.clock.set(at(0));
    bench
}

fn for_all() -> Message<ToEvaluate> {
    message("walk", at(0), ToEvaluate::ClockSetBackForAll { list: OpenList::Executions, from: None })
}

async fn due(bench: &Bench) -> Option<Instant> {
    bench.head().await.executions[0].waiting.timer().map(|(_, _, due)| due)
}

async fn times_set_back(bench: &Bench) -> usize {
    let entries = bench.entries().await;
    let all = entries.iter().flat_map(|entry| &entry.changes);
    all.filter(|change| matches!(change, Change::Record(RecordChange::ClockSetBack { .. }))).count()
}

#[tokio::test]
async fn a_lead_that_nothing_touches_is_called_within_its_fifteen_minutes() {
    let bench = submitted_ahead().await;
    sweep(bench.store()).await.unwrap();
    bring_back(&bench).await;
    bench.settle().await;
    assert_eq!((due(&bench).await, times_set_back(&bench).await), (Some(at(900)), 1));
    let first = bench.head().await.owner.unwrap().person;
    for minute in 1..=14 {
        bench.clock.set(at(60 * minute));
        sweep(bench.store()).await.unwrap();
        bench.settle().await;
    }
    assert_eq!(bench.head().await.owner.unwrap().person, first);
    bench.clock.set(at(903));
    bench.settle().await;
    assert_ne!(bench.head().await.owner.unwrap().person, first);
}

#[tokio::test]
async fn every_record_of_every_list_is_found_however_many_pages_there_are() {
    const LEADS: usize = 120;
    let bench = Bench::with(&playbook_of(
        r#"[{ "create_task": { "title": "Call", "due": "5 minutes", "assigned_to": "ana" } }, { "wait": "15 minutes" }]"#,
    ))
    .await;
    bench.clock.set(at(AHEAD));
    for number in 0..LEADS {
        let form = demo_request(&format!("lead{number}"), 25.0, 55.0, at(AHEAD));
        bench.evaluate(message(&format!("form{number}"), at(AHEAD), form)).await;
    }
    // Half of them wait no longer, and leave a task.
    bench.clock.set(at(AHEAD + 1000));
    for number in 0..LEADS / 2 {
        let newest = bench.store().newest(&record(number)).await.unwrap().unwrap();
        let Waiting::Time { timer, generation, due } = newest.head.executions[0].waiting.clone() else { panic!() };
        let body = ToEvaluate::Timer { record: record(number), timer, generation, due };
        bench.evaluate(message(&format!("firing{number}"), due, body)).await;
    }
    bench.clock.set(at(0));
    bench.evaluate(for_all()).await;
    bench.settle().await;
    for number in 0..LEADS {
        let newest = bench.store().newest(&record(number)).await.unwrap().unwrap();
        let tasks: Vec<_> = newest.head.tasks.iter().map(|task| task.due).collect();
        assert!(newest.at == at(0) && tasks.iter().all(|due| due.is_some_and(|due| due <= at(300))), "{newest:?}");
    }
}

fn record(number: usize) -> RecordKey {
    RecordKey::new("lead", format!("lead{number}"))
}

#[tokio::test]
async fn whatever_fails_on_the_way_each_record_is_set_right_once() {
    let calls = [
        "executions",
        "tasks",
        "newest",
        "look",
        "page",
        "active",
        "append",
        "put_timer",
        "put_task",
        "put_execution",
        "send_evaluate",
        "send_assign",
    ];
    for call in calls {
        for fault in [Fault::Before, Fault::After] {
            let bench = submitted_ahead().await;
            bench.store().send_evaluate(&[Delayed::now(for_all())]).await.unwrap();
            let failing = bench.failing(call, fault);
            loop {
                let messages = bench.take::<ToEvaluate>(Queue::Evaluate).await;
                if messages.is_empty() {
                    break;
                }
                for message in messages {
                    // One that fails comes again.
                    while engine::evaluate::handle(&failing, message.clone()).await.is_err() {}
                }
            }
            assert_eq!((due(&bench).await, times_set_back(&bench).await), (Some(at(900)), 1), "{call}, {fault:?}");
        }
    }
}

#[tokio::test]
async fn a_record_that_the_clock_never_dated_ahead_is_left_alone() {
    let bench = Bench::new().await;
    bench.submit().await;
    bench.settle().await;
    let entries = bench.entries().await;
    bench.evaluate(for_all()).await;
    bench.settle().await;
    assert_eq!(bench.entries().await, entries);
}

#[tokio::test]
async fn a_message_of_the_wrong_time_that_comes_again_finds_its_entry() {
    let bench = submitted_ahead().await;
    bench.clock.set(at(AHEAD));
    let command = message("command", at(AHEAD), reassign("ben"));
    bench.evaluate(command.clone()).await;
    bench.clock.set(at(0));
    bench.evaluate(message("call", at(0), call_logged("ada", at(0)))).await;
    let entries = bench.entries().await;
    bench.evaluate(command).await;
    assert_eq!(bench.entries().await, entries);
}

#[tokio::test]
async fn a_firing_that_is_a_year_early_sets_its_record_right_and_is_dropped() {
    let bench = submitted_ahead().await;
    let far = bench.timer().await;
    bench.evaluate(far).await;
    assert_eq!((due(&bench).await, times_set_back(&bench).await), (Some(at(900)), 1));
    bench.clock.set(at(900));
    bring_back(&bench).await;
    let firings = bench.take::<ToEvaluate>(Queue::Evaluate).await;
    assert!(!firings.iter().any(|message| matches!(&message.body, ToEvaluate::Timer { due, .. } if *due > at(900))));
}

#[tokio::test]
async fn when_a_pool_opens_is_asked_again_where_the_wrong_clock_has_answered() {
    const TWO_HOURS: i64 = 2 * 3600;
    let bench = Bench::new().await;
    // On a Monday at seven, by either clock; the pool opens at nine.
    bench.clock.set(at(AHEAD - TWO_HOURS));
    bench.submit().await;
    let requests = bench.take(Queue::Assign).await;
    engine::assign::handle_together(&bench.ports, &requests).await.unwrap();
    bench.clock.set(at(-TWO_HOURS));
    bring_back(&bench).await;
    for seconds in [0, 62, TWO_HOURS + 2] {
        bench.clock.set(at(seconds - TWO_HOURS));
        sweep(bench.store()).await.unwrap();
        bench.settle().await;
    }
    assert!(bench.head().await.owner.is_some(), "it is nine, and somebody is there");
}

#[tokio::test]
async fn an_effect_that_was_being_sent_is_in_doubt_and_not_for_a_year() {
    let steps = r#"[{ "send_email": { "to": "lead", "template": "thanks" } }, { "wait": "1 day" }]"#;
    let bench = Bench::with(&playbook_of(steps)).await;
    bench.clock.set(at(AHEAD));
    bench.submit().await;
    let effect = bench.effect().await;
    let failing = bench.failing("settle", Fault::Before);
    assert!(engine::act::handle(&failing, effect.clone(), "first").await.is_err());
    bench.clock.set(at(0));
    engine::act::handle(&bench.ports, effect.clone(), "second").await.unwrap();
    let stored = bench.store().effect(&effect.body.effect).await.unwrap().unwrap().state;
    assert!(matches!(stored, EffectState::Settled { result: EffectResult::InDoubt, .. }), "{stored:?}");
}

#[tokio::test]
async fn a_letter_that_died_ahead_is_put_back_now() {
    let bench = Bench::new().await;
    bench.clock.set(at(AHEAD));
    let body = ToEvaluate::Continue { record: lead(), execution: "e1".into() };
    bench.store().send_evaluate(&[Delayed::now(message("m1", at(AHEAD), body))]).await.unwrap();
    for received in bench.store().receive(Queue::Evaluate, 10, 60_000).await.unwrap() {
        bench.store().give_up(received.receipt).await.unwrap();
    }
    drain(bench.store()).await.unwrap();
    bench.clock.set(at(0));
    drain(bench.store()).await.unwrap();
    let [letter] = bench.store().dead_letters(None, 9).await.unwrap().items.try_into().unwrap();
    assert_eq!((letter.redriven, letter.redrive_at), (1, None));
}
