//! Texts and their escapes.

use super::reader::{Path, Reader};
use crate::decode::Fault;

impl Reader<'_> {
    /// The text that begins here, up to its quotation mark. None if it is cut off.
    pub(super) fn string(&mut self, path: &Path) -> Option<String> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = &self.text[self.at..];
            let plain = rest.find(|letter: char| matches!(letter, '"' | '\\') || letter < ' ');
            text.push_str(&rest[..plain.unwrap_or(rest.len())]);
            self.at += plain.unwrap_or(rest.len());
            match self.peek() {
                None => {
                    self.stop(start);
                    return None;
                }
                Some(b'"') => {
                    self.at += 1;
                    return Some(text);
                }
                Some(b'\\') => self.escape(&mut text, path),
                // A line break, a tab, or what no text may hold: kept, though JSON writes it otherwise.
                Some(byte) => {
                    self.malformed();
                    self.at += 1;
                    text.push(char::from(byte));
                }
            }
        }
    }

    fn escape(&mut self, text: &mut String, path: &Path) {
        self.at += 1;
        let Some(letter) = self.text[self.at..].chars().next() else { return };
        let plain = match letter {
            '"' | '\\' | '/' => Some(letter),
            'b' => Some('\u{8}'),
            'f' => Some('\u{c}'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            _ => None,
        };
        match (plain, letter) {
            (Some(plain), _) => {
                self.at += 1;
                text.push(plain);
            }
            (None, 'u') => self.unicode(text, path),
            (None, _) => self.malformed(),
        }
    }

    /// `u00e9`, or a pair: `ud83d\ude00`. Half a pair becomes U+FFFD.
    fn unicode(&mut self, text: &mut String, path: &Path) {
        let Some(first) = self.unit(self.at) else { return self.malformed() };
        self.at += 5;
        let second = match first {
            0xD800..=0xDBFF if self.peek() == Some(b'\\') => self.unit(self.at + 1),
            _ => None,
        };
        match second.filter(|second| (0xDC00..=0xDFFF).contains(second)) {
            Some(second) => {
                self.at += 6;
                let pair = char::decode_utf16([first, second]).next();
                text.extend(pair.and_then(Result::ok));
            }
            None => match char::from_u32(first.into()) {
                Some(letter) => text.push(letter),
                None => {
                    let fault = Fault::at("surrogate_alone", path.pointer(), "half of a surrogate pair stands alone");
                    self.note(Fault { became: Some("\u{fffd}"), ..fault });
                    text.push(char::REPLACEMENT_CHARACTER);
                }
            },
        }
    }

    /// The four hexadecimal digits after the `u` at `at`.
    fn unit(&self, at: usize) -> Option<u16> {
        let digits = self.text.get(at..)?.strip_prefix('u')?.get(..4)?;
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        u16::from_str_radix(digits, 16).ok().filter(|_| is_hex)
    }
}
