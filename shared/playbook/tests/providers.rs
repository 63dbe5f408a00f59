//! What form providers send fills the shipped form's fields, whichever provider it is.

#![expect(clippy::unwrap_used, reason = "a test stops where its own files are not as they must be")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use domain::{
    id::{FormId, Kind},
    instant::Instant,
    playbook::Playbook,
};
use forms::{Request, map, read};
use playbook::{load, read_folder};

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn shipped() -> Playbook {
    load(&read_folder(&folder("infra/cli/playbook")).unwrap().files).playbook.unwrap()
}

fn content_type(name: &str) -> &'static str {
    match name {
        "jotform.multipart.txt" => "multipart/form-data; boundary=JotB",
        "generic.multipart.txt" => "multipart/form-data; boundary=XyZ",
        _ if name.ends_with(".json") => "application/json",
        _ => "application/x-www-form-urlencoded",
    }
}

/// `Ada Example | ada@example.com | Example Ltd | 11`, a line for each submission.
fn filled(playbook: &Playbook, name: &str, body: &[u8]) -> Vec<String> {
    let form = &playbook.forms[&FormId::from("demo-request")];
    let request = Request { method: "POST", uri: "/", content_type: Some(content_type(name)), headers: &[], body };
    let submissions = read(&request, Some(form), Instant::parse("2026-11-20T15:04:00Z").unwrap()).unwrap();
    let one = |submission| {
        let mapped = map(submission, form, &playbook.schema).unwrap();
        let field = |kind: &str, field: &str| {
            let value = mapped.fields.get(&Kind::from(kind)).and_then(|fields| fields.get(field));
            value.map_or("-".to_owned(), ToString::to_string)
        };
        [("lead", "name"), ("lead", "email"), ("company", "name"), ("company", "employees")]
            .map(|(kind, name)| field(kind, name))
            .join(" | ")
    };
    submissions.iter().map(one).collect()
}

fn check(name: &str, expected: &[&str]) {
    let body = fs::read(folder("shared/forms/tests/fixtures").join(name)).unwrap();
    assert_eq!(filled(&shipped(), name, &body), expected, "{name}");
}

#[test]
fn providers_fill_name_address_and_company() {
    check("generic.flat.json", &["Ada Example | ada@example.com | Example Ltd | 25"]);
    check("generic.nested.json", &["Ada Example | ada@example.com | Example Ltd | 11"]);
    check("typeform.form_response.json", &["Ada Example | ada@example.com | - | 11"]);
    check("tally.FORM_RESPONSE.json", &["Ada Example | ada@example.com | - | -"]);
    check("google-forms.apps-script.json", &["Ada Example | ada@example.com | - | -"]);
    check("google-ads.lead.json", &["Ada Example | ada@example.com | Example Ltd | -"]);
    check("calendly.invitee.created.json", &["Ada Example | ada@example.com | - | -"]);
    check("hubspot.workflow.contact.json", &["Ada Example | ada@example.com | Example Ltd | 25"]);
    check("jotform.multipart.txt", &["Ada Example | ada@example.com | - | 11"]);
}

#[test]
fn a_first_name_stands_for_the_name_where_no_other_is_given() {
    check("webflow.form_submission.v1.json", &["Ada Example | ada@example.com | - | -"]);
    check("webflow.form_submission.v2.json", &["Ada Example | ada@example.com | - | -"]);
    check("salesforce.web-to-lead.urlencoded.txt", &["Ada Example | ada@example.com | Example Ltd | -"]);
}

#[test]
fn what_holds_ids_only_is_taken_as_well() {
    check("hubspot.webhook.batch.json", &["- | - | - | -", "- | - | - | -"]);
    check("meta.leadgen.json", &["- | - | - | -", "- | - | - | -"]);
}
