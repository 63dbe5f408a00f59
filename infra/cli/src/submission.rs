//! A submission in a file.

use std::path::Path;

use crate::{failure::Failure, input};

/// What a form sends, and its content type.
pub struct Submission {
    pub content_type: &'static str,
    pub body: Vec<u8>,
}

impl Submission {
    /// Reads a file; its content decides what it is.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let body = input::bytes(path, "what the form sends, for example {\"email\": \"ada@example.com\"}")?;
        Ok(Self { content_type: content_type(&body), body })
    }
}

fn content_type(body: &[u8]) -> &'static str {
    match body.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{' | b'[') => "application/json",
        _ => "application/x-www-form-urlencoded",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_decides_what_a_file_is() {
        assert_eq!(content_type(b"  {\"a\": 1}"), "application/json");
        assert_eq!(content_type(b"a=1&b=2"), "application/x-www-form-urlencoded");
    }
}
