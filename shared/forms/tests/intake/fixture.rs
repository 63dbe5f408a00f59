//! The fixture files: one per provider shape, posted as its name says.

use std::path::PathBuf;

use domain::instant::Instant;
use forms::{Refusal, Request, Submission, read};

pub struct Fixture {
    pub name: String,
    pub content_type: &'static str,
    pub body: Vec<u8>,
}

pub fn now() -> Instant {
    Instant::parse("2026-11-20T15:04:00Z").unwrap()
}

pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// Every fixture in the folder, by name.
pub fn all() -> Vec<Fixture> {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with(".golden.json") && !name.ends_with(".md"))
        .collect();
    names.sort();
    names.iter().map(|name| named(name)).collect()
}

pub fn named(name: &str) -> Fixture {
    let body = std::fs::read(folder().join(name)).unwrap();
    let content_type = match name {
        _ if name.ends_with(".json") => "application/json",
        _ if name.ends_with("urlencoded.txt") => "application/x-www-form-urlencoded",
        "jotform.multipart.txt" => "multipart/form-data; boundary=JotB",
        "generic.multipart.txt" => "multipart/form-data; boundary=XyZ",
        _ => panic!("{name}: say in its name how it is posted"),
    };
    Fixture { name: name.to_owned(), content_type, body }
}

pub fn post<'a>(content_type: &'a str, body: &'a [u8]) -> Request<'a> {
    Request { method: "POST", uri: "/v1/forms/demo", content_type: Some(content_type), headers: &[], body }
}

impl Fixture {
    /// Read by a form that nobody described: the shape must be recognised by itself.
    pub fn read(&self) -> Result<Vec<Submission>, Refusal> {
        read(&post(self.content_type, &self.body), None, now())
    }

    /// Whether it names a lead without holding anything of it.
    pub fn has_only_ids(&self) -> bool {
        ["hubspot.webhook", "meta", "linkedin", "acuity", "survey-monkey"].iter().any(|it| self.name.starts_with(it))
    }

    pub fn one(&self) -> Submission {
        let mut submissions = self.read().unwrap();
        assert_eq!(submissions.len(), 1, "{}", self.name);
        submissions.remove(0)
    }
}
