//! A message as any provider can take it: nothing here knows how one is reached.

use std::{borrow::Cow, fmt::Write};

use super::{Mailbox, Rendered};

/// The longest encoded word of RFC 2047.
const LONGEST_WORD: usize = 75;
const WORD_START: &str = "=?utf-8?q?";
const WORD_END: &str = "?=";

impl Rendered {
    /// Why it can never be sent, if it holds what would begin a header that nobody asked for.
    pub fn refusal(&self) -> Option<&'static str> {
        let names =
            [&self.from, &self.to].into_iter().flat_map(|mailbox| [mailbox.name.as_ref(), Some(&mailbox.address)]);
        let mut headers = names.flatten().chain([&self.subject]);
        headers.any(|header| header.chars().any(char::is_control)).then_some("a header holds a control character")
    }

    /// The text with every line ended by `\n` and without other control characters but tabs: a bare CR or a NUL breaks
    /// the rules of SMTP, and hides text from those who look for it.
    pub fn text(&self) -> String {
        let lines = self.body.replace("\r\n", "\n").replace('\r', "\n");
        lines.chars().filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t')).collect()
    }
}

impl Mailbox {
    /// As a header has it, in ASCII: the name quoted or encoded where it has to be, the domain as DNS has it. The error
    /// says why the address cannot be written so.
    pub fn header(&self) -> Result<String, String> {
        let address = self.ascii_domain()?;
        if !address.is_ascii() {
            return Err("the part of the address before the @ has letters beyond ASCII".to_owned());
        }
        Ok(match &self.name {
            None => address,
            Some(name) if name.is_ascii() => format!("{} <{address}>", super::quoted(name)),
            Some(name) => format!("{} <{address}>", encoded_words(name, " ")),
        })
    }
}

/// A text as encoded words (RFC 2047) with `between` between them, none longer than a header line may be.
pub fn encoded_words(text: &str, between: &str) -> String {
    let mut all = String::new();
    let mut word = String::new();
    for letter in text.chars() {
        let encoded = encoded(letter);
        if WORD_START.len() + word.len() + encoded.len() + WORD_END.len() > LONGEST_WORD {
            let _ = write!(all, "{WORD_START}{word}{WORD_END}{between}");
            word.clear();
        }
        word.push_str(&encoded);
    }
    all + WORD_START + &word + WORD_END
}

/// Letters and digits as they are, a space as `_`, the rest as bytes: safe also inside a name.
fn encoded(letter: char) -> Cow<'static, str> {
    match letter {
        ' ' => Cow::Borrowed("_"),
        _ if letter.is_ascii_alphanumeric() => Cow::Owned(letter.to_string()),
        _ => {
            let mut bytes = [0; 4];
            Cow::Owned(letter.encode_utf8(&mut bytes).bytes().map(|byte| format!("={byte:02X}")).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_is_written_in_ascii() {
        let check = |name: &str, address: &str, header: Result<&str, ()>| {
            let written = Mailbox::named(name, address).header();
            assert_eq!(written.as_deref().map_err(|_| ()), header, "{name} {address}");
        };
        check("", "ana@example.com", Ok("ana@example.com"));
        check("Ana Lopez", "ana@example.com", Ok("Ana Lopez <ana@example.com>"));
        check("Keller, Ana", "ana@example.com", Ok("\"Keller, Ana\" <ana@example.com>"));
        check("Zoë, \"Kay\"", "z@müller.example", Ok("=?utf-8?q?Zo=C3=AB=2C_=22Kay=22?= <z@xn--mller-kva.example>"));
        check("Jörg", "jörg@example.com", Err(()));
        check("Ana", "ana@a b", Err(()));
    }

    #[test]
    fn a_long_name_is_several_words() {
        let header = Mailbox::named(&"Zoë ".repeat(60), "z@example.com").header().unwrap();
        assert!(header.split(' ').all(|word| word.len() <= LONGEST_WORD), "{header}");
        assert!(header.split(' ').count() > 3);
    }

    #[test]
    fn no_control_character_leaves() {
        let message = |subject: &str, body: &str| {
            let bare = || Mailbox::bare("ana@example.com");
            Rendered { from: bare(), to: bare(), subject: subject.to_owned(), body: body.to_owned() }
        };
        for end in ["\r\n", "\n", "\r", "\u{85}", "\0"] {
            assert!(message(&format!("a{end}b"), "").refusal().is_some());
        }
        assert_eq!(message("a", "").refusal(), None);
        assert_eq!(message("a", "a\r\nb\rc\n\0d\te\u{b}").text(), "a\nb\nc\nd\te");
    }
}
