//! Template syntax in every string that a request can carry: nothing is executed, and nothing fails because of it.

use domain::message::{Message, ToAct};
use engine::ports::{EffectState, Effects, Queue};
use serde_json::Value as Json;

use crate::{
    host::Host,
    openapi::{document, filled, operations, values},
};

/// What a template would make of it is 50337; `{% for %}` and `{#` would keep it from being read.
const TYPED: &str = "{{ 7191*7 }}{% for %}{{ lead.email }}{#";

/// The body with one of its strings replaced, or all of them, once for each.
fn typed(body: &Json) -> Vec<Json> {
    let mut places = Vec::new();
    strings(body, "", &mut places);
    let replaced = |places: &[String]| {
        let mut body = body.clone();
        places.iter().for_each(|place| *body.pointer_mut(place).unwrap() = TYPED.into());
        body
    };
    places.iter().map(|place| replaced(std::slice::from_ref(place))).chain([replaced(&places)]).collect()
}

fn strings(body: &Json, at: &str, places: &mut Vec<String>) {
    match body {
        Json::String(_) => places.push(at.to_owned()),
        Json::Array(all) => {
            all.iter().enumerate().for_each(|(index, one)| strings(one, &format!("{at}/{index}"), places))
        }
        Json::Object(all) => all.iter().for_each(|(name, one)| strings(one, &format!("{at}/{name}"), places)),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

/// Runs every queue empty, the effects' too.
async fn settle(host: &Host) {
    loop {
        host.work().await;
        let received = host.store.receive(Queue::Act, 100, 60_000).await.unwrap();
        if received.is_empty() {
            return;
        }
        for received in received {
            let message: Message<ToAct> = serde_json::from_str(&received.body).unwrap();
            engine::act::handle(&host.store, message, "a test").await.unwrap();
            host.store.acknowledge(&[received.receipt]);
        }
    }
}

#[tokio::test]
async fn template_syntax_in_any_string_of_any_request_is_only_text() {
    let all = operations(&document(&Host::new().await).await);
    let mut sent = 0;
    for ((path, method), operation) in all {
        let example = operation.pointer("/requestBody/content/application~1json/example");
        let Some(example) = example.filter(|_| path != "/v1/playbook") else { continue };
        let host = Host::new().await;
        let values = values(&host, &path).await;
        let uri = filled(&path.replace("{form}", "demo-request").replace("{pool}", "inbound"), &values);
        let example: Json = serde_json::from_str(&filled(&example.to_string(), &values)).unwrap();
        for body in typed(&example) {
            let answer = host.call("admin", &method, &uri, Some(body.clone())).await;
            assert!(answer.status.as_u16() < 500, "{method} {uri} {body}: {answer:?}");
            settle(&host).await;
            sent += 1;
        }
        for row in host.store.effects(None, 1_000).await.unwrap().items {
            let is_sound = match &row.rendered {
                Ok(message) => !format!("{message:?}").contains("50337"),
                // The address was what the request left without an `@`.
                Err(why) => why == "the record has no e-mail address",
            };
            assert!(is_sound, "{method} {uri}: {:?}", row.rendered);
            assert!(matches!(row.state, EffectState::Settled { .. }), "{method} {uri}: {row:?}");
        }
        let record = format!("/v1/records/lead/{}", values["record_id"]);
        for shown in [format!("{record}/timeline"), record, "/v1/tasks?limit=500".to_owned(), "/".to_owned()] {
            let text = host.get(&shown).await.text;
            assert!(!text.contains("50337") && !text.contains("cannot be filled"), "{method} {uri} {shown}: {text}");
        }
    }
    assert!(sent > 20, "{sent} requests are too few to tell anything");
}
