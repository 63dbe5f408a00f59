//! Strict JSON: no duplicate keys, bounded depth, finite numbers, no NUL, no lone surrogates.
//!
//! The path is tracked while reading, so that every refusal points at the field. The depth
//! is counted here and stops long before the parser's own recursion could hurt the stack.

use std::cell::RefCell;

use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value as Json};

use super::check_text;
use crate::{limits, problem::step, refusal::Refusal};

/// Reads one document, and nothing after it.
pub fn parse(body: &[u8]) -> Result<Json, Refusal> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let text = std::str::from_utf8(body).map_err(|error| {
        Refusal::malformed("utf8_invalid", format!("byte {} of the body is not UTF-8", error.valid_up_to() + 1))
    })?;
    let progress = RefCell::new(Progress { path: Vec::new(), fault: None });
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let read = Strict { progress: &progress }
        .deserialize(&mut deserializer)
        .and_then(|json| deserializer.end().map(|()| json));
    read.map_err(|error| progress.into_inner().refusal(&error))
}

struct Progress {
    /// The way to the value being read; left as it is when reading fails.
    path: Vec<String>,
    fault: Option<Refusal>,
}

impl Progress {
    fn pointer(&self) -> String {
        self.path.concat()
    }

    fn refusal(self, error: &serde_json::Error) -> Refusal {
        let pointer = self.pointer();
        if let Some(fault) = self.fault {
            return fault;
        }
        let (line, column) = (error.line(), error.column());
        let message = error.to_string();
        if message.contains("surrogate") || message.contains("hex escape") {
            let detail = format!("line {line} column {column}: half of a surrogate pair stands alone");
            return Refusal::at("surrogate_alone", pointer, detail);
        }
        if message.contains("number out of range") {
            return Refusal::at("number_out_of_range", pointer, "a number must be finite; send very long ones as text");
        }
        if error.is_eof() {
            return Refusal::malformed(
                "json_truncated",
                format!("the JSON ends too early, line {line} column {column}"),
            );
        }
        Refusal::malformed("json_malformed", format!("this is not JSON, line {line} column {column}"))
    }
}

#[derive(Clone, Copy)]
struct Strict<'a> {
    progress: &'a RefCell<Progress>,
}

impl Strict<'_> {
    /// Remembers why, and stops the parser.
    fn stop<E: Error>(&self, code: &'static str, detail: &str) -> E {
        let pointer = self.progress.borrow().pointer();
        self.fault(Refusal::at(code, pointer, detail))
    }

    fn fault<E: Error>(&self, refusal: Refusal) -> E {
        self.progress.borrow_mut().fault = Some(refusal);
        E::custom("refused")
    }

    fn enter<E: Error>(&self) -> Result<(), E> {
        let depth = self.progress.borrow().path.len();
        if depth < limits::DEPTH { Ok(()) } else { Err(self.stop("too_deep", "objects and lists nest deeper than 16")) }
    }

    fn push(&self, name: &str) {
        self.progress.borrow_mut().path.push(step(name));
    }

    fn pop(&self) {
        self.progress.borrow_mut().path.pop();
    }

    fn text<E: Error>(&self, text: &str) -> Result<(), E> {
        let (pointer, name) = {
            let progress = self.progress.borrow();
            (progress.pointer(), progress.path.last().map(|step| step[1..].to_owned()).unwrap_or_default())
        };
        check_text(text, &name, &pointer).map_err(|refusal| self.fault(refusal))
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Json;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Json;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, yes: bool) -> Result<Json, E> {
        Ok(Json::Bool(yes))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Json, E> {
        Ok(Json::from(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Json, E> {
        Ok(Json::from(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Json, E> {
        // Integers of 64 bits arrive through the two above; past that the digits would be lost unseen.
        if number.is_finite() && number.abs() < 9e18 {
            Ok(Json::from(if number == 0.0 { 0.0 } else { number }))
        } else {
            Err(self.stop("number_out_of_range", "a number of this size loses digits; send it as text"))
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Json, E> {
        self.text(text)?;
        Ok(Json::from(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        self.enter()?;
        let mut values = Vec::new();
        loop {
            self.push(&values.len().to_string());
            let Some(value) = seq.next_element_seed(self)? else { break };
            self.pop();
            values.push(value);
        }
        self.pop();
        Ok(Json::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        self.enter()?;
        let mut values = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            self.push(&key);
            self.text(&key)?;
            if values.contains_key(&key) {
                return Err(self.stop("key_duplicate", "the same key stands twice in one object"));
            }
            let value = map.next_value_seed(self)?;
            self.pop();
            values.insert(key, value);
        }
        Ok(Json::Object(values))
    }
}
