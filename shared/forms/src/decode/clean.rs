//! What no text may hold, and what nobody needs, taken out of a document.
//!
//! Control characters go; a file that is written into a text and the token of a captcha are named
//! instead, so that they do not take the room of what people wrote.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value as Json};

use super::{EMBEDDED, Fault, json, json::Document};
use crate::{limits, problem::step, question::is_one_of, submission::File};

/// Names, in normal form, under which pages send what proves that a person sits before them.
const CAPTCHAS: &[&str] = &[
    "grecaptcharesponse",
    "recaptcharesponse",
    "recaptchatoken",
    "hcaptcharesponse",
    "hcaptchatoken",
    "cfturnstileresponse",
    "turnstiletoken",
    "frccaptchasolution",
    "frccaptcharesponse",
    "mtcaptchaverifiedtoken",
    "captchatoken",
    "captcharesponse",
    "wpcf7recaptcharesponse",
    "wpcf7turnstileresponse",
];

/// Whether a name in normal form is that of a captcha's token.
pub(crate) fn is_captcha(normal: &str) -> bool {
    CAPTCHAS.contains(&normal)
}

/// A document that is a text, read and cleaned.
pub(super) fn read(text: &str) -> Document {
    let mut document = json::read(text);
    clean(&mut document.json, &mut document.faults);
    document
}

pub(super) fn clean(json: &mut Json, faults: &mut Vec<Fault>) {
    let mut cleaning = Cleaning { faults };
    cleaning.visit(json, "", "");
}

struct Cleaning<'a> {
    faults: &'a mut Vec<Fault>,
}

impl Cleaning<'_> {
    fn visit(&mut self, json: &mut Json, name: &str, pointer: &str) {
        match json {
            Json::String(text) => self.text(text, name, pointer),
            Json::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.visit(item, name, &format!("{pointer}/{index}"));
                }
            }
            Json::Object(members) => {
                if members.keys().any(|name| name.contains(is_odd)) {
                    self.names(members, pointer);
                }
                let captcha = captcha(members);
                for (name, member) in members.iter_mut() {
                    let called = captcha.as_deref().filter(|_| member.as_str().is_some_and(|text| text.len() > 100));
                    self.visit(member, called.unwrap_or(name), &[pointer, &step(name)].concat());
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &mut String, name: &str, pointer: &str) {
        if is_one_of(name, CAPTCHAS) {
            *text = File::new(String::new(), "left out", text.as_bytes()).to_string();
        } else if let Some(file) = file(text) {
            *text = file.to_string();
            self.fault("file_replaced", pointer, "this is a file; its name, size and SHA-256 are kept");
        } else if text.contains(is_odd) {
            text.retain(|letter| !is_odd(letter));
            self.fault("control_character", pointer, "characters that nobody can see were left out");
        }
        if EMBEDDED.contains(&name) {
            let faults = read(text).faults.into_iter().map(|fault| fault.under(pointer));
            self.faults.extend(faults);
            self.faults.truncate(limits::REMARKS);
        }
    }

    fn names(&mut self, members: &mut Map<String, Json>, pointer: &str) {
        for (name, member) in std::mem::take(members) {
            json::insert(members, &name.replace(is_odd, ""), member);
        }
        self.fault("control_character", pointer, "characters that nobody can see were left out of names");
    }

    fn fault(&mut self, code: &'static str, pointer: &str, detail: &str) {
        if self.faults.len() < limits::REMARKS {
            self.faults.push(Fault::at(code, pointer, detail));
        }
    }
}

/// A control character that is no line break and no tab.
fn is_odd(letter: char) -> bool {
    letter.is_control() && !matches!(letter, '\n' | '\r' | '\t')
}

/// The captcha that a question asks for: `{name: "g-recaptcha-response", value: …}`.
fn captcha(members: &Map<String, Json>) -> Option<String> {
    let named = members.values().filter_map(Json::as_str).find(|text| text.len() < 100 && is_one_of(text, CAPTCHAS));
    named.map(str::to_owned)
}

/// The file that a text is: `data:image/png;base64,…`.
fn file(text: &str) -> Option<File> {
    let (kind, code) = text.trim().strip_prefix("data:")?.split_once(";base64,")?;
    let is_kind = kind.len() < 100 && !kind.contains(char::is_whitespace);
    if !is_kind || code.len() < 100 {
        return None;
    }
    let content = STANDARD.decode(code).unwrap_or_else(|_| code.as_bytes().to_vec());
    Some(File::new(String::new(), if kind.is_empty() { "file" } else { kind }, &content))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, expected: &str, faults: &[&str]) {
        let document = read(json);
        let found: Vec<&str> = document.faults.iter().map(|fault| fault.code).collect();
        assert_eq!((document.json.to_string().as_str(), found.as_slice()), (expected, faults), "{json}");
    }

    #[test]
    fn control_characters_go_and_line_breaks_stay() {
        check(r#"{"a":"x\u0000y\n\tz\u0085"}"#, r#"{"a":"xy\n\tz"}"#, &["control_character"]);
        check(r#"{"a\u0000":1,"a":2}"#, r#"{"a":2,"a (2)":1}"#, &["control_character"]);
    }

    #[test]
    fn files_and_captchas_are_named() {
        let code = STANDARD.encode([7; 300]);
        let sha256 = File::new(String::new(), "", &[7; 300]).sha256;
        let named = format!(r#"{{"sign":"image/png (300 bytes, sha256 {sha256})"}}"#);
        check(&format!(r#"{{"sign":"data:image/png;base64,{code}"}}"#), &named, &["file_replaced"]);
        for json in [
            format!(r#"{{"g-recaptcha-response":"{code}"}}"#),
            format!(r#"{{"fields":[{{"name":"g-recaptcha-response","value":"{code}"}}]}}"#),
        ] {
            let cleaned = read(&json);
            assert!(cleaned.json.to_string().contains("left out (400 bytes, sha256 "), "{}", cleaned.json);
        }
        check(r#"{"a":"data: see the data;base64, thanks"}"#, r#"{"a":"data: see the data;base64, thanks"}"#, &[]);
    }
}
