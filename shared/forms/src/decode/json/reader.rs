//! Objects, lists, numbers and words, one after the other.

use serde_json::{Map, Number, Value as Json};

use super::{Document, insert, may_nest};
use crate::{decode::Fault, limits, problem::step};

pub(super) fn read(text: &str) -> Document {
    let mut reader = Reader { text, at: 0, faults: Vec::new(), stopped: None };
    let json = reader.value(&Path::Root, 0).unwrap_or(Json::Null);
    reader.blank();
    if reader.stopped.is_none() && reader.at < text.len() {
        reader.stop(reader.at);
    }
    let unread = reader.stopped.map(|at| text[at..].trim().to_owned()).unwrap_or_default();
    Document { json, faults: reader.faults, unread }
}

/// The way to a value: written out only where a fault is.
pub(super) enum Path<'p> {
    Root,
    Key(&'p Path<'p>, &'p str),
    Index(&'p Path<'p>, usize),
}

impl Path<'_> {
    pub(super) fn pointer(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Key(above, name) => above.pointer() + &step(name),
            Self::Index(above, index) => format!("{}/{index}", above.pointer()),
        }
    }
}

pub(super) struct Reader<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    faults: Vec<Fault>,
    /// Where what was not read begins. Nothing is read once it is set.
    stopped: Option<usize>,
}

impl Reader<'_> {
    fn value(&mut self, path: &Path, depth: usize) -> Option<Json> {
        self.blank();
        let start = self.at;
        match self.peek() {
            Some(b'{' | b'[') if !may_nest(depth) => self.too_deep(path),
            Some(b'{') => Some(self.object(path, depth)),
            Some(b'[') => Some(self.list(path, depth)),
            Some(b'"') => self.string(path).map(Json::String),
            Some(b'-' | b'0'..=b'9') => self.number(path),
            Some(_) => [("null", Json::Null), ("true", Json::Bool(true)), ("false", Json::Bool(false))]
                .into_iter()
                .find(|(word, _)| self.text[start..].starts_with(word))
                .map(|(word, value)| {
                    self.at += word.len();
                    value
                }),
            None => None,
        }
        .filter(|value| depth == 0 || self.is_whole(value))
        .or_else(|| {
            self.stop(start);
            None
        })
    }

    /// Whether what follows a value shows that all of it was read: not the end of the text behind a number, and
    /// nothing that is no sign of JSON behind a text.
    fn is_whole(&mut self, value: &Json) -> bool {
        self.blank();
        match self.peek() {
            None => !value.is_number(),
            Some(b',' | b'"' | b'}' | b']') => true,
            Some(_) => value.is_object() || value.is_array(),
        }
    }

    fn object(&mut self, path: &Path, depth: usize) -> Json {
        self.at += 1;
        let mut members = Map::new();
        while self.another(b'}', members.is_empty()) {
            let start = self.at;
            if self.peek() != Some(b'"') {
                self.stop(start);
                break;
            }
            let Some(name) = self.string(path) else { break };
            self.blank();
            let path = Path::Key(path, &name);
            if self.peek() != Some(b':') {
                self.stop(start);
                break;
            }
            self.at += 1;
            if members.contains_key(&name) {
                self.fault("key_duplicate", &path, "the same key stands twice in one object");
            }
            match self.value(&path, depth + 1) {
                Some(value) => insert(&mut members, &name, value),
                // The name goes with what it is the name of.
                None => self.stopped = self.stopped.filter(|at| *at == self.text.len()).or(Some(start)),
            }
        }
        Json::Object(members)
    }

    fn list(&mut self, path: &Path, depth: usize) -> Json {
        self.at += 1;
        let mut items = Vec::new();
        while self.another(b']', items.is_empty()) {
            if let Some(item) = self.value(&Path::Index(path, items.len()), depth + 1) {
                items.push(item);
            }
        }
        Json::Array(items)
    }

    /// Whether a member follows; the comma before it and the bracket that closes are read. A comma
    /// too many or too few is forgiven.
    fn another(&mut self, close: u8, is_first: bool) -> bool {
        if self.stopped.is_some() {
            return false;
        }
        self.blank();
        let mut commas = 0;
        while self.peek() == Some(b',') {
            self.at += 1;
            commas += 1;
            self.blank();
        }
        match self.peek() {
            None => {
                self.stop(self.text.len());
                false
            }
            Some(byte) if byte == close => {
                if commas > 0 {
                    self.malformed();
                }
                self.at += 1;
                false
            }
            Some(b'"') if !is_first && commas == 0 => {
                self.malformed();
                true
            }
            Some(_) if commas == usize::from(!is_first) => true,
            Some(_) if commas > 0 => {
                self.malformed();
                true
            }
            Some(_) => {
                self.stop(self.at);
                false
            }
        }
    }

    fn number(&mut self, path: &Path) -> Option<Json> {
        let rest = &self.text[self.at..];
        let text = &rest[..number(rest.as_bytes())?];
        self.at += text.len();
        let whole = text.parse::<i64>().map(Number::from).or_else(|_| text.parse::<u64>().map(Number::from));
        if let Some(whole) = whole.ok().filter(|_| text != "-0") {
            return Some(Json::Number(whole));
        }
        // Integers of 64 bits are read above; past that the digits would be lost unseen.
        match text.parse::<f64>().ok().filter(|float| float.abs() < 9e18).and_then(Number::from_f64) {
            Some(number) => {
                Some(Json::Number(if number.as_f64() == Some(0.0) { Number::from_f64(0.0)? } else { number }))
            }
            None => {
                self.fault("number_out_of_range", path, "a number of this size loses digits; send it as text");
                Some(Json::String(text.to_owned()))
            }
        }
    }

    /// Keeps as text what nests deeper than it is read. None if it is cut off.
    fn too_deep(&mut self, path: &Path) -> Option<Json> {
        self.fault("too_deep", path, format!("objects and lists nest deeper than {}", limits::DEPTH));
        let rest = &self.text[self.at..];
        let length = nested(rest.as_bytes());
        self.at += length.unwrap_or(rest.len());
        length.map(|length| Json::from(&rest[..length]))
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    pub(super) fn fault(&mut self, code: &'static str, path: &Path, detail: impl Into<String>) {
        self.note(Fault::at(code, path.pointer(), detail));
    }

    pub(super) fn note(&mut self, fault: Fault) {
        if self.faults.len() < limits::REMARKS {
            self.faults.push(fault);
        }
    }

    pub(super) fn malformed(&mut self) {
        // Looking for the place takes as long as reading: only as often as it is said.
        if self.faults.len() < limits::REMARKS {
            self.faults.push(Fault::whole("json_malformed", format!("this is not JSON, {}", self.place())));
        }
    }

    /// Nothing can be read from here on.
    pub(super) fn stop(&mut self, start: usize) {
        if self.stopped.is_some() {
            return;
        }
        self.stopped = Some(start);
        if self.text[self.at..].trim().is_empty() {
            self.faults.push(Fault::whole("json_truncated", format!("the JSON ends too early, {}", self.place())));
        } else {
            self.malformed();
        }
    }

    fn place(&self) -> String {
        let read = &self.text[..self.at];
        let column = read.len() - read.rfind('\n').map_or(0, |at| at + 1);
        format!("line {} column {column}", read.matches('\n').count() + 1)
    }
}

/// How long the number at the front is, if one is: `-1.5e3`.
fn number(text: &[u8]) -> Option<usize> {
    let digits = |from: usize| text[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut at = usize::from(text.first() == Some(&b'-'));
    at += match text.get(at)? {
        b'0' => 1,
        _ => digits(at),
    };
    if !text[at - 1].is_ascii_digit() {
        return None;
    }
    if text.get(at) == Some(&b'.') && digits(at + 1) > 0 {
        at += 1 + digits(at + 1);
    }
    if let Some(b'e' | b'E') = text.get(at) {
        let sign = usize::from(matches!(text.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits((at + 1 + sign).min(text.len()));
        at += if exponent > 0 { 1 + sign + exponent } else { 0 };
    }
    Some(at)
}

/// How long the object or list at the front is, brackets in its texts not counted. None if it does not end.
fn nested(text: &[u8]) -> Option<usize> {
    let (mut open, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => open += 1,
            b'}' | b']' if !quoted => {
                open -= 1;
                if open == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}
