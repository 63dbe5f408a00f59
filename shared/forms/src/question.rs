//! Collects the answers of one submission while a provider's shape is read.

use domain::{
    playbook::Source,
    value::{FieldType, Fields, Value},
    visible::is_blank,
};
use serde_json::Value as Json;

use crate::{
    FieldProblem, composite,
    fingerprint::fingerprint,
    limits,
    problem::step,
    proposal::{is_answered, says_who},
    provider::moment::moment_of,
    reading::Reading,
    submission::Submission,
};

/// A name without case, spaces and punctuation: `First Name?` → `firstname`.
pub(crate) fn normal(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    // Most names are ASCII.
    match name.is_ascii() {
        true => ascii_letters(name).for_each(|letter| normal.push(letter.into())),
        false => normal.extend(letters(name)),
    }
    normal
}

/// Whether a name's normal form is `wanted`, without building it.
pub(crate) fn is_called(name: &str, wanted: &str) -> bool {
    Spelling::of(name).is(wanted)
}

/// Whether a name's normal form is one of `known`, without building it.
pub(crate) fn is_one_of(name: &str, known: &[&str]) -> bool {
    let spelling = Spelling::of(name);
    known.iter().any(|known| spelling.is(known))
}

/// A name that is compared with many in normal form. Nearly all of them differ in their first letter.
pub(crate) struct Spelling<'a> {
    name: &'a str,
    /// In lower case, of a name in ASCII.
    first: Option<u8>,
    is_ascii: bool,
}

impl<'a> Spelling<'a> {
    pub(crate) fn of(name: &'a str) -> Self {
        Self { name, first: ascii_letters(name).next(), is_ascii: name.is_ascii() }
    }

    /// Whether its normal form is this.
    pub(crate) fn is(&self, normal: &str) -> bool {
        match self.is_ascii {
            true => normal.bytes().next() == self.first && ascii_letters(self.name).eq(normal.bytes()),
            false => letters(self.name).eq(normal.chars()),
        }
    }
}

fn ascii_letters(name: &str) -> impl Iterator<Item = u8> {
    name.bytes().filter(u8::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase())
}

fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase)
}

/// A submission in the making.
pub(crate) struct Draft<'r> {
    reading: &'r Reading<'r>,
    submission: Submission,
    /// How many bytes there are left for names and places.
    room: usize,
}

impl<'r> Draft<'r> {
    pub(crate) fn new(source: Source, reading: &'r Reading<'r>) -> Self {
        let submission = Submission {
            source,
            form_name: None,
            provider_id: None,
            submitted_at: None,
            fields: Fields::new(),
            apart: Default::default(),
            aliases: Default::default(),
            pointers: Default::default(),
            types: Default::default(),
            to_fetch: None,
            test: false,
            partial: false,
            held: None,
            files: Vec::new(),
            remarks: Vec::new(),
            fingerprint: String::new(),
        };
        Self { reading, submission, room: limits::NAMES_BYTES + limits::MAPPED_BYTES + limits::WHO_BYTES }
    }

    pub(crate) fn form_name(mut self, name: Option<String>) -> Self {
        self.submission.form_name = name;
        self
    }

    pub(crate) fn provider_id(mut self, id: Option<String>) -> Self {
        self.submission.provider_id = id;
        self
    }

    /// The id of an entry that is counted per form: entry 1 of another form is another submission. None without a form.
    pub(crate) fn counted_id(self, form: Option<String>, number: Option<String>) -> Self {
        let id = form.zip(number).map(|(form, number)| format!("{form}#{number}"));
        self.provider_id(id)
    }

    /// The moment at `pointer`, if it is one and not far in the future.
    pub(crate) fn submitted_at(mut self, json: &Json, pointer: &str) -> Self {
        let Some(at) = json.pointer(pointer).and_then(moment_of) else { return self };
        if at > self.reading.now.plus_minutes(limits::AHEAD_MINUTES) {
            let detail = format!("{at} lies in the future; the moment of arrival counts");
            self.submission.remarks.push(FieldProblem::new(pointer, "timestamp_skewed", detail));
        } else {
            self.submission.submitted_at = Some(at);
        }
        self
    }

    /// What a reader sets that has no method of its own.
    pub(crate) fn set(mut self, change: impl FnOnce(&mut Submission)) -> Self {
        change(&mut self.submission);
        self
    }

    /// Adds an answer under the first of `names` that is free, the other names as aliases.
    ///
    /// An empty answer is no answer. A name that is taken stays with the question that came first.
    /// An answer in parts (first and last name) is kept as a whole and by its parts.
    /// What finds no room is left for the rest (`rest.rs`).
    pub(crate) fn answer(&mut self, names: &[&str], answer: &Json, pointer: &str) {
        self.add(names, answer, pointer);
    }

    /// Says that the question of this name asks for an address or a number, if `kind` is a provider's word for it.
    pub(crate) fn typed(&mut self, names: &[&str], kind: &str) {
        let field_type = match normal(kind).as_str() {
            "email" | "inputemail" | "emailinput" | "emailaddress" => FieldType::Email,
            "phone" | "phonenumber" | "tel" | "telephone" | "inputphonenumber" => FieldType::Phone,
            _ => return,
        };
        let name = names.iter().map(|name| name.trim()).find(|name| !name.is_empty());
        let question = name.and_then(|name| self.submission.exact_question(name)).map(str::to_owned);
        if let Some(question) = question {
            self.submission.types.insert(question, field_type);
        }
    }

    /// Adds what a provider sends beside the answers: hidden fields, variables, parameters of the address. What
    /// the answers say already is found by its path only, the one of `names` that stays: it is no second answer.
    pub(crate) fn beside(&mut self, names: &[&str], answer: &Json, pointer: &str) {
        let is_open = |name: &&&str| !is_answered(&self.submission, name);
        let open: Vec<&str> = names.iter().filter(is_open).copied().collect();
        if open.len() < names.len() {
            self.apart(&open, answer, pointer);
        } else {
            self.answer(names, answer, pointer);
        }
    }

    /// Adds what is not the person's answer.
    pub(crate) fn apart(&mut self, names: &[&str], answer: &Json, pointer: &str) {
        let added = self.add(names, answer, pointer);
        self.submission.apart.extend(added);
    }

    /// The main names of what was added.
    fn add(&mut self, names: &[&str], answer: &Json, pointer: &str) -> Vec<String> {
        let (Some(whole), Json::Object(parts)) = (composite::whole(answer), answer) else {
            let value = value_of(answer);
            return value.and_then(|value| self.value(names, value, pointer)).into_iter().collect();
        };
        // The only part is the whole, and has a name of its own as well.
        let only = parts.keys().filter(|_| parts.len() == 1);
        let part_names: Vec<String> =
            only.flat_map(|part| names.iter().map(move |name| format!("{name}.{part}"))).collect();
        let all_names: Vec<&str> = names.iter().copied().chain(part_names.iter().map(String::as_str)).collect();
        let mut added = Vec::from_iter(self.value(&all_names, Value::text(whole), pointer));
        for (part, answer) in parts.iter().filter(|_| parts.len() > 1) {
            let part_names: Vec<String> = names.iter().map(|name| format!("{name}.{part}")).collect();
            let part_names: Vec<&str> = part_names.iter().map(String::as_str).collect();
            let pointer = format!("{pointer}{}", step(part));
            added.extend(value_of(answer).and_then(|value| self.value(&part_names, value, &pointer)));
        }
        added
    }

    /// The main name under which a value was added. None if it was there already, or finds no room.
    fn value<'n>(&mut self, names: &[&'n str], value: Value, pointer: &str) -> Option<String> {
        let cut = |name: &&'n str| name[..name.floor_char_boundary(limits::NAME_BYTES)].trim();
        let names: Vec<&str> = names.iter().map(cut).filter(|name| !name.is_empty()).collect();
        let first = names.first()?;
        let said_already = self.said_already(&names, &value);
        let main = match &said_already {
            Some(main) => main.clone(),
            None => {
                let taken = names.iter().map(|name| name.len()).sum::<usize>() + pointer.len();
                self.room = self.room.checked_sub(taken).filter(|left| self.is_free(*left, &names, &value))?;
                let free = names.iter().find(|name| !self.submission.fields.contains_key(**name));
                free.map_or_else(|| self.numbered(first), |name| (*name).to_owned())
            }
        };
        for name in names {
            if name != main && !self.submission.fields.contains_key(name) {
                self.submission.aliases.entry(name.to_owned()).or_insert_with(|| main.clone());
            }
        }
        self.submission.aliases.remove(&main);
        self.submission.pointers.entry(main.clone()).or_insert_with(|| pointer.to_owned());
        self.submission.fields.entry(main.clone()).or_insert(value);
        said_already.is_none().then_some(main)
    }

    /// Whether there is a field for an answer that leaves so many bytes for names. The last of both are for what the
    /// form's map names, and for what says who somebody is: a long form asks for that anywhere.
    fn is_free(&self, left: usize, names: &[&str], value: &Value) -> bool {
        let fields = self.submission.fields.len();
        let room = |fields_more: usize, bytes_kept: usize| fields < limits::FIELDS + fields_more && left >= bytes_kept;
        room(0, limits::WHO_BYTES + limits::MAPPED_BYTES)
            || (room(self.reading.questions(), limits::WHO_BYTES)
                && names.iter().any(|name| self.reading.is_asked(name)))
            || (room(self.reading.questions() + limits::WHO, 0) && names.iter().any(|name| says_who(name, value)))
    }

    /// Some services send each answer in several places: the same name with the same answer is one question.
    fn said_already(&self, names: &[&str], value: &Value) -> Option<String> {
        let same = |question: &str| names.iter().any(|name| is_called(question, &normal(name)));
        self.submission
            .fields
            .iter()
            .find(|(question, said)| *said == value && same(question))
            .map(|(name, _)| name.clone())
    }

    fn numbered(&self, name: &str) -> String {
        let mut number = 2;
        loop {
            let candidate = format!("{name} ({number})");
            if !self.submission.fields.contains_key(&candidate) {
                return candidate;
            }
            number += 1;
        }
    }

    /// Every member of the object at `pointer`, under its own name and `prefix.name`.
    pub(crate) fn members(&mut self, json: &Json, pointer: &str, prefix: &str) {
        let Some(Json::Object(members)) = json.pointer(pointer) else { return };
        for (name, answer) in members {
            let pointer = format!("{pointer}{}", step(name));
            if prefix.is_empty() {
                self.answer(&[name], answer, &pointer);
            } else {
                self.beside(&[&format!("{prefix}.{name}"), name], answer, &pointer);
            }
        }
    }

    pub(crate) fn finish(mut self) -> Submission {
        self.submission.fingerprint = fingerprint(&self.submission);
        self.submission
    }
}

/// JSON as a value of ours. Null, text that shows nothing and empty lists are no answer.
pub(crate) fn value_of(json: &Json) -> Option<Value> {
    match json {
        Json::Null => None,
        Json::Bool(yes) => Some(Value::YesNo(*yes)),
        Json::Number(number) => Some(number_of(number)),
        Json::String(text) => (!is_blank(text)).then(|| Value::text(text.clone())),
        Json::Array(items) => {
            let values: Vec<Value> = items.iter().filter_map(value_of).collect();
            (!values.is_empty()).then_some(Value::List(values))
        }
        Json::Object(members) => {
            let name = ["label", "text", "answer", "value", "url", "href", "email", "name"];
            match name.iter().find_map(|name| members.get(*name).filter(|json| !json.is_object())) {
                Some(json) => value_of(json),
                None if members.len() < 2 => members.values().next().and_then(value_of),
                None => Some(Value::text(json.to_string())),
            }
        }
    }
}

/// Numbers that a 64-bit float cannot hold exactly stay text: ids do not lose their last digits.
pub(crate) fn number_of(number: &serde_json::Number) -> Value {
    // 2^53, rounded down to where a value is still written as a whole number.
    const EXACT: u64 = 9_000_000_000_000_000;
    let exact = match (number.as_i64(), number.as_u64()) {
        (Some(whole), _) => whole.unsigned_abs() < EXACT,
        (None, Some(_)) => false,
        (None, None) => true,
    };
    match number.as_f64() {
        Some(float) if exact => Value::Number(float),
        _ => Value::text(number.to_string()),
    }
}

/// A list of one is its only item: for providers that wrap every answer.
pub(crate) fn unwrapped(json: &Json) -> &Json {
    match json {
        Json::Array(items) if items.len() == 1 => &items[0],
        other => other,
    }
}
