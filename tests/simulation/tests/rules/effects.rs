//! Effects: claimed, handed over at most once, settled, and only then told.

use std::sync::Arc;

use domain::{
    decide::Paused,
    effect::EffectResult,
    message::{Message, ToAct, ToEvaluate},
    playbook::Outbound,
};
use engine::{
    Error,
    ports::{EffectState, Effects, Playbooks, Queue},
};
use simulation::{Fault, Faults, Faulty};

use crate::bench::{Bench, at, playbook_of};

/// An effect on its way to `act`.
async fn asked() -> (Bench, Message<ToAct>) {
    let steps = r#"[{ "send_email": { "to": "lead", "template": "thanks" } }]"#;
    let bench = Bench::with(&playbook_of(steps)).await;
    bench.submit().await;
    let message = bench.effect().await;
    (bench, message)
}

async fn act(bench: &Bench, message: &Message<ToAct>, attempt: &str) -> Result<(), Error> {
    engine::act::handle(&bench.ports, message.clone(), attempt).await
}

async fn state(bench: &Bench, message: &Message<ToAct>) -> Option<EffectState> {
    bench.store().effect(&message.body.effect).await.unwrap().map(|row| row.state)
}

async fn result(bench: &Bench, message: &Message<ToAct>) -> EffectResult {
    match state(bench, message).await {
        Some(EffectState::Settled { result, .. }) => result,
        other => panic!("not settled: {other:?}"),
    }
}

/// What the record was told.
async fn told(bench: &Bench) -> Vec<EffectResult> {
    let result = |message: Message<ToEvaluate>| match message.body {
        ToEvaluate::Effect { outcome, .. } => outcome.result,
        other => panic!("no outcome: {other:?}"),
    };
    bench.take(Queue::Evaluate).await.into_iter().map(result).collect()
}

fn sent(bench: &Bench) -> usize {
    bench.ports.mailbox.lock().unwrap().len()
}

#[tokio::test]
async fn a_settled_effect_is_told_again_and_never_sent_again() {
    let (bench, message) = asked().await;
    act(&bench, &message, "first").await.unwrap();
    act(&bench, &message, "second").await.unwrap();
    assert_eq!(told(&bench).await, vec![EffectResult::Sent { provider_id: None }; 2]);
    assert_eq!(sent(&bench), 1);
}

#[tokio::test]
async fn while_one_attempt_has_the_lease_another_waits_and_after_it_is_in_doubt() {
    let (bench, message) = asked().await;
    let failing = bench.failing("settle", Fault::Before);
    assert!(engine::act::handle(&failing, message.clone(), "first").await.is_err());
    let again = act(&bench, &message, "second").await.unwrap_err();
    assert_eq!(again.retry_at(), Some(at(120)), "{again}");
    assert!(told(&bench).await.is_empty(), "the outcome is told once it is settled");
    bench.clock.set(at(120));
    act(&bench, &message, "third").await.unwrap();
    assert_eq!((result(&bench, &message).await, sent(&bench)), (EffectResult::InDoubt, 1));
    assert_eq!(told(&bench).await, [EffectResult::InDoubt]);
}

#[tokio::test]
async fn what_is_captured_is_settled_in_the_one_write_that_claims_it() {
    let mut playbook = playbook_of(r#"[{ "send_email": { "to": "lead", "template": "thanks" } }]"#);
    playbook.organisation.outbound = Outbound::Capture;
    let bench = Bench::with(&playbook).await;
    bench.submit().await;
    let message = bench.effect().await;
    // The answer to the write is lost: nobody was handed anything, so there is nothing to doubt.
    let failing = bench.failing("claim", Fault::After);
    assert!(engine::act::handle(&failing, message.clone(), "first").await.is_err());
    assert_eq!(result(&bench, &message).await, EffectResult::Captured);
    act(&bench, &message, "second").await.unwrap();
    assert_eq!((told(&bench).await, sent(&bench)), (vec![EffectResult::Captured], 0));
    assert!(!bench.ports.faults.names().contains(&"settle"));
}

#[tokio::test]
async fn nothing_is_handed_over_before_the_claim_is_durable() {
    let (bench, message) = asked().await;
    let failing = bench.failing("claim", Fault::Before);
    assert!(engine::act::handle(&failing, message.clone(), "first").await.is_err());
    assert_eq!((state(&bench, &message).await, sent(&bench)), (None, 0));
}

#[tokio::test]
async fn a_claim_that_another_attempt_made_meanwhile_is_respected() {
    let (bench, message) = asked().await;
    let both = ["first", "second"].map(|attempt| {
        let (ports, message) = (bench.ports.clone(), message.clone());
        tokio::spawn(async move { engine::act::handle(&ports, message, attempt).await })
    });
    let mut waits = 0;
    for handled in both {
        waits += usize::from(handled.await.unwrap().is_err());
    }
    assert_eq!((waits, sent(&bench)), (1, 1));
}

#[tokio::test]
async fn an_answer_that_was_lost_leaves_the_effect_in_doubt() {
    for (fault, taken) in [(Fault::Before, 0), (Fault::After, 1)] {
        let (bench, message) = asked().await;
        engine::act::handle(&bench.failing("send", fault), message.clone(), "first").await.unwrap();
        assert_eq!((result(&bench, &message).await, sent(&bench)), (EffectResult::InDoubt, taken));
    }
}

#[tokio::test]
async fn what_the_provider_does_not_take_now_is_sent_once_when_it_does() {
    let (bench, message) = asked().await;
    let busy = bench.failing("send", Fault::NotYet);
    let put_off = engine::act::handle(&busy, message.clone(), "first").await.unwrap_err();
    assert_eq!(put_off.retry_at(), Some(at(60)), "{put_off}");
    let Some(EffectState::PutOff { why, until }) = state(&bench, &message).await else { panic!("it is not put off") };
    assert_eq!((why.as_str(), until, sent(&bench)), ("planned: not now", at(60), 0));
    assert!(told(&bench).await.is_empty(), "nothing became of it yet");
    bench.clock.set(at(60));
    act(&bench, &message, "second").await.unwrap();
    assert_eq!((told(&bench).await, sent(&bench)), (vec![EffectResult::Sent { provider_id: None }], 1));
}

#[tokio::test]
async fn what_is_not_taken_until_its_time_is_over_expires() {
    let (bench, message) = asked().await;
    let busy = bench.failing("send", Fault::NotYet);
    assert!(engine::act::handle(&busy, message.clone(), "first").await.is_err());
    bench.clock.set(at(86_401));
    act(&bench, &message, "late").await.unwrap();
    assert_eq!((result(&bench, &message).await, sent(&bench)), (EffectResult::Expired, 0));
}

/// The provider takes nothing now, and giving the claim back goes wrong.
async fn put_off_with_a_fault(fault: Fault) -> Arc<Faults> {
    let (bench, message) = asked().await;
    let busy = bench.failing("send", Fault::NotYet);
    assert!(engine::act::handle(&busy, message, "first").await.is_err());
    let calls = busy.faults.names();
    let place = |name| calls.iter().position(|call| *call == name).unwrap();
    Faults::new([(place("send"), Fault::NotYet), (place("put_off"), fault)])
}

#[tokio::test]
async fn a_claim_that_could_not_be_given_back_ends_in_doubt_and_never_in_a_second_message() {
    for (fault, expected, taken) in
        [(Fault::Before, EffectResult::InDoubt, 0), (Fault::After, EffectResult::Sent { provider_id: None }, 1)]
    {
        let (bench, message) = asked().await;
        let faults = put_off_with_a_fault(fault).await;
        let failing = Faulty { faults, ..bench.ports.clone() };
        assert!(engine::act::handle(&failing, message.clone(), "first").await.is_err());
        bench.clock.set(at(121));
        act(&bench, &message, "second").await.unwrap();
        assert_eq!((result(&bench, &message).await, sent(&bench)), (expected, taken));
    }
}

#[tokio::test]
async fn a_claim_given_back_before_its_doubt_was_settled_is_sent_after_all() {
    let (bench, message) = asked().await;
    let faults = put_off_with_a_fault(Fault::Before).await;
    let first = Faulty { faults, ..bench.ports.clone() };
    assert!(engine::act::handle(&first, message.clone(), "first").await.is_err());
    bench.clock.set(at(121));
    let watched = Faulty { faults: Faults::new([]), ..bench.ports.clone() };
    let second = tokio::spawn({
        let (ports, message) = (watched.clone(), message.clone());
        async move { engine::act::handle(&ports, message, "second").await }
    });
    while watched.faults.names().last() != Some(&"settle") {
        tokio::task::yield_now().await;
    }
    bench.store().put_off(&message.body.effect, "first", "busy", at(180)).await.unwrap();
    assert!(second.await.unwrap().is_err());
    let put_off = EffectState::PutOff { why: "busy".to_owned(), until: at(180) };
    assert_eq!((told(&bench).await, state(&bench, &message).await), (vec![], Some(put_off)), "no doubt was told");
    act(&bench, &message, "third").await.unwrap();
    assert_eq!((result(&bench, &message).await, sent(&bench)), (EffectResult::Sent { provider_id: None }, 1));
}

#[tokio::test]
async fn past_its_time_an_effect_never_tried_is_expired_and_one_tried_is_in_doubt() {
    let (bench, message) = asked().await;
    let day = 86_400;
    bench.clock.set(at(day));
    let failing = bench.failing("settle", Fault::Before);
    assert!(engine::act::handle(&failing, message.clone(), "in time").await.is_err());
    bench.clock.set(at(day + 300));
    act(&bench, &message, "late").await.unwrap();
    assert_eq!((result(&bench, &message).await, sent(&bench)), (EffectResult::InDoubt, 1));

    let (bench, message) = asked().await;
    bench.clock.set(at(day + 1));
    act(&bench, &message, "late").await.unwrap();
    assert_eq!((result(&bench, &message).await, sent(&bench)), (EffectResult::Expired, 0));
}

#[tokio::test]
async fn a_pause_keeps_an_effect_back_until_its_message_comes_again_after_it() {
    let paused = [Paused::Everything, Paused::Some(["speed-to-lead".into()].into())];
    for paused in paused {
        let (bench, message) = asked().await;
        bench.store().set_paused(&paused).await.unwrap();
        act(&bench, &message, "first").await.unwrap();
        assert_eq!((state(&bench, &message).await, sent(&bench)), (Some(EffectState::Held), 0));
        act(&bench, &message, "still paused").await.unwrap();
        assert_eq!(state(&bench, &message).await, Some(EffectState::Held));
        bench.store().set_paused(&Paused::Nothing).await.unwrap();
        act(&bench, &message, "resumed").await.unwrap();
        assert_eq!(sent(&bench), 1);
    }
}

#[tokio::test]
async fn a_pause_keeps_back_also_what_the_provider_did_not_take() {
    let (bench, message) = asked().await;
    assert!(engine::act::handle(&bench.failing("send", Fault::NotYet), message.clone(), "first").await.is_err());
    bench.store().set_paused(&Paused::Everything).await.unwrap();
    act(&bench, &message, "second").await.unwrap();
    assert_eq!((state(&bench, &message).await, sent(&bench)), (Some(EffectState::Held), 0));
}

#[tokio::test]
async fn what_no_workflow_asked_for_waits_only_while_everything_is_paused() {
    for (paused, expected) in
        [(Paused::Everything, 0), (Paused::Some(["speed-to-lead".into()].into()), 1), (Paused::Nothing, 1)]
    {
        let (bench, mut message) = asked().await;
        message.body.workflow = None;
        bench.store().set_paused(&paused).await.unwrap();
        act(&bench, &message, "first").await.unwrap();
        assert_eq!(sent(&bench), expected, "{paused:?}");
    }
}
