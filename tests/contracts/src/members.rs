//! The promises of `Members`.

use std::collections::BTreeMap;

use domain::{calendar::TimeOff, playbook::Person};
use engine::ports::Members;

use crate::samples::{at, person};

fn off(from: i64, until: i64) -> TimeOff {
    TimeOff { from: at(from), until: at(until), reason: Some("holiday".into()), by: None }
}

pub async fn time_off_is_replaced(ports: &impl Members) {
    let for_good = TimeOff { until: TimeOff::NO_END, by: Some("maria".into()), ..off(60, 70) };
    for off in [vec![off(0, 10), off(20, 30)], vec![off(40, 50)], vec![for_good]] {
        ports.set_time_off(&person("ana"), &off).await.expect("set");
        let read = ports.time_off(&[person("ana")]).await.expect("read");
        assert_eq!(read, BTreeMap::from([(person("ana"), off)]));
    }
}

pub async fn people_without_time_off_are_left_out(ports: &impl Members) {
    for name in ["ana", "bo", "cy"] {
        ports.set_time_off(&person(name), &[off(0, 10)]).await.expect("set");
    }
    ports.set_time_off(&person("bo"), &[]).await.expect("set");
    let read = ports.time_off(&["ana", "bo", "dee"].map(person)).await.expect("read");
    assert_eq!(read, BTreeMap::from([(person("ana"), vec![off(0, 10)])]));
    assert_eq!(ports.time_off(&[]).await.expect("read"), BTreeMap::new());
}

pub async fn those_who_are_off_are_one_list(ports: &impl Members) {
    let known = || serde_json::from_str::<Person>(r#"{ "name": "A", "email": "a@example.com" }"#).expect("a person");
    let people: BTreeMap<_, _> = ["ana", "bo", "cy"].iter().map(|name| (person(name), known())).collect();
    assert_eq!(*ports.absences(&people).await.expect("read"), BTreeMap::new());
    for name in ["ana", "bo"] {
        ports.set_time_off(&person(name), &[off(0, 10)]).await.expect("set");
    }
    ports.set_time_off(&person("bo"), &[]).await.expect("set");
    let read = ports.absences(&people).await.expect("read");
    assert_eq!(*read, BTreeMap::from([(person("ana"), vec![off(0, 10)])]), "what this process set is seen at once");
}
