//! `application/x-www-form-urlencoded`, as browsers read it: a `%` that begins no code is a percent sign.

use super::{Fault, charset};
use crate::{limits, problem::step};

/// Names and values in the order sent. What has no `=` is a value without a name.
pub(crate) struct Pairs {
    pub pairs: Vec<(String, String)>,
    pub faults: Vec<Fault>,
    /// What comes after the last pair that is read.
    pub unread: String,
}

pub(crate) fn pairs(body: &[u8], charset: Option<&str>) -> Pairs {
    let mut read = Pairs { pairs: Vec::new(), faults: Vec::new(), unread: String::new() };
    let body = body.trim_ascii();
    let mut rest = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    while !rest.is_empty() {
        if read.pairs.len() == limits::PAIRS {
            read.unread = charset::text(rest, charset).0;
            break;
        }
        let end = rest.iter().position(|byte| *byte == b'&').unwrap_or(rest.len());
        let piece = &rest[..end];
        rest = &rest[(end + 1).min(rest.len())..];
        if !piece.is_empty() {
            read.pair(piece, charset);
        }
    }
    read
}

impl Pairs {
    fn pair(&mut self, piece: &[u8], charset: Option<&str>) {
        let (name, value) = match piece.iter().position(|byte| *byte == b'=') {
            Some(at) => (&piece[..at], &piece[at + 1..]),
            None => (&[][..], piece),
        };
        let (name, doubt_of_name) = charset::text(&unescaped(name), charset);
        let (value, doubt) = charset::text(&unescaped(value), charset);
        if let Some(doubt) = doubt_of_name.or(doubt).filter(|_| self.faults.len() < limits::REMARKS) {
            self.faults.push(Fault::at("utf8_invalid", step(&name), doubt));
        }
        self.pairs.push((name, value));
    }
}

fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        rest = tail;
        match (first, tail) {
            (b'+', _) => bytes.push(b' '),
            (b'%', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                bytes.push(hex_digit(*high) * 16 + hex_digit(*low));
                rest = after;
            }
            _ => bytes.push(*first),
        }
    }
    bytes
}

fn hex_digit(byte: u8) -> u8 {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &[u8], expected: &[(&str, &str)]) {
        let read = pairs(body, None).pairs;
        let read: Vec<(&str, &str)> = read.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(read, expected);
    }

    #[test]
    fn plus_percent_and_missing_names_are_read() {
        let pairs = [("a", "1 2"), ("b", "é"), ("", "c"), ("", "d"), ("e", "f=g")];
        check(b"a=1+2&b=%C3%A9&c&=d&&e=f=g\n", &pairs);
    }

    #[test]
    fn a_percent_sign_that_begins_no_code_is_one() {
        check(
            b"a=50%&b=%zz&c=%4&%=1&d=100%+sure",
            &[("a", "50%"), ("b", "%zz"), ("c", "%4"), ("%", "1"), ("d", "100% sure")],
        );
    }

    #[test]
    fn letters_of_an_old_page_are_read_and_said() {
        let read = pairs(b"name=J%FCrgen&city=K\xf6ln&mail=a%40b.c", None);
        assert_eq!(read.pairs[0].1, "Jürgen");
        assert_eq!(read.pairs[1].1, "Köln");
        let faults: Vec<_> = read.faults.iter().map(|fault| fault.pointer.as_deref()).collect();
        assert_eq!(faults, [Some("/name"), Some("/city")]);
    }

    #[test]
    fn too_many_pairs_are_not_read_and_not_lost() {
        let read = pairs(&b"a=1&".repeat(limits::PAIRS + 2), None);
        assert_eq!((read.pairs.len(), read.unread.as_str()), (limits::PAIRS, "a=1&a=1&"));
    }
}
