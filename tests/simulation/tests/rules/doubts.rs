//! An effect in doubt is a question. Once more is known it is answered: the task ends, and the timeline says what was so.

use domain::{
    calendar::Zone,
    effect::EffectResult,
    explain::{Voice, timeline},
    history::{Change, TaskChange},
    message::{Message, ToAct, ToEvaluate},
    task::TaskEnd,
};
use engine::ports::{Effects, Queue};
use simulation::Fault;

use crate::bench::{Bench, at, playbook, playbook_of};

/// An effect whose answer was lost, and the message that says so.
async fn in_doubt() -> (Bench, Message<ToAct>, Message<ToEvaluate>) {
    let bench =
        Bench::with(&playbook_of(r#"[{ "send_email": { "to": "lead", "template": "thanks" } }, { "wait": "1 day" }]"#))
            .await;
    bench.submit().await;
    let effect = bench.effect().await;
    let failing = bench.failing("settle", Fault::Before);
    assert!(engine::act::handle(&failing, effect.clone(), "first").await.is_err());
    bench.clock.set(at(120));
    let doubt = told(&bench, &effect, "second").await;
    (bench, effect, doubt)
}

/// What an attempt tells the record.
async fn told(bench: &Bench, effect: &Message<ToAct>, attempt: &str) -> Message<ToEvaluate> {
    engine::act::handle(&bench.ports, effect.clone(), attempt).await.unwrap();
    let [outcome] = bench.take(Queue::Evaluate).await.try_into().unwrap();
    outcome
}

async fn learn(bench: &Bench, effect: &Message<ToAct>, result: &EffectResult) -> Message<ToEvaluate> {
    bench.store().settle(&effect.body.effect, result, at(130)).await.unwrap();
    told(bench, effect, "third").await
}

fn sent() -> EffectResult {
    EffectResult::Sent { provider_id: None }
}

async fn tasks(bench: &Bench) -> Vec<String> {
    bench.head().await.tasks.into_iter().map(|task| task.title).collect()
}

#[tokio::test]
async fn a_doubt_that_is_cleared_up_ends_its_task_and_is_told_as_it_was() {
    let (bench, effect, doubt) = in_doubt().await;
    bench.evaluate(doubt).await;
    assert_eq!(tasks(&bench).await, ["Sent or not? The answer was lost: e-mail “thanks” to the record's address"]);
    bench.evaluate(learn(&bench, &effect, &sent()).await).await;
    assert_eq!(tasks(&bench).await, Vec::<String>::new());
    let last = bench.entries().await.pop().unwrap();
    assert!(
        last.changes.iter().any(|change| matches!(change, Change::Task(TaskChange::Ended { how: TaskEnd::Done, .. })))
    );
    let lines = timeline(&bench.entries().await, &Voice::new(&playbook(), &Zone::utc()));
    let text: Vec<String> = lines.iter().map(|line| line.text.clone()).collect();
    assert!(text.iter().any(|line| line.ends_with(": sent, as is known now")), "{text:#?}");
    assert!(!text.iter().any(|line| line.contains("may or may not")), "{text:#?}");
}

#[tokio::test]
async fn a_doubt_that_turns_out_a_failure_is_another_task() {
    let (bench, effect, doubt) = in_doubt().await;
    bench.evaluate(doubt).await;
    let failed = EffectResult::Failed { why: "no such mailbox".to_owned() };
    bench.evaluate(learn(&bench, &effect, &failed).await).await;
    assert_eq!(tasks(&bench).await, ["Not sent: e-mail “thanks” to the record's address (no such mailbox)"]);
}

#[tokio::test]
async fn a_doubt_that_comes_after_the_answer_changes_nothing() {
    let (bench, effect, doubt) = in_doubt().await;
    bench.evaluate(learn(&bench, &effect, &sent()).await).await;
    let entries = bench.entries().await;
    bench.evaluate(doubt).await;
    assert_eq!(bench.entries().await, entries);
}

/// The attempt that was too slow answers just as another declares it lost.
#[tokio::test]
async fn what_was_settled_meanwhile_is_told_and_not_the_doubt() {
    let bench = Bench::with(&playbook_of(r#"[{ "send_email": { "to": "lead", "template": "thanks" } }]"#)).await;
    bench.submit().await;
    let effect = bench.effect().await;
    let failing = bench.failing("settle", Fault::Before);
    assert!(engine::act::handle(&failing, effect.clone(), "first").await.is_err());
    bench.clock.set(at(120));
    let store = bench.store().clone();
    let (id, ports) = (effect.body.effect.clone(), bench.ports.clone());
    let second = tokio::spawn(async move { engine::act::handle(&ports, effect, "second").await });
    while !second.is_finished() && bench.ports.faults.names().last() != Some(&"settle") {
        tokio::task::yield_now().await;
    }
    // It has read the claim, and its call to settle it is about to be made.
    store.settle(&id, &sent(), at(120)).await.unwrap();
    second.await.unwrap().unwrap();
    let [outcome]: [Message<ToEvaluate>; 1] = bench.take(Queue::Evaluate).await.try_into().unwrap();
    assert!(matches!(outcome.body, ToEvaluate::Effect { outcome, .. } if outcome.result == sent()));
}
