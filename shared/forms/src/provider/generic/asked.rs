//! Objects and pairs that ask and answer: `{label, value}`, `[question, answer]`; and what only answers: `{type, value}`.

use serde_json::{Map, Value as Json};

use super::{
    person::Person,
    walk::{Found, Place, is_container, short},
};
use crate::{
    about::{self, Whose},
    composite,
    problem::step,
    question::{is_one_of, normal, unwrapped},
};

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
    "text",
    "q",
];
const KEYS: &[&str] =
    &["name", "customkey", "ref", "key", "slug", "variable", "field", "columnid", "questionid", "fieldid", "id"];
const ANSWERS: &[&str] =
    &["value", "answer", "answers", "values", "response", "stringvalue", "answertext", "choice", "selected", "a"];
/// Of [`KEYS`], those that only number a question.
const IDS: &[&str] = &["ref", "questionid", "fieldid", "id"];
/// What says of which sort an answer is.
const TYPES: &[&str] = &["type", "fieldtype"];
/// What names a field whose answer may be its `text`.
const FIELDS: &[&str] = &["field", "fieldname", "key", "question"];
/// What an answer that is an object may consist of: what was chosen, in words and by its id.
const PARTS: &[&str] = &[
    "label", "text", "answer", "value", "url", "href", "id", "key", "type", "other", "title", "slug", "code", "name",
    "choiceid", "rowid", "amount", "currency", "unit",
];

/// Whether an object asks and answers: `{label, value}`; in a map (`key` is its name there) `{type, value}` too.
pub(super) fn is_question(json: &Json, key: Option<&str>) -> bool {
    let Json::Object(members) = json else { return false };
    let members = Members::of(members);
    let named = || members.called(LABELS).chain(members.called(KEYS)).any(|(_, name)| words(name).is_some());
    // `data: {answers: …}` is a way, not a question; neither is the number of an item.
    let keyed = || key.is_some_and(|key| !is_container(key) && !is_number(key)) && members.is_plain();
    members.answers().any(|(_, json)| is_answer(json)) && (named() || keyed())
}

/// Whether an item of a list answers without saying what was asked: `{"type": "email", "value": "ada@example.com"}`.
pub(super) fn only_answers(json: &Json) -> bool {
    let Json::Object(members) = json else { return false };
    let members = Members::of(members);
    members.is_plain() && members.called(ANSWERS).any(|(_, json)| is_answer(json)) && !is_question(json, None)
}

/// An answer is plain, or made of the parts of one; what holds further questions is no answer itself.
fn is_answer(json: &Json) -> bool {
    match json {
        Json::Array(items) => items.iter().all(|item| is_answer(item) && !is_question(item, None)),
        Json::Object(members) => {
            let is_part =
                |(name, member): (&String, &Json)| is_one_of(name, PARTS) && !member.is_object() && !member.is_array();
            composite::whole(json).is_some() || members.iter().all(is_part)
        }
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

    /// An answer, and at most its type, among other things.
    fn is_plain(&self) -> bool {
        self.0.len() == 1 || self.called(TYPES).next().is_some()
    }

    /// What may be the answer: `text`, too, where a field is named and nothing else answers.
    fn answers(&self) -> impl Iterator<Item = (&'a str, &'a Json)> {
        let is_text = self.called(ANSWERS).next().is_none() && self.called(FIELDS).next().is_some();
        self.called(ANSWERS).chain(self.called(&["text"]).filter(move |_| is_text))
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

/// A question in a list, or in a map (`is_keyed`), where the last of its path is its own name.
pub(super) fn question<'a>(
    members: &'a Map<String, Json>,
    path: &[String],
    is_keyed: bool,
    pointer: &str,
    person: &Person,
) -> Found<'a> {
    let by_name = Members::of(members);
    let answers: Vec<(&str, &Json)> = by_name.answers().collect();
    let is_name = |member: &str| !answers.iter().any(|(answer, _)| *answer == member);
    let named = by_name.called(LABELS).chain(by_name.called(KEYS)).filter(|(member, _)| is_name(member));
    let mut names: Vec<String> = named.filter_map(|(_, name)| words(name)).collect();
    let key = path.last().filter(|name| !is_container(name) && !is_number(name));
    names.extend(key.cloned());
    // `phone: [{ label: work, value: … }]`: the list says what is asked, the label which of several.
    let list = path.last().filter(|name| key.is_none() && !is_container(name) && !is_number(name));
    names.extend(list.cloned());
    let (pointer, answer) = answer_among(&answers, pointer);
    let several = kind_of(&by_name).is_some_and(|kind| {
        let kind = kind.to_ascii_lowercase();
        kind.contains("check") || kind.contains("multi")
    });
    let answer = if several { answer } else { unwrapped(answer) };
    let above = if is_keyed && key.is_some() { &path[..path.len() - 1] } else { path };
    let object = members.get("objectTypeId").and_then(Json::as_str);
    let said = object.map_or_else(|| asked_at(above), of_object);
    // `{"id": "q1", "type": "email"}`: what numbers a question does not say what it asks.
    let is_numbered = names.len() == 1 && by_name.called(IDS).next().is_some();
    names.extend(kind_of(&by_name).filter(|_| is_numbered).map(str::to_owned));
    Found { kind: kind_of(&by_name), ..found(names, answer, pointer, path, (said, person), object) }
}

/// An answer in a list that does not say what was asked: its name is that of the list, else of its sort, else its place.
pub(super) fn answer<'a>(members: &'a Map<String, Json>, path: &[String], pointer: &str, person: &Person) -> Found<'a> {
    let by_name = Members::of(members);
    let (pointer, answer) = answer_among(&by_name.called(ANSWERS).collect::<Vec<_>>(), pointer);
    let list = path.iter().rev().find(|name| !is_number(name)).filter(|name| !is_container(name));
    let called = list.map(String::as_str).or_else(|| kind_of(&by_name)).unwrap_or_default();
    let said = about::place(path);
    let whose = person.taken_for(said, path, called);
    let names = short(called, whose).into_iter().chain([path.join(".")]).collect();
    Found {
        names,
        short: None,
        answer: unwrapped(answer),
        kind: kind_of(&by_name),
        pointer,
        path: path.to_vec(),
        said,
        whose,
        place: Place::Question,
        below: 0,
    }
}

/// The first of what may be the answer that is one, and where it lies.
fn answer_among<'a>(answers: &[(&str, &'a Json)], pointer: &str) -> (String, &'a Json) {
    match answers.iter().find(|(_, json)| !json.is_null() && is_answer(json)) {
        Some((name, answer)) => (format!("{pointer}{}", step(name)), *answer),
        None => (pointer.to_owned(), &Json::Null),
    }
}

/// What an answer says of which sort it is: `email`, `short_text`.
fn kind_of<'a>(members: &Members<'a>) -> Option<&'a str> {
    members.called(TYPES).find_map(|(_, kind)| kind.as_str()).filter(|kind| !kind.trim().is_empty())
}

/// HubSpot's forms ask about several records: contact, company, deal …
fn of_object(id: &str) -> about::Place {
    let whose = match id {
        "0-1" => Whose::Person,
        "0-2" => Whose::Company,
        _ => Whose::Others,
    };
    about::Place { whose, common: 0 }
}

/// The place of a question: the person who fills the form is asked, also under a heading that no list names.
fn asked_at(path: &[String]) -> about::Place {
    match about::place(path) {
        about::Place { whose: Whose::Unlisted, .. } => about::Place { whose: Whose::Person, common: 0 },
        place => place,
    }
}

fn found<'a>(
    names: Vec<String>,
    answer: &'a Json,
    pointer: String,
    path: &[String],
    (said, person): (about::Place, &Person),
    object: Option<&str>,
) -> Found<'a> {
    let whose = person.taken_for(said, path, names.first().map_or("", String::as_str));
    let prefix = match whose {
        Whose::Company => "company",
        Whose::Others => object.unwrap_or_else(|| path.last().map_or("", String::as_str)),
        _ => "",
    };
    let prefixed = |name: &String| format!("{prefix}.{name}");
    let names = match whose {
        Whose::Company | Whose::Others => {
            names.iter().map(prefixed).chain(names.iter().filter_map(|name| short(name, whose))).collect()
        }
        _ => names,
    };
    let place = Place::Question;
    Found { names, short: None, answer, kind: None, pointer, path: path.to_vec(), said, whose, place, below: 0 }
}

/// Whether all items are pairs of a name and its answer: `[["email", "ada@example.com"], …]`.
pub(super) fn are_pairs(items: &[Json]) -> bool {
    let is_pair = |item: &Json| match item.as_array().map(Vec::as_slice) {
        Some([Json::String(name), answer]) => {
            let is_name = name.len() <= 200 && name.contains(char::is_alphabetic) && !name.contains('@');
            is_name && !answer.is_object() && !answer.is_array()
        }
        _ => false,
    };
    !items.is_empty() && items.iter().all(is_pair)
}

pub(super) fn pair<'a>(pair: &'a [Json], path: &[String], pointer: &str, person: &Person) -> Found<'a> {
    let names = pair[0].as_str().map(str::to_owned).into_iter().collect();
    found(names, &pair[1], format!("{pointer}/1"), path, (asked_at(path), person), None)
}

/// Whether a step is the number of an item.
pub(super) fn is_number(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_digit())
}
