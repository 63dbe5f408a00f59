//! Who is off is one short list, also on a stack whose release before this one had none.

use std::collections::BTreeMap;

use aws::Ports;
use aws_sdk_dynamodb::types::AttributeValue;
use contracts::{
    samples::{at, person},
    tables::Tables,
};
use domain::{calendar::TimeOff, id::PersonId, playbook::Person};
use engine::ports::Members;

fn people(count: usize) -> BTreeMap<PersonId, Person> {
    let known = || serde_json::from_str::<Person>(r#"{ "name": "Ana", "email": "ana@example.com" }"#).expect("done");
    (0..count).map(|number| (person(&format!("p{number:04}")), known())).collect()
}

fn off() -> Vec<TimeOff> {
    vec![TimeOff { from: at(0), until: TimeOff::NO_END, reason: None, by: None }]
}

/// Writes a person's row, and nothing else, as the release before did.
async fn as_before(tables: &Tables, name: &str, off: &[TimeOff]) {
    let body = serde_json::to_string(off).expect("done");
    let put = tables.client().put_item().table_name("members").item("person", AttributeValue::S(name.to_owned()));
    put.item("body", AttributeValue::S(body)).send().await.expect("done");
}

async fn who_is_off(ports: &Ports, people: &BTreeMap<PersonId, Person>) -> Vec<String> {
    ports.absences(people).await.expect("done").keys().map(ToString::to_string).collect()
}

fn reads(ports: &Ports, operation: &str) -> f64 {
    ports.counts().taken().get(operation).map_or(0.0, |used| used.read_units)
}

#[tokio::test]
async fn a_row_of_the_release_before_is_found_and_then_listed() {
    let tables = Tables::make().await;
    as_before(&tables, "p0003", &off()).await;
    let people = people(200);
    assert_eq!(who_is_off(&tables.ports(), &people).await, ["p0003"], "by one who only reads");
    assert_eq!(who_is_off(&tables.ports().writing_time_off(), &people).await, ["p0003"], "by the writer");
    let reader = tables.ports();
    assert_eq!(who_is_off(&reader, &people).await, ["p0003"]);
    assert_eq!(reads(&reader, "read time off"), 0.0, "nobody's row is read any more");
    assert!(reads(&reader, "read who is off") <= 1.0, "of two hundred people one is off");
    who_is_off(&reader, &people).await;
    assert_eq!(reader.counts().taken()["read who is off"].requests, 1, "and it is kept for a while");
}

#[tokio::test]
async fn somebody_who_comes_to_the_playbook_later_is_found_by_their_row() {
    let tables = Tables::make().await;
    as_before(&tables, "p0009", &off()).await;
    assert_eq!(who_is_off(&tables.ports().writing_time_off(), &people(5)).await, Vec::<String>::new());
    assert_eq!(who_is_off(&tables.ports(), &people(10)).await, ["p0009"]);
}

#[tokio::test]
async fn what_the_release_before_wrote_after_a_way_back_is_in_the_list_at_the_next_start() {
    let tables = Tables::make().await;
    let people = people(5);
    let writer = tables.ports().writing_time_off();
    writer.set_time_off(&person("p0001"), &off()).await.unwrap();
    assert_eq!(who_is_off(&writer, &people).await, ["p0001"]);
    as_before(&tables, "p0001", &[]).await;
    as_before(&tables, "p0002", &off()).await;
    assert_eq!(who_is_off(&tables.ports().writing_time_off(), &people).await, ["p0002"]);
    assert_eq!(who_is_off(&tables.ports(), &people).await, ["p0002"]);
}

#[tokio::test]
async fn who_is_back_is_off_the_list_at_once_for_the_process_that_wrote_it() {
    let tables = Tables::make().await;
    let (people, writer) = (people(3), tables.ports().writing_time_off());
    for (set, expected) in [(off(), vec!["p0001"]), (Vec::new(), Vec::new())] {
        writer.set_time_off(&person("p0001"), &set).await.unwrap();
        assert_eq!(who_is_off(&writer, &people).await, expected);
    }
}
