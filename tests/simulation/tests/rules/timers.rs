//! Timers: sent by the one who puts them if they are near, by the sweep if they are not, and
//! never too early to be lost.

use domain::{
    calendar::TimeOff,
    history::TimerRow,
    id::TimerId,
    instant::Instant,
    message::{Message, ToEvaluate},
};
use engine::ports::{Members, Queue, Swept, Timers, Watermark};
use simulation::Fault;

use crate::bench::{Bench, at, lead, message, playbook_of, reassign};

async fn waiting_for(span: &str) -> Bench {
    let bench = Bench::with(&playbook_of(&format!(r#"[{{ "wait": "{span}" }}]"#))).await;
    bench.submit().await;
    bench
}

async fn put(bench: &Bench, id: &str, due: Instant) {
    let row = TimerRow { timer: TimerId::new(id), generation: 1, due, record: lead(), seq: 1 };
    bench.store().put_timer(&row).await.unwrap();
}

/// The timers that can be received at this moment.
async fn fired(bench: &Bench) -> Vec<String> {
    let messages = bench.take::<ToEvaluate>(Queue::Evaluate).await;
    let timer = |message: Message<ToEvaluate>| match message.body {
        ToEvaluate::Timer { timer, .. } => Some(timer.to_string()),
        _ => None,
    };
    messages.into_iter().filter_map(timer).collect()
}

#[tokio::test]
async fn a_near_timer_is_sent_at_once_with_what_is_left_and_two_seconds() {
    let bench = waiting_for("2 minutes").await;
    bench.clock.set(at(121));
    assert!(fired(&bench).await.is_empty(), "a consumer whose clock is a second behind would be early");
    bench.clock.set(at(122));
    assert_eq!(fired(&bench).await.len(), 1);
}

#[tokio::test]
async fn a_far_timer_is_left_to_the_sweep() {
    let bench = waiting_for("6 minutes").await;
    for (minute, sent) in [(3, 0), (4, 1), (5, 0), (6, 0), (7, 0)] {
        bench.clock.set(at(minute * 60));
        assert_eq!(engine::escalate::sweep(bench.store()).await.unwrap(), sent, "at minute {minute}");
    }
    assert_eq!(fired(&bench).await.len(), 1);
}

#[tokio::test]
async fn a_near_timer_has_a_row_as_well() {
    let bench = waiting_for("2 minutes").await;
    assert_eq!(bench.store().timers_in(at(120).minute(), None, 9).await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn a_timer_whose_row_came_late_still_fires() {
    let bench = Bench::with(&playbook_of(r#"[{ "wait": "15 minutes" }]"#)).await;
    let form = simulation::demo_request("ada", 25.0, 55.0, at(0));
    let (ports, message) = (bench.ports.clone(), message("form", at(0), form));
    let handling = tokio::spawn(async move { engine::evaluate::handle(&ports, message).await });
    // The put takes so long that the sweep has passed the timer's minute before the row is there.
    while !handling.is_finished() && !bench.ports.faults.names().contains(&"put_timer") {
        tokio::task::yield_now().await;
    }
    bench.clock.set(at(1200));
    engine::escalate::sweep(bench.store()).await.unwrap();
    handling.await.unwrap().unwrap();
    assert_eq!(fired(&bench).await.len(), 1);
}

#[tokio::test]
async fn a_timer_whose_sending_failed_is_sent_when_its_message_comes_again() {
    let bench = Bench::with(&playbook_of(r#"[{ "wait": "2 minutes" }]"#)).await;
    let form = message("form", at(0), simulation::demo_request("ada", 25.0, 55.0, at(0)));
    let failing = bench.failing("send_evaluate", Fault::Before);
    assert!(engine::evaluate::handle(&failing, form.clone()).await.is_err());
    bench.clock.set(at(1200));
    bench.evaluate(form).await;
    assert_eq!(fired(&bench).await.len(), 1, "past due, it is sent without delay");
}

#[tokio::test]
async fn an_early_firing_changes_nothing_and_is_put_back() {
    let bench = waiting_for("15 minutes").await;
    let early = bench.timer().await;
    bench.clock.set(at(890));
    bench.evaluate(early).await;
    assert_eq!(bench.entries().await.len(), 1);
    assert!(fired(&bench).await.is_empty());
    bench.clock.set(at(902));
    bench.settle().await;
    assert!(bench.head().await.executions.is_empty());
}

#[tokio::test]
async fn a_firing_that_is_hours_early_is_put_back_for_as_long_as_a_queue_takes() {
    let bench = waiting_for("3 hours").await;
    bench.evaluate(bench.timer().await).await;
    bench.clock.set(at(900));
    assert_eq!(fired(&bench).await.len(), 1);
}

#[tokio::test]
async fn a_firing_that_comes_again_changes_nothing() {
    let bench = waiting_for("15 minutes").await;
    let firing = bench.timer().await;
    bench.clock.set(at(900));
    bench.evaluate(firing.clone()).await;
    bench.evaluate(Message { id: "another".into(), ..firing }).await;
    assert_eq!(bench.entries().await.len(), 2);
}

#[tokio::test]
async fn each_generation_of_a_timer_fires_under_a_name_of_its_own() {
    let bench = Bench::new().await;
    // Half a minute before the pool opens; at its opening everybody is off for two minutes more.
    bench.clock.set(at(-3630));
    bench.submit().await;
    bench.settle().await;
    let off = TimeOff { from: at(-3600), until: at(-3480), reason: None, by: None };
    for person in ["ana", "ben", "chloe"] {
        bench.store().set_time_off(&person.into(), std::slice::from_ref(&off)).await.unwrap();
    }
    for (seconds, is_owned) in [(-3560, false), (-3470, true)] {
        bench.clock.set(at(seconds));
        bench.settle().await;
        assert_eq!(bench.head().await.owner.is_some(), is_owned);
    }
}

#[tokio::test]
async fn a_firing_of_an_earlier_generation_no_longer_counts() {
    let steps = r#"[{ "assign": { "pool": "inbound" } }, { "wait_for": "call_logged", "within": "2 minutes" }]"#;
    let bench = Bench::with(&playbook_of(steps)).await;
    bench.submit().await;
    bench.settle().await;
    bench.clock.set(at(60));
    bench.evaluate(message("chosen", at(60), reassign("ben"))).await;
    bench.clock.set(at(122));
    bench.settle().await;
    assert_eq!(bench.head().await.executions.len(), 1, "the first one's time no longer counts");
    bench.clock.set(at(182));
    bench.settle().await;
    assert!(bench.head().await.executions.is_empty());
}

#[tokio::test]
async fn the_first_sweep_sends_what_is_due_from_two_minutes_back_to_two_ahead() {
    let bench = Bench::new().await;
    for minutes in -4..=6 {
        put(&bench, &format!("{minutes}"), at(minutes * 60 + 59)).await;
    }
    assert_eq!(engine::escalate::sweep(bench.store()).await.unwrap(), 5);
    assert_eq!(fired(&bench).await, ["-2", "-1"]);
    bench.clock.set(at(300));
    assert_eq!(fired(&bench).await, ["0", "1", "2"]);
}

#[tokio::test]
async fn after_an_outage_a_sweep_goes_on_where_the_last_one_stopped() {
    let bench = Bench::new().await;
    engine::escalate::sweep(bench.store()).await.unwrap();
    for minutes in [-1, 4, 90] {
        put(&bench, &format!("{minutes}"), at(minutes * 60)).await;
    }
    bench.clock.set(at(2 * 3600));
    engine::escalate::sweep(bench.store()).await.unwrap();
    assert_eq!(fired(&bench).await, ["4", "90"]);
}

#[tokio::test]
async fn the_watermark_moves_only_once_everything_is_sent() {
    let bench = Bench::new().await;
    put(&bench, "due", at(0)).await;
    let failing = bench.failing("send_evaluate", Fault::Before);
    assert!(engine::escalate::sweep(&failing).await.is_err());
    assert_eq!(bench.store().swept_to().await.unwrap(), None);
    engine::escalate::sweep(bench.store()).await.unwrap();
    assert_eq!(bench.store().swept_to().await.unwrap(), Some(Swept::minute(at(0).minute() + 2)));
}
