//! What counts as the same submission, and what comes later under its name.

use domain::{
    event::Event,
    history::{Change, EffectChange, Entry, ExecutionChange},
    id::{MessageId, RecordKey},
    instant::Instant,
    message::{Message, ToEvaluate},
};
use engine::ports::Histories;
use serde_json::{Value as Json, json};

use crate::host::{Answer, Host, NOW, playbook};

const JSON: &str = "application/json";

/// A response as the script of a spreadsheet sends it, answered at a time of 2 March.
fn response(time: &str, answers: Json) -> Json {
    let listed = answers.as_object().unwrap().iter().map(|(name, answer)| (name.clone(), json!([answer])));
    json!({
        "formTitle": "Demo", "responseId": "2_Resp",
        "submittedAt": format!("2026-03-02T{time}:00Z"),
        "namedValues": listed.collect::<serde_json::Map<_, _>>(),
    })
}

async fn post(host: &Host, form: &str, body: &Json) -> Answer {
    let answer = host.post(form, JSON, body.to_string()).await;
    assert!(answer.status.is_success(), "{}", answer.text);
    host.work().await;
    answer
}

async fn posted(host: &Host, body: &Json) -> RecordKey {
    post(host, "demo-request", body).await.at("/record").as_str().unwrap().parse().unwrap()
}

async fn fields(host: &Host, record: &RecordKey) -> Json {
    host.get(&format!("/v1/records/{}/{}", record.kind, record.id)).await.at("/fields")
}

/// Every sentence of a record's timeline, details beneath their line.
async fn told(host: &Host, record: &RecordKey) -> Vec<String> {
    let timeline = host.get(&format!("/v1/records/{}/{}/timeline", record.kind, record.id)).await;
    let lines = timeline.at("/data").as_array().unwrap().clone();
    let detail = |line: &Json| line["detail"].as_array().cloned().unwrap_or_default();
    let all = lines.iter().flat_map(|line| [line["text"].clone()].into_iter().chain(detail(line)));
    all.map(|text| text.as_str().unwrap().to_owned()).collect()
}

async fn entries(host: &Host, record: &RecordKey) -> Vec<Entry> {
    host.store.page(record, None, 100).await.unwrap()
}

async fn starts(host: &Host, record: &RecordKey) -> usize {
    let entries = entries(host, record).await;
    let changes = entries.iter().flat_map(|entry| &entry.changes);
    changes.filter(|change| matches!(change, Change::Execution(ExecutionChange::Started { .. }))).count()
}

#[tokio::test]
async fn the_same_content_through_another_form_is_another_event() {
    let mut playbook = playbook();
    let newsletter = playbook.forms[&"strict".into()].clone();
    playbook.forms.insert("newsletter".into(), newsletter);
    let host = Host::of(&playbook, console::Config::default()).await;
    let body = json!({"name": "Nora Lind", "email": "nora@lindwerk.example"});
    let first = post(&host, "newsletter", &body).await.at("/record");
    let record = posted(&host, &body).await;
    assert_eq!(first, record.to_string());
    assert_eq!(starts(&host, &record).await, 1, "{:?}", told(&host, &record).await);
    posted(&host, &body).await;
    assert_eq!(starts(&host, &record).await, 1, "the same form and content within ten minutes");
}

#[tokio::test]
async fn other_content_under_a_known_id_changes_the_record_and_says_what() {
    let host = Host::new().await;
    let first = json!({"Full name": "Ida Falk", "Email": "ida@falk.example", "Message": "five people"});
    let record = posted(&host, &response("09:00", first)).await;
    let edited = json!({
        "Full name": "Ida Falk", "Email": "ida@falk.example", "Message": "500 people", "Phone": "+49 30 5550177",
        "Team size": "51-200", "Budget": "large",
    });
    posted(&host, &response("09:20", edited.clone())).await;
    let filled = fields(&host, &record).await;
    assert_eq!((&filled["message"], &filled["phone"]), (&json!("500 people"), &json!("+49305550177")));
    let told = told(&host, &record).await;
    let update = told.iter().find(|line| line.starts_with("Submission updated: ")).unwrap();
    for part in [
        "message was \u{201c}five people\u{201d}, now \u{201c}500 people\u{201d}",
        "phone \u{201c}+49305550177\u{201d} added",
        "employees \u{201c}51\u{201d} added",
        "Budget \u{201c}large\u{201d} added",
    ] {
        assert!(update.contains(part), "{part}: {update}");
    }
    assert_eq!(starts(&host, &record).await, 1, "an update starts nothing");
    let before = entries(&host, &record).await.len();
    posted(&host, &response("09:20", edited)).await;
    assert_eq!(entries(&host, &record).await.len(), before, "the same id and content again is a repeat");
}

#[tokio::test]
async fn the_score_is_added_up_again_and_the_owner_hears_of_each_update_once() {
    let host = Host::new().await;
    let first = json!({
        "Full name": "Ida Falk", "Email": "ida@falk.example", "Phone": "+49 30 5550177", "Company": "Falk GmbH",
        "Team size": "51-200", "Job title": "Head of Sales",
    });
    let record = posted(&host, &response("09:00", first.clone())).await;
    let owner = host.get(&format!("/v1/records/lead/{}", record.id)).await.at("/owner/name");
    assert!(owner.is_string(), "{:?}", told(&host, &record).await);
    let score = fields(&host, &record).await["score"].clone();
    let mut edited = first;
    edited["Message"] = json!("Please call");
    for _ in 0..2 {
        posted(&host, &response("09:20", edited.clone())).await;
    }
    assert_ne!(fields(&host, &record).await["score"], score);
    let notices =
        entries(&host, &record).await.into_iter().flat_map(|entry| entry.changes).filter_map(|change| match change {
            Change::Effect(EffectChange::Requested {
                action: domain::effect::Action::Notify { message, .. }, ..
            }) => Some(message),
            _ => None,
        });
    let notices: Vec<String> = notices.map(|message| message.text().to_owned()).collect();
    assert_eq!(notices, ["Ida Falk has changed answers in demo-request: Message"]);
}

#[tokio::test]
async fn an_answer_that_was_edited_back_counts_and_an_old_version_that_comes_late_does_not() {
    let host = Host::new().await;
    let saying = |time, message: &str| {
        response(time, json!({"Full name": "Ida Falk", "Email": "ida@falk.example", "Message": message}))
    };
    let record = posted(&host, &saying("09:00", "five")).await;
    posted(&host, &saying("09:20", "fifty")).await;
    posted(&host, &saying("09:00", "five")).await;
    assert_eq!(fields(&host, &record).await["message"], "fifty", "what was sent at 09:00 comes late");
    posted(&host, &saying("09:10", "six")).await;
    assert_eq!(fields(&host, &record).await["message"], "fifty");
    let lines = told(&host, &record).await;
    assert!(lines.iter().any(|line| line.starts_with("An earlier version of a submission")), "{lines:?}");
    posted(&host, &saying("09:30", "five")).await;
    assert_eq!(fields(&host, &record).await["message"], "five", "edited back");
}

#[tokio::test]
async fn without_a_time_of_its_own_a_version_is_as_new_as_its_arrival() {
    let host = Host::new().await;
    let saying = |message: &str| json!({"submissionID": "57", "formID": "9", "full_name": "Ida Falk", "email": "ida@falk.example", "message": message});
    let record = posted(&host, &saying("five")).await;
    for (minutes, message) in [(1, "fifty"), (2, "five")] {
        host.clock.move_to(Instant::parse(NOW).unwrap().plus_minutes(minutes));
        posted(&host, &saying(message)).await;
        assert_eq!(fields(&host, &record).await["message"], message);
    }
}

#[tokio::test]
async fn what_somebody_corrected_in_the_record_stays_where_the_answer_did_not_change() {
    let host = Host::new().await;
    let first =
        json!({"Full name": "Ida Falk", "Email": "ida@falk.example", "Message": "five", "Phone": "+49 30 5550177"});
    let record = posted(&host, &response("09:00", first.clone())).await;
    let corrected = json!({"type": "phone_corrected", "record": {"kind": "lead", "id": record.id}, "data": {"phone": "+49 30 5550199"}});
    assert!(host.call("events", "POST", "/v1/events", Some(corrected)).await.status.is_success());
    host.work().await;
    let mut edited = first;
    edited["Message"] = json!("fifty");
    posted(&host, &response("09:20", edited)).await;
    let filled = fields(&host, &record).await;
    assert_eq!((&filled["message"], &filled["phone"]), (&json!("fifty"), &json!("+49305550199")));
}

#[tokio::test]
async fn an_answer_that_is_taken_back_stays_and_is_told() {
    let host = Host::new().await;
    let first = json!({"Full name": "Ida Falk", "Email": "ida@falk.example", "Phone": "+49 30 5550177"});
    let record = posted(&host, &response("09:00", first)).await;
    posted(&host, &response("09:20", json!({"Full name": "Ida Falk", "Email": "ida@falk.example"}))).await;
    assert_eq!(fields(&host, &record).await["phone"], "+49305550177");
    let lines = told(&host, &record).await;
    let update = "Submission updated: phone no longer answered; \u{201c}+49305550177\u{201d} stays";
    assert!(lines.iter().any(|line| line == update), "{lines:?}");
}

#[tokio::test]
async fn an_edited_address_belongs_to_the_record_that_the_submission_filled_and_leads_there_from_then_on() {
    let host = Host::new().await;
    let with = |time, email: &str| response(time, json!({"Full name": "Ida Falk", "Email": email}));
    let record = posted(&host, &with("09:00", "ida@flak.example")).await;
    let stranger = posted(&host, &with("09:20", "ida@falk.example")).await;
    assert_eq!(fields(&host, &record).await["email"], "ida@falk.example");
    assert_eq!(fields(&host, &stranger).await, fields(&host, &record).await, "the name leads there");
    assert!(entries(&host, &stranger).await.is_empty(), "no second lead");
    post(&host, "demo-request", &json!({"full_name": "Ida Falk", "email": "ida@falk.example", "message": "Again"}))
        .await;
    assert_eq!(fields(&host, &record).await["message"], "Again");
    assert!(entries(&host, &stranger).await.is_empty(), "no second lead");
    let lines = told(&host, &record).await;
    assert!(lines.iter().any(|line| line.starts_with("Recognised as Ida Falk by e")), "{lines:?}");
}

#[tokio::test]
async fn an_update_leaves_a_closed_record_closed() {
    let host = Host::new().await;
    let with = |time, message: &str| response(time, json!({"Email": "ida@falk.example", "Message": message}));
    let record = posted(&host, &with("09:00", "five")).await;
    let close = host
        .call("operate", "POST", &format!("/v1/records/lead/{}/close", record.id), Some(json!({"reason": "won"})))
        .await;
    assert!(close.status.is_success(), "{}", close.text);
    host.work().await;
    posted(&host, &with("09:20", "fifty")).await;
    let entries = entries(&host, &record).await;
    assert!(entries[0].head.closed);
    assert_eq!(entries[0].head.fields["message"], "fifty".into());
    let lines = told(&host, &record).await;
    assert!(lines.contains(&"The lead stays closed".to_owned()), "{lines:?}");
}

#[tokio::test]
async fn what_an_earlier_release_took_is_known_when_it_comes_again() {
    let host = Host::new().await;
    let with = |time, message: &str| response(time, json!({"Email": "ida@falk.example", "Message": message}));
    host.post("demo-request", JSON, with("09:00", "five").to_string()).await;
    let Message { since, body, .. } = host.published().await.remove(0);
    let ToEvaluate::Event(event) = body else { panic!("a form is an event") };
    let record = event.record.key.clone();
    // Then an event was named by its provider's id alone.
    let name = event.submission.clone().unwrap();
    let old = Event { id: name.as_str().into(), submission: None, ..*event };
    let message = Message { id: MessageId::new(name.as_str()), since, body: ToEvaluate::Event(Box::new(old)) };
    engine::evaluate::handle(&host.store, message).await.unwrap();
    posted(&host, &with("09:00", "five")).await;
    assert_eq!(starts(&host, &record).await, 1);
    posted(&host, &with("09:20", "fifty")).await;
    assert_eq!(fields(&host, &record).await["message"], "fifty");
    assert_eq!(starts(&host, &record).await, 1);
}
