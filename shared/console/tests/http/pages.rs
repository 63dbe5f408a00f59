//! The pages: without a script, escaped, and safe to open.

use axum::{body::Body, http::Request};
use base64::{Engine, engine::general_purpose::STANDARD};
use console::{Access, Config};
use serde_json::json;

use crate::host::{Answer, Host};

async fn open(host: &Host, path: &str) -> Answer {
    host.send(Request::get(path).body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn the_first_page_shows_what_goes_on_and_a_record_tells_its_story() {
    let host = Host::with(Config { access: Access::Open, ..Config::default() }).await;
    let empty = open(&host, "/").await;
    assert!(empty.status == 200 && empty.text.contains("Nothing yet"), "{}", empty.text);
    let lead = host.lead().await;
    let home = open(&host, "/").await;
    for part in ["Nordlicht Software", "Ada Example", "Waiting for a call", "Call within 5 min", "Ana Keller"] {
        assert!(home.text.contains(part), "{part}: {}", home.text);
    }
    let link = format!("/records/{}/{}", lead.kind, lead.id);
    assert!(home.text.contains(&link));
    let record = open(&host, &link).await;
    assert_eq!(record.status, 200);
    for part in ["Ana Keller", "Mon 2 Mar 2026", "mailto:ada@example.com", "Example", "Started. Score over 40"] {
        assert!(record.text.contains(part), "{part}: {}", record.text);
    }
    let missing = open(&host, "/records/lead/nobody").await;
    assert_eq!((missing.status.as_u16(), missing.header("content-type")), (404, "text/html; charset=utf-8"));
}

#[tokio::test]
async fn the_first_page_says_in_words_what_is_paused() {
    let host = Host::with(Config { access: Access::Open, ..Config::default() }).await;
    let pause = async |body: serde_json::Value| {
        let answer = host.call("operate", "POST", "/v1/pause", Some(body)).await;
        assert!(answer.status.is_success(), "{}", answer.text);
        open(&host, "/").await.text
    };
    let some = pause(json!({"workflows": ["speed-to-lead"]})).await;
    assert!(some.contains("<p class=\"warning\">Paused: speed-to-lead.</p>"), "{some}");
    let all = pause(json!({})).await;
    assert!(all.contains("<p class=\"warning\">Everything is paused.</p>"), "{all}");
}

#[tokio::test]
async fn a_finished_lead_says_why_and_leads_to_its_company() {
    let host = Host::with(Config { access: Access::Open, ..Config::default() }).await;
    let body =
        json!({"full_name": "Dora", "email": "dora@klein.example", "company": "Klein Design", "team_size": "2-10"});
    let answer = host.post("demo-request", "application/json", body.to_string()).await;
    host.work().await;
    let lead = open(&host, &format!("/records/{}", answer.at("/record").as_str().unwrap())).await;
    for part in ["<b>Ended</b><span></span>", "Employees must be over 10; was 2.", ">Klein Design</a>", "Employees: 2"]
    {
        assert!(lead.text.contains(part), "{part}: {}", lead.text);
    }
    let company = lead.text.split('"').find(|part| part.starts_with("/records/company/")).unwrap();
    let company = open(&host, company).await;
    assert!(company.status == 200 && !company.text.contains("class=\"now\""), "{}", company.text);
    assert!(open(&host, "/").await.text.contains("<h2>Finished</h2><table>"));
}

#[tokio::test]
async fn a_record_without_a_name_goes_by_its_address_and_never_by_its_id() {
    for (fields, called) in [
        (json!({"email": "dora@klein.example"}), "dora@klein.example"),
        (json!({"phone": "+49 30 5550177"}), "+49305550177"),
        (json!({"message": "Hello"}), "a lead without a name"),
    ] {
        let host = Host::with(Config { access: Access::Open, ..Config::default() }).await;
        let answer = host.post("demo-request", "application/json", fields.to_string()).await;
        host.work().await;
        let record = answer.at("/record").as_str().unwrap().to_owned();
        let home = open(&host, "/").await;
        assert!(home.text.contains(&format!("/records/{record}\">{called}</a>")), "{called}: {}", home.text);
        let page = open(&host, &format!("/records/{record}")).await;
        assert!(page.text.contains(&format!("<h1>{called}</h1>")), "{called}: {}", page.text);
    }
}

#[tokio::test]
async fn nothing_from_outside_is_markup() {
    let host = Host::with(Config { access: Access::Open, ..Config::default() }).await;
    let attack = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
    let body = json!({"name": attack, "email": "ada@example.com", "company": attack, "message": attack,
        "country": attack, "source": attack, "job_title": attack, "team_size": attack, attack: attack});
    let answer = host.post("demo-request", "application/json", body.to_string()).await;
    host.work().await;
    let record = answer.at("/record").as_str().unwrap().to_owned();
    for path in ["/".to_owned(), format!("/records/{record}"), "/records/lead/%3Cscript%3E".to_owned()] {
        let page = open(&host, &path).await;
        assert!(!page.text.contains("<script") && !page.text.contains("<img"), "{path}: {}", page.text);
    }
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_keep_browsers_safe() {
    let host = Host::with(Config { access: Access::Open, ..Config::default() }).await;
    for path in ["/", "/style.css", "/v1/tasks", "/v1/openapi.json", "/nothing", "/healthz"] {
        let answer = open(&host, path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert!(!answer.header("cache-control").is_empty(), "{path}");
    }
}

/// As a browser opens an address, with the key as the password once somebody has signed in.
async fn browse(host: &Host, path: &str, key: Option<&str>) -> Answer {
    let request = Request::get(path).header("accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");
    let request = match key {
        Some(key) => request.header("authorization", format!("Basic {}", STANDARD.encode(format!(":{key}")))),
        None => request,
    };
    host.send(request.body(Body::empty()).unwrap()).await
}

fn links(page: &str) -> Vec<String> {
    page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

#[tokio::test]
async fn signed_in_once_every_link_of_a_page_opens() {
    let host = Host::new().await;
    let lead = host.lead().await;
    for path in ["/".to_owned(), format!("/records/{}/{}", lead.kind, lead.id)] {
        let page = browse(&host, &path, Some("hk_read")).await;
        assert_eq!(page.status, 200, "{path}");
        let own: Vec<String> = links(&page.text).into_iter().filter(|link| link.starts_with('/')).collect();
        assert!(own.len() > 1, "{path}: {own:?}");
        for link in own {
            assert_eq!(browse(&host, &link, Some("hk_read")).await.status, 200, "{path} links to {link}");
        }
    }
}

#[tokio::test]
async fn a_person_is_answered_with_a_page_even_where_there_is_nothing() {
    let host = Host::new().await;
    for (path, key, status) in [
        ("/", None, 401),
        ("/", Some("hk_expired"), 401),
        ("/nothing", Some("hk_read"), 404),
        ("/records/x/y", Some("hk_read"), 404),
    ] {
        let page = browse(&host, path, key).await;
        assert_eq!((page.status.as_u16(), page.header("content-type")), (status, "text/html; charset=utf-8"), "{path}");
        assert_eq!(page.header("www-authenticate").starts_with("Basic"), status == 401, "{path}");
    }
}

#[tokio::test]
async fn a_link_to_a_list_asks_a_browser_to_sign_in_and_tells_a_program_what_is_missing() {
    let host = Host::new().await;
    let page = browse(&host, "/v1/tasks", None).await;
    assert!(page.status == 401 && page.header("www-authenticate").starts_with("Basic"), "{}", page.text);
    let problem = open(&host, "/v1/tasks").await;
    assert_eq!((problem.header("www-authenticate"), problem.at("/code")), ("Bearer", "key_required".into()));
    assert_eq!(open(&host, "/nothing").await.header("content-type"), "application/problem+json");
}

#[tokio::test]
async fn a_password_opens_what_changes_nothing_and_no_more() {
    let host = Host::new().await;
    let basic = format!("Basic {}", STANDARD.encode(":hk_admin"));
    let request = Request::post("/v1/pause").header("authorization", basic).header("content-type", "application/json");
    let answer = host.send(request.body(Body::from("{}")).unwrap()).await;
    assert_eq!((answer.status.as_u16(), answer.at("/code")), (401, "key_required".into()), "{}", answer.text);
}
