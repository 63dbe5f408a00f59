//! Submissions that real people's reports led to, each kind in several spellings: what must come out of them.

mod body;
mod event;
mod name;
mod person;

use axum::body::Body;
use engine::ports::Queue;
use serde_json::Value as Json;

use crate::host::Host;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const PARTS: &str = "multipart/form-data; boundary=B";

/// A lead as people see it after a post.
#[derive(Debug)]
struct Lead {
    record: String,
    company: Json,
    fields: Json,
    /// Every sentence of the timeline, a line each.
    told: String,
}

async fn post(host: &Host, form: &str, content_type: &str, body: impl Into<Body>) -> Lead {
    let answer = host.post(form, content_type, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    host.work().await;
    lead(host, answer.at("/record").as_str().unwrap_or_else(|| panic!("{}", answer.text))).await
}

async fn lead(host: &Host, record: &str) -> Lead {
    let shown = host.get(&format!("/v1/records/{record}")).await;
    let timeline = host.get(&format!("/v1/records/{record}/timeline")).await.at("/data");
    let lines = timeline.as_array().unwrap();
    let told = lines.iter().flat_map(|line| [&line["text"]].into_iter().chain(line["detail"].as_array().unwrap()));
    let told: Vec<&str> = told.filter_map(Json::as_str).collect();
    let company = shown.at("/links/company");
    Lead { record: record.to_owned(), company, fields: shown.at("/fields"), told: told.join("\n") }
}

async fn demo(host: &Host, body: Json) -> Lead {
    post(host, "demo-request", JSON, body.to_string()).await
}

async fn listed(host: &Host, list: &str) -> Vec<Json> {
    host.get(&format!("/v1/{list}")).await.at("/data").as_array().unwrap().clone()
}

/// What waits to be sent or told to somebody, as JSON.
async fn effects(host: &Host) -> Vec<String> {
    let acts = host.store.receive(Queue::Act, 100, 1).await.unwrap();
    acts.iter().map(|act| act.body.clone()).collect()
}

/// The titles of the open tasks.
async fn tasks(host: &Host) -> Vec<String> {
    listed(host, "tasks").await.iter().map(|task| task["title"].as_str().unwrap().to_owned()).collect()
}

fn assert_fields(lead: &Lead, expected: Json) {
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&lead.fields[name], value, "{name}: {lead:#?}");
    }
}

/// Parts of a form's body: (what follows `form-data; `, the content).
fn parts(parts: &[(&str, &str)]) -> String {
    let part =
        |(name, content): &(&str, &str)| format!("--B\r\nContent-Disposition: form-data; {name}\r\n\r\n{content}\r\n");
    parts.iter().map(part).collect::<String>() + "--B--\r\n"
}
