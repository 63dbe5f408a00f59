//! Reading a request's body: bounded before it is buffered, strict, and with every fault
//! named by its place.

use axum::{
    body::{Body, Bytes, to_bytes},
    http::{HeaderMap, header},
};
use domain::nearest::{choices, nearest};
use forms::FieldProblem;
use serde_json::{Map, Value as Json};

use crate::answer::Failure;

/// The largest body of a command, in bytes.
const COMMAND_BYTES: usize = 64 * 1024;

/// The body, if it is not larger than `limit`. Reads no further than that.
pub(crate) async fn bytes(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, Failure> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|announced| announced > limit) {
        return Err(too_large(limit));
    }
    to_bytes(body, limit).await.map_err(|error| {
        let limited = std::error::Error::source(&error).is_some_and(|source| source.to_string().contains("limit"));
        match limited {
            true => too_large(limit),
            false => Failure::new(400, "body_incomplete", "The body did not arrive", "the body ended too early"),
        }
    })
}

/// The body of a command: a JSON object, or nothing at all.
pub(crate) async fn command(headers: &HeaderMap, body: Body, keys: &'static [&'static str]) -> Result<Object, Failure> {
    let bytes = bytes(headers, body, COMMAND_BYTES).await?;
    if bytes.is_empty() {
        return Object::of("", Json::Object(Map::new()), keys);
    }
    Object::of("", json(headers, &bytes)?, keys)
}

/// The body as JSON, by the rules for submissions.
pub(crate) fn json(headers: &HeaderMap, bytes: &[u8]) -> Result<Json, Failure> {
    require_json(headers)?;
    if bytes.is_empty() {
        return Err(Failure::new(400, "body_empty", "The body is empty", "send a JSON object"));
    }
    Ok(forms::parse_json(bytes)?)
}

/// Refuses any other content type: that one, no other site's page can send unasked.
pub(crate) fn require_json(headers: &HeaderMap) -> Result<(), Failure> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|given| given.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence != "application/json" && !essence.ends_with("+json") {
        let title = "The content type is not supported";
        return Err(Failure::new(415, "content_type_unsupported", title, "send application/json"));
    }
    Ok(())
}

/// A JSON object being read, key by key; all faults are gathered.
#[derive(Debug)]
pub(crate) struct Object {
    at: String,
    members: Map<String, Json>,
    errors: Vec<FieldProblem>,
}

impl Object {
    /// Refuses anything but an object; notes every key that is not one of `keys`.
    pub(crate) fn of(at: &str, json: Json, keys: &[&str]) -> Result<Self, Failure> {
        let Json::Object(members) = json else {
            return Err(Failure::field(at, "not_an_object", "this must be a JSON object"));
        };
        let mut object = Self { at: at.to_owned(), members, errors: Vec::new() };
        let unknown: Vec<String> = object.members.keys().filter(|key| !keys.contains(&key.as_str())).cloned().collect();
        for key in unknown {
            let meant = nearest(&key, keys.iter().copied());
            let hint = meant.map_or_else(|| choices(keys.iter().copied()), |it| format!("did you mean `{it}`?"));
            object.fault(&key, "key_unknown", format!("unknown key `{key}`; {hint}"));
        }
        Ok(object)
    }

    /// All of it, as it came.
    pub(crate) fn content(&self) -> String {
        Json::Object(self.members.clone()).to_string()
    }

    pub(crate) fn take(&mut self, key: &str) -> Option<Json> {
        self.members.remove(key).filter(|value| !value.is_null())
    }

    /// Like `take`, where null is not the same as leaving the key out.
    pub(crate) fn take_as_it_is(&mut self, key: &str) -> Option<Json> {
        self.members.remove(key)
    }

    /// A text of 1 to `longest` characters without control characters; empty, and a fault, if it is missing or none.
    pub(crate) fn text(&mut self, key: &str, longest: usize) -> String {
        match self.members.get(key) {
            None | Some(Json::Null) => {
                self.fault(key, "required_missing", format!("`{key}` is required"));
                String::new()
            }
            Some(_) => self.optional_text(key, longest).unwrap_or_default(),
        }
    }

    pub(crate) fn optional_text(&mut self, key: &str, longest: usize) -> Option<String> {
        let Json::String(text) = self.take(key)? else {
            self.fault(key, "not_a_text", format!("`{key}` must be a text"));
            return None;
        };
        if text.trim().is_empty() {
            self.fault(key, "text_empty", format!("`{key}` must not be empty"));
        } else if text.chars().count() > longest {
            self.fault(key, "text_too_long", format!("`{key}` may have at most {longest} characters"));
        } else if text.chars().any(char::is_control) {
            self.fault(key, "control_character", format!("`{key}` may hold no control characters"));
        } else {
            return Some(text.trim().to_owned());
        }
        None
    }

    pub(crate) fn fault(&mut self, key: &str, code: &str, detail: impl Into<String>) {
        let pointer = format!("{}/{}", self.at, key.replace('~', "~0").replace('/', "~1"));
        self.errors.push(FieldProblem::new(pointer, code, detail));
    }

    /// A fault of one item of a list.
    pub(crate) fn fault_in(&mut self, key: &str, index: usize, code: &str, detail: impl Into<String>) {
        let pointer = format!("{}/{key}/{index}", self.at);
        self.errors.push(FieldProblem::new(pointer, code, detail));
    }

    pub(crate) fn faults(&mut self, errors: impl IntoIterator<Item = FieldProblem>) {
        self.errors.extend(errors);
    }

    /// The faults so far, taken over by the object around this one.
    pub(crate) fn into_errors(self) -> Vec<FieldProblem> {
        self.errors
    }

    /// Refuses the request if anything was wrong with it.
    pub(crate) fn done(self) -> Result<(), Failure> {
        if self.errors.is_empty() { Ok(()) } else { Err(Failure::fields(self.errors)) }
    }
}

fn too_large(limit: usize) -> Failure {
    let detail = format!("at most {limit} bytes are accepted");
    Failure::new(413, "body_too_large", "The body is too large", detail)
}
