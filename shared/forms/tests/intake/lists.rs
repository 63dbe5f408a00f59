//! Several leads in one body: each is read, and nothing in the list or beside it costs another.

use forms::{Submission, read};
use serde_json::json;

use crate::fixture::{now, post};

fn leads(body: &serde_json::Value) -> Vec<Submission> {
    read(&post("application/json", body.to_string().as_bytes()), None, now()).unwrap()
}

fn addresses(submissions: &[Submission]) -> Vec<String> {
    let address = |it: &Submission| it.answer("email").map_or_else(String::new, ToString::to_string);
    submissions.iter().map(address).collect()
}

const BOTH: [&str; 2] = ["nils@quay.example", "petra@quay.example"];

#[test]
fn an_odd_item_costs_none_of_the_others_and_is_said() {
    for odd in [json!(null), json!("oops"), json!({}), json!({ "note": null }), json!(["oops"]), json!(7)] {
        let body = json!([{ "email": BOTH[0] }, odd, { "email": BOTH[1] }]);
        let submissions = leads(&body);
        assert_eq!(addresses(&submissions), BOTH, "{body}");
        let said: Vec<&str> = submissions[0].remarks.iter().map(|remark| remark.pointer.as_str()).collect();
        assert_eq!(said, ["/1"], "{body}");
        let kept = submissions[0].fields.values().any(|value| value.to_string().contains("oops"));
        assert_eq!(kept, body.to_string().contains("oops"), "{body}");
    }
    assert_eq!(addresses(&leads(&json!([null, { "email": BOTH[0] }]))), [BOTH[0]]);
}

#[test]
fn each_item_of_a_list_is_read_as_if_it_came_alone() {
    let typeform = json!({ "form_response": { "form_id": "f", "token": "t1", "answers": [
        { "type": "email", "email": BOTH[0], "field": { "id": "e" } }] } });
    let creation = json!({ "objectId": 41, "subscriptionType": "contact.creation", "portalId": 7 });
    let submissions = leads(&json!([typeform, creation, { "answers": [{ "label": "E-mail", "value": BOTH[1] }] }]));
    assert_eq!(submissions[0].provider_id.as_deref(), Some("t1"));
    assert_eq!(submissions[1].to_fetch.as_ref().map(|fetch| fetch.id.as_str()), Some("41"));
    assert_eq!(submissions[2].pointer("E-mail"), "/2/answers/0/value");
}

#[test]
fn the_leads_of_an_envelope_are_each_one_and_keep_what_stands_beside_them() {
    let (nils, petra) = (json!({ "name": "Nils", "email": BOTH[0] }), json!({ "name": "Petra", "email": BOTH[1] }));
    let names =
        ["leads", "data", "responses", "submissions", "entries", "results", "records", "items", "contacts", "batch"];
    for name in names {
        for body in [
            json!({ name: [nils, petra], "page": "page 3" }),
            json!({ "payload": { name: [nils, petra] }, "page": "page 3" }),
            json!({ name: [{ "answers": nils }, { "answers": petra }], "page": "page 3" }),
            json!({ name: { "0": nils, "1": petra }, "page": "page 3" }),
        ] {
            let submissions = leads(&body);
            assert_eq!(addresses(&submissions), BOTH, "{body}");
            for submission in &submissions {
                assert_eq!(submission.answer("page").map(ToString::to_string).as_deref(), Some("page 3"), "{body}");
            }
        }
    }
    let submissions = leads(&json!({ "leads": [nils, null, petra] }));
    assert_eq!(addresses(&submissions), BOTH);
    assert_eq!(submissions[0].remarks[0].pointer, "/leads/1");
    assert_eq!(submissions[1].pointer("email"), "/leads/2/email");
    let submissions = leads(&json!({ "leads": [nils, { "name": "Petra" }] }));
    assert_eq!(submissions.len(), 2);
}

#[test]
fn a_list_in_one_persons_submission_is_no_list_of_leads() {
    for body in [
        json!({ "name": "Nils", "email": BOTH[0], "contacts": [{ "email": "a@n.example" }, { "email": "b@n.example" }] }),
        json!({ "items": [{ "sku": "A", "name": "Desk" }, { "sku": "B", "name": "Lamp" }], "email": BOTH[0] }),
        json!({ "data": [{ "label": "E-mail", "value": BOTH[0] }, { "label": "Second", "value": BOTH[1] }] }),
        json!({ "data": [{ "type": "email", "value": BOTH[0] }, { "type": "text", "value": BOTH[1] }] }),
        json!({ "data": { "records": [{ "email": BOTH[0] }, { "email": BOTH[0], "step": 2 }] } }),
        json!({ "guests": [{ "email": BOTH[0] }, { "email": BOTH[1] }], "topic": "Demo" }),
    ] {
        assert_eq!(leads(&body).len(), 1, "{body}");
    }
}
