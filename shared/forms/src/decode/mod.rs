//! From bytes to one JSON tree, whatever the content type.
//!
//! urlencoded, multipart and plain bodies become the object they stand for (`fields[email][value]=…`
//! nests), so that a provider is read the same way however it posts. What is odd is mended, kept as
//! text, or replaced, and said in a [`Fault`]; refused is only what holds nothing to read.

mod charset;
mod clean;
mod fault;
pub(crate) mod json;
mod lines;
mod media;
mod multipart;
mod nest;
mod urlencoded;

use serde_json::{Map, Value as Json};

pub(crate) use clean::is_captcha;
pub(crate) use fault::Fault;
pub(crate) use urlencoded::pairs;

use crate::{refusal::Refusal, request::Request, submission::File};
use media::Media;

/// Names under which providers post a whole JSON document as one text.
const EMBEDDED: [&str; 4] = ["rawRequest", "data.json", "FieldStructure", "FormStructure"];
/// The field in which a browser names the charset of a form.
const CHARSET: &str = "_charset_";
/// The member that holds what could not be read.
const UNREAD: &str = "(not read)";

/// A decoded body.
pub(crate) struct Payload {
    pub json: Json,
    /// Files that came along: named, not kept.
    pub files: Vec<File>,
    pub faults: Vec<Fault>,
}

impl Payload {
    /// A document with nothing else.
    pub(crate) fn of(json: Json) -> Self {
        Self { json, files: Vec::new(), faults: Vec::new() }
    }
}

/// Reads the body by its content type, or by what it looks like where that is missing or wrong.
///
/// # Errors
///
/// The body is empty, is no text, or breaks off before it says anything.
pub(crate) fn decode(request: &Request) -> Result<Payload, Refusal> {
    if request.body.iter().all(u8::is_ascii_whitespace) {
        return Err(Refusal::EmptyBody);
    }
    let (media, charset) = media::of(request);
    if matches!(media, Media::Urlencoded | Media::Lines) && !charset::is_text(request.body, charset) {
        return Err(Refusal::ContentType { detail: "the body is no text".to_owned() });
    }
    let mut payload = match media {
        Media::Json => document_of(request.body, charset),
        Media::Urlencoded => pairs_of(request.body, charset),
        Media::Multipart { boundary } => {
            let form = multipart::parse(request.body, boundary, charset);
            let named = form.pairs.iter().find(|(name, _)| name == CHARSET).map(|(_, named)| named.trim().to_owned());
            let form = match named.filter(|_| charset.is_none()) {
                Some(named) => multipart::parse(request.body, boundary, Some(&named)),
                None => form,
            };
            Payload { json: nested(form.pairs), files: form.files, faults: form.faults }
        }
        Media::Lines => lines_of(request.body, charset),
    };
    clean::clean(&mut payload.json, &mut payload.faults);
    // A number that is kept as text has lost nothing.
    payload.faults.retain(|fault| fault.code != "number_out_of_range");
    Ok(payload)
}

/// The object that pairs of names and values stand for.
pub(crate) fn nested(pairs: Vec<(String, String)>) -> Json {
    Json::Object(nest::nest(pairs))
}

/// A document that is the text of a field, read as far as it goes. Null if it is none.
pub(crate) fn embedded(text: &str) -> Json {
    clean::read(text).json
}

/// The document that a text is, if all of it is an object or a list of something.
pub(crate) fn whole_document(text: &str) -> Option<Json> {
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let document = clean::read(text);
    let is_whole = document.unread.is_empty() && document.faults.iter().all(|fault| fault.pointer.is_some());
    is_whole.then_some(document.json)
}

fn document_of(body: &[u8], charset: Option<&str>) -> Payload {
    let (text, doubt) = charset::text(body, charset);
    let json::Document { json, mut faults, unread } = json::read(&text);
    faults.extend((!unread.is_empty()).then(not_read));
    faults.extend(doubt.map(|doubt| Fault::whole("utf8_invalid", doubt)));
    Payload { json: with_unread(json, unread), files: Vec::new(), faults }
}

fn pairs_of(body: &[u8], charset: Option<&str>) -> Payload {
    let read = pairs(body, charset);
    let named = read.pairs.iter().find(|(name, _)| name == CHARSET).map(|(_, named)| named.trim().to_owned());
    let read = match named.filter(|_| charset.is_none()) {
        Some(named) => pairs(body, Some(&named)),
        None => read,
    };
    let json = with_unread(nested(read.pairs), read.unread);
    Payload { json, files: Vec::new(), faults: read.faults }
}

fn lines_of(body: &[u8], charset: Option<&str>) -> Payload {
    let (text, doubt) = charset::text(body, charset);
    let faults = doubt.map(|doubt| Fault::whole("utf8_invalid", doubt)).into_iter().collect();
    Payload { json: lines::read(&text), files: Vec::new(), faults }
}

/// What is said of a part that is kept and not read.
fn not_read() -> Fault {
    Fault::whole(
        "not_read",
        format!("what is broken or cut off fills no field; it is kept as \u{201c}{UNREAD}\u{201d}"),
    )
}

/// Keeps what could not be read as a member of what was.
fn with_unread(json: Json, unread: String) -> Json {
    match json {
        json if unread.is_empty() => json,
        Json::Object(mut members) => {
            json::insert(&mut members, UNREAD, Json::String(unread));
            Json::Object(members)
        }
        Json::Null => Json::Object(Map::from_iter([(UNREAD.to_owned(), Json::String(unread))])),
        other => Json::Object(Map::from_iter([("body".to_owned(), other), (UNREAD.to_owned(), Json::String(unread))])),
    }
}
