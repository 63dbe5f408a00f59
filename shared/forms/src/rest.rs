//! What the reader of a shape did not take, kept as it came.
//!
//! One rule for all readers: every text, number and word of the body that no field holds becomes a
//! field apart, under the path where it lies. A list of objects becomes one field, as JSON; so does
//! all of it where it would be too many. Nothing of it counts as content.

use std::{
    cell::OnceCell,
    collections::{HashMap, HashSet},
};

use domain::{instant::Instant, value::Value, visible::is_blank};
use serde_json::{Map, Value as Json};

use crate::{
    about::is_personal,
    decode::whole_document,
    limits,
    problem::step,
    provider::moment::moment_of,
    question::{number_of, value_of},
    reading::Reading,
    submission::Submission,
};

/// How many fields the rest may become.
const FIELDS: usize = 60;
/// What it is called where it becomes one.
const TOGETHER: &str = "everything else";
/// How many documents may lie in one another as texts.
const DOCUMENTS: usize = 3;

/// Keeps what of `json`, which lies at `pointer` in the body, none of `taken` holds.
pub(crate) fn rest(json: &Json, pointer: &str, taken: &[Submission]) -> Option<Json> {
    Taken::of(taken).left(json, pointer, &[], DOCUMENTS)
}

/// Adds what is left of the body at `pointer` to a submission.
pub(crate) fn keep(submission: &mut Submission, rest: &Json, pointer: &str, reading: &Reading) {
    let mut kept = Vec::new();
    flatten(rest, "", pointer, &mut kept);
    if kept.len() > FIELDS {
        kept.retain(|(name, ..)| reading.is_asked(name));
        kept.truncate(FIELDS);
        kept.push((TOGETHER.to_owned(), Value::text(rest.to_string()), pointer.to_owned()));
    }
    for (name, value, pointer) in kept {
        submission.keep_apart(&name, value, pointer);
    }
}

/// What submissions hold of a body.
struct Taken<'a> {
    submissions: &'a [Submission],
    answers: HashMap<&'a str, Vec<&'a Value>>,
    /// Read where something is not held by its own answer.
    texts: OnceCell<HashSet<&'a str>>,
    moments: Vec<Instant>,
}

impl<'a> Taken<'a> {
    fn of(submissions: &'a [Submission]) -> Self {
        let moments = submissions.iter().filter_map(|submission| submission.submitted_at).collect();
        let mut answers: HashMap<&str, Vec<&Value>> = HashMap::new();
        for submission in submissions {
            for (name, pointer) in &submission.pointers {
                answers.entry(pointer.as_str()).or_default().extend(submission.fields.get(name));
            }
        }
        Self { submissions, answers, texts: OnceCell::new(), moments }
    }

    /// Names of fields, and their texts: what is one of them is held wherever it stands.
    fn texts(&self) -> &HashSet<&'a str> {
        self.texts.get_or_init(|| {
            let of = |submission: &'a Submission| {
                let names = submission.fields.keys().chain(submission.aliases.keys()).map(String::as_str);
                names.chain(submission.fields.values().filter_map(Value::as_text).map(str::trim))
            };
            self.submissions.iter().flat_map(of).collect()
        })
    }

    /// The same tree without what is held. A list keeps its positions.
    fn left(&self, json: &Json, pointer: &str, above: &[&Value], documents: usize) -> Option<Json> {
        let mut holding = above.to_vec();
        holding.extend(self.answers.get(pointer).into_iter().flatten());
        match json {
            Json::Object(members) => {
                let left = members.iter().filter_map(|(name, member)| {
                    let pointer = [pointer, &step(name)].concat();
                    Some((name.clone(), self.left(member, &pointer, &holding, documents)?))
                });
                Some(left.collect::<Map<String, Json>>()).filter(|left| !left.is_empty()).map(Json::Object)
            }
            Json::Array(items) => {
                let of = |(index, item)| self.left(item, &format!("{pointer}/{index}"), &holding, documents);
                let left: Vec<Option<Json>> = items.iter().enumerate().map(of).collect();
                left.iter().any(Option::is_some).then(|| left.into_iter().map(Option::unwrap_or_default).collect())
            }
            Json::Null => None,
            scalar if holding.iter().any(|value| holds(value, scalar)) => None,
            Json::String(text) if is_blank(text) || self.texts().contains(text.trim()) => None,
            scalar if moment_of(scalar).is_some_and(|at| self.moments.contains(&at)) => None,
            Json::String(text) => match whole_document(text).filter(|_| documents > 0) {
                Some(document) => self.left(&document, pointer, &holding, documents - 1),
                None => Some(json.clone()),
            },
            scalar => Some(scalar.clone()),
        }
    }
}

/// Whether an answer says what a scalar says.
fn holds(answer: &Value, scalar: &Json) -> bool {
    let same = |value: &Value| match (value, scalar) {
        (Value::Text(text), Json::String(given)) => text.trim() == given.trim(),
        (Value::Text(text), Json::Number(number)) => *text == number.to_string(),
        (value, Json::Number(number)) => *value == number_of(number),
        (Value::YesNo(yes), Json::Bool(given)) => yes == given,
        _ => false,
    };
    match answer {
        Value::List(items) => items.iter().any(|item| holds(item, scalar)),
        Value::Text(text) if text.starts_with(['{', '[']) => same(answer) || text.contains(&scalar.to_string()),
        other => same(other),
    }
}

fn flatten(json: &Json, name: &str, pointer: &str, into: &mut Vec<(String, Value, String)>) {
    match json {
        Json::Object(members) => {
            for (member, json) in members {
                let name = if name.is_empty() { member.clone() } else { format!("{name}.{member}") };
                flatten(json, &name, &format!("{pointer}{}", step(member)), into);
            }
        }
        Json::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            into.push((named(name), Value::text(json.to_string()), pointer.to_owned()));
        }
        other => into.extend(value_of(other).map(|value| (named(name), value, pointer.to_owned()))),
    }
}

fn named(name: &str) -> String {
    match name.trim() {
        "" => TOGETHER.to_owned(),
        path => path.to_owned(),
    }
}

impl Submission {
    /// Adds what is not the person's answer, under the first free name: `name`, `name (2)`.
    pub(crate) fn keep_apart(&mut self, name: &str, value: Value, pointer: String) {
        let name = name[..name.floor_char_boundary(limits::NAME_BYTES)].trim();
        // A name alone would be taken for the person's.
        let is_persons = !name.contains('.') && is_personal(name);
        let name = if is_persons { format!("body.{name}") } else { name.to_owned() };
        let free = (2..).map(|number| format!("{name} ({number})"));
        let mut names = std::iter::once(name.clone()).chain(free);
        let Some(name) = names.find(|name| !self.fields.contains_key(name)) else { return };
        self.aliases.remove(&name);
        self.pointers.insert(name.clone(), pointer);
        self.apart.insert(name.clone());
        self.fields.insert(name, value);
    }
}
