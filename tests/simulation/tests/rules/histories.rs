//! One list for each record, and what follows from it.

use std::ops::RangeInclusive;

use domain::{
    event::Event,
    history::{Change, Entry, OwnerChange},
    id::SubmissionId,
    message::{Message, ToEvaluate},
};
use engine::ports::{Activation, Histories, Playbooks};
use simulation::{Faults, Faulty, call_logged, demo_request};

use crate::bench::{Bench, at, lead, message, playbook_of, reassign};

fn causes(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.caused_by.as_str()).collect()
}

#[tokio::test]
async fn of_two_messages_at_once_each_gets_an_entry_of_its_own() {
    let bench = Bench::new().await;
    bench.submit().await;
    let both: Vec<_> = [("ben", "first"), ("chloe", "second")]
        .map(|(to, id)| {
            let (ports, message) = (bench.ports.clone(), message(id, at(0), reassign(to)));
            tokio::spawn(async move { engine::evaluate::handle(&ports, message).await })
        })
        .into();
    for handled in both {
        handled.await.unwrap().unwrap();
    }
    let entries = bench.entries().await;
    let mut causes = causes(&entries);
    causes.sort_unstable();
    assert_eq!(causes, ["first", "form", "second"]);
    let took_over = |change: &Change| matches!(change, Change::Owner(OwnerChange::Assigned { previous: Some(_), .. }));
    assert!(entries[2].changes.iter().any(took_over), "decided again on what the other left");
}

#[tokio::test]
async fn entry_times_never_go_backwards_by_what_honest_clocks_differ() {
    let bench = Bench::new().await;
    bench.submit().await;
    bench.clock.set(at(-200));
    bench.evaluate(message("back", at(-200), call_logged("ada", at(-200)))).await;
    let times: Vec<_> = bench.entries().await.iter().map(|entry| entry.at).collect();
    assert_eq!(times, [at(0), at(0)]);
}

#[tokio::test]
async fn a_repeated_message_finds_its_entry_though_the_clock_was_set_back_meanwhile() {
    let bench = Bench::new().await;
    bench.submit().await;
    let command = message("command", at(800), reassign("ben"));
    bench.clock.set(at(10));
    bench.evaluate(command.clone()).await;
    bench.evaluate(message("call", at(10), call_logged("ada", at(10)))).await;
    bench.evaluate(command).await;
    assert_eq!(causes(&bench.entries().await), ["form", "command", "call"]);
}

#[tokio::test]
async fn an_event_that_comes_again_days_later_is_still_the_same_event() {
    let bench = Bench::new().await;
    bench.submit().await;
    bench.evaluate(message("call", at(10), call_logged("ada", at(10)))).await;
    bench.clock.set(at(3 * 86_400));
    let again = demo_request("ada", 25.0, 55.0, at(3 * 86_400));
    bench.evaluate(message("form", at(3 * 86_400), again)).await;
    assert_eq!(causes(&bench.entries().await), ["form", "call"]);
}

/// A call, one for each minute of the day.
fn call(minute: i64) -> Message<ToEvaluate> {
    let taken = at(minute * 60);
    message(&format!("call-{minute}"), taken, call_logged("ada", taken))
}

/// Such calls, each when it is logged.
async fn calls(bench: &Bench, minutes: RangeInclusive<i64>) {
    for minute in minutes {
        bench.clock.set(at(minute * 60));
        bench.evaluate(call(minute)).await;
    }
}

/// The same call, as its source sends it again so many days later.
fn repeated(minute: i64, days: i64) -> Message<ToEvaluate> {
    let Message { id, body: ToEvaluate::Event(event), .. } = call(minute) else { panic!("a call is an event") };
    let event = Event { accepted_at: at(days * 86_400), ..*event };
    Message { id, since: event.accepted_at, body: ToEvaluate::Event(Box::new(event)) }
}

#[tokio::test]
async fn the_latest_events_are_known_again_days_later_and_older_ones_count_as_new() {
    let bench = Bench::new().await;
    bench.submit().await;
    calls(&bench, 1..=80).await;
    assert_eq!(bench.count().await, 81);
    bench.clock.set(at(2 * 86_400));
    for minute in [80, 65, 49] {
        bench.evaluate(repeated(minute, 2)).await;
        assert_eq!(bench.count().await, 81, "call {minute} is one of the latest 32");
    }
    // A queue that delivers the very message once more is told from a source that sends its event again.
    bench.evaluate(call(3)).await;
    assert_eq!(bench.count().await, 81, "its entry is as old as the message");
    bench.evaluate(repeated(3, 2)).await;
    assert_eq!(bench.count().await, 82, "many others came since");
}

#[tokio::test]
async fn an_event_with_a_key_is_known_again_whatever_came_since() {
    let keyed = |days: i64| {
        let Message { id, since, body: ToEvaluate::Event(event) } = repeated(1, days) else { panic!("an event") };
        let event = Event { keyed: true, fingerprint: Some("print".to_owned()), ..*event };
        Message { id, since, body: ToEvaluate::Event(Box::new(event)) }
    };
    let bench = Bench::new().await;
    bench.submit().await;
    bench.evaluate(keyed(0)).await;
    calls(&bench, 2..=41).await;
    bench.clock.set(at(2 * 86_400));
    let before = bench.entries().await.len();
    bench.evaluate(keyed(2)).await;
    assert_eq!(bench.entries().await.len(), before);
}

#[tokio::test]
async fn a_submission_with_a_name_is_known_again_whatever_came_since() {
    let form = |days: i64| {
        let ToEvaluate::Event(event) = demo_request("ada", 25.0, 55.0, at(days * 86_400)) else { panic!("an event") };
        let event = Event { submission: Some(SubmissionId::new("sub_1")), ..*event };
        message("form", at(days * 86_400), ToEvaluate::Event(Box::new(event)))
    };
    let bench = Bench::new().await;
    bench.evaluate(form(0)).await;
    calls(&bench, 1..=40).await;
    bench.clock.set(at(2 * 86_400));
    let before = bench.entries().await.len();
    bench.evaluate(form(2)).await;
    assert_eq!(bench.entries().await.len(), before, "the same content changes nothing");
}

#[tokio::test]
async fn an_event_makes_the_same_calls_however_long_the_history_is() {
    let made = async |entries: i64| {
        let bench = Bench::new().await;
        bench.submit().await;
        calls(&bench, 1..=entries).await;
        bench.clock.set(at(86_400));
        let watched = Faulty { faults: Faults::new([]), ..bench.ports.clone() };
        engine::evaluate::handle(&watched, call(24 * 60)).await.unwrap();
        watched.faults.names()
    };
    let of_a_few = made(10).await;
    assert!(!of_a_few.contains(&"look"), "nothing is searched: {of_a_few:?}");
    let (of_many, of_more) = (made(40).await, made(200).await);
    assert_eq!(of_many, of_more);
    assert_eq!(of_many.iter().filter(|name| **name == "look").count(), 1, "only what is as old as the event");
}

#[tokio::test]
async fn an_edit_never_changes_the_course_of_an_execution() {
    let steps = |segment: &str| format!(r#"[{{ "wait": "15 minutes" }}, {{ "add_to_segment": "{segment}" }}]"#);
    let bench = Bench::with(&playbook_of(&steps("before"))).await;
    bench.submit().await;
    let (firing, edited) = (bench.timer().await, playbook_of(&steps("after")));
    let by = Activation { manifest: edited.manifest_id(), at: at(60), by: "a test".to_owned() };
    let first = bench.entries().await[0].manifest.clone();
    bench.store().publish(&edited, Some(&first), by).await.unwrap();
    bench.clock.set(at(900));
    bench.evaluate(firing).await;
    assert_eq!(bench.entries().await[1].manifest, edited.manifest_id(), "the entry names what is active");
    let segments: Vec<String> = bench.head().await.segments.iter().map(ToString::to_string).collect();
    assert_eq!(segments, ["before"]);
}

#[tokio::test]
async fn an_entry_names_what_its_decision_read_of_linked_records_written_before_it() {
    let bench = Bench::new().await;
    bench.submit().await;
    let [form] = bench.entries().await.try_into().unwrap();
    let [company] = &form.linked[..] else { panic!("one link: {:?}", form.linked) };
    assert_eq!((company.link.as_str(), company.seq), ("company", 1));
    let stored = bench.store().newest(&company.record).await.unwrap().unwrap();
    assert!(stored.seq == 1 && !stored.head.fields.is_empty(), "{stored:?}");
    assert_eq!(form.record, lead());
}
