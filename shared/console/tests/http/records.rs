//! What people see of a record: where it stands, its story, why, and who got it.

use axum::{body::Body, http::Request};
use console::Config;
use domain::{
    effect::EffectResult,
    id::{EffectId, ManifestId, MessageId, RecordKey, WorkflowId},
    instant::Instant,
    message::{Message, ToAct},
    workflow::Workflow,
};
use engine::ports::{Activation, Claim, EffectRow, EffectState, Effects, Mailbox, Playbooks, Queue, Rendered};
use serde_json::json;

use crate::host::{Host, NOW, playbook};

fn path(record: &RecordKey, rest: &str) -> String {
    format!("/v1/records/{}/{}{rest}", record.kind, record.id)
}

#[tokio::test]
async fn a_record_says_who_has_it_and_what_it_waits_for() {
    let host = Host::new().await;
    let lead = host.lead().await;
    let record = host.get(&path(&lead, "")).await;
    assert_eq!(record.status, 200, "{}", record.text);
    assert_eq!(record.at("/record"), lead.to_string());
    assert_eq!(record.at("/fields/name"), "Ada Example");
    assert_eq!((record.at("/owner/person"), record.at("/owner/pool")), (json!("ana"), json!("inbound")));
    assert_eq!(record.at("/tasks/0/title"), "Call within 5 min");
    assert_eq!(record.at("/executions/0/workflow"), "speed-to-lead");
    assert_eq!(record.at("/executions/0/until"), "2026-03-02T09:15:00Z");
    assert!(record.at("/now").as_str().unwrap().contains("Waiting for a call"), "{}", record.text);
    let gaps = record.at("/gaps");
    assert!(gaps.as_array().unwrap().iter().any(|gap| gap["target"] == "lead.country"), "{gaps}");
    assert!(!gaps.as_array().unwrap().iter().any(|gap| gap["target"] == "lead.email"), "{gaps}");
}

#[tokio::test]
async fn a_gap_that_was_filled_since_is_no_gap() {
    let host = Host::new().await;
    let post = async |body: &str| {
        let answer = host.post("demo-request", "application/x-www-form-urlencoded", body.to_owned()).await;
        host.work().await;
        answer.at("/record").as_str().unwrap().parse::<RecordKey>().unwrap()
    };
    let lead = post("email=ada@example.com&team_size=very+large").await;
    let gaps = host.get(&path(&lead, "")).await.at("/gaps").to_string();
    assert!(gaps.contains("lead.country") && gaps.contains("very large"), "{gaps}");
    post("email=ada@example.com&country=DE&team_size=2-10").await;
    let gaps = host.get(&path(&lead, "")).await.at("/gaps").to_string();
    assert!(!gaps.contains("lead.country"), "{gaps}");
}

#[tokio::test]
async fn a_timeline_is_told_in_pages_and_as_text() {
    let host = Host::new().await;
    let lead = host.lead().await;
    let whole = host.get(&path(&lead, "/timeline")).await;
    assert_eq!((whole.status.as_u16(), whole.at("/next_cursor")), (200, json!(null)));
    let texts = |answer: &crate::host::Answer| -> Vec<String> {
        let lines = answer.at("/data");
        lines.as_array().unwrap().iter().map(|line| line["text"].as_str().unwrap().to_owned()).collect()
    };
    assert!(whole.text.contains("Ana Keller"), "{}", whole.text);
    let (mut pages, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = host.get(&path(&lead, &format!("/timeline?limit=1{cursor}"))).await;
        pages.splice(0..0, texts(&page));
        match page.at("/next_cursor").as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(pages.len(), texts(&whole).len());
    let request = Request::get(path(&lead, "/timeline")).header("accept", "text/plain");
    let text = host.send(request.header("authorization", "Bearer hk_read").body(Body::empty()).unwrap()).await;
    assert_eq!(text.header("content-type"), "text/plain; charset=utf-8");
    assert!(text.text.starts_with("Mon 2 Mar 10:00  "), "{}", text.text);
}

#[tokio::test]
async fn why_says_which_part_failed_and_its_value() {
    let host = Host::new().await;
    let lead = host.lead().await;
    let started = host.get(&path(&lead, "/why?workflow=speed-to-lead")).await;
    assert_eq!((started.at("/started"), started.at("/path")), (json!(true), json!("then")), "{}", started.text);
    let small = "full_name=Bob&email=bob@example.com&company=Small&team_size=2-10&message=hi&phone=%2B493012345678";
    let answer = host.post("demo-request", "application/x-www-form-urlencoded", small).await;
    host.work().await;
    let bob: RecordKey = answer.at("/record").as_str().unwrap().parse().unwrap();
    let why = host.get(&path(&bob, "/why?workflow=speed-to-lead")).await;
    let sentence = why.at("/sentence").as_str().unwrap().to_owned();
    assert!(sentence.contains("Employees") && sentence.contains("was 2"), "{sentence}");
    assert_eq!(why.at("/path"), "else");
    assert_eq!(host.get(&path(&bob, "")).await.at("/segments"), json!(["nurture"]));
    let unknown = host.get(&path(&bob, "/why?workflow=speed-to-led")).await;
    assert_eq!(unknown.status, 404);
    assert!(unknown.text.contains("did you mean `speed-to-lead`?"), "{}", unknown.text);
    assert_eq!(host.get(&path(&bob, "/why")).await.status, 400);
}

#[tokio::test]
async fn of_many_workflows_that_a_lead_does_not_meet_each_has_its_answer_also_after_another_version() {
    let mut playbook = playbook();
    let like = playbook.workflows[&"speed-to-lead".into()].clone();
    let names = |from: usize| (from..20).map(|n| WorkflowId::new(format!("large-{n:02}")));
    for id in names(0) {
        let condition = "company.employees > 1000".parse().unwrap();
        playbook.workflows.insert(id, Workflow { condition: Some(condition), otherwise: Vec::new(), ..like.clone() });
    }
    let host = Host::of(&playbook, Config::default()).await;
    let lead = host.lead().await;
    let why = async || host.get(&path(&lead, "/why?workflow=large-07")).await.at("/sentence");
    let sentence = why().await;
    assert!(
        sentence.as_str().is_some_and(|said| said.starts_with("Not started. Employees must be over 1000")),
        "{sentence}"
    );
    // Others come first in it: what the entry says by place, it says of the version that it names.
    let first = playbook.manifest_id();
    playbook.workflows.retain(|id, _| id.as_str() == "speed-to-lead" || names(6).any(|kept| kept == *id));
    let by = Activation { manifest: playbook.manifest_id(), at: Instant::parse(NOW).unwrap(), by: "test".to_owned() };
    host.store.publish(&playbook, Some(&first), by).await.unwrap();
    assert_eq!(why().await, sentence);
}

#[tokio::test]
async fn an_assignment_names_every_candidate_and_what_spoke_for_or_against() {
    let host = Host::new().await;
    let lead = host.lead().await;
    let answer = host.get(&path(&lead, "/assignments")).await;
    assert_eq!(answer.at("/data/0/person"), "ana");
    assert_eq!(answer.at("/data/0/candidates").as_array().unwrap().len(), 3, "{}", answer.text);
    assert!(answer.at("/data/0/sentence").as_str().unwrap().contains("Ana"), "{}", answer.text);
}

#[tokio::test]
async fn an_assignment_carries_the_numbers_it_was_decided_on() {
    let host = Host::new().await;
    let lead = host.lead().await;
    let assignments = host.get(&path(&lead, "/assignments")).await;
    let decision = assignments.at("/data/0/decision");
    assert_eq!((&decision["pick"], &decision["available"][0]["person"]), (&json!(1), &json!("ana")));
    assert_eq!(decision["available"][0], json!({ "person": "ana", "weight": 3, "numbers": { "owed": 500_000_000 } }));
}

#[tokio::test]
async fn a_pools_ledger_says_who_was_due_what_and_who_got_it() {
    let host = Host::new().await;
    let before = host.get("/v1/pools/inbound").await;
    assert_eq!(
        (before.status.as_u16(), before.at("/picks"), before.at("/members/0/since")),
        (200, json!(0), json!(null))
    );
    host.lead().await;
    let ledger = host.get("/v1/pools/inbound").await;
    assert_eq!(
        (ledger.at("/strategy"), ledger.at("/picks"), ledger.at("/bound")),
        (json!("weighted"), json!(1), json!(0.75))
    );
    let member = |index: usize, name: &str| ledger.at(&format!("/members/{index}/{name}"));
    assert_eq!((member(0, "due"), member(0, "given"), member(0, "difference")), (json!(0.5), json!(1), json!(0.5)));
    assert_eq!(
        (member(2, "name"), member(2, "difference"), member(2, "now")),
        (json!("Chloe Martin"), json!(-0.167), json!("available"))
    );
    assert_eq!(member(0, "since"), "2026-03-02T09:00:00Z");
}

#[tokio::test]
async fn pools_are_listed_and_an_unknown_one_is_not_found() {
    let host = Host::new().await;
    let pools = host.get("/v1/pools").await;
    assert_eq!((pools.at("/data/0/pool"), pools.at("/data/0/members/ana")), (json!("inbound"), json!(3)));
    let unknown = host.get("/v1/pools/inbond").await;
    assert_eq!((unknown.status.as_u16(), unknown.at("/code")), (404, json!("not_found")));
    assert!(unknown.text.contains("did you mean `inbound`?"), "{}", unknown.text);
}

#[tokio::test]
async fn the_lists_show_what_goes_on() {
    let host = Host::new().await;
    let lead = host.lead().await;
    let executions = host.get("/v1/executions?workflow=speed-to-lead&state=open").await;
    assert_eq!(executions.at("/data/0/record"), lead.to_string());
    assert_eq!(host.get("/v1/executions?workflow=other").await.at("/data"), json!([]));
    assert_eq!(host.get("/v1/executions?state=held").await.at("/data"), json!([]));
    let tasks = host.get("/v1/tasks?assigned_to=ana").await;
    assert_eq!((tasks.at("/data/0/state"), tasks.at("/data/0/priority")), (json!("open"), json!("P1")));
    assert_eq!(host.get("/v1/tasks?assigned_to=ben").await.at("/data"), json!([]));
    assert_eq!(host.get(&format!("/v1/tasks?record={lead}")).await.at("/data/0/record"), lead.to_string());
}

/// An effect as `act` would have left it.
pub fn effect(id: &str, record: &RecordKey, state: EffectState) -> EffectRow {
    let at = Instant::parse(NOW).unwrap();
    EffectRow {
        request: ToAct {
            effect: EffectId::new(id),
            record: record.clone(),
            seq: 1,
            index: 0,
            manifest: ManifestId::new("man_x"),
            workflow: Some("speed-to-lead".into()),
            not_after: at.plus_minutes(60),
            not_again: false,
        },
        message: MessageId::new(format!("msg_{id}")),
        what: "e-mail \u{201c}intro\u{201d} to the record's address".to_owned(),
        rendered: Ok(Rendered {
            from: Mailbox::bare("hello@example.com"),
            to: Mailbox::bare("ada@example.com"),
            subject: "Hello <b>".to_owned(),
            body: "…".to_owned(),
        }),
        state,
        at,
        keep_for: None,
    }
}

#[tokio::test]
async fn the_outbox_shows_each_effect_as_it_is() {
    let host = Host::new().await;
    let lead = RecordKey::new("lead", "L1");
    let at = Instant::parse(NOW).unwrap();
    for (id, result) in [
        ("eff_1", None),
        ("eff_2", Some(EffectResult::Captured)),
        ("eff_3", Some(EffectResult::Failed { why: "no such address".to_owned() })),
        ("eff_4", Some(EffectResult::InDoubt)),
    ] {
        let claimed = EffectState::Claimed { attempt: "a".to_owned(), lease_until: at.plus_minutes(2) };
        assert_eq!(host.store.claim(&effect(id, &lead, claimed)).await.unwrap(), Claim::Mine);
        if let Some(result) = result {
            host.store.settle(&EffectId::new(id), &result, at).await.unwrap();
        }
    }
    let outbox = host.get("/v1/outbox").await;
    let lines = outbox.at("/data");
    let states: std::collections::BTreeMap<&str, (&str, &serde_json::Value)> = lines
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (line["id"].as_str().unwrap(), (line["state"].as_str().unwrap(), &line["why"])))
        .collect();
    assert_eq!(states["eff_1"], ("claimed", &json!(null)));
    assert_eq!(states["eff_2"].0, "captured");
    assert_eq!(states["eff_3"], ("failed", &json!("no such address")));
    assert_eq!(states["eff_4"].0, "in_doubt");
    assert_eq!((states["eff_1"].0, &lines[3]["retry_at"]), ("claimed", &json!(null)));
    host.store.put_off(&EffectId::new("eff_1"), "a", "the server is busy", at.plus_minutes(1)).await.unwrap();
    let line = host.get("/v1/outbox").await.at("/data/3").clone();
    assert_eq!((line["state"].as_str(), line["why"].as_str()), (Some("put_off"), Some("the server is busy")));
    assert_eq!(line["retry_at"], at.plus_minutes(1).to_string());
    assert_eq!(lines[0]["message"]["to"], "ada@example.com");
}

#[tokio::test]
async fn a_message_that_is_not_taken_yet_says_why_and_when_it_is_tried_again() {
    let host = Host::new().await;
    let lead = host.lead().await;
    let told = async || host.get(&path(&lead, "/timeline")).await.text;
    assert!(told().await.contains("E-mail “intro” to the lead: on its way"), "{}", told().await);
    let asked = host.store.receive(Queue::Act, 100, 1).await.unwrap();
    let asked: Vec<Message<ToAct>> = asked.iter().map(|one| serde_json::from_str(&one.body).unwrap()).collect();
    let at = Instant::parse(NOW).unwrap();
    for request in asked.into_iter().map(|message| message.body) {
        let (id, claimed) = (request.effect.clone(), EffectState::Claimed { attempt: "a".to_owned(), lease_until: at });
        let row = EffectRow { request, ..effect(id.as_str(), &lead, claimed) };
        assert_eq!(host.store.claim(&row).await.unwrap(), Claim::Mine);
        host.store.put_off(&id, "a", "connection refused", at.plus_minutes(3)).await.unwrap();
    }
    let put_off = "E-mail “intro” to the lead: not taken yet (connection refused); tried again at 10:03";
    assert!(told().await.contains(put_off), "{}", told().await);
}

#[tokio::test]
async fn reading_changes_nothing() {
    let host = Host::new().await;
    let lead = host.lead().await;
    let before = host.get(&path(&lead, "")).await.json();
    for route in console::routes(host.app.clone()).iter().filter(|route| route.method == "GET") {
        let filled = route.path.replace("{kind}", "lead").replace("{id}", &lead.id).replace("{form}", "demo-request");
        for method in ["GET", "HEAD"] {
            host.call("admin", method, &filled, None).await;
        }
    }
    assert_eq!(host.get(&path(&lead, "")).await.json(), before);
    assert!(host.published().await.is_empty());
    assert!(host.store.receive(Queue::Assign, 10, 1).await.unwrap().is_empty());
    assert!(host.store.receive(Queue::Escalate, 10, 1).await.unwrap().is_empty());
}
