//! Finds the answers in a tree of unknown shape.

use serde_json::{Map, Value as Json};

use crate::{
    composite,
    problem::step,
    question::{is_one_of, normal, unwrapped},
};

/// One answer, and what it may be called.
pub(super) struct Found<'a> {
    /// The main name first.
    pub names: Vec<String>,
    pub answer: &'a Json,
    pub pointer: String,
    /// Where it lies, without list positions of questions.
    pub path: Vec<String>,
    place: Place,
    below: usize,
}

/// Who gets a short name that several claim: the first in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Question,
    Container,
    Elsewhere,
    AboutTheForm,
}

impl Found<'_> {
    /// Sorts by right to a name: kind of place, then how deep.
    pub(super) fn claim(&self) -> impl Ord + use<> {
        (self.place, self.below)
    }
}

/// Where services put what people answered, by normal name.
const CONTAINERS: &[&str] = &[
    "fields",
    "fieldvalues",
    "answers",
    "answer",
    "responses",
    "response",
    "data",
    "values",
    "submission",
    "submissions",
    "submissiondata",
    "formdata",
    "formresponse",
    "questions",
    "payload",
    "attributes",
    "properties",
    "contact",
    "lead",
    "person",
    "visitor",
    "customer",
    "respondent",
    "body",
    "rawrequest",
    "datajson",
    "input",
    "inputs",
    "record",
    "humanfields",
    "orderedhumanfields",
];

/// What tells about the form, the page or the machine and not about the person.
const ABOUT: &[&str] = &[
    "form",
    "meta",
    "metadata",
    "survey",
    "page",
    "site",
    "account",
    "workspace",
    "organizer",
    "organization",
    "event",
    "context",
    "device",
    "browser",
    "useragent",
    "client",
    "definition",
    "schema",
    "settings",
    "entry",
    "project",
    "team",
];

pub(super) fn walk<'a>(json: &'a Json, pointer: &str) -> Vec<Found<'a>> {
    let mut found = Vec::new();
    visit(json, &[], pointer, &mut found);
    found
}

fn visit<'a>(json: &'a Json, path: &[String], pointer: &str, found: &mut Vec<Found<'a>>) {
    match json {
        Json::Object(members) if !path.is_empty() && is_question(json, path.last().map(String::as_str)) => {
            found.push(question(members, path, pointer));
        }
        Json::Object(members) if composite::whole(json).is_none() || path.is_empty() => {
            for (name, member) in members {
                visit(member, &longer(path, name), &format!("{pointer}{}", step(name)), found);
            }
        }
        Json::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            for (index, item) in items.iter().enumerate() {
                let pointer = format!("{pointer}/{index}");
                match item {
                    Json::Object(members) if is_question(item, None) => found.push(question(members, path, &pointer)),
                    // A list of one says nothing by its position.
                    _ if items.len() == 1 => visit(item, path, &pointer, found),
                    _ => visit(item, &longer(path, &index.to_string()), &pointer, found),
                }
            }
        }
        _ => found.push(leaf(json, path, pointer)),
    }
}

fn longer(path: &[String], name: &str) -> Vec<String> {
    path.iter().cloned().chain([name.to_owned()]).collect()
}

fn leaf<'a>(answer: &'a Json, path: &[String], pointer: &str) -> Found<'a> {
    let container = path.iter().rposition(|name| is_one_of(name, CONTAINERS));
    // A container that is itself the leaf (`data: "x"`) contains nothing.
    let container = container.filter(|at| at + 1 < path.len());
    let own = &path[container.map_or(0, |at| at + 1)..];
    let place = match container {
        _ if about(own) => Place::AboutTheForm,
        Some(_) => Place::Container,
        None => Place::Elsewhere,
    };
    let mut names = vec![own.join("."), path.join(".")];
    if let Some(last) = path.last() {
        // Wix: `field:email_1`.
        names.push(last.rsplit(':').next().unwrap_or(last).to_owned());
    }
    Found { names, answer, pointer: pointer.to_owned(), path: path.to_vec(), place, below: own.len() }
}

fn about(path: &[String]) -> bool {
    path.len() > 1 && path[..path.len() - 1].iter().any(|name| is_one_of(name, ABOUT))
}

/// What a question calls itself, best first, and what it calls its answer; by normal name.
const LABELS: &[&str] = &[
    "label",
    "title",
    "question",
    "questiontitle",
    "questiontext",
    "questionlabel",
    "prompt",
    "heading",
    "caption",
    "columnname",
    "displayname",
    "fieldname",
    "fieldlabel",
    "header",
];
const KEYS: &[&str] =
    &["name", "customkey", "ref", "key", "slug", "variable", "field", "columnid", "questionid", "fieldid", "id"];
const ANSWERS: &[&str] =
    &["value", "answer", "answers", "values", "response", "stringvalue", "answertext", "choice", "selected"];

/// Whether an object asks and answers: `{label, value}`; in a map (`key` is its name there) `{type, value}` too.
pub(super) fn is_question(json: &Json, key: Option<&str>) -> bool {
    let Json::Object(members) = json else { return false };
    let members = Members::of(members);
    let named = || members.called(LABELS).chain(members.called(KEYS)).any(|(_, name)| words(name).is_some());
    let typed = || members.0.len() == 1 || members.called(&["type", "fieldtype"]).next().is_some();
    members.called(ANSWERS).any(|(_, json)| is_answer(json)) && (named() || (key.is_some() && typed()))
}

/// An answer is plain, or has plain parts; what holds further questions is no answer itself.
fn is_answer(json: &Json) -> bool {
    match json {
        Json::Array(items) => !items.iter().any(|item| is_question(item, None)),
        Json::Object(members) => !members.values().any(|member| member.is_object() || member.is_array()),
        _ => true,
    }
}

/// The members of an object with their normal names.
struct Members<'a>(Vec<(String, &'a str, &'a Json)>);

impl<'a> Members<'a> {
    fn of(members: &'a Map<String, Json>) -> Self {
        Self(members.iter().map(|(name, json)| (normal(name), name.as_str(), json)).collect())
    }

    /// Those with one of these normal names, in the order of the names.
    fn called(&self, names: &'static [&'static str]) -> impl Iterator<Item = (&'a str, &'a Json)> {
        let found = names.iter().flat_map(|wanted| self.0.iter().filter(move |(name, ..)| name == wanted));
        found.map(|(_, name, json)| (*name, *json))
    }
}

/// A label is text, a number, or an object that holds its text.
fn words(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Json::Number(number) => Some(number.to_string()),
        Json::Object(members) => ["title", "label", "text", "body", "name", "ref", "id"]
            .iter()
            .find_map(|name| members.get(*name).filter(|json| json.is_string()).and_then(words)),
        _ => None,
    }
}

fn question<'a>(members: &'a Map<String, Json>, path: &[String], pointer: &str) -> Found<'a> {
    let by_name = Members::of(members);
    let mut names: Vec<String> =
        by_name.called(LABELS).chain(by_name.called(KEYS)).filter_map(|(_, name)| words(name)).collect();
    let key = path.last().filter(|name| !is_one_of(name, CONTAINERS));
    names.extend(key.cloned());
    let (pointer, answer) = match by_name.called(ANSWERS).find(|(_, json)| !json.is_null() && is_answer(json)) {
        Some((name, answer)) => (format!("{pointer}{}", step(name)), answer),
        None => (pointer.to_owned(), &Json::Null),
    };
    let several = members.get("type").and_then(Json::as_str).is_some_and(|kind| {
        let kind = kind.to_ascii_lowercase();
        kind.contains("check") || kind.contains("multi")
    });
    let answer = if several { answer } else { unwrapped(answer) };
    let place = if about(&longer(path, "")) { Place::AboutTheForm } else { Place::Question };
    Found { names, answer, pointer, path: path.to_vec(), place, below: 0 }
}
