//! Intake: what is accepted, under which ids, and that nothing is answered before the bus has it.

use std::{net::IpAddr, sync::Arc};

use axum::{body::Body, http::Request};
use console::{App, ClientIp, Config, Rate, intake_router};
use domain::{
    history::Entry,
    id::{ManifestId, MessageId, RecordKey},
    instant::Instant,
    kept::KeptWhy,
    message::{Message, ToEvaluate},
    plan::Plan,
    playbook::Playbook,
};
use engine::ports::{Activation, Active, Append, Bus, Clock, Histories, Look, Playbooks, PortError, Published};
use serde_json::json;
use sqlite::Store;

use crate::host::{Host, answer, event, trust};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn a_submission_becomes_one_event_and_the_answer_names_its_record() {
    let host = Host::new().await;
    let body = r#"{"full_name":"Ada","work_email":"Ada@Example.com","company":"Example","team_size":"51-200","x":"y"}"#;
    let answer = host.post("demo-request", JSON, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let messages = host.published().await;
    let event = event(&messages[0]);
    assert_eq!(messages.len(), 1);
    assert_eq!(answer.at("/event_id"), event.id.as_str());
    assert_eq!(answer.at("/record"), event.record.key.to_string());
    assert_eq!(answer.at("/links/timeline"), format!("/v1/records/lead/{}/timeline", event.record.key.id));
    assert_eq!(event.record.fields["email"].to_string(), "ada@example.com");
    assert_eq!(event.linked[0].part.fields["employees"].to_string(), "51");
    assert_eq!(event.unmapped["x"].to_string(), "y");
    assert!(event.gaps.iter().any(|gap| gap.target == "lead.phone" && gap.why == domain::event::GapWhy::Missing));
    assert_eq!(messages[0].since, Instant::parse(crate::host::NOW).unwrap());
    let timeline = host.get(answer.at("/links/timeline").as_str().unwrap()).await;
    assert_eq!(timeline.status, 404, "nothing but the event was written");
}

#[tokio::test]
async fn the_same_person_is_the_same_record_and_another_is_another() {
    let host = Host::new().await;
    let mut records = Vec::new();
    for body in ["email=ada@example.com&a=1", "email=ADA@example.com&a=2", "email=bob@example.com"] {
        records.push(host.post("demo-request", FORM, body).await.at("/record"));
    }
    assert_eq!(records[0], records[1]);
    assert_ne!(records[0], records[2]);
    let messages = host.published().await;
    assert_ne!(event(&messages[0]).id, event(&messages[1]).id, "a new wish is a new event");
}

#[tokio::test]
async fn a_company_without_an_identity_belongs_to_its_lead() {
    let host = Host::new().await;
    for body in ["email=ada@example.com&team_size=2-10", "email=ada@example.com&team_size=51-200"] {
        host.post("demo-request", FORM, body).await;
    }
    let messages = host.published().await;
    assert_eq!(event(&messages[0]).linked[0].part.key, event(&messages[1]).linked[0].part.key);
}

#[tokio::test]
async fn strangers_who_write_that_they_have_no_company_share_none() {
    let host = Host::new().await;
    for body in [
        r#"{"email":"big@corp.example","company":"N/A","team_size":"51-200"}"#,
        r#"{"email":"tiny@shop.example","company":"n/a"}"#,
        r#"{"email":"other@shop.example","company":"none","team_size":"2-10"}"#,
    ] {
        host.post("demo-request", JSON, body).await;
    }
    let messages = host.published().await;
    let companies: Vec<_> = messages.iter().map(|it| event(it).linked.first().map(|it| &it.part)).collect();
    assert!(companies[1].is_none(), "nothing is known of a company");
    assert_ne!(companies[0].unwrap().key, companies[2].unwrap().key);
    assert!(!companies[0].unwrap().fields.contains_key("name"));
    assert_eq!(event(&messages[1]).unmapped.get("company"), Some(&domain::value::Value::text("n/a")));
}

#[tokio::test]
async fn an_unknown_form_is_kept_with_a_proposed_map() {
    let host = Host::new().await;
    let answer = host.post("newsletter", FORM, "your_email=ada@example.com&company=Example").await;
    assert_eq!((answer.status.as_u16(), answer.at("/kept")), (200, json!("unmatched")));
    host.work().await;
    let listed = host.get("/v1/unmatched").await;
    assert_eq!(listed.at("/data/0/form"), "newsletter");
    assert_eq!(listed.at("/data/0/event_id"), answer.at("/event_id"));
    assert_eq!(listed.at("/data/0/proposed_map/lead.email"), "your_email");
    assert_eq!(listed.at("/data/0/submission/fields/company"), "Example");
}

#[tokio::test]
async fn a_filled_honeypot_is_held_and_its_sender_not_told() {
    let host = Host::new().await;
    let answer = host.post("demo-request", FORM, "email=ada@example.com&hp_website=spam").await;
    assert_eq!(answer.status, 200);
    assert!(!answer.text.contains("held") && answer.at("/event_id").is_string());
    let messages = host.published().await;
    assert!(matches!(&messages[0].body, ToEvaluate::Kept(kept) if kept.why == KeptWhy::Held));
}

#[tokio::test]
async fn a_browser_that_posts_a_page_sees_a_page() {
    let host = Host::new().await;
    let request = Request::post("/v1/forms/demo-request")
        .header("content-type", FORM)
        .header("accept", "text/html,application/xhtml+xml")
        .header("origin", "https://shop.example");
    let answer = host.send(request.body(Body::from("email=ada@example.com")).unwrap()).await;
    assert_eq!(answer.status, 200);
    assert!(answer.text.contains("Thank you") && answer.text.contains("Nordlicht"), "{}", answer.text);
    assert!(answer.text.contains("href=\"/style.css\""), "{}", answer.text);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
}

#[tokio::test]
async fn any_page_may_ask_before_it_posts() {
    let host = Host::new().await;
    let answer = host.send(Request::options("/v1/forms/demo-request").body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("access-control-allow-methods"), "POST");
    let answer = host.send(Request::options("/v1/events").body(Body::empty()).unwrap()).await;
    assert_eq!((answer.status.as_u16(), answer.header("access-control-allow-origin")), (405, ""));
}

#[tokio::test]
async fn a_client_that_posts_too_often_is_told_when_to_come_back() {
    let rate = Rate { per_second: 0.5, burst: 2.0 };
    let host = Host::with(Config { rate: Some(rate), ..Config::default() }).await;
    let post = |client: &str, key: Option<&str>| {
        let mut request = Request::post("/v1/forms/demo-request").header("content-type", FORM);
        if let Some(key) = key {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        let client: IpAddr = client.parse().unwrap();
        request.extension(ClientIp(client)).body(Body::from("email=ada@example.com")).unwrap()
    };
    for _ in 0..2 {
        assert_eq!(host.send(post("192.0.2.1", None)).await.status, 200);
    }
    let refused = host.send(post("192.0.2.1", None)).await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "2"));
    assert_eq!(refused.at("/code"), "too_many_requests");
    assert_eq!(host.send(post("192.0.2.2", None)).await.status, 200);
    assert_eq!(host.send(post("192.0.2.1", Some("hk_events"))).await.status, 200);
    assert_eq!(host.send(post("192.0.2.1", Some("hk_wrong"))).await.status, 429);
    assert_eq!(host.send(post("192.0.2.1", Some("hk_read"))).await.status, 429);
    assert_eq!(host.published().await.len(), 4);
}

/// A store whose bus takes nothing, or only the first chunk.
struct BrokenBus {
    store: Store,
    takes: std::sync::atomic::AtomicIsize,
}

impl Bus for BrokenBus {
    async fn publish(&self, messages: &[&Message<ToEvaluate>]) -> Result<(), PortError> {
        assert!(messages.len() <= 10);
        match self.takes.fetch_sub(1, std::sync::atomic::Ordering::SeqCst) {
            1.. => Bus::publish(&self.store, messages).await,
            _ => Err(PortError::unavailable("publishing", "secret inside")),
        }
    }
}

impl Clock for BrokenBus {
    fn now(&self) -> Instant {
        self.store.now()
    }
}

impl Histories for BrokenBus {
    async fn newest(&self, record: &RecordKey) -> Result<Option<Arc<Entry>>, PortError> {
        self.store.newest(record).await
    }

    async fn look(&self, record: &RecordKey, message: &MessageId, since: Option<Instant>) -> Result<Look, PortError> {
        self.store.look(record, message, since).await
    }

    async fn entry(&self, record: &RecordKey, seq: u64) -> Result<Option<Arc<Entry>>, PortError> {
        self.store.entry(record, seq).await
    }

    async fn append(&self, _: &Entry) -> Result<Append, PortError> {
        panic!("intake writes nothing but the event")
    }

    async fn page(&self, record: &RecordKey, before: Option<u64>, limit: usize) -> Result<Vec<Entry>, PortError> {
        self.store.page(record, before, limit).await
    }
}

impl Playbooks for BrokenBus {
    async fn active(&self) -> Result<Active, PortError> {
        self.store.active().await
    }

    async fn plan(&self, manifest: &ManifestId) -> Result<Option<Arc<Plan>>, PortError> {
        self.store.plan(manifest).await
    }

    async fn publish(&self, _: &Playbook, _: Option<&ManifestId>, _: Activation) -> Result<Published, PortError> {
        panic!("intake writes nothing but the event")
    }

    async fn set_paused(&self, _: &domain::decide::Paused) -> Result<(), PortError> {
        panic!("intake writes nothing but the event")
    }

    async fn activations(&self, limit: usize) -> Result<Vec<Activation>, PortError> {
        self.store.activations(limit).await
    }
}

#[tokio::test]
async fn nothing_is_accepted_that_the_bus_did_not_take() {
    let host = Host::new().await;
    let batch: Vec<_> = (0..15)
        .map(|number| {
            json!({"eventId": number, "subscriptionId": 1, "portalId": 2, "appId": 3, "occurredAt": 1_772_441_000_000_i64,
                   "subscriptionType": "contact.creation", "attemptNumber": 0, "objectId": 1000 + number})
        })
        .collect();
    let post = |form: &str, body: String| {
        let request = Request::post(format!("/v1/forms/{form}")).header("authorization", "Bearer hk_events");
        request.header("content-type", JSON).body(Body::from(body)).unwrap()
    };
    for (takes, form, body, status) in [
        (0, "demo-request", json!({"email": "ada@example.com"}).to_string(), 503),
        (0, "unknown", json!({"email": "ada@example.com"}).to_string(), 503),
        (1, "demo-request", json!({"email": "ada@example.com"}).to_string(), 200),
        (1, "hubspot", json!(batch).to_string(), 503),
        (2, "hubspot", json!(batch).to_string(), 200),
    ] {
        let ports = BrokenBus { store: host.store.clone(), takes: takes.into() };
        let router = intake_router(App::new(Arc::new(ports), trust(), Config::default()));
        let answer = answer(&router, post(form, body)).await;
        assert_eq!(answer.status, status, "{form}: {}", answer.text);
        if status == 503 {
            assert!(!answer.header("retry-after").is_empty());
            assert_eq!(answer.header("content-type"), "application/problem+json");
            assert!(!answer.text.contains("secret inside"));
        }
    }
}
