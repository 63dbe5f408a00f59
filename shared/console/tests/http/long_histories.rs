//! Answers about a history that is longer than one request reads: they say so, and go on by a cursor.

use std::sync::Arc;

use domain::{
    history::{Change, Entry, RecordChange},
    id::{MessageId, RecordKey},
    value::Fields,
};
use engine::ports::{Append, Histories};
use serde_json::{Value as Json, json};

use crate::host::Host;

fn path(record: &RecordKey, rest: &str) -> String {
    format!("/v1/records/{}/{}{rest}", record.kind, record.id)
}

/// Appends so many entries in which nothing is decided.
async fn pad(host: &Host, record: &RecordKey, count: u64) {
    let mut newest = host.store.newest(record).await.unwrap().unwrap();
    for _ in 0..count {
        let seq = newest.seq + 1;
        let entry = Entry {
            seq,
            caused_by: MessageId::new(format!("msg_pad_{seq}")),
            before: Arc::clone(&newest.head),
            changes: vec![Change::Record(RecordChange::FieldsSet { fields: Fields::new() })],
            ..Entry::clone(&newest)
        };
        assert_eq!(host.store.append(&entry).await.unwrap(), Append::Done);
        newest = Arc::new(entry);
    }
}

async fn reassign(host: &Host, record: &RecordKey, to: &str) {
    let body = json!({ "to": to, "reason": "knows them" });
    let answer = host.call("operate", "POST", &path(record, "/reassign"), Some(body)).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    host.work().await;
}

/// The lines of a timeline, page by page, the oldest first.
async fn told(host: &Host, record: &RecordKey, limit: usize) -> Vec<(String, String)> {
    let (mut lines, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = host.get(&path(record, &format!("/timeline?limit={limit}{cursor}"))).await;
        let text = |line: &Json| (line["text"].as_str().unwrap().to_owned(), line["detail"].to_string());
        lines.splice(0..0, page.at("/data").as_array().unwrap().iter().map(text));
        match page.at("/next_cursor").as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return lines,
        }
    }
}

#[tokio::test]
async fn a_timeline_says_the_same_whatever_the_size_of_its_pages() {
    let host = Host::new().await;
    let lead = host.lead().await;
    host.act().await;
    host.wait(20).await;
    for to in ["ben", "chloe"] {
        pad(&host, &lead, 3).await;
        reassign(&host, &lead, to).await;
        host.act().await;
    }
    let whole = told(&host, &lead, 200).await;
    assert!(whole.iter().any(|(text, _)| text.starts_with("No call in 15 minutes")), "{whole:#?}");
    assert!(whole.iter().any(|(text, _)| text.contains("Notice to")), "{whole:#?}");
    for limit in [1, 2, 3, 7] {
        let paged = told(&host, &lead, limit).await;
        assert!(!paged.iter().any(|(text, _)| text.contains("on its way") || text.contains("A message")), "{paged:#?}");
        assert_eq!(paged, whole, "by {limit}");
    }
}

#[tokio::test]
async fn what_is_not_settled_yet_is_on_its_way_on_every_page() {
    let host = Host::new().await;
    let lead = host.lead().await;
    pad(&host, &lead, 3).await;
    for limit in [1, 200] {
        let on_its_way = told(&host, &lead, limit).await.iter().filter(|(text, _)| text.contains("on its way")).count();
        assert!(on_its_way > 0, "by {limit}");
    }
}

fn people(answer: &Json) -> Vec<(u64, String)> {
    let lines = answer["data"].as_array().unwrap().iter();
    lines.map(|line| (line["number"].as_u64().unwrap(), line["person"].as_str().unwrap().to_owned())).collect()
}

#[tokio::test]
async fn why_looks_back_by_a_cursor_and_concludes_nothing_from_its_limit() {
    let host = Host::new().await;
    let lead = host.lead().await;
    pad(&host, &lead, 2_100).await;
    let first = host.get(&path(&lead, "/why?workflow=speed-to-lead")).await;
    assert_eq!((first.status.as_u16(), first.at("/started")), (200, Json::Null), "{}", first.text);
    let sentence = first.at("/sentence").to_string();
    assert!(sentence.contains("Not known yet") && !sentence.contains("no demo-request form"), "{sentence}");
    let cursor = first.at("/next_cursor").as_str().unwrap().to_owned();
    let second = host.get(&path(&lead, &format!("/why?workflow=speed-to-lead&cursor={cursor}"))).await;
    assert_eq!((second.at("/started"), second.at("/next_cursor")), (json!(true), Json::Null), "{}", second.text);
    let garbled = host.get(&path(&lead, "/why?workflow=speed-to-lead&cursor=b1.x")).await;
    assert_eq!(garbled.status, 400, "{}", garbled.text);
}

#[tokio::test]
async fn a_workflow_that_nothing_ever_decided_is_known_only_at_the_first_entry() {
    let mut playbook = crate::host::playbook();
    let host = Host::of(&playbook, console::Config::default()).await;
    let lead = host.lead().await;
    pad(&host, &lead, 2_100).await;
    // Published after the form came: it was not there to be decided.
    let previous = playbook.manifest_id();
    let workflow = playbook.workflows.values().next().unwrap().clone();
    playbook.workflows.insert("later".into(), workflow);
    let activation = engine::ports::Activation {
        manifest: playbook.manifest_id(),
        at: domain::instant::Instant::parse(crate::host::NOW).unwrap(),
        by: "test".to_owned(),
    };
    engine::ports::Playbooks::publish(&host.store, &playbook, Some(&previous), activation).await.unwrap();
    let first = host.get(&path(&lead, "/why?workflow=later")).await;
    assert_eq!(first.at("/started"), Json::Null, "{}", first.text);
    let cursor = first.at("/next_cursor").as_str().unwrap().to_owned();
    let second = host.get(&path(&lead, &format!("/why?workflow=later&cursor={cursor}"))).await;
    assert_eq!(second.at("/started"), json!(false), "{}", second.text);
    assert_eq!(second.at("/sentence"), "Not started: there was no workflow later.");
}

#[tokio::test]
async fn assignments_are_found_however_many_entries_lie_between_them() {
    let host = Host::new().await;
    let lead = host.lead().await;
    let credit = json!({ "reason": "no-show" });
    host.call("operate", "POST", &path(&lead, "/credit"), Some(credit)).await;
    host.work().await;
    pad(&host, &lead, 600).await;
    reassign(&host, &lead, "ben").await;
    pad(&host, &lead, 600).await;
    reassign(&host, &lead, "chloe").await;
    pad(&host, &lead, 600).await;
    let whole = host.get(&path(&lead, "/assignments")).await;
    let all = [(1, "ana".to_owned()), (2, "ben".to_owned()), (3, "chloe".to_owned())];
    assert_eq!((people(&whole.json()), whole.at("/next_cursor")), (all.to_vec(), Json::Null), "{}", whole.text);
    assert_eq!((whole.at("/data/0/credit/reason"), whole.at("/data/0/credit/given")), (json!("no-show"), json!(true)));
    assert!(whole.json()["data"].as_array().unwrap().iter().all(|line| line["complete"] == true), "{}", whole.text);
    let mut paged = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = host.get(&path(&lead, &format!("/assignments?limit=1{cursor}"))).await;
        paged.splice(0..0, people(&page.json()));
        match page.at("/next_cursor").as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(paged, all);
}

#[tokio::test]
async fn a_credit_too_far_from_its_assignment_is_said_to_be_missing() {
    let host = Host::new().await;
    let lead = host.lead().await;
    host.call("operate", "POST", &path(&lead, "/credit"), Some(json!({ "reason": "no-show" }))).await;
    host.work().await;
    pad(&host, &lead, 1_100).await;
    let answer = host.get(&path(&lead, "/assignments")).await;
    assert_eq!((answer.at("/data/0/credit"), answer.at("/data/0/complete")), (Json::Null, json!(false)));
}

#[tokio::test]
async fn an_entry_that_cannot_be_read_is_said_to_be_damage_that_no_repeat_mends() {
    let host = Host::new().await;
    let lead = host.lead().await;
    let newest = host.store.newest(&lead).await.unwrap().unwrap();
    let caused_by = MessageId::new("msg_of_a_later_release");
    let other = Entry { seq: newest.seq + 1, version: u8::MAX, caused_by, ..Entry::clone(&newest) };
    assert_eq!(host.store.append(&other).await.unwrap(), Append::Done);
    for rest in ["", "/timeline"] {
        let answer = host.get(&path(&lead, rest)).await;
        assert_eq!(
            (answer.status.as_u16(), answer.at("/code")),
            (500, json!("data_damaged")),
            "{rest}: {}",
            answer.text
        );
        assert!(!answer.text.contains("send the same request again") && answer.header("retry-after").is_empty());
    }
}

#[tokio::test]
async fn a_record_says_how_far_back_it_looked_for_gaps() {
    let host = Host::new().await;
    let lead = host.lead().await;
    assert_eq!(host.get(&path(&lead, "")).await.at("/gaps_since_seq"), 1);
    pad(&host, &lead, 600).await;
    assert!(host.get(&path(&lead, "")).await.at("/gaps_since_seq").as_u64().unwrap() > 1);
}
