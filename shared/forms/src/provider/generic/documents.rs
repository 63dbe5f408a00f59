//! Documents that lie in a payload as texts: read in their place.

use std::borrow::Cow;

use serde_json::{Map, Value as Json};

use crate::{decode::whole_document, question::is_one_of};

/// How many documents may lie in one another.
const NESTED: usize = 3;

/// What people write. Braces in there are theirs.
const WRITTEN: &[&str] = &["message", "comment", "comments", "notes", "description", "text", "question", "enquiry"];

/// Parts of an answer that Formstack writes into one text, a line each: `first = Ada`.
const PARTS: &[&str] = &[
    "first",
    "middle",
    "initial",
    "last",
    "prefix",
    "suffix",
    "address",
    "address2",
    "city",
    "state",
    "zip",
    "country",
    "value",
    "field_type",
];

/// The payload with every text that is a JSON object or list, or the parts of an answer, read as that.
pub(super) fn expanded(json: &Json) -> Cow<'_, Json> {
    if holds_document(json, "") { Cow::Owned(expand(json, "", NESTED)) } else { Cow::Borrowed(json) }
}

fn is_document(text: &str, name: &str) -> bool {
    text.trim_start().starts_with(['{', '[']) && !is_one_of(name, WRITTEN)
}

/// The parts that the lines of a text name, if all of them do, and there are several.
fn parts(text: &str) -> Option<Json> {
    let part = |line: &str| {
        let (name, part) = line.split_once(" = ")?;
        PARTS.contains(&name).then(|| (name.to_owned(), Json::from(part.trim())))
    };
    let parts: Map<String, Json> = text.lines().map(part).collect::<Option<_>>()?;
    (parts.len() > 1).then_some(Json::Object(parts))
}

fn holds_document(json: &Json, name: &str) -> bool {
    match json {
        Json::String(text) => is_document(text, name) || parts(text).is_some(),
        Json::Array(items) => items.iter().any(|item| holds_document(item, name)),
        Json::Object(members) => members.iter().any(|(name, member)| holds_document(member, name)),
        _ => false,
    }
}

fn expand(json: &Json, name: &str, left: usize) -> Json {
    match json {
        Json::String(text) if left > 0 && is_document(text, name) => match whole_document(text) {
            Some(document) => expand(&document, name, left - 1),
            None => json.clone(),
        },
        Json::String(text) => parts(text).unwrap_or_else(|| json.clone()),
        Json::Array(items) => items.iter().map(|item| expand(item, name, left)).collect(),
        Json::Object(members) => {
            Json::Object(members.iter().map(|(name, member)| (name.clone(), expand(member, name, left))).collect())
        }
        scalar => scalar.clone(),
    }
}
