//! Who somebody is: the record that their answers lead to.

use domain::id::RecordKey;
use engine::ports::Histories;
use serde_json::{Value as Json, json};

use crate::host::Host;

/// Posts a submission. The record that its first answer names.
async fn post(host: &Host, body: Json) -> RecordKey {
    let answer = host.post("demo-request", "application/json", body.to_string()).await;
    assert!(answer.status.is_success(), "{}", answer.text);
    host.work().await;
    answer.at("/record").as_str().unwrap().parse().unwrap()
}

async fn get(host: &Host, record: &RecordKey, rest: &str) -> Json {
    host.get(&format!("/v1/records/{}/{}{rest}", record.kind, record.id)).await.json()
}

async fn is_known(host: &Host, record: &RecordKey) -> bool {
    host.store.newest(record).await.unwrap().is_some()
}

async fn says(host: &Host, record: &RecordKey, sentence: &str) {
    let timeline = get(host, record, "/timeline").await.to_string();
    assert!(timeline.contains(sentence), "{sentence}: {timeline}");
}

#[tokio::test]
async fn a_number_that_one_known_person_has_leads_to_them_in_any_spelling() {
    let host = Host::new().await;
    let karla =
        post(&host, json!({"full_name": "Karla Nagy", "email": "karla@example.com", "phone": "+49 30 5550177"})).await;
    let named = post(&host, json!({"full_name": "Karla", "phone": "0049 (30) 555-0177", "message": "Call me"})).await;
    assert!(!is_known(&host, &named).await, "no second lead");
    let record = get(&host, &karla, "").await;
    assert_eq!(record["fields"]["message"], "Call me");
    assert!(!record["gaps"].to_string().contains("identified"), "{}", record["gaps"]);
    says(&host, &karla, "Recognised as Karla Nagy by phone \u{201c}+49305550177\u{201d}").await;
}

#[tokio::test]
async fn the_name_that_the_answer_gives_leads_to_the_record_of_somebody_who_turns_out_to_be_known() {
    let host = Host::new().await;
    let caller = post(&host, json!({"full_name": "Ola Nord", "phone": "+47 21 55 50 99"})).await;
    let told =
        post(&host, json!({"full_name": "Ola Nord", "email": "ola@nord.example", "phone": "+47 21555099"})).await;
    assert_ne!(told, caller, "nobody who posts learns whether a number is known");
    for path in ["", "/timeline", "/why?workflow=speed-to-lead", "/assignments"] {
        assert_eq!(get(&host, &told, path).await, get(&host, &caller, path).await, "{path}");
    }
    let page = |record: &RecordKey| format!("/records/{}/{}", record.kind, record.id);
    assert_eq!(host.get(&page(&told)).await.text, host.get(&page(&caller)).await.text);
    let reassign = json!({"to": "ben", "reason": "asked for him"});
    let path = format!("/v1/records/lead/{}/reassign", told.id);
    assert_eq!(host.call("operate", "POST", &path, Some(reassign)).await.status, 202);
    let event = json!({"type": "call_logged", "record": {"kind": "lead", "id": told.id}});
    assert_eq!(host.call("events", "POST", "/v1/events", Some(event)).await.status, 202);
    host.work().await;
    assert_eq!(get(&host, &caller, "").await["owner"]["person"], "ben");
    says(&host, &caller, "Call logged").await;
    assert!(!is_known(&host, &told).await, "no second lead");
    let nobody = host.get("/v1/records/lead/nobody").await;
    assert_eq!(nobody.status, 404);
}

#[tokio::test]
async fn a_number_that_two_people_have_leads_to_nobody_and_that_is_said() {
    let host = Host::new().await;
    let shared = "+49 30 5550100";
    post(&host, json!({"full_name": "Karla Nagy", "email": "karla@example.com", "phone": shared})).await;
    let ben = post(&host, json!({"full_name": "Ben Ode", "email": "ben@example.com", "phone": shared})).await;
    says(
        &host,
        &ben,
        "Karla Nagy has the same phone \u{201c}+49305550100\u{201d} and another e-mail: they are two leads",
    )
    .await;
    let unknown = post(&host, json!({"full_name": "Somebody", "phone": shared})).await;
    assert!(is_known(&host, &unknown).await);
    says(&host, &unknown, "2 leads have the phone \u{201c}+49305550100\u{201d}: none of them is chosen").await;
}

#[tokio::test]
async fn somebody_known_by_a_number_alone_keeps_their_record_when_they_give_an_address() {
    let host = Host::new().await;
    let caller = post(&host, json!({"full_name": "Ola Nord", "phone": "+47 21 55 50 99"})).await;
    let named =
        post(&host, json!({"full_name": "Ola Nord", "email": "ola@nord.example", "phone": "+47 21555099"})).await;
    assert!(!is_known(&host, &named).await, "no second lead");
    assert_eq!(get(&host, &caller, "").await["fields"]["email"], "ola@nord.example");
    let again = post(&host, json!({"email": "ola@nord.example", "message": "Again"})).await;
    assert!(!is_known(&host, &again).await, "the address leads there as well now");
    assert_eq!(get(&host, &caller, "").await["fields"]["message"], "Again");
}

#[tokio::test]
async fn somebody_known_by_address_who_gives_anothers_number_stays_who_they_are() {
    let host = Host::new().await;
    let karla =
        post(&host, json!({"full_name": "Karla Nagy", "email": "karla@example.com", "phone": "+49 30 5550177"})).await;
    let ben = post(&host, json!({"full_name": "Ben Ode", "email": "ben@example.com"})).await;
    post(&host, json!({"full_name": "Ben Ode", "email": "ben@example.com", "phone": "+49 30 5550177"})).await;
    assert_eq!(get(&host, &ben, "").await["fields"]["phone"], "+49305550177");
    assert_eq!(get(&host, &karla, "").await["fields"]["name"], "Karla Nagy");
}

#[tokio::test]
async fn a_number_that_somebody_had_before_leads_to_nobody() {
    let host = Host::new().await;
    let karla = json!({"full_name": "Karla Nagy", "email": "karla@example.com", "phone": "+49 30 5550177"});
    let record = post(&host, karla.clone()).await;
    post(&host, json!({"full_name": "Karla Nagy", "email": "karla@example.com", "phone": "+49 30 5550188"})).await;
    let other = post(&host, json!({"full_name": "Ben Ode", "phone": "+49 30 5550177"})).await;
    assert!(is_known(&host, &other).await && other != record);
}

#[tokio::test]
async fn a_shorter_name_leaves_the_fuller_one_and_another_one_replaces_it_and_both_are_told() {
    let host = Host::new().await;
    let named = |name: &str, wish: &str| json!({"full_name": name, "email": "karla@example.com", "message": wish});
    let karla = post(&host, named("Karla", "First")).await;
    for (given, expected) in [("Karla Nagy", "Karla Nagy"), ("Karla", "Karla Nagy"), ("Peter Nagy", "Peter Nagy")] {
        post(&host, named(given, "More")).await;
        assert_eq!(get(&host, &karla, "").await["fields"]["name"], expected, "{given}");
    }
    says(&host, &karla, "stays \u{201c}Karla Nagy\u{201d}: \u{201c}Karla\u{201d} is a shorter form of it").await;
    says(&host, &karla, "was \u{201c}Karla Nagy\u{201d}, now \u{201c}Peter Nagy\u{201d}").await;
}

#[tokio::test]
async fn another_name_with_no_more_than_a_known_number_leaves_the_known_name() {
    let host = Host::new().await;
    let karla =
        post(&host, json!({"full_name": "Karla Nagy", "email": "karla@example.com", "phone": "+49 30 5550177"})).await;
    post(&host, json!({"full_name": "Peter Nagy", "phone": "+49 30 5550177"})).await;
    assert_eq!(get(&host, &karla, "").await["fields"]["name"], "Karla Nagy");
    says(&host, &karla, "they were recognised, and gave the name \u{201c}Peter Nagy\u{201d}").await;
}

#[tokio::test]
async fn people_are_known_by_id_name_and_address_and_who_is_not_known_is_told_who_there_is() {
    let host = Host::new().await;
    let lead = host.lead().await;
    let reassign = format!("/v1/records/{}/{}/reassign", lead.kind, lead.id);
    for written in ["ben", "Ben Okafor", "ben okafor", "BEN@example.com"] {
        let away = format!("/v1/people/{}/away", written.replace(' ', "%20"));
        let answer = host.call("operate", "POST", &away, Some(json!({"until": "2026-12-10"}))).await;
        assert_eq!(answer.status, 202, "{written}: {}", answer.text);
        assert_eq!(answer.at("/links/away"), "/v1/people/ben/away");
        host.work().await;
        let back = host.call("operate", "DELETE", &away, None).await;
        assert_eq!(back.at("/sentence"), "Ben Okafor is back.", "{written}");
        host.work().await;
        let again = host.call("operate", "DELETE", &away, None).await;
        assert_eq!(again.at("/sentence"), "Ben Okafor was not away.", "{written}");
        let body = json!({"to": written, "reason": "x"});
        assert_eq!(host.call("operate", "POST", &reassign, Some(body)).await.status, 202, "{written}");
        host.work().await;
        assert_eq!(host.get(&format!("/v1/records/{}/{}", lead.kind, lead.id)).await.at("/owner/person"), "ben");
    }
    let people = "ana (Ana Keller), ben (Ben Okafor)";
    for (written, hint) in [("bne", Some("ben")), ("Ben Okafro", Some("ben")), ("somebody", None)] {
        let hint = hint.map_or_else(|| "; choose".to_owned(), |hint| format!("; did you mean `{hint}`? Choose"));
        let expected = format!("there is no person `{written}`{hint} from {people}");
        let away = format!("/v1/people/{}/away", written.replace(' ', "%20"));
        let unknown = host.call("read", "GET", &away, None).await;
        assert_eq!(unknown.status, 404);
        assert!(unknown.at("/detail").as_str().unwrap().starts_with(&expected), "{}", unknown.text);
        let refused = host.call("operate", "POST", &reassign, Some(json!({"to": written, "reason": "x"}))).await;
        assert!(refused.at("/errors/0/detail").as_str().unwrap().starts_with(&expected), "{}", refused.text);
    }
}

#[tokio::test]
async fn whatever_is_not_known_by_its_name_is_told_with_what_there_is() {
    let host = Host::new().await;
    let lead = host.lead().await;
    let active = host.get("/v1/playbook").await.at("/manifest").as_str().unwrap().to_owned();
    for (method, path, body, expected) in [
        ("GET", "/v1/pools/nope".to_owned(), None, "there is no pool `nope`; the only one is inbound".to_owned()),
        (
            "GET",
            "/v1/records/leed/L1".to_owned(),
            None,
            "there is no kind of record `leed`; did you mean `lead`? Choose from ".to_owned(),
        ),
        (
            "GET",
            "/v1/records/lead/L1".to_owned(),
            None,
            "there is no record lead/L1; look it up by its e-mail address".to_owned(),
        ),
        (
            "GET",
            format!("/v1/records/{}/{}/why?workflow=nope", lead.kind, lead.id),
            None,
            "there is no workflow `nope`; the only one is speed-to-lead".to_owned(),
        ),
        (
            "POST",
            "/v1/pause".to_owned(),
            Some(json!({"workflows": ["nope"]})),
            "there is no workflow `nope`; the only one is speed-to-lead".to_owned(),
        ),
        (
            "POST",
            "/v1/playbook/rollback".to_owned(),
            Some(json!({"manifest": "man_x"})),
            format!("there is no published playbook `man_x`; the only one is {active}"),
        ),
    ] {
        let answer = host.call("admin", method, &path, body).await;
        assert!(answer.at("/detail").as_str().unwrap().starts_with(&expected), "{path}: {}", answer.text);
    }
}
