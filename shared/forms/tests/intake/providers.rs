//! What providers document that they send, through the shipped form: who wrote is known, or stays open.
//!
//! One line of `providers/shapes.ndjson` is one shape: the provider, the public page it follows, the body
//! (`json`, `form` as urlencoded, or the name of a `fixture`), and what the page says is in it. A field that is not
//! expected must stay open. The values are invented. A page that somebody opened has its address and the day on which
//! it was `read`; without one, the shape is `unverified`, and says why.

use std::{collections::BTreeMap, path::Path};

use domain::{
    id::{FormId, Kind},
    playbook::{Form, Schema},
    value::Value,
};
use forms::{Mapped, Submission, map, read};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value as Json;

use crate::fixture::{self, now, post};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    provider: String,
    source: Source,
    json: Option<Json>,
    form: Option<String>,
    fixture: Option<String>,
    expect: Expected,
}

/// Where a shape comes from: a page that was read, or one that nobody could open.
#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields, expecting = "a source has a page, and a url with read, or unverified")]
enum Source {
    Read { page: String, url: String, read: Date },
    Unverified { page: String, unverified: String },
}

impl Source {
    /// The shapes were first read then.
    const FIRST: Date = Date::constant(2026, 11, 27);

    fn is_whole(&self) -> bool {
        match self {
            Self::Read { page, url, read } => !page.is_empty() && url.starts_with("https://") && *read >= Self::FIRST,
            Self::Unverified { page, unverified } => !page.is_empty() && !unverified.is_empty(),
        }
    }
}

#[derive(Deserialize, Default, PartialEq, Debug)]
#[serde(deny_unknown_fields, default)]
struct Expected {
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    company: Option<String>,
    /// The object to fetch and its id.
    fetch: Option<String>,
    test: bool,
    partial: bool,
    /// Checked where it is expected.
    id: Option<String>,
}

impl Shape {
    fn submission(&self, form: &Form) -> Submission {
        let (content_type, body) = match (&self.json, &self.form, &self.fixture) {
            (Some(json), None, None) => ("application/json", json.to_string().into_bytes()),
            (None, Some(form), None) => ("application/x-www-form-urlencoded", form.clone().into_bytes()),
            (None, None, Some(name)) => {
                let fixture = fixture::named(name);
                (fixture.content_type, fixture.body)
            }
            _ => panic!("{}: one body", self.provider),
        };
        let submissions = read(&post(content_type, &body), Some(form), now());
        let mut submissions = submissions.unwrap_or_else(|refusal| panic!("{}: {refusal}", self.provider));
        assert_eq!(submissions.len(), 1, "{}", self.provider);
        submissions.remove(0)
    }
}

fn shapes() -> Vec<Shape> {
    let lines = include_str!("../providers/shapes.ndjson").lines();
    lines.map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

/// The form and the schema that everybody begins with.
pub fn shipped() -> (Form, Schema) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/cli/playbook");
    let checked = playbook::load(&playbook::read_folder(&folder).unwrap().files);
    let playbook = checked.playbook.expect("the shipped playbook has no error");
    (playbook.forms[&FormId::new("demo-request")].clone(), playbook.schema)
}

fn seen(submission: Submission, mapped: &Mapped, expected: &Expected) -> Expected {
    let value = |kind: &str, field: &str| mapped.fields.get(&Kind::from(kind))?.get(field).map(Value::to_string);
    Expected {
        name: value("lead", "name"),
        email: value("lead", "email"),
        phone: value("lead", "phone"),
        company: value("company", "name"),
        fetch: submission.to_fetch.map(|fetch| format!("{} {}", fetch.object, fetch.id)),
        test: submission.test,
        partial: submission.partial,
        id: expected.id.as_ref().and(submission.provider_id),
    }
}

#[test]
fn the_shapes_of_providers_say_who_wrote() {
    let (form, schema) = shipped();
    let mut wrong = BTreeMap::new();
    for shape in shapes() {
        let submission = shape.submission(&form);
        let mapped = map(&submission, &form, &schema).unwrap_or_else(|refusal| panic!("{}: {refusal}", shape.provider));
        let seen = seen(submission, &mapped, &shape.expect);
        if seen != shape.expect {
            wrong.insert(shape.provider, (seen, shape.expect));
        }
    }
    assert!(wrong.is_empty(), "seen, expected: {wrong:#?}");
}

#[test]
fn the_table_is_large_and_names_each_shape_once() {
    let names: std::collections::BTreeSet<String> = shapes().into_iter().map(|shape| shape.provider).collect();
    assert_eq!(names.len(), shapes().len());
    assert!(names.len() >= 40, "{}", names.len());
}

#[test]
fn each_shape_says_when_its_page_was_read_or_why_not() {
    for shape in shapes() {
        assert!(shape.source.is_whole(), "{}", shape.provider);
    }
}

#[test]
fn a_source_is_read_with_an_address_and_a_day_or_unverified() {
    let is_source = |json: &str| serde_json::from_str(json).is_ok_and(|source: Source| source.is_whole());
    assert!(is_source(r#"{"page":"p","url":"https://example.com","read":"2026-11-27"}"#));
    assert!(is_source(r#"{"page":"p","unverified":"no such page"}"#));
    for json in [
        r#"{"page":"p"}"#,
        r#"{"page":"p","url":"https://example.com"}"#,
        r#"{"page":"p","read":"2026-11-27"}"#,
        r#"{"page":"p","url":"the help","read":"2026-11-27"}"#,
        r#"{"page":"p","url":"https://example.com","read":"last week"}"#,
        r#"{"page":"p","unverified":""}"#,
        r#"{"page":"p","url":"https://example.com","read":"2026-11-27","unverified":"both"}"#,
    ] {
        assert!(!is_source(json), "{json}");
    }
}
