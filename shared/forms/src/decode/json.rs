//! JSON as it comes: read as far as it goes, with every fault named by its place.
//!
//! A submission is forgiven what a command is refused for ([`parse`]): half a surrogate pair becomes
//! U+FFFD, a key that stands twice is kept twice, what nests too deep and numbers that a float cannot
//! hold are kept as text, and where the JSON breaks off, what follows is handed back unread. So is an answer that was
//! cut off, with its name: half an address is somebody else's.
//! The reader recurses no deeper than [`limits::DEPTH`].

mod reader;
mod text;

use serde_json::{Map, Value as Json};

use super::Fault;
use crate::{limits, problem::step, refusal::Refusal};

/// A document, and what was wrong with it.
pub(crate) struct Document {
    pub json: Json,
    /// In the order found, with the pointer to the place.
    pub faults: Vec<Fault>,
    /// The text from where it could not be read on. Empty if all of it was read.
    pub unread: String,
}

/// Reads a document as far as it goes.
pub(crate) fn read(text: &str) -> Document {
    reader::read(text)
}

/// Reads one document strictly, and nothing after it: for what programs command.
///
/// # Errors
///
/// The first fault, with 400 and its place.
pub fn parse(body: &[u8]) -> Result<Json, Refusal> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let text = std::str::from_utf8(body).map_err(|error| {
        Refusal::malformed("utf8_invalid", format!("byte {} of the body is not UTF-8", error.valid_up_to() + 1))
    })?;
    let document = read(text);
    match document.faults.into_iter().next().or_else(|| nul(&document.json, "")) {
        None => Ok(document.json),
        Some(fault) => Err(fault.into()),
    }
}

/// The first text or name that holds the NUL character.
fn nul(json: &Json, pointer: &str) -> Option<Fault> {
    let fault = |pointer: &str| Fault::at("nul_character", pointer, "a text may not hold the NUL character");
    match json {
        Json::String(text) => text.contains('\0').then(|| fault(pointer)),
        Json::Array(items) => {
            items.iter().enumerate().find_map(|(index, item)| nul(item, &format!("{pointer}/{index}")))
        }
        Json::Object(members) => members.iter().find_map(|(name, member)| {
            let pointer = format!("{pointer}{}", step(name));
            if name.contains('\0') { Some(fault(&pointer)) } else { nul(member, &pointer) }
        }),
        _ => None,
    }
}

/// Puts a member under its name; what comes under a name that is taken is listed as `a (2)`.
pub(super) fn insert(members: &mut Map<String, Json>, name: &str, value: Json) {
    if !members.contains_key(name) {
        members.insert(name.to_owned(), value);
        return;
    }
    match members.entry(format!("{name} (2)")).or_insert(Json::Null) {
        Json::Array(values) => values.push(value),
        empty @ Json::Null => *empty = value,
        earlier => *earlier = Json::Array(vec![earlier.take(), value]),
    }
}

/// Whether objects and lists may nest one deeper.
fn may_nest(depth: usize) -> bool {
    depth < limits::DEPTH
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str, faults: &[&str], unread: &str) {
        let document = read(text);
        let found: Vec<String> = document
            .faults
            .iter()
            .map(|fault| format!("{} {}", fault.code, fault.pointer.as_deref().unwrap_or_default()))
            .collect();
        assert_eq!((document.json.to_string().as_str(), document.unread.as_str()), (expected, unread), "{text}");
        assert_eq!(found, faults, "{text}");
    }

    #[test]
    fn what_is_json_is_read_as_everybody_reads_it() {
        for text in [
            r#"{"a":[1,-2.5e3,true,false,null,"x\n\u00e9\ud83d\ude00\/\\\"",{}],"b":{"c":[]},"":0}"#,
            "  [ ]  ",
            "\t{ \"a\" :\r\n 1 , \"b\" : [ 2 , 3 ] }\n",
            "\"text\"",
            "18446744073709551615",
        ] {
            let expected: Json = serde_json::from_str(text).unwrap();
            check(text, &expected.to_string(), &[], "");
        }
    }

    #[test]
    fn odd_places_are_mended_and_said() {
        check(r#"{"a":"ok \ud83d"}"#, "{\"a\":\"ok \u{fffd}\"}", &["surrogate_alone /a"], "");
        check(
            r#"{"a":["\udc00x","\ud800\u0041"]}"#,
            "{\"a\":[\"\u{fffd}x\",\"\u{fffd}A\"]}",
            &["surrogate_alone /a/0", "surrogate_alone /a/1"],
            "",
        );
        check(r#"{"a":1,"a":2,"a":1}"#, r#"{"a":1,"a (2)":[2,1]}"#, &["key_duplicate /a", "key_duplicate /a"], "");
        check(
            r#"{"a":1e400,"b":99999999999999999999}"#,
            r#"{"a":"1e400","b":"99999999999999999999"}"#,
            &["number_out_of_range /a", "number_out_of_range /b"],
            "",
        );
        check(r#"{"a":1,}"#, r#"{"a":1}"#, &["json_malformed "], "");
        check(r#"{"a":1 "b":2}"#, r#"{"a":1,"b":2}"#, &["json_malformed "], "");
        check("[\"a\nb\",,2]", r#"["a\nb",2]"#, &["json_malformed ", "json_malformed "], "");
        check(r#"{"a":"\x41"}"#, r#"{"a":"x41"}"#, &["json_malformed "], "");
    }

    #[test]
    fn where_it_breaks_off_the_rest_is_handed_back() {
        check(r#"{"a":"b","c":"de"#, r#"{"a":"b"}"#, &["json_truncated "], r#""c":"de"#);
        check(r#"{"a":"b","c":"d\u00"#, r#"{"a":"b"}"#, &["json_malformed ", "json_truncated "], r#""c":"d\u00"#);
        check(r#"{"a":"b","#, r#"{"a":"b"}"#, &["json_truncated "], "");
        check(r#"{"a":1,"b":{"c":[2,3"#, r#"{"a":1,"b":{"c":[2]}}"#, &["json_truncated "], "3");
        check(r#"{"a":1.5"#, "{}", &["json_truncated "], r#""a":1.5"#);
        check(r#"{"a":"x"y","b":2}"#, "{}", &["json_malformed "], r#""a":"x"y","b":2}"#);
        check(r#"{"a":"x"]}"#, r#"{"a":"x"}"#, &["json_malformed "], "]}");
        check(r#"{"a":{"b":[1,"#, r#"{"a":{"b":[1]}}"#, &["json_truncated "], "");
        check(r#"{"a":1}}"#, r#"{"a":1}"#, &["json_malformed "], "}");
        check(r#"{"a":1}{"b":2}"#, r#"{"a":1}"#, &["json_malformed "], r#"{"b":2}"#);
        check(r#"{"a":1,b:2}"#, r#"{"a":1}"#, &["json_malformed "], "b:2}");
        check(r#"{"a":01}"#, "{}", &["json_malformed "], r#""a":01}"#);
        check(r#"{"a":"x","b":nope,"c":1}"#, r#"{"a":"x"}"#, &["json_malformed "], r#""b":nope,"c":1}"#);
        check("email=a", "null", &["json_malformed "], "email=a");
    }

    #[test]
    fn what_nests_too_deep_is_kept_as_text() {
        let deep = format!("{}\"x]\"{}", "[".repeat(20), "]".repeat(20));
        let document = read(&format!("{{\"a\":{deep},\"b\":1}}"));
        assert_eq!(document.json["b"], 1);
        assert!(document.json.to_string().contains("[[[[[\\\"x]\\\"]]]]]"), "{}", document.json);
        assert_eq!(document.faults.len(), 1);
        let cut = read(&format!("{{\"a\":{}\"x", "[".repeat(20)));
        assert_eq!(cut.json.to_string(), format!("{{\"a\":{}{}}}", "[".repeat(15), "]".repeat(15)));
        assert_eq!(cut.unread, format!("{}\"x", "[".repeat(5)));
        assert_eq!(read(&"[".repeat(100_000)).faults[0].code, "too_deep");
    }
}
