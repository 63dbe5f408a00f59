//! What is kept aside: told to a person, and released, mapped, dropped or finished, once.

use axum::{body::Body, http::Request};
use domain::playbook::{Form, Partial, Playbook};
use engine::ports::Queue;
use serde_json::{Value as Json, json};

use crate::host::{Host, playbook};

const JSON: &str = "application/json";

async fn post(host: &Host, form: &str, body: Json) -> Json {
    let answer = host.post(form, JSON, body.to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    host.work().await;
    answer.json()
}

/// Open tasks: title and person.
async fn tasks(host: &Host) -> Vec<(String, Json)> {
    let tasks = host.get("/v1/tasks").await;
    let rows = tasks.at("/data").as_array().unwrap().clone();
    rows.iter().map(|row| (row["title"].as_str().unwrap().to_owned(), row["assigned_to"].clone())).collect()
}

async fn settle(host: &Host, id: &str, how: &str, body: Json) -> (u16, Json) {
    let answer = host.call("operate", "POST", &format!("/v1/kept/{id}/{how}"), Some(body)).await;
    host.work().await;
    (answer.status.as_u16(), answer.json())
}

async fn open(host: &Host, list: &str) -> usize {
    host.get(&format!("/v1/{list}")).await.at("/data").as_array().unwrap().len()
}

async fn executions(host: &Host) -> usize {
    let mut all = 0;
    for state in ["open", "held", "ended"] {
        let listed = host.get(&format!("/v1/executions?state={state}")).await;
        all += listed.at("/data").as_array().unwrap().len();
    }
    all
}

fn trapped(who: &str) -> Json {
    json!({"full_name": "Real Person", "email": format!("{who}@person.example"), "team_size": "51-200", "hp_website": "x"})
}

#[tokio::test]
async fn one_task_tells_of_all_that_is_held_and_ends_with_the_last_of_it() {
    let host = Host::new().await;
    for who in ["one", "two", "three"] {
        post(&host, "demo-request", trapped(who)).await;
    }
    let told = tasks(&host).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].0.contains("handoff held") && told[0].1 == "robin", "{told:?}");
    let listed = host.get("/v1/held").await;
    let first = listed.at("/data/2");
    assert_eq!(
        (&first["id"], &first["from"], &first["told"]),
        (&json!("held-1"), &json!("Real Person (one@person.example)"), &json!("robin"))
    );
    assert!(first["reason"].as_str().unwrap().contains("hp_website"), "{first}");
    for id in ["held-1", "held-2"] {
        assert_eq!(settle(&host, id, "drop", json!({"reason": "spam"})).await.0, 202);
    }
    assert_eq!((open(&host, "held").await, tasks(&host).await.len()), (1, 1));
    settle(&host, "held-4", "drop", json!({"reason": "spam"})).await;
    assert_eq!((open(&host, "held").await, tasks(&host).await.len()), (1, 1), "held-4 is a task's entry, if anything");
    let last = listed.at("/data/0/id");
    settle(&host, last.as_str().unwrap(), "drop", json!({"reason": "spam"})).await;
    assert_eq!((open(&host, "held").await, tasks(&host).await.len()), (0, 0));
    let all = host.get("/v1/held?state=all").await;
    assert_eq!(all.at("/data").as_array().unwrap().len(), 3, "what was dropped stays listed");
    assert_eq!((all.at("/data/0/state"), all.at("/data/0/settled/by")), (json!("dropped"), json!("operate")));
    assert_eq!(all.at("/data/0/settled/how/reason"), "spam");
}

#[tokio::test]
async fn a_person_can_say_that_the_task_is_done_and_hears_of_the_next() {
    let host = Host::new().await;
    post(&host, "demo-request", trapped("one")).await;
    let complete = host.get("/v1/tasks").await.at("/data/0/links/complete");
    assert_eq!(host.call("operate", "POST", complete.as_str().unwrap(), None).await.status, 202);
    host.work().await;
    assert_eq!(tasks(&host).await, []);
    post(&host, "demo-request", trapped("two")).await;
    assert_eq!(tasks(&host).await.len(), 1);
}

#[tokio::test]
async fn a_released_submission_becomes_the_event_it_would_have_been_as_of_when_it_came() {
    let host = Host::new().await;
    let answer = post(&host, "demo-request", trapped("ada")).await;
    assert_eq!(executions(&host).await, 0);
    let (status, released) = settle(&host, "held-1", "release", json!({})).await;
    assert_eq!(status, 202, "{released}");
    let record = released["records"][0].as_str().unwrap().to_owned();
    let lead = host.get(&format!("/v1/records/{record}")).await;
    assert_eq!(
        (lead.at("/fields/email"), lead.at("/fields/name")),
        (json!("ada@person.example"), json!("Real Person"))
    );
    assert_eq!(executions(&host).await, 1);
    let plain = Host::new().await;
    let ordinary =
        post(&plain, "demo-request", json!({"full_name": "Real Person", "email": "ada@person.example"})).await;
    assert_eq!(ordinary["record"], json!(record), "the same record as without the trap");
    // Once more, by another wish, and for what is not there.
    assert_eq!(settle(&host, "held-1", "release", json!({})).await.0, 202);
    assert_eq!(executions(&host).await, 1, "released once");
    let (status, late) = settle(&host, "held-1", "drop", json!({"reason": "spam"})).await;
    assert_eq!((status, &late["code"]), (409, &json!("kept_settled")));
    assert_eq!(late["detail"], "held-1 was released by operate on Mon 2 Mar 10:00");
    let shown = host.get("/v1/kept/held-1").await;
    assert_eq!(shown.at("/settled/sentence"), late["detail"]);
    assert_eq!(settle(&host, "held-99", "release", json!({})).await.0, 404);
    assert_eq!(settle(&host, "nonsense", "release", json!({})).await.0, 404);
    assert!(answer["event_id"].is_string());
}

#[tokio::test]
async fn two_decisions_at_once_are_one() {
    let host = Host::new().await;
    post(&host, "demo-request", trapped("ada")).await;
    let path = |how: &str| format!("/v1/kept/held-1/{how}");
    let dropped = host.call("operate", "POST", &path("drop"), Some(json!({"reason": "spam"}))).await;
    let released = host.call("operate", "POST", &path("release"), None).await;
    assert_eq!((dropped.status.as_u16(), released.status.as_u16()), (202, 202), "neither knows of the other");
    host.work().await;
    assert_eq!(executions(&host).await, 0, "the first counts");
    assert_eq!(host.get("/v1/held?state=settled").await.at("/data/0/state"), "dropped");
}

#[tokio::test]
async fn an_unmatched_submission_is_read_by_another_forms_map() {
    let host = Host::new().await;
    post(&host, "demo-reqest", json!({"email": "typo@person.example", "full_name": "Typo Form"})).await;
    assert!(tasks(&host).await[0].0.contains("does not have"));
    let (status, unknown) = settle(&host, "unmatched-1", "release", json!({})).await;
    assert_eq!((status, &unknown["code"]), (409, &json!("form_unknown")));
    assert!(unknown["detail"].as_str().unwrap().contains("demo-request"), "{unknown}");
    let (status, mapped) = settle(&host, "unmatched-1", "map", json!({"form": "demo-request"})).await;
    assert_eq!(status, 202, "{mapped}");
    let lead = host.get(&format!("/v1/records/{}", mapped["records"][0].as_str().unwrap())).await;
    assert_eq!(lead.at("/fields/name"), "Typo Form");
    assert_eq!((executions(&host).await, open(&host, "unmatched").await, tasks(&host).await.len()), (1, 0, 0));
}

#[tokio::test]
async fn once_a_form_is_described_publishing_says_what_waits_and_a_replay_reads_it() {
    let host = Host::new().await;
    for number in 0..3 {
        post(&host, "webinar", json!({"email": format!("guest-{number}@person.example"), "full_name": "Guest"})).await;
    }
    post(&host, "elsewhere", json!({"email": "other@person.example"})).await;
    let early = host.call("operate", "POST", "/v1/unmatched/replay", Some(json!({"form": "webinar"}))).await;
    let slip = host.call("operate", "POST", "/v1/unmatched/replay", Some(json!({"form": "webniar"}))).await;
    assert_eq!((slip.status.as_u16(), slip.at("/code")), (409, json!("form_unknown")), "nothing came for it, either");
    assert_eq!((early.status.as_u16(), early.at("/code")), (409, json!("form_unknown")));
    let mut files = crate::host::files();
    let described = files["forms/demo-request.yaml"].replace("form: demo-request", "form: webinar");
    files.insert("forms/webinar.yaml".to_owned(), described);
    let published = host.call("admin", "PUT", "/v1/playbook", Some(json!({"files": files}))).await;
    assert_eq!(
        (published.status.as_u16(), published.at("/waiting")),
        (200, json!({"webinar": 3})),
        "{}",
        published.text
    );
    for expected in [3, 0] {
        let replayed = host.call("operate", "POST", "/v1/unmatched/replay", Some(json!({"form": "webinar"}))).await;
        assert_eq!(
            (replayed.at("/replayed"), replayed.at("/refused")),
            (json!(expected), json!([])),
            "{}",
            replayed.text
        );
        host.work().await;
    }
    assert_eq!(open(&host, "unmatched").await, 1, "the other form still waits");
    let leads = host.get("/v1/unmatched?state=settled").await;
    assert_eq!(leads.at("/data/0/settled/how"), json!({"settled": "mapped", "form": "webinar"}));
}

#[tokio::test]
async fn what_a_used_key_held_up_can_still_be_released() {
    let host = Host::new().await;
    for who in ["ada", "bob"] {
        let request =
            Request::post("/v1/forms/demo-request").header("content-type", JSON).header("idempotency-key", "k");
        let body = json!({"email": format!("{who}@example.com")}).to_string();
        host.send(request.body(Body::from(body)).unwrap()).await;
    }
    host.work().await;
    assert_eq!((open(&host, "conflicts").await, tasks(&host).await.len()), (1, 1));
    let wrong = settle(&host, "conflict-1", "map", json!({"form": "demo-request"})).await;
    assert_eq!((wrong.0, &wrong.1["code"]), (409, &json!("kept_is_mapped")));
    let (status, released) = settle(&host, "conflict-1", "release", json!({})).await;
    assert_eq!(status, 202, "{released}");
    let lead = host.get(&format!("/v1/records/{}", released["records"][0].as_str().unwrap())).await;
    assert_eq!(lead.at("/fields/email"), "bob@example.com");
    assert_eq!(open(&host, "conflicts").await, 0);
}

fn google(id: &str, is_test: bool) -> Json {
    json!({
        "lead_id": id, "form_id": 1, "google_key": "k", "is_test": is_test,
        "user_column_data": [
            {"column_id": "EMAIL", "string_value": "test@example.com", "column_name": "User Email"},
            {"column_id": "COMPANY_SIZE", "string_value": "51-200", "column_name": "Company size"},
        ],
    })
}

#[tokio::test]
async fn a_test_is_shown_and_reaches_nobody() {
    let host = Host::new().await;
    let answer = post(&host, "demo-request", google("TeSter-9", true)).await;
    assert_eq!((&answer["kept"], &answer["record"]), (&json!("test"), &Json::Null));
    assert_eq!((tasks(&host).await.len(), executions(&host).await), (0, 0));
    assert_eq!(messages_to_people(&host), 0);
    assert_eq!(host.get("/v1/tests").await.at("/data/0/submission/test"), true);
    let (status, refused) = settle(&host, "test-1", "release", json!({})).await;
    assert_eq!((status, &refused["code"]), (409, &json!("kept_is_test")));
    post(&host, "demo-request", google("lead-9", false)).await;
    assert_eq!(executions(&host).await, 1, "the same of somebody is a lead");
    assert_ne!(messages_to_people(&host), 0, "and is answered");
}

/// Effects that were asked for; none is sent here.
fn messages_to_people(host: &Host) -> u64 {
    host.store.depth(Queue::Act).unwrap().ready
}

fn typeform(kind: &str, answers: &[(&str, &str)]) -> Json {
    let answer = |(name, text): &(&str, &str)| json!({"type": "text", "text": text, "field": {"id": name, "ref": name, "type": "short_text"}});
    let field = |(name, _): &(&str, &str)| json!({"id": name, "ref": name, "title": name, "type": "short_text"});
    json!({
        "event_id": kind, "event_type": kind,
        "form_response": {
            "form_id": "f1", "token": "TT", "submitted_at": "2026-03-02T08:59:00Z",
            "definition": {"fields": answers.iter().map(field).collect::<Vec<_>>()},
            "answers": answers.iter().map(answer).collect::<Vec<_>>(),
        },
    })
}

const BEGUN: &[(&str, &str)] = &[("email", "ola@nord.example")];
const MORE: &[(&str, &str)] = &[("email", "ola@nord.example"), ("name", "Ola")];
const FINISHED: &[(&str, &str)] = &[("email", "ola@nord.example"), ("team_size", "51-200")];

#[tokio::test]
async fn an_unfinished_submission_starts_nothing_and_the_finished_one_settles_it() {
    let host = Host::new().await;
    for answers in [BEGUN, MORE] {
        let answer = post(&host, "demo-request", typeform("form_response_partial", answers)).await;
        assert_eq!(answer["kept"], "partial");
    }
    assert_eq!((open(&host, "partial").await, tasks(&host).await.len(), executions(&host).await), (2, 1, 0));
    let finished = post(&host, "demo-request", typeform("form_response", FINISHED)).await;
    assert!(finished["record"].is_string(), "{finished}");
    assert_eq!((open(&host, "partial").await, executions(&host).await), (0, 1));
    let titles = tasks(&host).await;
    assert!(titles.iter().all(|(title, _)| !title.contains("not finished")), "{titles:?}");
    assert_eq!(host.get("/v1/partial?state=settled").await.at("/data/0/state"), "finished");
    // A version that comes late finds it settled, and tells nobody.
    post(&host, "demo-request", typeform("form_response_partial", &[("email", "o@nord.example")])).await;
    assert_eq!((open(&host, "partial").await, tasks(&host).await.len()), (0, titles.len()));
}

#[tokio::test]
async fn an_unfinished_version_that_comes_after_the_finished_one_waits_for_nobody() {
    let host = Host::new().await;
    post(&host, "demo-request", typeform("form_response", FINISHED)).await;
    let before = tasks(&host).await;
    let late = post(&host, "demo-request", typeform("form_response_partial", BEGUN)).await;
    assert_eq!(late["kept"], "partial");
    assert_eq!((open(&host, "partial").await, tasks(&host).await), (0, before));
    let settled = host.get("/v1/partial?state=settled").await;
    assert_eq!(settled.at("/data/0/state"), "finished", "{}", settled.text);
}

#[tokio::test]
async fn a_form_can_start_with_what_is_not_finished() {
    let mut playbook: Playbook = playbook();
    let form = playbook.forms.get_mut(&"demo-request".into()).unwrap();
    *form = Form { partial: Partial::Start, ..form.clone() };
    let host = Host::of(&playbook, console::Config::default()).await;
    let answer = post(&host, "demo-request", typeform("form_response_partial", BEGUN)).await;
    assert!(answer["record"].is_string(), "{answer}");
    assert_eq!((open(&host, "partial").await, executions(&host).await), (0, 1));
}

#[tokio::test]
async fn an_unfinished_submission_can_be_released() {
    let host = Host::new().await;
    post(&host, "demo-request", typeform("form_response_partial", BEGUN)).await;
    let (status, released) = settle(&host, "partial-1", "release", json!({})).await;
    assert_eq!(status, 202, "{released}");
    assert_eq!((open(&host, "partial").await, executions(&host).await), (0, 1));
}

#[tokio::test]
async fn the_form_names_who_looks_at_what_is_kept_of_it() {
    let mut playbook = playbook();
    playbook.forms.get_mut(&"demo-request".into()).unwrap().exceptions_to = Some("ANA@nordlicht.example".to_owned());
    playbook.organisation.exceptions_to = Some("ben".to_owned());
    let ana = playbook.people[&"ana".into()].email.to_uppercase();
    playbook.forms.get_mut(&"demo-request".into()).unwrap().exceptions_to = Some(ana);
    let host = Host::of(&playbook, console::Config::default()).await;
    post(&host, "demo-request", trapped("one")).await;
    post(&host, "nobody-described", json!({"email": "two@person.example"})).await;
    let mut told: Vec<Json> = tasks(&host).await.into_iter().map(|(_, person)| person).collect();
    told.sort_by_key(Json::to_string);
    assert_eq!(told, [json!("ana"), json!("ben")]);
}

#[tokio::test]
async fn the_first_page_says_how_many_wait() {
    let host = Host::with(console::Config { access: console::Access::Open, ..Default::default() }).await;
    post(&host, "demo-request", trapped("one")).await;
    post(&host, "demo-request", trapped("two")).await;
    post(&host, "demo-reqest", json!({"email": "typo@person.example"})).await;
    let home = host.send(Request::get("/").body(Body::empty()).unwrap()).await;
    for part in ["2 submissions are held", "1 submission is for a form that the playbook does not have", "handoff held"]
    {
        assert!(home.text.contains(part), "{part}: {}", home.text);
    }
    assert!(!home.text.contains("/records/intake"), "a task about them has no record to link to");
}

#[tokio::test]
async fn of_two_decisions_at_once_the_first_counts_and_the_item_says_which() {
    let host = Host::new().await;
    post(&host, "demo-request", trapped("one")).await;
    let before = host.get("/v1/kept/held-1").await;
    assert_eq!((before.at("/state"), before.at("/settled")), (json!("open"), Json::Null));
    for (how, body) in [("release", json!({})), ("drop", json!({"reason": "spam"}))] {
        let answer = host.call("operate", "POST", &format!("/v1/kept/held-1/{how}"), Some(body)).await;
        assert_eq!(answer.status, 202, "{}", answer.text);
    }
    host.work().await;
    let after = host.get("/v1/kept/held-1").await;
    assert_eq!((after.at("/state"), after.at("/settled/how/settled")), (json!("released"), json!("released")));
    assert_eq!(host.get("/v1/kept/held-9").await.status, 404);
}
