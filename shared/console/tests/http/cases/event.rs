//! What a submission is: a test, a repeat, an update, ids only, kept aside; and what it starts.

use axum::{body::Body, http::Request};
use console::Config;
use domain::playbook::{Form, Source};
use serde_json::{Value as Json, json};

use super::{FORM, JSON, PARTS, assert_fields, demo, effects, lead, listed, parts, post, tasks};
use crate::host::{Answer, Host, playbook};

#[tokio::test]
async fn what_a_provider_sends_as_a_test_takes_nobodys_turn_and_reaches_nobody() {
    let host = Host::new().await;
    let column = |id: &str, value: &str| json!({"column_id": id, "string_value": value});
    let columns = [
        column("FULL_NAME", "FirstName LastName"),
        column("EMAIL", "test@example.com"),
        column("COMPANY_NAME", "CompanyName"),
        column("JOB_TITLE", "Owner"),
        column("COMPANY_SIZE", "201-500"),
    ];
    let google = |id: &str, is_test: Json| json!({"lead_id": id, "form_id": 4, "google_key": "k", "is_test": is_test, "user_column_data": columns});
    let meta = "<test lead: dummy data for full_name>";
    for body in [
        google("T-1", json!(true)),
        google("T-2", json!("true")),
        json!({"id": "9", "field_data": [{"name": "full_name", "values": [meta]}, {"name": "company_size", "values": ["51-200"]}]}),
    ] {
        let answer = host.post("demo-request", JSON, body.to_string()).await;
        assert_eq!((answer.status.as_u16(), answer.at("/kept")), (200, json!("test")), "{}", answer.text);
        host.work().await;
    }
    assert_eq!((tasks(&host).await, effects(&host).await), (vec![], vec![]));
    assert_eq!(listed(&host, "tests").await.len(), 3);
    let real = demo(&host, google("T-3", json!(false))).await;
    let turn = "Assigned to Ana Keller (pool inbound): due 0.5 leads, ahead of Ben (0.3) and Chloe (0.2)";
    assert!(real.told.contains(turn), "the first turn is still to be had: {}", real.told);
}

#[tokio::test]
async fn what_is_kept_aside_is_a_named_persons_task_and_can_be_released() {
    let host = Host::with(Config { access: console::Access::Open, ..Config::default() }).await;
    let trapped = "full_name=Real+Woman&email=real%40woman.example&team_size=51-200&hp_website=https%3A%2F%2Fw.example";
    host.post("demo-request", FORM, trapped).await;
    host.post("Demo-Requests", JSON, r#"{"full_name":"Wrong Address","email":"wrong@woman.example"}"#).await;
    host.work().await;
    let told = listed(&host, "tasks").await;
    assert!(
        told.iter().all(|task| task["assigned_to"] == "robin" && task["title"].to_string().contains("handoff held"))
    );
    assert_eq!(told.len(), 2, "{told:?}");
    let home = host.send(Request::get("/").body(Body::empty()).unwrap()).await.text;
    assert!(home.contains("1 submission is held") && !home.contains("No open tasks"), "{home}");
    for (list, how, body, name) in [
        ("held", "release", json!({}), "Real Woman"),
        ("unmatched", "map", json!({"form": "demo-request"}), "Wrong Address"),
    ] {
        let kept = listed(&host, list).await[0]["id"].as_str().unwrap().to_owned();
        let settled = host.call("operate", "POST", &format!("/v1/kept/{kept}/{how}"), Some(body)).await;
        host.work().await;
        let released = lead(&host, settled.at("/records/0").as_str().unwrap()).await;
        assert_eq!(released.fields["name"], name);
        assert!(released.told.contains("speed-to-lead started"), "{}", released.told);
        assert_eq!(listed(&host, list).await.len(), 0);
    }
    assert!(tasks(&host).await.iter().all(|title| !title.contains("handoff held")));
}

#[tokio::test]
async fn ids_alone_are_a_task_to_fetch_the_answers_and_start_nothing() {
    let value = json!({"leadgen_id": "777000111", "page_id": "1", "form_id": "2", "created_time": 1_772_438_000});
    let page = json!({"object": "page", "entry": [{"id": "1", "time": 1_772_438_000, "changes": [{"field": "leadgen", "value": value}]}]});
    let action = json!({
        "type": "LEAD_ACTION", "leadGenFormResponse": "urn:li:leadGenFormResponse:bb-2", "leadGenForm": "urn:li:leadGenForm:9",
        "owner": {"sponsoredAccount": "urn:li:sponsoredAccount:5"}, "leadAction": "CREATED", "occurredAt": 1_772_438_000_000_i64,
    });
    let survey = json!({
        "name": "hook", "event_type": "response_completed", "object_type": "response", "object_id": "30104",
        "event_datetime": "2026-03-02T08:58:00Z", "resources": {"survey_id": "50"},
    });
    for (source, body, wanted) in [
        (Source::Meta, &page, "Fetch lead 777000111 at Meta"),
        (Source::Generic, &page, "Fetch lead 777000111 at Meta"),
        (Source::Generic, &action, "Fetch lead urn:li:leadGenFormResponse:bb-2 at LinkedIn"),
        (Source::Generic, &survey, "Fetch lead 30104 at SurveyMonkey"),
    ] {
        let mut playbook = playbook();
        let form = Form { source, ..playbook.forms[&"demo-request".into()].clone() };
        playbook.forms.insert("adverts".into(), form.clone());
        playbook.forms.insert("demo-request".into(), form);
        let host = Host::of(&playbook, Config::default()).await;
        for form in ["adverts", "demo-request"] {
            let waiting = post(&host, form, JSON, body.to_string()).await;
            assert!(waiting.told.contains("nothing starts until the answers of"), "{wanted}: {}", waiting.told);
            assert!(!waiting.told.contains("speed-to-lead started"), "{wanted}: {}", waiting.told);
            let tasks = listed(&host, "tasks").await;
            let task = tasks.iter().find(|task| task["title"].to_string().contains(&waiting.record)).unwrap();
            assert!(task["title"].as_str().unwrap().starts_with(wanted), "{task}");
            assert_eq!(task["assigned_to"], "robin", "{task}");
        }
        assert_eq!(effects(&host).await, [""; 0], "{wanted}");
    }
}

#[tokio::test]
async fn a_repeat_is_the_same_id_and_content_and_another_content_is_an_update() {
    let host = Host::new().await;
    let sheet = |time: &str, answers: Json| json!({"formTitle": "Demo", "responseId": "2_Zed", "submittedAt": format!("2026-03-02T{time}:00Z"), "namedValues": answers});
    let first = demo(
        &host,
        sheet("08:00", json!({"Full name": ["Ulla Zed"], "Email": ["ulla@zed.example"], "Message": ["five"]})),
    )
    .await;
    let edited = sheet(
        "08:20",
        json!({"Full name": ["Ulla Zed"], "Email": ["ulla@zed.example"], "Message": ["five hundred"], "Phone": ["+49 40 5550177"]}),
    );
    let changed = demo(&host, edited.clone()).await;
    assert_eq!(changed.record, first.record);
    assert_fields(&changed, json!({"message": "five hundred", "phone": "+49405550177", "score": 40}));
    assert!(changed.told.contains("Submission updated: "), "{}", changed.told);
    assert_eq!(changed.told.matches("speed-to-lead started").count(), 1);
    assert_eq!(demo(&host, edited).await.told, changed.told, "a repeat says nothing new");
    // Entries are counted in each form by itself.
    let wufoo = |form: &str, message: &str| {
        let structure = r#"{"Fields":[{"Title":"Email","Type":"email","ID":"Field1"},{"Title":"Message","Type":"textarea","ID":"Field2"}]}"#;
        let query = [
            ("Field1", "lena@rud.example"),
            ("Field2", message),
            ("EntryId", "1"),
            ("FieldStructure", structure),
            ("FormStructure", form),
        ];
        query
            .iter()
            .map(|(name, value)| {
                format!("{name}={}", value.replace('%', "%25").replace('&', "%26").replace('+', "%2B"))
            })
            .collect::<Vec<_>>()
            .join("&")
    };
    for (form, message) in [("A", "please add me"), ("B", "a demo for 40, please")] {
        let lead =
            post(&host, "demo-request", FORM, wufoo(&format!(r#"{{"Hash":"{form}","Name":"Form {form}"}}"#), message))
                .await;
        assert_fields(&lead, json!({"message": message}));
    }
}

#[tokio::test]
async fn what_was_not_finished_becomes_the_finished_submission_under_the_same_id() {
    let host = Host::new().await;
    let typeform = |kind: &str, answers: Json| {
        let field = |name: &str| json!({"id": name, "ref": name, "title": name, "type": "short_text"});
        json!({"event_id": kind, "event_type": kind, "form_response": {"form_id": "f7", "token": "T7", "submitted_at": "2026-03-02T08:50:00Z",
            "definition": {"fields": [field("email"), field("team_size"), field("phone")]}, "answers": answers}})
    };
    let answer = |name: &str, text: &str| json!({"type": "text", "text": text, "field": {"id": name, "ref": name, "type": "short_text"}});
    let begun = typeform("form_response_partial", json!([answer("email", "per@aas.example")]));
    assert_eq!(host.post("demo-request", JSON, begun.to_string()).await.at("/kept"), "partial");
    host.work().await;
    let answers =
        [answer("email", "per@aas.example"), answer("team_size", "51-200"), answer("phone", "+47 21 55 50 99")];
    let lead = demo(&host, typeform("form_response", json!(answers))).await;
    assert_fields(&lead, json!({"email": "per@aas.example", "phone": "+4721555099", "score": 65}));
    assert!(lead.told.contains("Assigned to Ana Keller"), "{}", lead.told);
    assert_eq!(listed(&host, "partial").await.len(), 0);
}

#[tokio::test]
async fn whatever_is_accepted_is_answered_with_200() {
    let host = Host::new().await;
    let elementor = "Full+Name=Rui+Paz&Email=rui%40paz.example&form_id=x1&form_name=Kontakt&Powered+by=Elementor";
    let trapped = "email=rui%40paz.example&hp_website=x";
    let part = parts(&[("name=\"email\"", "rui@paz.example")]);
    for (form, content_type, body) in [
        ("demo-request", FORM, elementor),
        ("demo-request", FORM, elementor),
        ("demo-request", FORM, trapped),
        ("demo-request", PARTS, part.as_str()),
        ("demo-request", JSON, r#"[{"email":"one@paz.example"},{"email":"two@paz.example"}]"#),
        ("demo-request", JSON, r#"{"email":"not an address"}"#),
        ("nobody-described", FORM, elementor),
    ] {
        let Answer { status, text, .. } = host.post(form, content_type, body.to_owned()).await;
        assert_eq!(status, 200, "{body}: {text}");
    }
}

#[tokio::test]
async fn the_same_person_through_two_forms_starts_what_each_form_starts() {
    let mut playbook = playbook();
    let newsletter = playbook.forms[&"demo-request".into()].clone();
    playbook.forms.insert("newsletter".into(), newsletter);
    for (first, second) in [("newsletter", "demo-request"), ("demo-request", "newsletter")] {
        let host = Host::of(&playbook, Config::default()).await;
        let body = "name=Tove+Ek&email=tove%40ek.example";
        let before = post(&host, first, FORM, body).await;
        assert_eq!(before.told.contains("speed-to-lead started"), first == "demo-request");
        let after = post(&host, second, FORM, body).await;
        assert_eq!(before.record, after.record);
        assert_eq!(after.told.matches("speed-to-lead started").count(), 1, "{}", after.told);
        assert!(after.told.contains(&format!("Form {second} submitted")), "{}", after.told);
        let again = post(&host, second, FORM, body).await;
        assert_eq!(again.told.matches("speed-to-lead started").count(), 1, "{}", again.told);
        let effects = effects(&host).await;
        assert_eq!(effects.len(), 1, "{effects:?}");
    }
}
