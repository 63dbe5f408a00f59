//! Records as people name them: by address, number or name, in any spelling.

use serde_json::{Value as Json, json};

use crate::host::Host;

async fn post(host: &Host, body: Json) -> String {
    let answer = host.post("demo-request", "application/json", body.to_string()).await;
    host.work().await;
    answer.at("/record").as_str().unwrap().to_owned()
}

/// Everything that is found, page by page.
async fn found(host: &Host, query: &str) -> Vec<String> {
    let encoded = query.replace(' ', "%20").replace('+', "%2B").replace('ü', "%C3%BC");
    let mut records = Vec::new();
    let mut cursor = String::new();
    for _ in 0..5 {
        let answer = host.get(&format!("/v1/records?{encoded}{cursor}")).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.text);
        let lines = answer.at("/data").as_array().unwrap().clone();
        records.extend(lines.iter().map(|line| line["record"].as_str().unwrap().to_owned()));
        match answer.at("/next_cursor").as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    records.sort();
    records.dedup();
    records
}

#[tokio::test]
async fn a_record_is_found_by_every_spelling_of_what_is_known_of_it() {
    let host = Host::new().await;
    let ana = post(
        &host,
        json!({"full_name": "Ana Müller", "email": "ana@mueller.example", "phone": "+49 30 1234567", "company": "Acme GmbH"}),
    )
    .await;
    let ben = post(&host, json!({"full_name": "Ben Ode", "phone": "+49 30 7654321"})).await;
    for query in [
        "email=ana@mueller.example",
        "email= Ana@MUELLER.example ",
        "phone=+49 30 1234567",
        "phone=tel:0049 (30) 123-4567",
        "name=Ana Müller",
        "name=ANA MUELLER",
        "name=Müller",
        "phone=+49 30 1234567&name=ana",
        "email=ana@mueller.example&phone=+49301234567",
    ] {
        assert_eq!(found(&host, query).await, std::slice::from_ref(&ana), "{query}");
    }
    assert_eq!(found(&host, "phone=+49 30 7654321").await, std::slice::from_ref(&ben), "the number names the record");
    for query in ["email=nobody@example.com", "phone=+49 30 9999999", "name=Carl", "email=ana@mueller.example&name=Ben"]
    {
        assert!(found(&host, query).await.is_empty(), "{query}");
    }
    let company = host.get(&format!("/v1/records/{ana}")).await.at("/links/company");
    assert_eq!(json!(found(&host, "name=Acme GmbH").await), json!([company]));
}

#[tokio::test]
async fn several_that_have_it_are_all_listed_and_a_number_that_somebody_had_before_leads_nowhere() {
    let host = Host::new().await;
    let shared = "+49 30 5550100";
    let one = post(&host, json!({"full_name": "Kim Berg", "email": "kim@one.example", "phone": shared})).await;
    let two = post(&host, json!({"full_name": "Kim Berg", "email": "kim@two.example", "phone": shared})).await;
    let mut both = [one.clone(), two.clone()];
    both.sort();
    assert_eq!(found(&host, "name=Kim Berg").await, both);
    assert_eq!(found(&host, "phone=+49 30 5550100").await, both);
    post(&host, json!({"email": "kim@one.example", "phone": "+49 30 5550111"})).await;
    assert_eq!(found(&host, "phone=+49 30 5550100").await, [two]);
    let line = host.get("/v1/records?email=kim@one.example").await.at("/data/0");
    assert_eq!((&line["called"], &line["links"]["record"]), (&json!("Kim Berg"), &json!(format!("/v1/records/{one}"))));
}

#[tokio::test]
async fn what_cannot_be_looked_for_is_400_and_says_what_to_write() {
    let host = Host::new().await;
    host.lead().await;
    for (query, says) in [
        ("email=", "it is empty"),
        ("email=nobody", "ada@example.com"),
        ("phone=abc", "+49 30 1234567"),
        ("name=-", "write a name"),
        ("cursor=nonsense", "use `next_cursor`"),
        ("cursor=gone.1", "use `next_cursor`"),
        ("email=a@example.com&cursor=open.", "use `next_cursor`"),
        ("mail=a@example.com", "did you mean `email`?"),
        ("name=a&name=b", "given twice"),
    ] {
        let answer = host.get(&format!("/v1/records?{query}")).await;
        assert_eq!(answer.status, 400, "{query}");
        assert!(answer.at("/detail").as_str().unwrap().contains(says), "{query}: {}", answer.text);
    }
    assert_eq!(host.get("/v1/records").await.at("/data").as_array().unwrap().len(), 1);
}
