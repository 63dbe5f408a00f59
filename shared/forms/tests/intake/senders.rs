//! Whole payloads of shops, CRMs and telephones: who the person is in them, and who is not.

use forms::{map, read};

use crate::{
    fixture::{now, post},
    providers::shipped,
};

/// What the shipped form fills of who somebody is.
fn check(body: &str, expected: &[&str]) {
    let (form, schema) = shipped();
    let content_type = if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" };
    let submission = read(&post(content_type, body.as_bytes()), Some(&form), now()).unwrap().remove(0);
    let mapped = map(&submission, &form, &schema).unwrap();
    let lead = mapped.fields.get(&domain::id::Kind::from("lead")).into_iter().flatten();
    let who = lead.filter(|(name, _)| ["name", "email", "phone", "message"].contains(&name.as_str()));
    let filled: Vec<String> = who.map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(filled, expected, "{body}: {:?}", submission.fields);
}

#[test]
fn who_pays_for_an_order_is_the_person_and_who_receives_it_is_not() {
    let kai = r#"{"first_name":"Kai","last_name":"Berg","phone":"+49 30 5554433"}"#;
    check(
        &format!(
            r#"{{"id":727,"status":"processing","billing":{{"first_name":"Mo","last_name":"Fjord","email":"mo@fjord.example",
                "phone":"+49 30 1239988","company":"Fjord AG","city":"Kiel"}},"shipping":{kai},"line_items":[{{"name":"Desk"}},{{"name":"Lamp"}}]}}"#
        ),
        &["email=mo@fjord.example", "name=Mo Fjord", "phone=+49301239988"],
    );
    check(
        r#"{"id":727,"billing":{"first_name":"","email":""},"shipping":{"first_name":"Kai","last_name":"Berg"}}"#,
        &[],
    );
    check(
        &format!(
            r#"{{"id":82,"email":"mo@fjord.example","billing_address":{kai},"customer":{{"first_name":"Mo","last_name":"Fjord"}}}}"#
        ),
        &["email=mo@fjord.example", "name=Mo Fjord"],
    );
}

#[test]
fn what_was_so_before_is_nobody() {
    check(
        r#"{"data":{"name":"Mo Fjord","email":"mo@fjord.example"},"previous":{"email":"old@fjord.example"},"meta":{"action":"change"}}"#,
        &["email=mo@fjord.example", "name=Mo Fjord"],
    );
    check(r#"{"data":null,"previous":{"name":"Mo Fjord","email":"mo@fjord.example"},"meta":{"action":"delete"}}"#, &[]);
}

#[test]
fn who_calls_or_writes_is_the_person_and_the_line_that_was_dialled_is_ours() {
    check(
        "MessageSid=SM1&From=%2B14155552671&To=%2B14155550000&Body=Hi+there&AccountSid=AC1",
        &["message=Hi there", "phone=+14155552671"],
    );
    check(
        "CallSid=CA1&Called=%2B14155550000&Caller=%2B14155552671&From=%2B14155552671&To=%2B14155550000&CallerName=MO+FJORD",
        &["name=MO FJORD", "phone=+14155552671"],
    );
    check(
        r#"{"id":"CAL1","customer_name":"Mo Fjord","customer_phone_number":"+14155552671","direction":"inbound",
            "tracking_phone_number":"+14155550000"}"#,
        &["name=Mo Fjord", "phone=+14155552671"],
    );
}

#[test]
fn who_serves_the_person_is_not_the_person() {
    let kai = r#"{"name":"Kai","email":"kai@n.example","phone":"+49 30 5554433"}"#;
    for role in ["doctor", "therapist", "coach", "instructor", "stylist", "gym"] {
        check(&format!(r#"{{"{role}":{kai},"note":"x"}}"#), &[]);
        check(
            &format!(r#"{{"client":{{"name":"Mo","email":"mo@fjord.example"}},"{role}":{kai}}}"#),
            &["email=mo@fjord.example", "name=Mo"],
        );
    }
    for person in ["patient", "tenant", "donor", "passenger"] {
        check(&format!(r#"{{"{person}":{{"name":"Mo"}},"driver":{kai}}}"#), &["name=Mo"]);
    }
    check(
        r#"{"client_name":"Mo","client_email":"mo@fjord.example","coach_email":"kai@n.example"}"#,
        &["email=mo@fjord.example", "name=Mo"],
    );
}

#[test]
fn an_object_that_says_that_it_is_a_customer_is_one() {
    check(
        r#"{"type":"customer.created","data":{"object":{"object":"customer","email":"mo@fjord.example","name":"Mo Fjord"}}}"#,
        &["email=mo@fjord.example", "name=Mo Fjord"],
    );
    check(r#"{"data":{"object":{"object":"account","email":"us@n.example","name":"Ours"}},"note":"x"}"#, &[]);
}

#[test]
fn a_name_in_parts_has_the_order_of_its_script() {
    check(r#"{"姓":"山田","名":"太郎"}"#, &["name=山田 太郎"]);
    check("input_1.3=Mo&input_1.6=Fjord", &["name=Mo Fjord"]);
}
