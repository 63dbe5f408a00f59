//! Finds the answers in a tree of unknown shape.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::{asked, person::Person, side};
use crate::{
    about::{self, Whose},
    composite,
    problem::step,
    question::is_one_of,
};

/// One answer, and what it may be called.
pub(super) struct Found<'a> {
    /// The main name first.
    pub names: Vec<String>,
    /// What it may be called as well, if nothing better is.
    pub short: Option<String>,
    pub answer: &'a Json,
    /// The sort that it says it is of: `email`.
    pub kind: Option<&'a str>,
    pub pointer: String,
    /// Where it lies, without list positions of questions.
    pub path: Vec<String>,
    /// What its place says of whom it tells about.
    pub said: about::Place,
    /// Whom it is taken to tell about.
    pub whose: Whose,
    pub place: Place,
    pub below: usize,
}

/// Of one rank, who gets a short name that several claim: the first in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Question,
    Container,
    Elsewhere,
}

impl Found<'_> {
    /// Kept as it came: nothing is guessed from it.
    pub(super) fn is_apart(&self) -> bool {
        self.whose == Whose::Others
    }

    /// Sorts by right to a name: whose it is, the kind of place, how deep.
    pub(super) fn claim(&self) -> impl Ord + use<> {
        (self.whose, self.place, self.below)
    }

    /// What it is called where it lies.
    pub(super) fn own(&self) -> &str {
        let called = if self.place == Place::Question { self.names.first() } else { called(&self.path) };
        called.map_or("", |name| name)
    }

    /// The part of its path that it shares with all that lies in its place.
    pub(super) fn common(&self) -> &[String] {
        &self.path[..self.said.common]
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
    "results",
    "humanfields",
    "orderedhumanfields",
];

pub(super) fn is_container(name: &str) -> bool {
    is_one_of(name, CONTAINERS)
}

/// Every answer of a tree, as `person` takes it.
pub(super) fn walk<'a>(json: &'a Json, person: &Person) -> Vec<Found<'a>> {
    let mut found = Vec::new();
    visit(json, &[], "", person, &mut found);
    found
}

fn visit<'a>(json: &'a Json, path: &[String], pointer: &str, person: &Person, found: &mut Vec<Found<'a>>) {
    match json {
        Json::Object(members) if !path.is_empty() && asked::is_question(json, path.last().map(String::as_str)) => {
            found.push(asked::question(members, path, true, pointer, person));
        }
        Json::Object(members)
            if path.last().is_some_and(|name| asked::is_number(name)) && asked::only_answers(json) =>
        {
            found.push(asked::answer(members, path, pointer, person));
        }
        Json::Object(members) if path.is_empty() || composite::whole(json).is_none() => {
            let step_before = side::steps(members);
            for (name, member) in members {
                let path = step_before(name).map_or(Cow::Borrowed(path), |side| Cow::Owned(longer(path, side)));
                // Formidable calls the answers of an entry `meta`.
                let is_entry = name == "meta" && members.contains_key("item_key");
                let said = || member.get("object").and_then(Json::as_str).filter(|said| about::is_person(said));
                let called = match name.as_str() {
                    _ if is_entry => "answers",
                    "object" => said().unwrap_or(name),
                    name => name,
                };
                visit(member, &longer(&path, called), &[pointer, &step(name)].concat(), person, found);
            }
        }
        Json::Array(items) if asked::are_pairs(items) => {
            let pairs = items.iter().enumerate().filter_map(|(index, item)| Some((index, item.as_array()?)));
            found.extend(pairs.map(|(index, pair)| asked::pair(pair, path, &format!("{pointer}/{index}"), person)));
        }
        Json::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            for (index, item) in items.iter().enumerate() {
                let pointer = format!("{pointer}/{index}");
                match item {
                    Json::Object(members) if asked::is_question(item, None) => {
                        found.push(asked::question(members, path, false, &pointer, person));
                    }
                    Json::Object(members) if asked::only_answers(item) => {
                        found.push(asked::answer(members, &longer(path, &index.to_string()), &pointer, person));
                    }
                    // A list of one says nothing by its position.
                    _ if items.len() == 1 => visit(item, path, &pointer, person, found),
                    _ => visit(item, &longer(path, &index.to_string()), &pointer, person, found),
                }
            }
        }
        _ => found.push(leaf(json, path, pointer, person)),
    }
}

/// The path with one more name; `fields.name.value` is a path itself.
fn longer(path: &[String], name: &str) -> Vec<String> {
    let is_step = |step: &str| step.starts_with(char::is_alphabetic) && !step.contains(char::is_whitespace);
    let mut longer = path.to_vec();
    match name.contains('.') && name.split('.').all(is_step) {
        true => longer.extend(name.split('.').map(str::to_owned)),
        false => longer.push(name.to_owned()),
    }
    longer
}

fn leaf<'a>(answer: &'a Json, path: &[String], pointer: &str, person: &Person) -> Found<'a> {
    let container = path.iter().rposition(|name| is_container(name));
    // A container that is itself the leaf (`data: "x"`) contains nothing.
    let container = container.filter(|at| at + 1 < path.len());
    let own = &path[container.map_or(0, |at| at + 1)..];
    let said = if answer.is_object() { about::place(path) } else { about::place_of_leaf(path) };
    // Wix: `field:email_1`.
    let last = called(path).map(|last| last.rsplit(':').next().unwrap_or(last)).unwrap_or_default();
    let whose = match answer {
        // The name of who receives a parcel is made of parts.
        Json::Object(parts) if about::is_place(last) && parts.keys().any(|part| about::is_personal(part)) => {
            Whose::Others
        }
        _ => person.taken_for(said, path, last),
    };
    // Below each container the path begins again: `data.contact.full` is `contact.full` as well.
    let ways = path.iter().take(path.len().saturating_sub(2)).enumerate().filter(|(_, name)| is_container(name));
    let mut names = vec![own.join(".")];
    names.extend(ways.map(|(at, _)| path[at + 1..].join(".")));
    names.push(path.join("."));
    if whose == Whose::Others && own.len() == 1 {
        names.remove(0);
    }
    Found {
        names,
        short: short(last, whose),
        answer,
        kind: None,
        pointer: pointer.to_owned(),
        path: path.to_vec(),
        said,
        whose,
        place: if container.is_some() { Place::Container } else { Place::Elsewhere },
        below: own.len(),
    }
}

/// What asks for the answer at `path`: of `fields.name.value` the name.
fn called(path: &[String]) -> Option<&String> {
    path.iter().rev().find(|name| !is_one_of(name, &["value"])).or(path.last())
}

/// The short name of what is called `last`. What is not the person's has none; what is their company's says so.
pub(super) fn short(last: &str, whose: Whose) -> Option<String> {
    match whose {
        Whose::Others => None,
        Whose::Company if about::is_personal(last) => Some(format!("company.{last}")),
        _ => Some(last.to_owned()),
    }
}
