//! What people see of what `retention:` deleted, and of how far the search for more has come.

use domain::{
    decide::{Looking, delete_record},
    id::{MessageId, RecordKey},
    instant::Instant,
    playbook::{Playbook, Retention},
};
use engine::ports::{Append, Histories, Round, Rounds, Walk};
use serde_json::{Value as Json, json};

use crate::host::{Host, NOW, playbook};

fn now() -> Instant {
    Instant::parse(NOW).unwrap()
}

fn rule() -> Retention {
    serde_json::from_value(json!({ "closed_records": "2 years" })).unwrap()
}

fn path(record: &RecordKey, rest: &str) -> String {
    format!("/v1/records/{}/{}{rest}", record.kind, record.id)
}

/// A lead that was closed and deleted, and whose entries are yet to be erased.
async fn deleted(host: &Host) -> RecordKey {
    let lead = host.lead().await;
    let answer = host.call("operate", "POST", &path(&lead, "/close"), Some(json!({ "reason": "won" }))).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    host.work().await;
    let newest = host.store.newest(&lead).await.unwrap().unwrap();
    let message = MessageId::new("over");
    let now = now().plus_minutes(731 * 24 * 60);
    let looking = Looking { message: &message, manifest: &newest.manifest, now };
    let entry = delete_record(&newest, &rule(), looking).unwrap();
    assert_eq!(host.store.append(&entry).await.unwrap(), Append::Done);
    lead
}

const SENTENCE: &str = "Deleted on 2 Mar 2028: it was closed, nothing had happened since 2 Mar 2026, and \
                        `retention: closed_records` is 2 years";

#[tokio::test]
async fn a_deleted_record_says_so_wherever_it_is_asked_for_and_tells_nothing_of_the_person() {
    let host = Host::new().await;
    let lead = deleted(&host).await;
    let record = host.get(&path(&lead, "")).await;
    assert_eq!((record.at("/now"), record.at("/fields")), (json!(SENTENCE), json!({})), "{}", record.text);
    assert_eq!(record.at("/deleted/closed_records"), "2 years");
    assert_eq!(host.get(&path(&lead, "/why?workflow=speed-to-lead")).await.at("/sentence"), SENTENCE);
    let assignments = host.get(&path(&lead, "/assignments")).await;
    assert_eq!((assignments.at("/data"), assignments.at("/deleted")), (json!([]), json!(SENTENCE)));
    let timeline = host.get(&path(&lead, "/timeline")).await;
    assert_eq!(timeline.at("/data").as_array().unwrap().len(), 1, "{}", timeline.text);
    assert!(timeline.at("/data/0/text").as_str().unwrap().starts_with("Deleted: it was closed"), "{}", timeline.text);
    assert_eq!(timeline.at("/next_cursor"), Json::Null);
    let page = host.get(&format!("/records/{}/{}", lead.kind, lead.id)).await;
    assert!(page.status == 200 && page.text.contains("Deleted on 2 Mar 2028"), "{}", page.text);
    for answer in [record, timeline, page] {
        assert!(!answer.text.contains("Ada") && !answer.text.contains("ada@"), "{}", answer.text);
    }
}

#[tokio::test]
async fn nothing_can_be_done_with_a_deleted_record_and_the_answer_says_why() {
    let host = Host::new().await;
    let lead = deleted(&host).await;
    let reason = || json!({ "reason": "late" });
    for (what, body) in
        [("reassign", json!({ "to": "ben", "reason": "late" })), ("close", reason()), ("credit", reason())]
    {
        let answer = host.call("operate", "POST", &path(&lead, &format!("/{what}")), Some(body)).await;
        assert_eq!((answer.status.as_u16(), answer.at("/code")), (410, json!("record_deleted")), "{what}");
        assert_eq!(answer.at("/detail"), SENTENCE);
    }
}

fn round(rule: Retention, only_counts: bool, ended: bool) -> Round {
    let ended_at = ended.then_some(now());
    Round { began_at: now(), ended_at, rule, only_counts, looked_at: 1234, records: 12, effects: 3 }
}

/// What is said of the latest round, in the API and on the first page.
async fn said(host: &Host, latest: Option<Round>) -> String {
    if let Some(latest) = latest {
        let rounds = Rounds { latest, before: None, place: None, is_walked: true };
        host.store.set_rounds(&rounds).await.unwrap();
    }
    let answer = host.get("/v1/retention").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let sentence = answer.at("/sentence").as_str().unwrap().to_owned();
    let shown = host.get("/").await.text.contains(&sentence.replace('\'', "&#39;"));
    assert_eq!(shown, answer.at("/retention") != json!({}), "{sentence}");
    sentence
}

#[tokio::test]
async fn a_host_says_what_it_deletes_and_how_far_it_has_come() {
    let nothing = Host::new().await;
    assert!(said(&nothing, None).await.contains("Nothing is deleted"));
    let mut keeping: Playbook = playbook();
    keeping.organisation.retention = rule();
    let host = Host::of(&keeping, console::Config::default()).await;
    assert!(said(&host, None).await.contains("counted first, and deleted from tomorrow on"));
    let counts = said(&host, Some(round(rule(), true, true))).await;
    assert!(counts.contains("12 records to delete among 1234 histories") && counts.contains("only counts"), "{counts}");
    let under_way = said(&host, Some(round(rule(), false, false))).await;
    assert!(under_way.starts_with("So far") && under_way.contains("deleted 12 records"), "{under_way}");
    let ended = said(&host, Some(round(rule(), false, true))).await;
    assert!(ended.starts_with("The round that began Mon 2 Mar"), "{ended}");
    let changed = said(&host, Some(round(Retention::default(), false, true))).await;
    assert!(changed.contains("is new"), "{changed}");
    let answer = host.get("/v1/retention").await;
    assert_eq!((answer.at("/latest/records"), answer.at("/before")), (json!(12), Json::Null), "{}", answer.text);
    assert_eq!(host.get("/v1/retention?x=1").await.status, 400);
}
