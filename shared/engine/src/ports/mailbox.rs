use std::{borrow::Cow, fmt};

use domain::domain_name;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The letters of a name that are shown; a longer one is cut.
const LONGEST_NAME: usize = 200;

/// Whom a letter comes from or goes to: an address, and a name that may hold anything people are called.
///
/// Stored and shown as mail programs write it: `Ana Lopez <ana@example.com>`, `"Keller, Ana" <ana@example.com>`, or the
/// address alone. The sender takes the parts; no part is ever cut out of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    pub name: Option<String>,
    pub address: String,
}

impl Mailbox {
    /// An address without a name.
    pub fn bare(address: &str) -> Self {
        Self { name: None, address: one_line(address) }
    }

    /// An address with a name, in one line.
    pub fn named(name: &str, address: &str) -> Self {
        let name: String = one_line(name).chars().take(LONGEST_NAME).collect();
        Self { name: Some(name).filter(|name| !name.is_empty()), ..Self::bare(address) }
    }

    /// The address with its domain as DNS has it, or why mail cannot go there.
    pub fn ascii_domain(&self) -> Result<String, String> {
        domain_name::address_to_ascii(&self.address)
            .ok_or_else(|| "the e-mail address has no domain that mail could go to".to_owned())
    }

    /// Reads what `Display` writes, and what earlier releases stored: a name without quotes, whatever is in it.
    fn read(text: &str) -> Self {
        let inside = text.strip_suffix('>').and_then(|text| text.rsplit_once('<'));
        let Some((name, address)) = inside else { return Self::bare(text) };
        Self::named(&unquoted(name.trim()), address)
    }
}

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{} <{}>", quoted(name), self.address),
            None => f.write_str(&self.address),
        }
    }
}

impl Serialize for Mailbox {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Mailbox {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer).map(|text| Self::read(&text))
    }
}

/// The name in quotes, where a mail program would read something else without them.
pub fn quoted(name: &str) -> Cow<'_, str> {
    let is_plain = |letter: char| letter.is_alphanumeric() || " !#$%&'*+-/=?^_`{|}~".contains(letter);
    if name.chars().all(is_plain) {
        return Cow::Borrowed(name);
    }
    let escaped: String = name
        .chars()
        .flat_map(|letter| matches!(letter, '"' | '\\').then_some('\\').into_iter().chain([letter]))
        .collect();
    Cow::Owned(format!("\"{escaped}\""))
}

fn unquoted(name: &str) -> Cow<'_, str> {
    let inside = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let Some(inside) = inside else { return Cow::Borrowed(name) };
    let mut letters = inside.chars();
    let mut plain = String::new();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => plain.extend(letters.next()),
            // Written without escapes, so these are no quotes around the whole.
            '"' => return Cow::Borrowed(name),
            _ => plain.push(letter),
        }
    }
    Cow::Owned(plain)
}

/// A line break in a header would begin another one.
pub fn one_line(text: &str) -> String {
    let breaks = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
    text.split(breaks).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, written: &str) {
        let mailbox = Mailbox::named(name, "ana@example.com");
        assert_eq!(mailbox.to_string(), written);
        let stored = serde_json::to_string(&mailbox).unwrap();
        assert_eq!(serde_json::from_str::<Mailbox>(&stored).unwrap(), mailbox, "{stored}");
    }

    #[test]
    fn any_name_comes_back_as_it_was() {
        check("Ana Lopez", "Ana Lopez <ana@example.com>");
        check("Keller, Ana", "\"Keller, Ana\" <ana@example.com>");
        check("Ana \"Kay\" Keller", r#""Ana \"Kay\" Keller" <ana@example.com>"#);
        check("Zoë Müller-O'Neil", "Zoë Müller-O'Neil <ana@example.com>");
        check("\\ <b@c.example>", r#""\\ <b@c.example>" <ana@example.com>"#);
        check("Ana\r\nBcc: eve@example.com", "\"Ana Bcc: eve@example.com\" <ana@example.com>");
        check(" \0 ", "ana@example.com");
        check(&"a".repeat(300), &format!("{} <ana@example.com>", "a".repeat(200)));
    }

    #[test]
    fn what_an_earlier_release_stored_is_read() {
        let read = |text: &str| serde_json::from_value::<Mailbox>(serde_json::json!(text)).unwrap();
        assert_eq!(read("hello@example.com"), Mailbox::bare("hello@example.com"));
        assert_eq!(read("Acme"), Mailbox::bare("Acme"));
        for name in ["Keller, Ana", "Ana \"Kay\" Keller", "\"Kay\" and \"Ana\"", "Zoë"] {
            assert_eq!(read(&format!("{name} <ana@example.com>")), Mailbox::named(name, "ana@example.com"));
        }
    }

    #[test]
    fn a_header_is_one_line_whatever_was_typed() {
        assert_eq!(
            one_line(" Ada\r\nBcc: everyone@example.com\0\u{85}x\u{2028}y"),
            "Ada Bcc: everyone@example.com x y"
        );
    }
}
