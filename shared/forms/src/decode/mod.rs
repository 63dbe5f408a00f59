//! From bytes to one JSON tree, whatever the content type.
//!
//! urlencoded and multipart bodies become the object they stand for (`fields[email][value]=…`
//! nests), so that a provider is read the same way however it posts. All limits are held here.

pub(crate) mod json;
mod multipart;
mod nest;
mod urlencoded;

use serde_json::Value as Json;

pub(crate) use urlencoded::pairs;

use crate::{limits, refusal::Refusal, request::Request, submission::File};

/// Names under which providers post a whole JSON document as one text.
pub(crate) const EMBEDDED: [&str; 4] = ["rawRequest", "data.json", "FieldStructure", "FormStructure"];

/// A decoded body.
pub(crate) struct Payload {
    pub json: Json,
    /// Files that came along: named, not kept.
    pub files: Vec<File>,
}

/// Reads the body by its content type.
pub(crate) fn decode(request: &Request) -> Result<Payload, Refusal> {
    let body = request.body;
    if body.len() > limits::BODY_BYTES {
        return Err(Refusal::BodyTooLarge { bytes: body.len() });
    }
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(Refusal::EmptyBody);
    }
    match Media::of(request)? {
        Media::Json => Ok(Payload { json: json::parse(body)?, files: Vec::new() }),
        Media::Urlencoded => {
            if matches!(body.trim_ascii_start().first(), Some(b'{' | b'[')) {
                let detail = "the body looks like JSON and the content type says urlencoded".to_owned();
                return Err(Refusal::ContentType { detail });
            }
            Ok(Payload { json: nest::nest(pairs(body)?)?, files: Vec::new() })
        }
        Media::Multipart { boundary } => {
            let form = multipart::parse(body, &boundary)?;
            Ok(Payload { json: nest::nest(form.pairs)?, files: form.files })
        }
    }
}

enum Media {
    Json,
    Urlencoded,
    Multipart { boundary: String },
}

impl Media {
    fn of(request: &Request) -> Result<Self, Refusal> {
        let Some(given) = request.content_type.or_else(|| request.header("content-type")) else {
            return match request.body.trim_ascii_start().first() {
                Some(b'{' | b'[') => Ok(Self::Json),
                _ => Err(Refusal::ContentType { detail: "the content type is missing".to_owned() }),
            };
        };
        let mut parts = given.split(';');
        let essence = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
        let parameters: Vec<(String, &str)> = parts.filter_map(parameter).collect();
        let parameter = |name: &str| parameters.iter().find(|(key, _)| key == name).map(|(_, value)| *value);
        if let Some(charset) = parameter("charset")
            && !["utf-8", "utf8", "us-ascii"].iter().any(|known| charset.eq_ignore_ascii_case(known))
        {
            return Err(Refusal::ContentType { detail: "the charset is not utf-8".to_owned() });
        }
        match essence.as_str() {
            "application/x-www-form-urlencoded" => Ok(Self::Urlencoded),
            "multipart/form-data" => match parameter("boundary") {
                Some(boundary) => Ok(Self::Multipart { boundary: boundary.to_owned() }),
                None => Err(Refusal::malformed("multipart_malformed", "multipart/form-data needs a boundary")),
            },
            json if json == "application/json" || json == "text/json" || json.ends_with("+json") => Ok(Self::Json),
            "" => Err(Refusal::ContentType { detail: "the content type is empty".to_owned() }),
            _ => Err(Refusal::ContentType { detail: "this content type is not read".to_owned() }),
        }
    }
}

fn parameter(text: &str) -> Option<(String, &str)> {
    let (name, value) = text.split_once('=')?;
    Some((name.trim().to_ascii_lowercase(), value.trim().trim_matches('"')))
}

/// What no text may hold, wherever it comes from.
pub(crate) fn check_text(text: &str, name: &str, pointer: &str) -> Result<(), Refusal> {
    if text.contains('\0') {
        return Err(Refusal::at("nul_character", pointer, "a text may not hold the NUL character"));
    }
    if text.len() > limits::TEXT_BYTES && !EMBEDDED.contains(&name) {
        let detail = format!("a text has {} bytes; at most {} are accepted", text.len(), limits::TEXT_BYTES);
        return Err(Refusal::at("text_too_long", pointer, detail));
    }
    Ok(())
}
