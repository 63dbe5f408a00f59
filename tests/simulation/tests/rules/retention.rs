//! `retention:` deletes what is over, whatever crashes on the way, and somebody who comes back begins again.

use domain::{
    event::Event,
    history::Entry,
    id::{RecordKey, SubmissionId},
    instant::Instant,
    kept::{Kept, KeptWhy, Settlement},
    message::{Command, Message, Settle, ToAct, ToEvaluate},
    playbook::Playbook,
};
use engine::{
    escalate::look_for_what_is_over,
    evaluate::kept_in,
    ports::{
        Clock, EffectRow, Effects, ExecutionFilter, Executions, Histories, Playbooks, Queue, Rounds, TaskFilter, Tasks,
        Walk,
    },
};
use simulation::{Fault, Faults, Faulty, call_logged, demo_request};

use crate::bench::{Bench, at, lead, message, playbook_of};

const DAY: i64 = 24 * 60 * 60;

/// Answers, assigns and makes a task; keeps closed records for 30 days, and what came at the door for 90.
fn playbook(retention: &str) -> Playbook {
    let steps = r#"[{ "send_email": { "to": "lead", "template": "intro" } }, { "assign": { "pool": "inbound" } },
                    { "create_task": { "title": "call", "assigned_to": "lead.owner" } }]"#;
    let mut playbook = playbook_of(steps);
    playbook.organisation.retention = serde_json::from_str(retention).unwrap();
    playbook
}

async fn bench() -> Bench {
    Bench::with(&playbook(r#"{ "closed_records": "30 days", "kept_submissions": "90 days" }"#)).await
}

/// Sends everything that is on the queue to `act`.
async fn send(bench: &Bench) {
    for effect in bench.take::<ToAct>(Queue::Act).await {
        engine::act::handle(&bench.ports, effect, "a1").await.unwrap();
    }
    bench.settle().await;
}

/// The lead comes, is answered and assigned, and closed.
async fn live(bench: &Bench) {
    bench.submit().await;
    bench.settle().await;
    send(bench).await;
    let command = Command::Close { reason: "won".to_owned() };
    let now = bench.ports.now();
    let name = format!("close at {now}");
    bench.evaluate(message(&name, now, ToEvaluate::Command { record: lead(), by: "maria".to_owned(), command })).await;
    bench.settle().await;
    send(bench).await;
}

/// One minute's look, and what it handed over.
async fn look(bench: &Bench) -> Vec<Message<ToEvaluate>> {
    look_for_what_is_over(&bench.ports).await.unwrap();
    bench.take::<ToEvaluate>(Queue::Evaluate).await
}

/// Rounds on so many days after each other, and everything that they delete.
async fn rounds(bench: &Bench, days: std::ops::Range<i64>) {
    for day in days {
        bench.clock.set(at(day * DAY));
        for found in look(bench).await {
            bench.evaluate(found).await;
        }
        bench.settle().await;
    }
}

async fn latest(bench: &Bench) -> Rounds {
    bench.store().rounds().await.unwrap().unwrap()
}

async fn effects(bench: &Bench) -> Vec<EffectRow> {
    bench.store().effects(None, 100).await.unwrap().items
}

/// Tasks and executions that are listed, open or not.
async fn rows(bench: &Bench) -> usize {
    let mut rows = 0;
    for ended in [false, true] {
        let filter = TaskFilter { ended, ..TaskFilter::default() };
        rows += bench.store().tasks(&filter, None, 100).await.unwrap().items.len();
    }
    use domain::history::ExecutionState::{Ended, Held, Open};
    for state in [Open, Held, Ended] {
        let filter = ExecutionFilter { state, workflow: None, since: None };
        rows += bench.store().executions(&filter, None, 100).await.unwrap().items.len();
    }
    rows
}

fn seqs(entries: &[Entry]) -> Vec<u64> {
    entries.iter().map(|entry| entry.seq).collect()
}

fn mails(bench: &Bench) -> usize {
    bench.ports.mailbox.lock().unwrap().len()
}

#[tokio::test]
async fn a_new_rule_counts_for_a_day_and_then_deletes() {
    let bench = bench().await;
    live(&bench).await;
    let closed = bench.entries().await.len() as u64;
    bench.clock.set(at(40 * DAY));
    assert_eq!(look(&bench).await, []);
    let counted = latest(&bench).await.latest;
    assert!(counted.only_counts && counted.ended_at.is_some() && counted.records == 1, "{counted:?}");
    assert_eq!(look(&bench).await, [], "once a day");
    rounds(&bench, 41..42).await;
    assert_eq!(seqs(&bench.entries().await), [closed + 1]);
    assert!(bench.head().await.is_deleted());
    assert_eq!((rows(&bench).await, effects(&bench).await), (0, vec![]));
    rounds(&bench, 42..90).await;
    assert_eq!(seqs(&bench.entries().await), [closed + 1], "what is left stays");
}

#[tokio::test]
async fn a_record_that_is_young_or_open_is_not_deleted_and_without_a_rule_nothing_is() {
    let young = bench().await;
    live(&young).await;
    let before = young.entries().await;
    rounds(&young, 1..30).await;
    assert_eq!(young.entries().await, before);
    let open = bench().await;
    open.submit().await;
    open.settle().await;
    send(&open).await;
    let before = open.entries().await;
    rounds(&open, 1..60).await;
    assert_eq!(open.entries().await, before);
    let kept = Bench::with(&playbook("{}")).await;
    live(&kept).await;
    let before = kept.entries().await;
    rounds(&kept, 1..400).await;
    assert_eq!((kept.entries().await, kept.store().rounds().await.unwrap()), (before, None));
}

#[tokio::test]
async fn a_clock_that_leaps_ahead_deletes_nothing_before_it_has_run_for_a_day() {
    let bench = bench().await;
    live(&bench).await;
    rounds(&bench, 1..3).await;
    let before = bench.entries().await;
    rounds(&bench, 3650..3651).await;
    assert_eq!(bench.entries().await, before);
    assert!(latest(&bench).await.latest.only_counts);
    // Set right again: another leap.
    rounds(&bench, 3..4).await;
    assert!(latest(&bench).await.latest.only_counts);
    assert_eq!(bench.entries().await, before);
}

#[tokio::test]
async fn the_same_form_after_a_deletion_is_answered_again() {
    let bench = bench().await;
    live(&bench).await;
    assert_eq!(mails(&bench), 1);
    // The rows of what was sent stay: whatever is sent again must have another name.
    let sent = effects(&bench).await;
    rounds(&bench, 40..42).await;
    for row in &sent {
        bench.store().claim(row).await.unwrap();
    }
    let left = bench.head().await.first_left();
    bench.submit().await;
    bench.settle().await;
    send(&bench).await;
    assert_eq!(mails(&bench), 2);
    let entries = bench.entries().await;
    assert_eq!(seqs(&entries), (left..left + entries.len() as u64).collect::<Vec<_>>(), "numbers go on");
    assert!(!bench.head().await.is_deleted());
    assert_eq!(effects(&bench).await.len(), 2 * sent.len());
}

#[tokio::test]
async fn a_submission_that_is_known_under_a_deleted_record_is_not_lost() {
    let bench = bench().await;
    let submitted = |name: &str, email: &str, now: Instant| {
        let ToEvaluate::Event(event) = demo_request(name, 25.0, 55.0, now) else { panic!("an event") };
        let mut event = Event { submission: Some(SubmissionId::new("evt_s1")), ..*event };
        event.record.fields.insert("email".to_owned(), email.into());
        ToEvaluate::Event(Box::new(event))
    };
    bench.evaluate(message("first", at(0), submitted("ada", "ada@example.com", at(0)))).await;
    bench.settle().await;
    let command = Command::Close { reason: "won".to_owned() };
    bench
        .evaluate(message("close", at(60), ToEvaluate::Command { record: lead(), by: "maria".to_owned(), command }))
        .await;
    bench.settle().await;
    send(&bench).await;
    rounds(&bench, 40..42).await;
    assert!(bench.head().await.is_deleted());
    let now = at(42 * DAY);
    bench.clock.set(now);
    bench.evaluate(message("again", now, submitted("eve", "eve@example.com", now))).await;
    let other = bench.store().newest(&RecordKey::new("lead", "eve")).await.unwrap().unwrap();
    assert_eq!(other.head.executions.len(), 1, "it goes where its own answers lead");
    assert!(bench.head().await.is_deleted());
}

#[tokio::test]
async fn an_effect_of_a_deleted_record_is_dropped_and_raises_nothing() {
    let bench = bench().await;
    bench.submit().await;
    bench.settle().await;
    let late = bench.take::<ToAct>(Queue::Act).await;
    let command = Command::Close { reason: "won".to_owned() };
    bench
        .evaluate(message("close", at(60), ToEvaluate::Command { record: lead(), by: "maria".to_owned(), command }))
        .await;
    bench.settle().await;
    rounds(&bench, 40..42).await;
    let before = bench.entries().await;
    for effect in late {
        engine::act::handle(&bench.ports, effect, "a1").await.unwrap();
    }
    bench.settle().await;
    assert_eq!((mails(&bench), bench.entries().await), (0, before));
}

/// The calls that deleting a record makes.
async fn calls() -> Vec<&'static str> {
    let (bench, found) = found().await;
    let watched = Faulty { faults: Faults::new([]), ..bench.ports.clone() };
    engine::evaluate::handle(&watched, found).await.unwrap();
    watched.faults.names()
}

/// A record that was found to be over, and the message that says so.
async fn found() -> (Bench, Message<ToEvaluate>) {
    let bench = bench().await;
    live(&bench).await;
    rounds(&bench, 40..41).await;
    bench.clock.set(at(41 * DAY));
    let found = look(&bench).await.into_iter().find(|found| found.body.record() == Some(&lead())).unwrap();
    (bench, found)
}

#[tokio::test]
async fn a_crash_anywhere_in_a_deletion_is_made_good_by_the_message_that_comes_again() {
    let calls = calls().await;
    assert!(calls.contains(&"append") && calls.contains(&"erase"), "{calls:?}");
    for place in 0..calls.len() {
        for fault in [Fault::Before, Fault::After] {
            let (bench, found) = found().await;
            let closed = bench.entries().await.len() as u64;
            let failing = Faulty { faults: Faults::new([(place, fault)]), ..bench.ports.clone() };
            let died = engine::evaluate::handle(&failing, found.clone()).await;
            assert!(died.is_err(), "call {place}, {fault:?}");
            bench.evaluate(found.clone()).await;
            bench.evaluate(found).await;
            assert_eq!(seqs(&bench.entries().await), [closed + 1], "call {place}, {fault:?}");
            assert_eq!((rows(&bench).await, effects(&bench).await), (0, vec![]), "call {place}, {fault:?}");
        }
    }
}

#[tokio::test]
async fn somebody_who_comes_back_in_the_middle_of_a_deletion_keeps_what_is_theirs() {
    let (bench, found) = found().await;
    let failing = bench.failing("erase", Fault::Before);
    assert!(engine::evaluate::handle(&failing, found.clone()).await.is_err());
    bench.submit().await;
    bench.settle().await;
    send(&bench).await;
    let (rows_now, mails_now) = (rows(&bench).await, mails(&bench));
    assert_eq!(mails_now, 2, "what waits to be erased is no redelivery");
    bench.evaluate(found).await;
    let entries = bench.entries().await;
    assert!(entries[0].is_first_left() && entries.len() > 1, "{:?}", seqs(&entries));
    assert_eq!(bench.head().await.executions.len() + bench.head().await.tasks.len(), 1, "the new task");
    assert!(rows(&bench).await < rows_now && rows(&bench).await > 0);
}

#[tokio::test]
async fn a_record_that_was_heard_of_since_it_was_found_stays() {
    let (bench, found) = found().await;
    let now = bench.ports.now();
    bench.evaluate(message("call", now, call_logged("ada", now))).await;
    let before = bench.entries().await;
    bench.evaluate(found).await;
    assert_eq!(bench.entries().await, before);
    assert!(!bench.head().await.is_deleted());
}

fn kept(why: KeptWhy, now: Instant) -> ToEvaluate {
    ToEvaluate::Kept(Box::new(Kept {
        why,
        form: "demo-request".to_owned(),
        accepted_at: now,
        body: "{}".to_owned(),
        proposed_map: std::collections::BTreeMap::new(),
        reason: None,
        under: None,
        begun_by: None,
        known_by: Vec::new(),
    }))
}

async fn keep(bench: &Bench, why: KeptWhy, id: &str, day: i64) {
    bench.clock.set(at(day * DAY));
    bench.evaluate(message(id, at(day * DAY), kept(why, at(day * DAY)))).await;
}

async fn drop_kept(bench: &Bench, why: KeptWhy, id: &str) {
    let settlement = Settlement::Dropped { reason: "spam".to_owned() };
    let settle = Settle { why, kept: id.into(), by: "maria".to_owned(), settlement, events: Vec::new() };
    let now = bench.ports.now();
    bench.evaluate(message(&format!("drop {id}"), now, ToEvaluate::Settle(Box::new(settle)))).await;
}

async fn history(bench: &Bench, record: &RecordKey) -> Vec<u64> {
    let mut entries = bench.store().page(record, None, 500).await.unwrap();
    entries.reverse();
    seqs(&entries)
}

#[tokio::test]
async fn the_old_and_settled_beginning_of_what_was_held_goes_with_its_settlements() {
    let bench = bench().await;
    for (id, day) in [("a", 0), ("b", 1), ("c", 2), ("d", 3)] {
        keep(&bench, KeptWhy::Held, id, day).await;
    }
    for id in ["a", "b", "d"] {
        drop_kept(&bench, KeptWhy::Held, id).await;
    }
    rounds(&bench, 100..102).await;
    let held = kept_in(KeptWhy::Held);
    // c waits for a person: it stays, with all after it, and so does its task.
    assert_eq!(history(&bench, &held).await, [3, 4, 5]);
    let settled = async |id: &str| bench.store().newest(&RecordKey::new("kept", id)).await.unwrap().is_some();
    assert_eq!((settled("a").await, settled("b").await, settled("d").await), (false, false, true));
    let open = bench.store().tasks(&TaskFilter::default(), None, 9).await.unwrap().items;
    assert_eq!(open.len(), bench.store().newest(&held).await.unwrap().unwrap().head.tasks.len());
    assert!(!open.is_empty());
    drop_kept(&bench, KeptWhy::Held, "c").await;
    rounds(&bench, 102..103).await;
    let left = history(&bench, &held).await;
    assert!(left[0] > 4, "{left:?}");
    assert_eq!(bench.store().tasks(&TaskFilter::default(), None, 9).await.unwrap().items, []);
    keep(&bench, KeptWhy::Held, "e", 104).await;
    assert_eq!(history(&bench, &held).await.last(), left.last().map(|last| last + 1).as_ref(), "it goes on");
    rounds(&bench, 105..106).await;
}

#[tokio::test]
async fn a_crash_anywhere_in_deleting_what_was_kept_is_made_good() {
    let run = async |faults: std::sync::Arc<Faults>| {
        let bench = bench().await;
        for number in 0..3 {
            keep(&bench, KeptWhy::Test, &format!("t{number}"), 0).await;
        }
        let history = kept_in(KeptWhy::Test);
        bench.clock.set(at(100 * DAY));
        let found = message("found", at(100 * DAY), ToEvaluate::Retention { record: history.clone() });
        let failing = Faulty { faults, ..bench.ports.clone() };
        let died = engine::evaluate::handle(&failing, found.clone()).await.is_err();
        bench.evaluate(found).await;
        let left = bench.store().page(&history, None, 9).await.unwrap();
        (died, seqs(&left), failing.faults.names())
    };
    let (died, left, calls) = run(Faults::new([])).await;
    assert_eq!((died, left), (false, vec![4]));
    for (place, call) in calls.iter().enumerate() {
        for fault in [Fault::Before, Fault::After] {
            let (died, left, _) = run(Faults::new([(place, fault)])).await;
            assert_eq!((died, left), (true, vec![4]), "call {place} {call}, {fault:?}");
        }
    }
}

#[tokio::test]
async fn old_messages_are_forgotten_with_their_text() {
    let bench = Bench::with(&playbook(r#"{ "effects": "30 days" }"#)).await;
    live(&bench).await;
    assert_eq!(effects(&bench).await.len(), 1);
    let before = bench.entries().await;
    rounds(&bench, 1..30).await;
    assert_eq!(effects(&bench).await.len(), 1);
    rounds(&bench, 30..32).await;
    assert_eq!((effects(&bench).await, bench.entries().await), (vec![], before));
    assert_eq!(latest(&bench).await.before.unwrap().effects + latest(&bench).await.latest.effects, 1);
}

#[tokio::test]
async fn more_than_one_minute_can_do_is_done_in_several_and_none_is_left_out() {
    let bench = bench().await;
    const LEADS: usize = 230;
    for number in 0..LEADS {
        let name = format!("l{number:03}");
        bench.evaluate(message(&name, at(0), demo_request(&name, 1.0, 1.0, at(0)))).await;
        let (record, command) = (RecordKey::new("lead", name.as_str()), Command::Close { reason: "won".to_owned() });
        let close = ToEvaluate::Command { record, by: "maria".to_owned(), command };
        bench.evaluate(message(&format!("close {name}"), at(0), close)).await;
    }
    bench.settle().await;
    send(&bench).await;
    rounds(&bench, 40..41).await;
    bench.clock.set(at(40 * DAY + 60));
    rounds_of_a_day(&bench, 40).await;
    bench.clock.set(at(41 * DAY));
    let mut handed_over = Vec::new();
    for _ in 0..3 {
        for found in look(&bench).await {
            bench.evaluate(found).await;
        }
        bench.settle().await;
        handed_over.push(latest(&bench).await.latest.records);
    }
    assert_eq!(handed_over, [100, 200, 230]);
    assert!(latest(&bench).await.latest.ended_at.is_some());
    for number in 0..LEADS {
        let newest = bench.store().newest(&RecordKey::new("lead", format!("l{number:03}"))).await.unwrap().unwrap();
        assert!(newest.head.is_deleted(), "{number}");
    }
}

/// The rest of a round that began on this day.
async fn rounds_of_a_day(bench: &Bench, day: i64) {
    for minute in 1..10 {
        bench.clock.set(at(day * DAY + minute * 60));
        look(bench).await;
    }
    assert!(latest(bench).await.latest.ended_at.is_some());
}

#[tokio::test]
async fn a_playbook_published_since_decides() {
    let (bench, found) = found().await;
    let now = bench.ports.now();
    let patient = playbook(r#"{ "closed_records": "2 years" }"#);
    let by = engine::ports::Activation { manifest: patient.manifest_id(), at: now, by: "a test".to_owned() };
    let active = bench.store().active().await.unwrap();
    Playbooks::publish(bench.store(), &patient, Some(&active.manifest), by).await.unwrap();
    let before = bench.entries().await;
    bench.evaluate(found).await;
    assert_eq!(bench.entries().await, before);
}
