//! A far timer is sent once, and whatever is sent again changes nothing and repeats nothing.

use domain::{
    history::{Change, ExecutionChange, TimerRow},
    message::{Command, Message, ToAct, ToEvaluate},
};
use engine::{
    evaluate::{Sending, timer_message},
    ports::{Queue, Timers},
};
use simulation::Fault;

use crate::bench::{Bench, at, lead, message, playbook_of};

const MISSED: &str = r#"[{ "assign": { "pool": "inbound" } },
    { "wait_for": "call_logged", "within": "15 minutes", "if_missed": [
        { "notify": { "to": "team_lead", "message": "late" } } ] }]"#;

/// Works everything off. Returns how many timers fired and how many messages went to `act`.
async fn work_off(bench: &Bench) -> (usize, usize) {
    let (mut firings, mut acts) = (0, 0);
    loop {
        let assign = bench.take(Queue::Assign).await;
        let evaluate = bench.take::<ToEvaluate>(Queue::Evaluate).await;
        let act = bench.take::<ToAct>(Queue::Act).await;
        if assign.is_empty() && evaluate.is_empty() && act.is_empty() {
            return (firings, acts);
        }
        engine::assign::handle_together(&bench.ports, &assign).await.unwrap();
        for message in evaluate {
            firings += usize::from(matches!(message.body, ToEvaluate::Timer { .. }));
            bench.evaluate(message).await;
        }
        for (number, message) in act.into_iter().enumerate() {
            acts += 1;
            engine::act::handle(&bench.ports, message, &format!("attempt-{number}")).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_missed_lead_takes_one_firing_and_one_message_for_its_effect_up_to_its_close() {
    let bench = Bench::with(&playbook_of(MISSED)).await;
    bench.submit().await;
    let (mut firings, mut acts) = work_off(&bench).await;
    for minute in 0..=25 {
        bench.clock.set(at(minute * 60 + 5));
        engine::escalate::sweep(&bench.ports).await.unwrap();
        let (fired, acted) = work_off(&bench).await;
        (firings, acts) = (firings + fired, acts + acted);
    }
    let close = Command::Close { reason: "won".to_owned() };
    let close = ToEvaluate::Command { record: lead(), by: "maria".to_owned(), command: close };
    bench.evaluate(message("close", at(1500), close)).await;
    assert_eq!((firings, acts), (1, 1));
    // The form, the owner, the miss, the notice's outcome, the close.
    assert_eq!(bench.entries().await.len(), 5);
    let count = |name| bench.ports.faults.names().iter().filter(|called| **called == name).count();
    // Each once; appends are those entries and the company's.
    assert_eq!((count("send_assign"), count("send_act"), count("put_timer"), count("append")), (1, 1, 1, 6));
}

/// The lead's timer, as each of its senders sends it.
async fn sendings(bench: &Bench) -> [Message<ToEvaluate>; 2] {
    let page = bench.store().timers_in(at(900).minute(), None, 9).await.unwrap();
    let [row]: [TimerRow; 1] = page.items.try_into().unwrap();
    let sent = |sending| timer_message(&row, row.due, sending).message;
    [sent(Sending::Armed), sent(Sending::Swept { minute: row.due.minute() - 2 })]
}

#[tokio::test]
async fn the_sending_that_came_first_is_finished_by_its_own_redelivery_and_by_no_other_sending() {
    for first in [0, 1] {
        let bench = Bench::with(&playbook_of(MISSED)).await;
        bench.submit().await;
        bench.settle().await;
        let sendings = sendings(&bench).await;
        bench.clock.set(at(900));
        let (mine, other) = (&sendings[first], &sendings[1 - first]);
        let failing = bench.failing("send_act", Fault::Before);
        assert!(engine::evaluate::handle(&failing, mine.clone()).await.is_err(), "it died before its follow-ups");
        let entries = bench.entries().await;
        assert!(
            entries
                .last()
                .unwrap()
                .changes
                .iter()
                .any(|change| matches!(change, Change::Execution(ExecutionChange::WaitMissed { .. })))
        );
        bench.evaluate(other.clone()).await;
        assert_eq!(bench.entries().await, entries, "the other sending is stale");
        assert!(bench.take::<ToAct>(Queue::Act).await.is_empty(), "and repeats nothing");
        bench.evaluate(mine.clone()).await;
        assert_eq!(bench.entries().await, entries);
        assert_eq!(bench.take::<ToAct>(Queue::Act).await.len(), 1);
    }
}
