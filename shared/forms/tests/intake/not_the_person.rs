//! Whose a name, an address or a number is: what is said of the form, the page or the host never fills the lead.

use domain::{id::Kind, playbook::Form};
use forms::{map, propose, read};

use crate::{
    fixture::{now, post},
    mapping,
};

fn usual() -> Form {
    mapping::form(
        &[
            ("lead.email", &["email", "Email", "mail"]),
            ("lead.name", &["name", "full_name"]),
            ("lead.phone", &["phone"]),
            ("company.name", &["company", "company.name"]),
        ],
        &[],
    )
}

/// What a form with the usual map makes of a body, as `kind.field=value`.
fn filled(form: &Form, body: &str) -> Vec<String> {
    let submission = read(&post("application/json", body.as_bytes()), Some(form), now()).unwrap().remove(0);
    let mapped = map(&submission, form, &mapping::schema()).unwrap();
    let of = |kind: &Kind| {
        mapped.fields[kind].iter().map(|(name, value)| format!("{kind}.{name}={value}")).collect::<Vec<_>>()
    };
    mapped.fields.keys().flat_map(of).filter(|it| !it.starts_with("company.domain")).collect()
}

#[test]
fn what_others_are_called_is_not_the_persons() {
    for (body, expected) in [
        (r#"{"form":{"name":"Contact form","id":"f1"},"email":"f1@n.example"}"#, &["lead.email=f1@n.example"][..]),
        (r#"{"event":{"name":"form.submitted"},"data":{"Email":"f4@n.example"}}"#, &["lead.email=f4@n.example"]),
        (r#"{"event":{"data":{"email":"bot@n.example","name":"Bot"}},"topic":"x"}"#, &[]),
        (
            r#"{"owner":{"email":"rep@n.example","name":"Our Rep"},"contact":{"mail_address":"first@lead.example"}}"#,
            &["lead.email=first@lead.example"],
        ),
        (
            r#"{"lead":{"owner":{"email":"rep@n.example","name":"Rep"},"email":"a@b.example"}}"#,
            &["lead.email=a@b.example"],
        ),
        (r#"{"owner_email":"rep@n.example","hubspotOwnerName":"Rep","note":"x"}"#, &[]),
        (r#"{"owner":"rep@n.example","assignee":"+49 30 123456","email":"a@b.example"}"#, &["lead.email=a@b.example"]),
        (r#"{"organizer":{"first_name":"Our","last_name":"Host"},"note":"x"}"#, &[]),
        (r#"{"meta":[{"key":"name","value":"Site"},{"key":"email","value":"site@n.example"}],"note":"x"}"#, &[]),
        (r#"{"campaign":{"name":"Spring","phone":"+15550100"},"team":{"name":"Sales"},"note":"x"}"#, &[]),
        (r#"{"workspace":{"company":"Ours","company_name":"Ours"},"note":"x"}"#, &[]),
        (r#"{"event":{"answers":{"email":"a@b.example","name":"Ada"}}}"#, &["lead.email=a@b.example", "lead.name=Ada"]),
        (
            r#"{"fields":[{"objectTypeId":"0-1","name":"email","value":"kai@berg.example"},
                {"objectTypeId":"0-2","name":"name","value":"Berg GmbH"},{"objectTypeId":"0-3","name":"phone","value":"+15550100"}]}"#,
            &["company.name=Berg GmbH", "lead.email=kai@berg.example"],
        ),
        (
            r#"{"mautic.form_on_submit":[{"submission":{"id":1,"form":{"id":2,"name":"Demo","alias":"demo"},
                "results":{"email":"pia@lund.example"}},"timestamp":"2026-11-20T15:03:04+00:00"}]}"#,
            &["lead.email=pia@lund.example"],
        ),
        (
            r#"{"organization":{"name":"Acme"},"person":{"name":"Ada","email":"a@b.example"}}"#,
            &["company.name=Acme", "lead.email=a@b.example", "lead.name=Ada"],
        ),
    ] {
        assert_eq!(filled(&usual(), body), expected, "{body}");
        let unknown = read(&post("application/json", body.as_bytes()), None, now()).unwrap().remove(0);
        for (target, question) in propose(&unknown) {
            let answer = unknown.answer(&question).unwrap().to_string();
            let line = format!("{target}={answer}");
            assert!(expected.contains(&line.as_str()) || target == "lead.message", "{line} proposed for {body}");
        }
    }
}

#[test]
fn the_forms_side_is_not_the_person_and_who_wrote_is_where_nobody_else_is() {
    let email = &["lead.email=a@b.example"][..];
    let person = &["lead.email=a@b.example", "lead.name=Ada"][..];
    for (body, expected) in [
        // Whom the form tells of it, and who looks after it.
        (r#"{"recipient":{"name":"Sales","email":"sales@n.example"},"email":"a@b.example"}"#, email),
        (r#"{"recipient":"sales@n.example","cc":["kai@n.example"],"bcc":"log@n.example","mail":"a@b.example"}"#, email),
        (r#"{"staff":{"name":"Kai","phone":"+4930123456"},"customer":{"name":"Ada","email":"a@b.example"}}"#, person),
        (
            r#"{"assignee":{"name":"Kai","email":"kai@n.example"},"requester":{"name":"Ada","email":"a@b.example"}}"#,
            person,
        ),
        (r#"{"recipients":[{"name":"Kai","email":"kai@n.example"}],"note":"x"}"#, &[]),
        (r#"{"cc":"kai@n.example","staff_email":"eva@n.example","note":"x"}"#, &[]),
        // Who wrote, beside somebody who is the person.
        (r#"{"author":{"name":"Kai","email":"kai@n.example"},"email":"a@b.example"}"#, email),
        (
            r#"{"author":{"name":"Kai"},"fields":[{"label":"Your name","value":"Ada"},{"label":"E-mail","value":"a@b.example"}]}"#,
            person,
        ),
        (
            r#"{"sender":{"name":"Our bot","email":"bot@n.example"},"contact":{"name":"Ada","email":"a@b.example"}}"#,
            person,
        ),
        (r#"{"reporter":{"email":"kai@n.example"},"requester":{"email":"a@b.example"},"summary":"x"}"#, email),
        (r#"{"sender_email":"bot@n.example","Write to us from":"a@b.example"}"#, email),
        // Who wrote, and nobody else.
        (r#"{"author":{"name":"Ada","email":"a@b.example"},"comment":"hello","post":{"id":7}}"#, person),
        (r#"{"sender":"a@b.example","recipient":"sales@n.example","subject":"Demo"}"#, email),
        (r#"{"sender_email":"a@b.example","message":"hello"}"#, email),
        (r#"{"issue":{"reporter":{"name":"Ada","email":"a@b.example"},"assignee":{"name":"Kai"}}}"#, person),
        (r#"{"author":[{"label":"Name","value":"Ada"},{"label":"Email","value":"a@b.example"}]}"#, person),
    ] {
        assert_eq!(filled(&usual(), body), expected, "{body}");
    }
}

#[test]
fn a_map_that_names_the_full_path_may_take_it() {
    let form = mapping::form(&[("lead.name", &["form.name"]), ("lead.email", &["data.owner.email"])], &[]);
    let body = r#"{"form":{"name":"Contact form"},"data":{"owner":{"email":"rep@n.example"}}}"#;
    assert_eq!(filled(&form, body), ["lead.email=rep@n.example", "lead.name=Contact form"]);
}

#[test]
fn what_is_sent_beside_the_answers_goes_behind_them() {
    let typeform = |answers: &str| {
        format!(
            r#"{{"form_response":{{"form_id":"f","answers":[{answers}],"hidden":{{"email":"link@n.example","name":"Link"}},
               "variables":[{{"key":"name","type":"text","text":"Variant"}}]}}}}"#
        )
    };
    let asked = r#"{"type":"text","text":"Ada","field":{"id":"a","ref":"full_name"}},
        {"type":"email","email":"ada@n.example","field":{"id":"b"}}"#;
    let tally = |answers: &str| {
        format!(
            r#"{{"eventType":"FORM_RESPONSE","data":{{"fields":[
               {{"key":"h1","label":"email","type":"HIDDEN_FIELDS","value":"link@n.example"}},
               {{"key":"h2","label":"name","type":"HIDDEN_FIELDS","value":"Link"}}{answers}]}}}}"#
        )
    };
    let fields = r#",{"key":"q1","label":"Full name","type":"INPUT_TEXT","value":"Ada"},
        {"key":"q2","label":"Where may we write?","type":"INPUT_EMAIL","value":"ada@n.example"}"#;
    for (body, expected) in [
        (typeform(asked), ["lead.email=ada@n.example", "lead.name=Ada"]),
        (tally(fields), ["lead.email=ada@n.example", "lead.name=Ada"]),
        // What nobody is asked, a personal link may say.
        (typeform(""), ["lead.email=link@n.example", "lead.name=Link"]),
        (tally(""), ["lead.email=link@n.example", "lead.name=Link"]),
    ] {
        assert_eq!(filled(&usual(), &body), expected, "{body}");
    }
}
