//! Unfinished submissions that come again: after a person has dropped them, and until they are finished.

use serde_json::{Value as Json, json};

use crate::host::Host;

async fn post(host: &Host, body: &Json) -> Json {
    let answer = host.post("demo-request", "application/json", body.to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    host.work().await;
    answer.json()
}

async fn listed(host: &Host, state: &str) -> Vec<Json> {
    host.get(&format!("/v1/partial?state={state}")).await.at("/data").as_array().unwrap().clone()
}

async fn waiting(host: &Host) -> usize {
    let tasks = host.get("/v1/tasks").await.at("/data");
    tasks.as_array().unwrap().iter().filter(|task| task["title"].to_string().contains("not finished")).count()
}

fn version(status: &str, message: &str) -> Json {
    json!({"response_id": "r-9001", "response_status": status, "email": "mo@fjord.example", "message": message})
}

#[tokio::test]
async fn the_finished_version_settles_an_unfinished_one_of_any_sender() {
    let host = Host::new().await;
    post(&host, &version("partial", "")).await;
    post(&host, &version("partial", "five")).await;
    assert_eq!((listed(&host, "open").await.len(), waiting(&host).await), (2, 1));
    assert!(post(&host, &version("completed", "five people")).await["record"].is_string());
    assert_eq!((listed(&host, "open").await.len(), waiting(&host).await), (0, 0));
    assert_eq!(listed(&host, "settled").await[0]["state"], "finished");
}

#[tokio::test]
async fn what_goes_on_after_it_was_dropped_is_held_again() {
    let host = Host::new().await;
    for round in ["one", "two", "three"] {
        post(&host, &version("partial", round)).await;
        let open = listed(&host, "open").await;
        assert_eq!((open.len(), waiting(&host).await), (1, 1), "{round}: {open:?}");
        // The same once more is the same.
        post(&host, &version("partial", round)).await;
        assert_eq!(listed(&host, "open").await.len(), 1, "{round}");
        let id = open[0]["id"].as_str().unwrap();
        let path = format!("/v1/kept/{id}/drop");
        let dropped = host.call("operate", "POST", &path, Some(json!({"reason": "nobody"}))).await;
        assert_eq!(dropped.status, 202, "{}", dropped.text);
        host.work().await;
        assert_eq!((listed(&host, "open").await.len(), waiting(&host).await), (0, 0), "{round}");
    }
    post(&host, &version("partial", "four")).await;
    assert_eq!(listed(&host, "open").await.len(), 1);
    post(&host, &version("completed", "four people")).await;
    let states: Vec<String> = listed(&host, "all").await.iter().map(|it| it["state"].to_string()).collect();
    assert_eq!(states, ["\"finished\"", "\"dropped\"", "\"dropped\"", "\"dropped\""]);
    assert_eq!(waiting(&host).await, 0);
}
