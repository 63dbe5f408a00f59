//! Answers that do not say what was asked: their sort says it, and what it leaves open is kept.

use forms::{map, read};

use crate::{
    fixture::{now, post},
    providers::shipped,
};

/// What the shipped form fills of a lead, and every text of what is kept beside it.
fn read_as(body: &str) -> (Vec<String>, String) {
    let (form, schema) = shipped();
    let mut submissions = read(&post("application/json", body.as_bytes()), Some(&form), now()).unwrap();
    assert_eq!(submissions.len(), 1, "{body}");
    let mapped = map(&submissions.remove(0), &form, &schema).unwrap();
    let lead = mapped.fields.get(&domain::id::Kind::from("lead")).into_iter().flatten();
    (lead.map(|(name, value)| format!("{name}={value}")).collect(), format!("{:?}", mapped.unmapped))
}

fn check(body: &str, filled: &[&str], kept: &[&str]) {
    let (lead, beside) = read_as(body);
    assert_eq!(lead, filled, "{body}: {beside}");
    assert!(kept.iter().all(|text| beside.contains(text)), "{body}: {beside}");
}

#[test]
fn the_sort_of_an_answer_says_what_it_is() {
    let filled = ["email=lea@moor.example", "phone=+49301239988"];
    for (email, phone) in [("email", "phone"), ("email_address", "phone_number"), ("EMAIL", "tel")] {
        let answers = format!(
            r#"[{{"type":"{email}","value":"lea@moor.example"}},{{"type":"text","value":"two people"}},
                {{"type":"{phone}","value":"+49 30 1239988"}},{{"type":"text","value":"in May"}}]"#
        );
        check(&format!(r#"{{"answers":{answers}}}"#), &filled, &["two people", "in May"]);
        check(&format!(r#"{{"data":{{"responses":{answers}}}}}"#), &filled, &["two people", "in May"]);
        check(&answers, &filled, &["two people", "in May"]);
    }
    check(
        r#"{"answers":{"1":{"type":"email","value":"lea@moor.example"},"2":{"type":"name","value":"Lea Moor"}}}"#,
        &["email=lea@moor.example", "name=Lea Moor"],
        &[],
    );
    check(
        r#"{"answers":[{"id":"q7","type":"email","value":"lea@moor.example"},{"id":"q8","type":"name","value":"Lea Moor"}]}"#,
        &["email=lea@moor.example", "name=Lea Moor"],
        &[],
    );
    check(r#"{"fields":[{"type":"email","answer":"lea@moor.example"}]}"#, &["email=lea@moor.example"], &[]);
}

#[test]
fn values_alone_are_kept_and_an_address_among_them_is_found() {
    let email = &["email=lea@moor.example"];
    check(r#"{"answers":[{"value":"lea@moor.example"},{"value":"two people"}]}"#, email, &["two people"]);
    check(r#"[{"value":"lea@moor.example"},{"value":"two people"}]"#, email, &["two people"]);
    check(r#"{"answers":["lea@moor.example","two people"]}"#, email, &["two people"]);
    check(r#"["lea@moor.example","two people"]"#, email, &["two people"]);
    check(r#"{"answers":[{"value":"two people"},{"value":"in May"}]}"#, &[], &["two people", "in May"]);
}

#[test]
fn a_list_of_ways_to_reach_somebody_is_whose_it_lies_with() {
    let reached =
        |at: &str| format!(r#"{{"{at}":{{"emails":[{{"type":"work","value":"lea@moor.example"}}]}},"x":"y"}}"#);
    check(&reached("contact"), &["email=lea@moor.example"], &["work"]);
    check(&reached("owner"), &[], &["lea@moor.example"]);
}

#[test]
fn a_label_says_more_than_the_sort() {
    check(
        r#"{"answers":[{"label":"Emergency phone","type":"phone","value":"+49 30 1239988"},
            {"label":"Friend's email","type":"email","value":"kai@n.example"}]}"#,
        &[],
        &["+49 30 1239988", "kai@n.example"],
    );
}
