//! How a body is to be read: as its content type says, unless it plainly is something else.

use crate::request::Request;

pub(super) enum Media<'a> {
    Json,
    Urlencoded,
    Multipart { boundary: Option<&'a str> },
    Lines,
}

/// The medium, and the charset that the sender declares.
pub(super) fn of<'a>(request: &Request<'a>) -> (Media<'a>, Option<&'a str>) {
    let given = request.content_type.or_else(|| request.header("content-type")).unwrap_or_default();
    let mut parts = given.split(';');
    let essence = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
    let parameters: Vec<(String, &str)> = parts.filter_map(parameter).collect();
    let parameter = |name: &str| parameters.iter().find(|(key, _)| key == name).map(|(_, value)| *value);
    let media = match essence.as_str() {
        _ if is_document(request.body) => Media::Json,
        "multipart/form-data" if has_parts(request.body) || begins_with_boundary(request.body) => {
            Media::Multipart { boundary: parameter("boundary") }
        }
        _ if has_parts(request.body) && begins_with_boundary(request.body) => {
            Media::Multipart { boundary: parameter("boundary") }
        }
        "application/x-www-form-urlencoded" => Media::Urlencoded,
        json if is_json(json) && is_text_of_json(request.body) => Media::Json,
        _ if is_urlencoded(request.body) => Media::Urlencoded,
        _ => Media::Lines,
    };
    (media, parameter("charset"))
}

fn parameter(text: &str) -> Option<(String, &str)> {
    let (name, value) = text.split_once('=')?;
    Some((name.trim().to_ascii_lowercase(), value.trim().trim_matches('"')))
}

fn is_json(essence: &str) -> bool {
    essence == "application/json" || essence == "text/json" || essence.ends_with("+json")
}

/// An object or a list, in whatever charset.
fn is_document(body: &[u8]) -> bool {
    let marked = |mark: &[u8]| body.starts_with(mark);
    let body = if marked(b"\xEF\xBB\xBF") { &body[3..] } else { body };
    let body = if marked(b"\xFF\xFE") || marked(b"\xFE\xFF") { &body[2..] } else { body };
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace() && **byte != 0);
    matches!(first, Some(b'{' | b'['))
}

/// A document that is one text, a number or a word.
fn is_text_of_json(body: &[u8]) -> bool {
    let body = body.trim_ascii();
    body.starts_with(b"\"") || [&b"null"[..], b"true", b"false"].contains(&body) || body[0].is_ascii_digit()
}

fn begins_with_boundary(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"--")
}

fn has_parts(body: &[u8]) -> bool {
    body.windows(20).any(|part| part.eq_ignore_ascii_case(b"content-disposition:"))
}

/// Without a space in it, or with codes for what would be one.
fn is_urlencoded(body: &[u8]) -> bool {
    let body = body.trim_ascii();
    let has = |wanted: u8| body.contains(&wanted);
    let is_coded = || has(b'&') && has(b'%');
    has(b'=') && !body.starts_with(b"<") && (is_coded() || !body.iter().any(u8::is_ascii_whitespace))
}
