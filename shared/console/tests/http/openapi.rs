//! The OpenAPI document against the router: the same routes, the same scopes, and every
//! documented request answers with the documented status.

use std::{collections::BTreeMap, path::Path};

use axum::{
    body::Body,
    http::{Request, header},
};
use console::{Need, Scope, routes};
use serde_json::{Value as Json, json};

use crate::{
    host::{Host, TOKEN, files, problem_codes},
    operate::dead_letter,
};

pub async fn document(host: &Host) -> Json {
    host.send(Request::get("/v1/openapi.json").body(Body::empty()).unwrap()).await.json()
}

pub fn operations(document: &Json) -> BTreeMap<(String, String), Json> {
    let mut operations = BTreeMap::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            operations.insert((path.clone(), method.to_uppercase()), operation.clone());
        }
    }
    operations
}

fn scope(need: Need) -> Json {
    match need {
        Need::Nothing => Json::Null,
        Need::Scope(scope) => json!(scope),
        Need::Page => json!(Scope::Read),
    }
}

#[tokio::test]
async fn the_document_names_every_route_and_its_scope_and_no_other() {
    let host = Host::new().await;
    let document = document(&host).await;
    let documented: BTreeMap<(String, String), Json> = operations(&document)
        .into_iter()
        .map(|(key, operation)| {
            let listed = operation["security"].pointer("/0/key/0").cloned().unwrap_or_default();
            assert_eq!(listed, operation["x-scope"], "{key:?}");
            (key, listed)
        })
        .collect();
    let is_api = |path: &str| path.starts_with("/v1/") || path == "/healthz";
    let served: BTreeMap<(String, String), Json> = routes(host.app.clone())
        .into_iter()
        .filter(|route| is_api(route.path))
        .map(|route| ((route.path.to_owned(), route.method.to_owned()), scope(route.need)))
        .collect();
    assert_eq!(documented, served);
}

/// What the document leaves open, filled with what this host has.
pub async fn values(host: &Host, path: &str) -> BTreeMap<&'static str, String> {
    let lead = host.lead().await;
    dead_letter(host, "dlq_1").await;
    let tasks = host.get("/v1/tasks").await;
    if path.starts_with("/v1/keys/") {
        host.call("admin", "POST", "/v1/keys", Some(json!({"name": "program", "scope": "read"}))).await;
    }
    let manifest = host.get("/v1/playbook").await.at("/manifest");
    if path.starts_with("/v1/kept") {
        host.post("demo-request", "application/json", r#"{"email":"a@example.com","hp_website":"x"}"#).await;
        host.work().await;
    }
    let waiting = if path.ends_with("/fetched") { waiting(host).await } else { String::new() };
    let id = match path {
        path if path.ends_with("/fetched") => waiting.as_str(),
        path if path.starts_with("/v1/kept") => "held-1",
        path if path.starts_with("/v1/people") => "ana",
        path if path.starts_with("/v1/dead-letters") => "dlq_1",
        _ => lead.id.as_str(),
    };
    BTreeMap::from([
        ("form", if path.contains("forms") { "meta" } else { "" }.to_owned()),
        ("kind", "lead".to_owned()),
        ("name", "program".to_owned()),
        ("record_kind", "lead".to_owned()),
        ("id", id.to_owned()),
        ("record_id", lead.id.clone()),
        ("task", tasks.at("/data/0/id").as_str().unwrap().to_owned()),
        ("manifest", manifest.as_str().unwrap().to_owned()),
        ("secret", "any".to_owned()),
        ("token", TOKEN.replace(' ', "%20")),
    ])
}

/// A lead of which only an id is known.
async fn waiting(host: &Host) -> String {
    let notification = json!([{"objectId": 7, "subscriptionType": "contact.creation", "eventId": 1}]);
    let answer = host.post("hubspot", "application/json", notification.to_string()).await;
    host.work().await;
    answer.at("/record").as_str().unwrap().trim_start_matches("lead/").to_owned()
}

pub fn filled(text: &str, values: &BTreeMap<&'static str, String>) -> String {
    values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// The query that the document asks for: required parameters with their examples.
fn query(document: &Json, operation: &Json) -> String {
    let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    let required: Vec<String> = parameters
        .iter()
        .filter_map(|parameter| document.pointer(parameter["$ref"].as_str()?.strip_prefix('#')?))
        .filter(|parameter| parameter["in"] == "query" && parameter["required"] == true)
        .map(|parameter| format!("{}={}", parameter["name"].as_str().unwrap(), parameter["example"].as_str().unwrap()))
        .collect();
    if required.is_empty() { String::new() } else { format!("?{}", required.join("&")) }
}

fn body(content_type: &str, example: &Json) -> String {
    let pairs = || example.as_object().unwrap().iter().map(|(name, value)| (name, value.as_str().unwrap()));
    match content_type {
        "application/x-www-form-urlencoded" => {
            pairs().map(|(name, value)| format!("{name}={}", value.replace(' ', "+"))).collect::<Vec<_>>().join("&")
        }
        "multipart/form-data" => {
            let part = |(name, value): (&String, &str)| {
                format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
            };
            pairs().map(part).collect::<String>() + "--B--\r\n"
        }
        _ => example.to_string(),
    }
}

#[tokio::test]
async fn every_documented_request_answers_with_the_documented_status_and_type() {
    let host = Host::new().await;
    let document = document(&host).await;
    for ((path, method), operation) in operations(&document) {
        let bodies = match operation.pointer("/requestBody/content").and_then(Json::as_object) {
            Some(content) => content.iter().map(|(kind, it)| (Some(kind.clone()), it["example"].clone())).collect(),
            None => vec![(None, Json::Null)],
        };
        for (content_type, example) in bodies {
            let host = Host::new().await;
            let values = values(&host, &path).await;
            let example = if path == "/v1/playbook" { json!({"files": files()}) } else { example };
            let form = if method == "POST" { "demo-request" } else { "meta" };
            let uri = filled(
                &(path.replace("{form}", form).replace("{pool}", "inbound") + &query(&document, &operation)),
                &values,
            );
            let mut request = Request::builder().method(method.as_str()).uri(&uri);
            request = request.header(header::AUTHORIZATION, "Bearer hk_admin");
            let sent = match &content_type {
                None => request.body(Body::empty()),
                Some(kind) => {
                    let given = kind.replace("multipart/form-data", "multipart/form-data; boundary=B");
                    request.header(header::CONTENT_TYPE, given).body(Body::from(filled(&body(kind, &example), &values)))
                }
            };
            let answer = host.send(sent.unwrap()).await;
            let promised = &operation["responses"][answer.status.as_str()];
            assert!(answer.status.is_success() && promised.is_object(), "{method} {uri} {content_type:?}: {answer:?}");
            let kind = answer.header("content-type").split(';').next().unwrap_or_default();
            assert!(promised["content"].get(kind).is_some(), "{method} {uri}: {kind}");
        }
    }
}

#[tokio::test]
async fn what_is_refused_is_refused_with_a_documented_status() {
    let host = Host::new().await;
    let document = document(&host).await;
    let values = values(&host, "/v1/records").await;
    let mut undocumented = Vec::new();
    for ((path, method), operation) in operations(&document) {
        let plain = path.replace("{form}", "demo-request").replace("{pool}", "inbound");
        let plain = filled(&plain, &values);
        // A parameter that there is not, half of a pair in a name, a name of nothing, and no key.
        let broken = |part: &str| if part.starts_with('{') { "%ED%A0%80".to_owned() } else { part.to_owned() };
        let broken = path.split('/').map(broken).collect::<Vec<_>>().join("/");
        let unknown = path.replace(['{', '}'], "");
        for (uri, key) in
            [(format!("{plain}?bogus=1"), "hk_admin"), (broken, "hk_admin"), (unknown, "hk_admin"), (plain, "hk_wrong")]
        {
            let request = Request::builder().method(method.as_str()).uri(&uri);
            let request = request.header(header::AUTHORIZATION, format!("Bearer {key}")).body(Body::empty()).unwrap();
            let answer = host.send(request).await;
            let is_documented = operation["responses"].get(answer.status.as_str()).is_some();
            if !is_documented {
                undocumented.push(format!("{method} {uri}: {}", answer.status));
            }
        }
    }
    assert!(undocumented.is_empty(), "{undocumented:#?}");
}

/// The text of all sources below a folder.
fn sources(folder: &Path) -> String {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| match path.is_dir() {
            true => sources(&path),
            false if path.extension().is_some_and(|extension| extension == "rs") => {
                std::fs::read_to_string(path).unwrap()
            }
            false => String::new(),
        })
        .collect()
}

/// The other way round, `host::answer` holds every problem of these tests to the document.
#[test]
fn every_documented_code_is_one_that_somebody_answers() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let said = sources(&here.join("src"))
        + &sources(&here.join("../forms/src"))
        + &sources(&here.join("../../infra/cli/src/local"));
    for code in problem_codes() {
        assert!(said.contains(&code.to_string()), "{code} is documented, and nobody answers it");
    }
}

#[tokio::test]
async fn the_document_is_served_as_it_is_written_without_its_blanks() {
    let host = Host::new().await;
    let served = host.send(Request::get("/v1/openapi.json").body(Body::empty()).unwrap()).await.text;
    let written = include_str!("../../src/openapi.json");
    let [served_json, written_json]: [Json; 2] =
        [served.as_str(), written].map(|text| serde_json::from_str(text).unwrap());
    assert_eq!(served_json, written_json);
    assert_eq!(served.len(), serde_json::to_string(&written_json).unwrap().len());
}
