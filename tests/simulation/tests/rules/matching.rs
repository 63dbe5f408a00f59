//! Linked records that are found by their name: a crash anywhere loses no row, and a repeat finds the same record.

use domain::{
    event::{Event, LinkedPart, RecordPart},
    history::Head,
    id::{Kind, RecordKey},
    matching,
    message::{Message, ToEvaluate},
    playbook::Playbook,
    value::{Fields, Value},
};
use engine::ports::Histories;
use simulation::{Fault, Faults, Faulty, demo_request};

use crate::bench::{Bench, at, message, playbook};

/// The simulation's playbook, whose leads find their company by its name.
fn by_name() -> Playbook {
    let mut playbook = serde_json::to_value(playbook()).unwrap();
    let kinds = &mut playbook["schema"]["kinds"];
    kinds["lead"]["match_by"] = serde_json::json!({ "company": { "name": "name" } });
    kinds["company"]["fields"]["name"] = serde_json::json!({ "type": "text" });
    serde_json::from_value(playbook).unwrap()
}

fn company(id: &str) -> RecordKey {
    RecordKey::new("company", id)
}

fn name(text: &str) -> Fields {
    Fields::from([("name".to_owned(), Value::text(text))])
}

fn form(lead: &str, linked: LinkedPart) -> Message<ToEvaluate> {
    let ToEvaluate::Event(event) = demo_request(lead, 25.0, 55.0, at(0)) else { panic!("a form is an event") };
    message(lead, at(0), ToEvaluate::Event(Box::new(Event { linked: vec![linked], ..*event })))
}

/// A lead whose company is identified: the company is written, and can be found.
fn known(lead: &str, id: &str, called: &str) -> Message<ToEvaluate> {
    form(lead, LinkedPart::identified("company", RecordPart { key: company(id), fields: name(called) }))
}

/// A lead that says only what its company is called.
fn named(lead: &str, called: &str) -> Message<ToEvaluate> {
    let schema = by_name().schema;
    let sought = matching::sought(&schema.kinds[&Kind::new("lead")], "company", &Fields::new(), &name(called));
    let part = RecordPart { key: company(&format!("of-{lead}")), fields: name(called) };
    form(lead, LinkedPart { stands_in: true, sought, ..LinkedPart::identified("company", part) })
}

async fn head(bench: &Bench, record: &RecordKey) -> Option<Head> {
    bench.store().newest(record).await.unwrap().map(|entry| Head::clone(&entry.head))
}

async fn company_of(bench: &Bench, lead: &str) -> RecordKey {
    head(bench, &RecordKey::new("lead", lead)).await.expect("the lead is known").links["company"].clone()
}

/// Does what `before` does, then handles a message with each of its calls going wrong, and once more without.
async fn crash_everywhere(
    before: &[Message<ToEvaluate>],
    crashing: &Message<ToEvaluate>,
    check: impl AsyncFn(&Bench, &str),
) {
    for fault in [Fault::Before, Fault::After] {
        for place in 0.. {
            let bench = Bench::with(&by_name()).await;
            for message in before {
                bench.evaluate(message.clone()).await;
            }
            let failing = Faulty { faults: Faults::new([(place, fault)]), ..bench.ports.clone() };
            if engine::evaluate::handle(&failing, crashing.clone()).await.is_ok() {
                assert!(place > 5, "few calls: {:?}", failing.faults.names());
                break;
            }
            bench.evaluate(crashing.clone()).await;
            check(&bench, &format!("{fault:?} at {:?}", failing.faults.names().last())).await;
        }
    }
}

#[tokio::test]
async fn a_crash_between_a_companys_entry_and_its_row_leaves_it_to_be_found() {
    crash_everywhere(&[], &known("ada", "acme", "Acme GmbH"), async |bench, crashed| {
        bench.evaluate(named("bob", "ACME")).await;
        assert_eq!(company_of(bench, "bob").await, company("acme"), "{crashed}");
    })
    .await;
}

#[tokio::test]
async fn a_lead_that_crashed_finds_the_same_company_again_and_makes_none() {
    let before = [known("ada", "acme", "Acme GmbH")];
    crash_everywhere(&before, &named("bob", "ACME"), async |bench, crashed| {
        assert_eq!(company_of(bench, "bob").await, company("acme"), "{crashed}");
        assert_eq!(head(bench, &company("of-bob")).await, None, "{crashed}");
        assert_eq!(bench.store().page(&company("acme"), None, 10).await.unwrap().len(), 1, "{crashed}");
    })
    .await;
}

#[tokio::test]
async fn a_message_that_comes_again_when_another_company_has_the_name_changes_nothing() {
    let bench = Bench::with(&by_name()).await;
    bench.evaluate(known("ada", "acme", "Acme GmbH")).await;
    bench.evaluate(named("bob", "ACME")).await;
    bench.evaluate(known("cy", "acme-us", "Acme Inc.")).await;
    bench.evaluate(named("bob", "ACME")).await;
    assert_eq!(company_of(&bench, "bob").await, company("acme"));
    bench.evaluate(named("di", "Acme")).await;
    assert_eq!(company_of(&bench, "di").await, company("of-di"), "of two none is chosen");
    assert_eq!(head(&bench, &company("of-bob")).await, None);
}

#[tokio::test]
async fn a_company_is_not_found_by_a_name_that_it_had() {
    let bench = Bench::with(&by_name()).await;
    bench.evaluate(known("ada", "acme", "Acme GmbH")).await;
    bench.evaluate(known("eve", "acme", "Apex GmbH")).await;
    bench.evaluate(named("bob", "Acme")).await;
    bench.evaluate(named("cy", "Apex")).await;
    assert_eq!(company_of(&bench, "bob").await, company("of-bob"));
    assert_eq!(company_of(&bench, "cy").await, company("acme"));
    bench.evaluate(known("flo", "acme", "Acme GmbH")).await;
    bench.evaluate(named("di", "Acme")).await;
    assert_eq!(company_of(&bench, "di").await, company("acme"), "it has it again");
}

#[tokio::test]
async fn companies_known_before_they_were_matched_are_found_once_they_are_written_again() {
    let bench = Bench::new().await;
    bench.evaluate(known("ada", "acme", "Acme GmbH")).await;
    let (old, new) = (playbook().manifest_id(), by_name());
    let by = engine::ports::Activation { manifest: new.manifest_id(), at: at(0), by: "a test".to_owned() };
    engine::ports::Playbooks::publish(bench.store(), &new, Some(&old), by).await.unwrap();
    bench.evaluate(named("bob", "Acme")).await;
    assert_eq!(company_of(&bench, "bob").await, company("of-bob"));
    bench.evaluate(known("eve", "acme", "Acme GmbH")).await;
    bench.evaluate(named("cy", "Acme")).await;
    assert_eq!(company_of(&bench, "cy").await, company("acme"));
    // Now that there is one, it takes the place of what stood in for it.
    bench.evaluate(Message { id: "again".into(), ..form_again("bob", "Acme") }).await;
    assert_eq!(company_of(&bench, "bob").await, company("acme"));
}

/// The same lead with other content, so that it is no repeat.
fn form_again(lead: &str, called: &str) -> Message<ToEvaluate> {
    let mut message = named(lead, called);
    if let ToEvaluate::Event(event) = &mut message.body {
        event.id = "evt-again".into();
        event.fingerprint = None;
    }
    message
}
