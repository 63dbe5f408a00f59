//! Versions of one submission that come at the same moment.

use std::sync::Barrier;

use serde_json::{Value as Json, json};

use crate::host::Host;

fn version(id: usize, email: &str, message: &str) -> Json {
    json!({ "formTitle": "Demo", "responseId": format!("r-{id}"), "namedValues": {
        "Email": [email], "Name": ["Mo Fjord"], "Message": [message] } })
}

/// The records for which two versions start workflows, and how many workflows, where both are handled at once.
async fn raced(id: usize, first: Json, second: Json) -> (usize, usize) {
    let host = Host::new().await;
    for body in [first, second] {
        host.post("demo-request", "application/json", body.to_string()).await;
    }
    let mut messages = host.published().await;
    // Who comes first is not decided.
    if id % 2 == 1 {
        messages.reverse();
    }
    let meet = Barrier::new(messages.len());
    std::thread::scope(|threads| {
        for message in messages {
            threads.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                meet.wait();
                runtime.block_on(engine::evaluate::handle(&host.store, message)).unwrap();
            });
        }
    });
    host.work().await;
    let mut started = Vec::new();
    for state in ["open", "ended"] {
        let listed = host.get(&format!("/v1/executions?state={state}")).await.at("/data");
        started.extend(listed.as_array().unwrap().iter().map(|execution| execution["record"].to_string()));
    }
    let executions = started.len();
    started.sort();
    started.dedup();
    (started.len(), executions)
}

#[tokio::test]
async fn two_versions_at_once_make_one_record() {
    for id in 0..12 {
        for (first, second) in [
            (version(id, "mo@fjord.example", "five"), version(id, "mo@fjord.example", "six")),
            (version(id, "mo@fjord.example", "five"), version(id, "mo.f@fjord.example", "five")),
            (version(id, "", "five"), version(id, "mo@fjord.example", "five")),
        ] {
            assert_eq!(raced(id, first.clone(), second.clone()).await, (1, 1), "{first} {second}");
        }
    }
}
