//! The only number of a submission is the person's, unless its question asks for something else; and names that are
//! asked under a prefix, or given to get past a form.

use forms::{map, read};

use crate::{
    fixture::{now, post},
    providers::shipped,
};

/// What the shipped form fills of a lead from the body, but its e-mail address.
fn check(body: &str, expected: &[&str]) {
    let (form, schema) = shipped();
    let submission = read(&post("application/json", body.as_bytes()), Some(&form), now()).unwrap().remove(0);
    let mapped = map(&submission, &form, &schema).unwrap();
    let lead = mapped.fields.get(&domain::id::Kind::from("lead")).into_iter().flatten();
    let filled: Vec<String> =
        lead.filter(|(name, _)| *name != "email").map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(filled, expected, "{body}");
}

#[test]
fn a_number_that_a_question_for_a_thing_holds_is_nobodys_line() {
    for question in ["Order number", "Account no.", "Customer ID", "Kundennummer", "VAT", "N° de commande", "Fax"] {
        check(&format!(r#"{{"phone":"","{question}":"+49 30 1239988"}}"#), &[]);
        check(&format!(r#"{{"{question}":"+49 30 1239988","x":"y","email":"mo@fjord.example"}}"#), &[]);
    }
    for question in ["Best time to reach you", "Anything else?", "Customer phone", "Erreichbar unter"] {
        check(&format!(r#"{{"phone":"","{question}":"+49 30 1239988"}}"#), &["phone=+49301239988"]);
    }
}

#[test]
fn shops_and_comments_ask_for_a_name_under_a_prefix() {
    check(
        r#"{"billing_first_name":"Mo","billing_last_name":"Fjord","billing_phone":"+49 30 1239988",
            "shipping_first_name":"Kai","shipping_last_name":"Berg"}"#,
        &["first_name=Mo", "last_name=Fjord", "name=Mo Fjord", "phone=+49301239988"],
    );
    check(
        r#"{"comment_author":"Mo Fjord","comment_author_email":"mo@fjord.example","comment_content":"Nice"}"#,
        &["message=Nice", "name=Mo Fjord"],
    );
}

#[test]
fn parts_of_a_name_that_are_all_placeholders_name_nobody() {
    check(r#"{"first_name":"test","last_name":"test","email":"mo@fjord.example"}"#, &[]);
    check(r#"{"first_name":"Test","email":"mo@fjord.example"}"#, &[]);
    check(r#"{"first_name":"Na","last_name":"Li"}"#, &["first_name=Na", "last_name=Li", "name=Na Li"]);
    check(
        r#"{"first_name":"Jennifer","last_name":"Test"}"#,
        &["first_name=Jennifer", "last_name=Test", "name=Jennifer Test"],
    );
}
