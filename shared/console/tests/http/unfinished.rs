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

/// What comes without an id of its own, of somebody who says no more than this.
fn without_id(status: &str, who: &Json) -> Json {
    let mut body = who.clone();
    body["response_status"] = json!(status);
    body["message"] = json!(format!("{status}, {}", who.as_object().unwrap().len()));
    body
}

async fn open(host: &Host) -> (usize, usize) {
    (listed(host, "open").await.len(), waiting(host).await)
}

#[tokio::test]
async fn without_an_id_the_finished_one_of_the_same_person_settles_what_they_began() {
    let (mail, phone) = ("mo@fjord.example", "+49 30 1239988");
    for (begun, finished) in [
        (json!({"email": mail}), json!({"email": "Mo@Fjord.example", "phone": phone})),
        (json!({"email": mail, "phone": phone}), json!({"email": mail, "phone": "+49 30 1239977"})),
        (json!({"phone": phone}), json!({"phone": "+49 (30) 123-9988", "email": mail})),
        (json!({"phone": phone}), json!({"phone": phone, "name": "Mo Fjord"})),
        (json!({"phone": "030 1239988"}), json!({"phone": "030 1239988", "name": "Mo Fjord"})),
        (json!({"email": mail}), json!({"email": mail, "response_id": "r-9002"})),
    ] {
        let host = Host::new().await;
        post(&host, &without_id("partial", &begun)).await;
        post(&host, &without_id("in_progress", &begun)).await;
        assert_eq!(open(&host).await, (2, 1), "{begun}");
        post(&host, &without_id("completed", &finished)).await;
        assert_eq!(open(&host).await, (0, 0), "{begun}, {finished}");
        let settled = listed(&host, "settled").await;
        assert_eq!(settled[1]["state"], "finished");
        assert!(settled[1]["settled"]["sentence"].as_str().unwrap().contains("by the finished submission"));
    }
}

/// Whichever of the two comes first: what a page sends while somebody leaves it may come behind what they sent.
#[tokio::test]
async fn of_address_and_number_one_that_both_give_is_enough() {
    let (mail, phone, local) = ("mo@fjord.example", "+49 30 1239988", "030 1239988");
    for (begun, finished) in [
        (json!({"phone": phone}), json!({"email": mail, "phone": "+49 (30) 123-9988"})),
        (json!({"phone": local}), json!({"email": mail, "phone": local})),
        (json!({"email": mail, "phone": phone}), json!({"phone": "0049 30 1239988"})),
        (json!({"email": mail, "phone": local}), json!({"phone": local})),
    ] {
        for statuses in [["partial", "completed"], ["completed", "partial"]] {
            if statuses[0] == "completed" && begun["phone"] == local && finished["email"] == mail {
                continue; // A number without its country finds no record.
            }
            let host = Host::new().await;
            for status in statuses {
                let who = if status == "partial" { &begun } else { &finished };
                post(&host, &without_id(status, who)).await;
            }
            assert_eq!(open(&host).await, (0, 0), "{statuses:?}: {begun}, {finished}");
        }
    }
}

#[tokio::test]
async fn a_number_alone_finishes_what_the_one_who_is_known_by_it_began_and_nothing_of_a_colleague() {
    let (mo, kai, phone) = ("mo@fjord.example", "kai@berg.example", "+49 30 1239988");
    for (began, expected) in [(mo, (0, 0)), (kai, (1, 1))] {
        let host = Host::new().await;
        post(&host, &without_id("completed", &json!({"email": mo, "phone": phone}))).await;
        host.wait(11).await;
        post(&host, &without_id("partial", &json!({"email": began, "phone": phone}))).await;
        assert_eq!(open(&host).await, (1, 1), "{began}");
        post(&host, &without_id("completed", &json!({"phone": phone, "name": "Mo"}))).await;
        assert_eq!(open(&host).await, expected, "{began}");
    }
    // And what came behind: a colleague has finished theirs just now.
    let host = Host::new().await;
    post(&host, &without_id("completed", &json!({"email": mo, "phone": phone}))).await;
    post(&host, &without_id("partial", &json!({"email": kai, "phone": phone}))).await;
    assert_eq!(open(&host).await, (1, 1));
}

#[tokio::test]
async fn somebody_else_or_another_form_finishes_nothing_of_theirs() {
    let (mail, phone) = ("mo@fjord.example", "+49 30 1239988");
    for (begun, finished) in [
        (json!({"email": mail}), json!({"email": "kai@berg.example"})),
        (json!({"email": mail, "phone": phone}), json!({"email": "kai@berg.example", "phone": phone})),
        (json!({"name": "Mo Fjord"}), json!({"name": "Mo Fjord"})),
    ] {
        let host = Host::new().await;
        post(&host, &without_id("partial", &begun)).await;
        post(&host, &without_id("completed", &finished)).await;
        assert_eq!(open(&host).await, (1, 1), "{begun}, {finished}");
    }
    let mut playbook = crate::host::playbook();
    let other = playbook.forms[&"demo-request".into()].clone();
    playbook.forms.insert("other".into(), other);
    let host = Host::of(&playbook, console::Config::default()).await;
    post(&host, &without_id("partial", &json!({"email": mail}))).await;
    let body = without_id("completed", &json!({"email": mail})).to_string();
    host.post("other", "application/json", body).await;
    host.work().await;
    assert_eq!(open(&host).await, (1, 1));
}

#[tokio::test]
async fn what_they_begin_later_waits_again_and_what_was_late_does_not() {
    let host = Host::new().await;
    let mo = json!({"email": "mo@fjord.example"});
    let post_all = async |statuses: &[&str]| {
        for status in statuses {
            post(&host, &without_id(status, &mo)).await;
        }
    };
    post_all(&["partial", "completed"]).await;
    assert_eq!(open(&host).await, (0, 0));
    // The page sent it while it was left, and it came behind the finished one.
    post_all(&["partial"]).await;
    assert_eq!(open(&host).await, (0, 0));
    host.wait(11).await;
    post_all(&["partial"]).await;
    assert_eq!(open(&host).await, (1, 1));
    let name = listed(&host, "open").await[0]["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/kept/{name}/release");
    assert_eq!(host.call("operate", "POST", &path, Some(json!({}))).await.status, 202);
    host.work().await;
    assert_eq!(open(&host).await, (0, 0));
    host.wait(11).await;
    post_all(&["partial"]).await;
    assert_eq!(open(&host).await, (1, 1));
    post(&host, &json!({"email": "mo@fjord.example", "message": "Two more desks"})).await;
    assert_eq!(open(&host).await, (0, 0));
    let states: Vec<String> = listed(&host, "all").await.iter().map(|it| it["state"].to_string()).collect();
    assert_eq!(states, ["finished", "released", "finished", "finished"].map(|state| format!("\"{state}\"")));
}
