//! What stands in the address that a submission is posted to.

use forms::{Request, Submission, read};

use crate::fixture::now;

fn posted(query: &str, body: &str) -> Result<Submission, &'static str> {
    let uri = format!("/v1/forms/demo{query}");
    let content_type =
        Some(if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" });
    let request = Request { method: "POST", uri: &uri, content_type, headers: &[], body: body.as_bytes() };
    read(&request, None, now()).map(|mut read| read.remove(0)).map_err(|refusal| refusal.problem().code)
}

fn check(query: &str, body: &str, expected: &[&str]) {
    let submission = posted(query, body).unwrap_or_else(|code| panic!("{code}: {query} {body}"));
    let fields: Vec<String> = submission.fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(fields, expected, "{query} {body}");
}

#[test]
fn a_lead_may_come_in_the_address_alone() {
    for body in ["", " \n", "{}", "{\"email\":null}"] {
        check("?email=ben@pier.example&name=Ben&secret=s", body, &["email=ben@pier.example", "name=Ben"]);
    }
    check("?data[email]=ben@pier.example&data[name]=Ben", "", &["email=ben@pier.example", "name=Ben"]);
}

#[test]
fn an_address_that_tells_the_campaign_alone_is_no_submission() {
    for query in ["", "?", "?utm_source=ads&utm_medium=cpc", "?secret=s", "?gclid=x", "?email="] {
        assert_eq!(posted(query, "").map(|it| it.fields), Err("body_empty"), "{query}");
        assert_eq!(posted(query, "{}").map(|it| it.fields), Err("submission_missing"), "{query}");
    }
}

#[test]
fn a_parameter_that_stands_several_times_keeps_all_its_values() {
    check(
        "?tag=red&tag=blue&tag=&size=4",
        "email=ben@pier.example",
        &["email=ben@pier.example", "size=4", "tag=red, blue"],
    );
}

#[test]
fn what_the_body_says_goes_before_and_the_parameter_is_kept_beside_it() {
    let body = "email=ben%40pier.example";
    check("?email=other@pier.example", body, &["email=ben@pier.example", "query.email=other@pier.example"]);
    check("?email=ben@pier.example", body, &["email=ben@pier.example"]);
    check("?20261120", body, &["email=ben@pier.example", "query=20261120"]);
    let submission = posted("?Email=other@pier.example", body).unwrap();
    assert!(submission.apart.contains("query.Email"), "{submission:?}");
}
