//! One list for each record, and what follows from it.

use domain::history::{Change, Entry, OwnerChange};
use engine::ports::{Activation, Histories, Playbooks};
use simulation::{call_logged, demo_request};

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
