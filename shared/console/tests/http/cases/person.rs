//! Whose name, address, number and company is read, in the spellings of people.

use serde_json::{Value as Json, json};

use super::{FORM, JSON, PARTS, assert_fields, demo, parts, post};
use crate::host::Host;

#[tokio::test]
async fn the_only_address_of_a_submission_is_the_persons_whatever_its_question_says() {
    let host = Host::new().await;
    for (content_type, body, question) in [
        (JSON, r#"{"Full name":"Mila Toft","Where do we reach you at work?":"mila@toft.example"}"#, "Where do we"),
        (JSON, r#"{"Wie lautet Ihre geschäftliche E-Mail-Adresse?":" MILA@toft.example "}"#, "Wie lautet"),
        (
            JSON,
            r#"{"lines":[{"label":"Write back to","value":"<mila@toft.example>"}],"Phone":"+49 40 5550142"}"#,
            "Write",
        ),
        (
            FORM,
            "No+Label+name=Mila+Toft&No+Label+mail=mila%40toft.example&Phone=%2B49+40+5550142&form_id=a",
            "No Label",
        ),
        (FORM, "No+Label+name=Mila+Toft&No+Label+mail=mila%40toft.example&form_id=a&form_name=Popup", "No Label"),
    ] {
        let lead = post(&host, "demo-request", content_type, body).await;
        assert_fields(&lead, json!({"email": "mila@toft.example"}));
        assert!(lead.told.contains(&format!("E-mail was taken from \u{201c}{question}")), "{body}: {}", lead.told);
    }
    let two = demo(&host, json!({"Ours": "ann@toft.example", "Theirs": "bob@toft.example", "name": "Two"})).await;
    assert_eq!(two.fields["email"], Json::Null, "nothing says which one is meant");
}

#[tokio::test]
async fn an_address_of_our_own_people_becomes_the_persons_only_where_a_question_asks_for_it() {
    let host = Host::new().await;
    for ours in ["ana@example.com", " Ana Keller <ANA@example.com>", "hello@example.com"] {
        let alone = demo(&host, json!({"name": "Mila Toft", "Seen to by": ours})).await;
        assert_eq!(alone.fields["email"], Json::Null, "{ours}: {alone:#?}");
        let beside =
            demo(&host, json!({"name": "Mila Toft", "Seen to by": ours, "Reach me at": "mila@toft.example"})).await;
        assert_fields(&beside, json!({"email": "mila@toft.example"}));
    }
    let tried = demo(&host, json!({"name": "Ana Keller", "email": "ana@example.com"})).await;
    assert_fields(&tried, json!({"email": "ana@example.com"}));
}

#[tokio::test]
async fn first_and_last_name_are_the_name_and_a_first_name_alone_replaces_none() {
    let hubspot = json!({"vid": 7, "properties": {
        "email": {"value": "mara@quist.example"}, "firstname": {"value": "Mara"}, "lastname": {"value": "Quist"}}});
    let multipart =
        parts(&[("name=\"fname\"", "Mara"), ("name=\"lname\"", "Quist"), ("name=\"email\"", "mara@quist.example")]);
    for (content_type, body) in [
        (FORM, "first_name=Mara&last_name=Quist&email=mara%40quist.example".to_owned()),
        (FORM, "Surname=Quist&Given+name=Mara&email=mara%40quist.example".to_owned()),
        (JSON, json!({"Vorname": "Mara", "Nachname": "Quist", "E-Mail": "mara@quist.example"}).to_string()),
        (JSON, json!({"name": {"first": "Mara", "last": "Quist"}, "email": "mara@quist.example"}).to_string()),
        (JSON, hubspot.to_string()),
        (PARTS, multipart),
    ] {
        let host = Host::new().await;
        let named = post(&host, "demo-request", content_type, body.clone()).await;
        assert_eq!(named.fields["name"], "Mara Quist", "{body}: {named:#?}");
        for shorter in [json!({"first_name": "Mara"}), json!({"name": "mara"}), json!({"full_name": "M. Quist"})] {
            let mut body = shorter;
            body["email"] = json!("Mara@quist.example");
            let again = demo(&host, body).await;
            assert_eq!((&again.record, &again.fields["name"]), (&named.record, &json!("Mara Quist")), "{again:#?}");
        }
    }
}

#[tokio::test]
async fn what_nobody_can_see_makes_no_other_person() {
    let host = Host::new().await;
    let first = demo(&host, json!({"full_name": "Nell", "email": "nell@example.com", "company": "Nell Works"})).await;
    for (number, email) in [
        "nell@example.com\u{200b}",
        "\u{feff}nell@example.com",
        "ne\u{ad}ll@exam\u{2060}ple.com",
        "\u{200e}NELL@example.com\u{a0}",
        "\u{202a}nell@example.com\u{202c}",
        "ｎｅｌｌ＠ｅｘａｍｐｌｅ．ｃｏｍ",
    ]
    .into_iter()
    .enumerate()
    {
        let body = json!({"full_name": "Nell\u{200b}", "e\u{200b}mail": email, "message": number, "company": "Nell\u{a0}Works\u{200d}"});
        let again = demo(&host, body).await;
        assert_eq!((&again.record, &again.company), (&first.record, &first.company), "{email:?}: {again:#?}");
        assert_fields(&again, json!({"email": "nell@example.com", "name": "Nell", "score": 30}));
    }
    let mut records = Vec::new();
    for phone in [
        "+49\u{a0}40\u{202f}77\u{2011}88 99",
        "+49\u{2009}40\u{2013}778899",
        "\u{202a}+49 40 778899\u{202c}",
        "+4\u{ad}940778\u{200b}899",
        "＋４９ ４０ ７７８８９９",
    ] {
        let lead = demo(&host, json!({"full_name": "Nell", "phone": phone})).await;
        assert_fields(&lead, json!({"phone": "+4940778899"}));
        records.push(lead.record);
    }
    records.dedup();
    assert_eq!(records.len(), 1, "{records:?}");
}

#[tokio::test]
async fn what_is_said_of_the_form_the_site_or_the_owner_is_not_said_of_the_person() {
    let host = Host::new().await;
    for (body, name, email) in [
        (r#"{"form":{"name":"Quote form","id":"9"},"email":"a@vega.example"}"#, None, Some("a@vega.example")),
        (r#"{"event":{"name":"lead.created"},"data":{"Email":"b@vega.example"}}"#, None, Some("b@vega.example")),
        (
            r#"{"site":{"name":"Our site","email":"web@ours.example"},"fields":{"email":"c@vega.example"}}"#,
            None,
            Some("c@vega.example"),
        ),
        (
            r#"{"organizer":{"name":"Our Host","email":"host@ours.example"},"invitee":{"email":"d@vega.example","name":"Dee"}}"#,
            Some("Dee"),
            Some("d@vega.example"),
        ),
        (
            r#"{"owner":{"email":"rep@ours.example","name":"Rep"},"contact":{"mail_address":"e@vega.example"}}"#,
            None,
            Some("e@vega.example"),
        ),
        (
            r#"{"owner":{"email":"rep@ours.example","name":"Rep"},"contact":{"mail_address":"f@vega.example"}}"#,
            None,
            Some("f@vega.example"),
        ),
        (r#"{"page":{"name":"Landing"},"assignee":{"email":"rep@ours.example"},"note":"nobody said"}"#, None, None),
        (
            r#"{"fields":[{"objectTypeId":"0-1","name":"email","value":"g@vega.example"},{"objectTypeId":"0-1","name":"firstname","value":"Gil"},
            {"objectTypeId":"0-2","name":"name","value":"Vega Ltd"}]}"#,
            Some("Gil"),
            Some("g@vega.example"),
        ),
        (
            r#"{"mautic.form_on_submit":[{"submission":{"id":1,"form":{"id":2,"name":"Demo","alias":"d"},
            "results":{"email":"h@vega.example","firstname":"Hal"}},"timestamp":"2026-03-02T08:00:00+00:00"}]}"#,
            Some("Hal"),
            Some("h@vega.example"),
        ),
    ] {
        let lead = post(&host, "demo-request", JSON, body).await;
        assert_eq!((lead.fields["name"].as_str(), lead.fields["email"].as_str()), (name, email), "{body}: {lead:#?}");
    }
}

#[tokio::test]
async fn a_number_with_words_beside_it_is_a_number_and_the_words_are_a_remark() {
    let host = Host::new().await;
    let mut records = Vec::new();
    for (phone, expected, remark) in [
        ("+49 40 556677 ext. 5", "+4940556677", "ext. 5"),
        ("+49 40 556677 (mobile)", "+4940556677", "mobile"),
        ("+49 (0)40 556677 Durchwahl 12", "+4940556677", "Durchwahl 12"),
        ("Tel.: 0049-40-556677", "+4940556677", "Tel"),
        ("+49 40 556677 after 5 pm", "+4940556677", "after 5 pm"),
        ("+49 40 556677#12", "+4940556677", "12"),
        ("555.014.0188 x12", "555.014.0188", "x12"),
        ("(555) 014-0188 extension 3", "(555) 014-0188", "extension 3"),
    ] {
        let lead = demo(&host, json!({"full_name": "Pat", "phone": phone, "message": phone})).await;
        assert_fields(&lead, json!({"phone": expected, "score": 15}));
        let line = lead.told.lines().rev().find(|line| line.contains("beside the number it says")).unwrap_or_default();
        assert!(line.contains(remark), "{phone}: {}", lead.told);
        records.push(lead.record);
    }
    records.dedup();
    assert_eq!(records.len(), 2, "one for each number: {records:?}");
}

#[tokio::test]
async fn what_people_write_where_there_is_no_company_is_none() {
    let host = Host::new().await;
    let big = demo(&host, json!({"email": "big@buy.example", "company": "n.a.", "team_size": "1001-5000"})).await;
    assert_eq!(big.fields["score"], 55);
    let other = demo(&host, json!({"email": "big@other.example", "company": "N/A", "team_size": "51-200"})).await;
    assert_ne!(big.company, other.company);
    for (number, company) in [
        "n/a",
        "N/A ",
        "none",
        "None.",
        "-",
        "--",
        "self",
        "Self-employed",
        "no company",
        "keine",
        "k.A.",
        "null",
        "private",
        "x",
    ]
    .into_iter()
    .enumerate()
    {
        let tiny = demo(
            &host,
            json!({"full_name": "Tiny Shop", "email": format!("{number}@shop.example"), "company": company}),
        )
        .await;
        assert_eq!((&tiny.fields["score"], &tiny.company), (&json!(25), &Json::Null), "{company}: {tiny:#?}");
        assert!(tiny.told.contains("is what people write where there is none"), "{company}: {}", tiny.told);
    }
    let real = demo(&host, json!({"email": "a@nova.example", "company": "None Such Records"})).await;
    assert!(real.company.is_string(), "{real:#?}");
}

#[tokio::test]
async fn what_people_type_in_place_of_their_name_is_none_and_replaces_none() {
    let host = Host::new().await;
    let named = demo(&host, json!({"full_name": "Rosa Lund", "email": "rosa@lund.example"})).await;
    for (number, name) in ["-", " . ", "n/a", "none", "Test", "xxx", "Your name", "keine"].into_iter().enumerate() {
        let again = demo(&host, json!({"full_name": name, "email": "rosa@lund.example", "message": number})).await;
        assert_eq!((&again.record, &again.fields["name"]), (&named.record, &json!("Rosa Lund")), "{name}");
        assert!(again.told.contains("Kept as it came: full_name"), "{name}: {}", again.told);
        let other = demo(&host, json!({"full_name": name, "email": format!("{number}@lund.example")})).await;
        assert_eq!(other.fields["name"], Json::Null, "{name}: {other:#?}");
    }
}
