//! Finds the answers in a tree of unknown shape.

use serde_json::Value as Json;

use super::asked;
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
    pub answer: &'a Json,
    pub pointer: String,
    /// Where it lies, without list positions of questions.
    pub path: Vec<String>,
    /// Of the person, or not.
    pub whose: Whose,
    /// Of who wrote: the person or not, as this walk takes it.
    pub of_writer: bool,
    pub place: Place,
    pub below: usize,
}

/// Who gets a short name that several claim: the first in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Question,
    Container,
    Elsewhere,
    AboutOthers,
}

impl Found<'_> {
    /// Kept as it came: nothing is guessed from it.
    pub(super) fn is_apart(&self) -> bool {
        self.whose == Whose::Others
    }

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
    "results",
    "humanfields",
    "orderedhumanfields",
];

pub(super) fn is_container(name: &str) -> bool {
    is_one_of(name, CONTAINERS)
}

/// Every answer of a tree. `writer` says whether who wrote is the person.
pub(super) fn walk<'a>(json: &'a Json, pointer: &str, writer: Writer) -> Vec<Found<'a>> {
    let mut found = Vec::new();
    visit(json, &[], pointer, writer, &mut found);
    found
}

/// Who the author of a message, the sender of a mail or the reporter of a ticket is taken for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Writer {
    Person,
    Others,
}

impl Writer {
    pub(super) fn taken_for(self, whose: Whose) -> Whose {
        match (whose, self) {
            (Whose::Writer, Self::Person) => Whose::Person,
            (Whose::Writer, Self::Others) => Whose::Others,
            (whose, _) => whose,
        }
    }
}

fn visit<'a>(json: &'a Json, path: &[String], pointer: &str, writer: Writer, found: &mut Vec<Found<'a>>) {
    match json {
        Json::Object(members) if !path.is_empty() && asked::is_question(json, path.last().map(String::as_str)) => {
            found.push(asked::question(members, path, true, pointer, writer));
        }
        Json::Object(members) if composite::whole(json).is_none() || path.is_empty() => {
            for (name, member) in members {
                // Formidable calls the answers of an entry `meta`.
                let is_entry = name == "meta" && members.contains_key("item_key");
                let called = if is_entry { "answers" } else { name };
                visit(member, &longer(path, called), &format!("{pointer}{}", step(name)), writer, found);
            }
        }
        Json::Array(items) if asked::are_pairs(items) => {
            let pairs = items.iter().enumerate().filter_map(|(index, item)| Some((index, item.as_array()?)));
            found.extend(pairs.map(|(index, pair)| asked::pair(pair, path, &format!("{pointer}/{index}"), writer)));
        }
        Json::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            for (index, item) in items.iter().enumerate() {
                let pointer = format!("{pointer}/{index}");
                match item {
                    Json::Object(members) if asked::is_question(item, None) => {
                        found.push(asked::question(members, path, false, &pointer, writer));
                    }
                    // A list of one says nothing by its position.
                    _ if items.len() == 1 => visit(item, path, &pointer, writer, found),
                    _ => visit(item, &longer(path, &index.to_string()), &pointer, writer, found),
                }
            }
        }
        _ => found.push(leaf(json, path, pointer, writer)),
    }
}

fn longer(path: &[String], name: &str) -> Vec<String> {
    path.iter().cloned().chain([name.to_owned()]).collect()
}

fn leaf<'a>(answer: &'a Json, path: &[String], pointer: &str, writer: Writer) -> Found<'a> {
    let container = path.iter().rposition(|name| is_container(name));
    // A container that is itself the leaf (`data: "x"`) contains nothing.
    let container = container.filter(|at| at + 1 < path.len());
    let own = &path[container.map_or(0, |at| at + 1)..];
    let said = if answer.is_object() { about::whose(path) } else { about::whose_leaf(path) };
    let whose = writer.taken_for(said);
    let place = match container {
        _ if whose == Whose::Others => Place::AboutOthers,
        Some(_) => Place::Container,
        None => Place::Elsewhere,
    };
    // Wix: `field:email_1`.
    let last = path.last().map(|last| last.rsplit(':').next().unwrap_or(last)).unwrap_or_default();
    let mut names = vec![own.join("."), path.join(".")];
    if whose == Whose::Others && own.len() == 1 {
        names.remove(0);
    }
    names.extend(short(last, whose, own.len() == 1));
    Found {
        names,
        answer,
        pointer: pointer.to_owned(),
        path: path.to_vec(),
        whose,
        of_writer: said == Whose::Writer,
        place,
        below: own.len(),
    }
}

/// The short name of what is called `last`. A name, an address or a number of somebody else has none.
pub(super) fn short(last: &str, whose: Whose, is_alone: bool) -> Option<String> {
    match whose {
        Whose::Others if about::is_personal(last) => None,
        Whose::Company if about::is_personal(last) && !is_alone => Some(format!("company.{last}")),
        _ => Some(last.to_owned()),
    }
}
