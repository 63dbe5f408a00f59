//! RFC 9457: how every route says what is wrong with a request.

use serde::{Serialize, Serializer, ser::SerializeMap};

/// The body of an `application/problem+json` answer.
///
/// `type` is written as `urn:handoff:problem:{code}`. Holds nothing about our insides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// Stable, snake_case, for programs.
    pub code: &'static str,
    /// The same sentence for every problem of this code.
    pub title: &'static str,
    /// What is wrong here and how to fix it.
    pub detail: String,
    /// The fields concerned, if any.
    pub errors: Vec<FieldProblem>,
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct FieldProblem {
    /// A JSON pointer (RFC 6901) into the body; for urlencoded and multipart bodies, into the object they stand for.
    pub pointer: String,
    pub code: String,
    pub detail: String,
}

impl FieldProblem {
    pub fn new(pointer: impl Into<String>, code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code: code.into(), detail: detail.into() }
    }
}

impl Problem {
    /// The media type of the answer.
    pub const CONTENT_TYPE: &'static str = "application/problem+json";

    /// A problem with no field to point at.
    pub fn new(status: u16, code: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, title, detail: detail.into(), errors: Vec::new() }
    }
}

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", &format_args!("urn:handoff:problem:{}", self.code))?;
        map.serialize_entry("title", self.title)?;
        map.serialize_entry("status", &self.status)?;
        map.serialize_entry("code", self.code)?;
        map.serialize_entry("detail", &self.detail)?;
        if !self.errors.is_empty() {
            map.serialize_entry("errors", &self.errors)?;
        }
        map.end()
    }
}

/// One step of a JSON pointer, escaped: `a/b` → `a~1b`.
pub(crate) fn step(name: &str) -> String {
    let mut step = String::with_capacity(name.len() + 1);
    step.push('/');
    // Hardly a name has either, and every member of a body is asked for its step.
    match name.contains(['~', '/']) {
        false => step.push_str(name),
        true => step.push_str(&name.replace('~', "~0").replace('/', "~1")),
    }
    step
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_written_as_rfc_9457_says() {
        let mut problem = Problem::new(422, "field_invalid", "A field cannot be read", "see errors");
        problem.errors.push(FieldProblem::new("/email", "email_invalid", "no @"));
        assert_eq!(
            serde_json::to_string(&problem).unwrap(),
            r#"{"type":"urn:handoff:problem:field_invalid","title":"A field cannot be read","status":422,"code":"field_invalid","detail":"see errors","errors":[{"pointer":"/email","code":"email_invalid","detail":"no @"}]}"#
        );
    }

    #[test]
    fn a_pointer_escapes_slash_and_tilde() {
        assert_eq!(step("a/b~c"), "/a~1b~0c");
    }
}
