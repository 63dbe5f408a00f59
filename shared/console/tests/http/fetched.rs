//! Leads of which only ids come: they wait for a person, and start when their answers are fetched.

use domain::{
    history::{Change, EventChange, ExecutionChange},
    id::RecordKey,
    playbook::Source,
};
use engine::ports::Histories;
use serde_json::{Value as Json, json};

use crate::host::{Host, playbook};

/// A host whose shipped form is Meta's, and another LinkedIn's.
async fn host() -> Host {
    let mut playbook = playbook();
    let mut form = playbook.forms[&"demo-request".into()].clone();
    form.source = Source::Meta;
    playbook.forms.insert("demo-request".into(), form);
    Host::of(&playbook, console::Config::default()).await
}

fn notification(lead: &str) -> Json {
    let value = json!({"leadgen_id": lead, "page_id": "108", "form_id": "300", "created_time": 1_772_438_000});
    json!({"object": "page", "entry": [{"id": "108", "time": 1_772_438_000, "changes": [{"field": "leadgen", "value": value}]}]})
}

async fn notified(host: &Host, lead: &str) -> RecordKey {
    let answer = host.post("demo-request", "application/json", notification(lead).to_string()).await;
    assert!(answer.status.is_success(), "{}", answer.text);
    host.work().await;
    answer.at("/record").as_str().unwrap().parse().unwrap()
}

async fn fetched(host: &Host, record: &RecordKey, body: Json) -> u16 {
    let answer = host.call("events", "POST", &format!("/v1/records/lead/{}/fetched", record.id), Some(body)).await;
    host.work().await;
    answer.status.as_u16()
}

/// A lead as Meta's own interface gives it.
fn answers(email: &str) -> Json {
    let field = |name: &str, value: &str| json!({"name": name, "values": [value]});
    let data = [
        field("full_name", "Ida Falk"),
        field("email", email),
        field("job_title", "Head of Sales"),
        field("phone_number", "+49 30 5550177"),
        field("company_name", "Falk GmbH"),
        field("company_size", "51-200"),
    ];
    json!({"id": "2001", "created_time": "2026-03-02T08:53:20+0000", "field_data": data})
}

async fn count(host: &Host, record: &RecordKey, is_one: fn(&Change) -> bool) -> usize {
    let entries = host.store.page(record, None, 100).await.unwrap();
    entries.iter().flat_map(|entry| &entry.changes).filter(|change| is_one(change)).count()
}

async fn starts(host: &Host, record: &RecordKey) -> usize {
    count(host, record, |change| matches!(change, Change::Execution(ExecutionChange::Started { .. }))).await
}

async fn text(host: &Host, path: &str) -> String {
    host.get(path).await.text
}

#[tokio::test]
async fn ids_alone_start_nothing_and_are_a_task_for_a_person_within_the_hour() {
    let host = host().await;
    for _ in 0..2 {
        notified(&host, "2001").await;
    }
    let record = notified(&host, "2001").await;
    assert_eq!(starts(&host, &record).await, 0);
    let tasks = host.get("/v1/tasks").await.at("/data");
    assert_eq!(tasks.as_array().unwrap().len(), 1, "{tasks}");
    let title = format!("Fetch lead 2001 at Meta, or send its answers to POST /v1/records/{record}/fetched");
    assert_eq!((&tasks[0]["title"], &tasks[0]["due"]), (&json!(title), &json!("2026-03-02T10:00:00Z")));
    let timeline = text(&host, &format!("/v1/records/lead/{}/timeline", record.id)).await;
    assert!(timeline.contains("nothing starts until the answers of 2001 are fetched from Meta"), "{timeline}");
    let why = text(&host, &format!("/v1/records/lead/{}/why?workflow=speed-to-lead", record.id)).await;
    assert!(why.contains("It starts when the answers are fetched"), "{why}");
}

#[tokio::test]
async fn fetched_answers_fill_the_lead_end_the_task_and_start_what_should_have_started_once() {
    let host = host().await;
    let record = notified(&host, "2001").await;
    for _ in 0..2 {
        assert_eq!(fetched(&host, &record, answers("ida@falk.example")).await / 100, 2);
    }
    let shown = host.get(&format!("/v1/records/lead/{}", record.id)).await;
    assert_eq!((shown.at("/fields/name"), shown.at("/fields/phone")), (json!("Ida Falk"), json!("+49305550177")));
    assert!(shown.at("/owner/person").is_string(), "{}", shown.text);
    assert_eq!(starts(&host, &record).await, 1);
    let open = host.get("/v1/tasks").await.text;
    assert!(!open.contains("Fetch lead"), "{open}");
    // Other answers later are an update.
    let mut other = answers("ida@falk.example");
    other["field_data"][2]["values"] = json!(["Director"]);
    fetched(&host, &record, other).await;
    assert_eq!(starts(&host, &record).await, 1);
    assert_eq!(host.get(&format!("/v1/records/lead/{}", record.id)).await.at("/fields/job_title"), "Director");
    let before = count(&host, &record, |_| true).await;
    notified(&host, "2001").await;
    assert_eq!(count(&host, &record, |_| true).await, before, "the ids again say nothing");
}

#[tokio::test]
async fn the_name_that_is_answered_leads_to_the_record_that_has_the_answers() {
    let host = host().await;
    let record = notified(&host, "2001").await;
    let path = format!("/v1/records/lead/{}/fetched", record.id);
    let answer = host.call("events", "POST", &path, Some(answers("ida@falk.example"))).await;
    host.work().await;
    let told = host.get(answer.at("/links/record").as_str().unwrap()).await;
    assert_eq!((told.at("/record"), told.at("/fields/name")), (json!(record.to_string()), json!("Ida Falk")));
}

#[tokio::test]
async fn flat_answers_are_taken_as_well_and_ids_or_nothing_are_refused() {
    let host = host().await;
    let record = notified(&host, "2001").await;
    assert_eq!(fetched(&host, &record, notification("2001")).await, 422);
    assert_eq!(fetched(&host, &record, json!({"a question of nobody": "an answer"})).await, 422);
    assert_eq!((starts(&host, &record).await, host.get("/v1/tasks").await.at("/data/1")), (0, Json::Null));
    assert_eq!(fetched(&host, &record, json!({"email": "ida@falk.example", "full_name": "Ida Falk"})).await / 100, 2);
    assert_eq!(starts(&host, &record).await, 1);
    let host = Host::new().await;
    let other = host.lead().await;
    assert_eq!(fetched(&host, &other, json!({"email": "ada@example.com"})).await, 409);
    assert_eq!(fetched(&host, &RecordKey::new("lead", "nobody"), json!({"email": "a@example.com"})).await, 404);
}

#[tokio::test]
async fn fetched_answers_that_are_a_test_reach_nobody_and_end_the_task() {
    let host = host().await;
    let dummy = |name: &str| json!({"name": name, "values": [format!("<test lead: dummy data for {name}>")]});
    for (lead, body) in [
        ("2001", json!({"is_test": true, "full_name": "Mr Test", "email": "t@test.example", "company_size": "51-200"})),
        (
            "2002",
            json!({"id": "2002", "field_data": [dummy("full_name"), {"name": "email", "values": ["test@meta.com"]}]}),
        ),
    ] {
        let record = notified(&host, lead).await;
        assert_eq!(fetched(&host, &record, body.clone()).await / 100, 2);
        assert_eq!(fetched(&host, &record, body).await / 100, 2, "again, it is the same");
        assert_eq!(starts(&host, &record).await, 0);
        assert_eq!(host.get("/v1/tasks").await.at("/data"), json!([]), "the task to fetch it is done");
        let told = text(&host, &format!("/v1/records/lead/{}/timeline", record.id)).await;
        assert!(told.contains("the provider says that it is a test"), "{told}");
    }
    let tests = host.get("/v1/tests").await.at("/data");
    assert_eq!(tests.as_array().unwrap().len(), 2, "{tests}");
}

#[tokio::test]
async fn fetched_answers_of_a_person_who_is_known_go_on_with_them_and_are_not_worked_twice() {
    let host = Host::new().await;
    let known = host.lead().await;
    let waiting = notified(&host, "2002").await;
    let before = starts(&host, &known).await;
    for _ in 0..2 {
        fetched(&host, &waiting, answers("ada@example.com")).await;
    }
    assert_eq!(starts(&host, &waiting).await, 0);
    assert_eq!(host.get(&format!("/v1/records/lead/{}", waiting.id)).await.at("/closed"), true);
    let timeline = text(&host, &format!("/v1/records/lead/{}/timeline", waiting.id)).await;
    assert!(timeline.contains(&format!("they are of {known}, which is known")), "{timeline}");
    assert_eq!(host.get(&format!("/v1/records/lead/{}", known.id)).await.at("/fields/phone"), "+49305550177");
    let received = count(&host, &known, |change| matches!(change, Change::Event(EventChange::Received { .. }))).await;
    assert_eq!((received, starts(&host, &known).await - before), (2, 0), "it is still being worked");
    let open = host.get("/v1/tasks").await.text;
    assert!(!open.contains("Fetch lead"), "{open}");
}

#[tokio::test]
async fn a_notification_of_linkedin_waits_as_one_of_meta_does() {
    let host = Host::new().await;
    let notification = json!({
        "type": "LEAD_ACTION", "leadGenFormResponse": "urn:li:leadGenFormResponse:9a-1",
        "leadGenForm": "urn:li:leadGenForm:12", "leadType": "SPONSORED", "leadAction": "CREATED",
        "occurredAt": 1_772_438_000_000_u64,
    });
    host.post("demo-request", "application/json", notification.to_string()).await;
    host.work().await;
    let tasks = host.get("/v1/tasks").await.text;
    assert!(tasks.contains("Fetch lead urn:li:leadGenFormResponse:9a-1 at LinkedIn"), "{tasks}");
}
