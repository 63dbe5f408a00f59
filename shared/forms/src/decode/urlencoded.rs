//! `application/x-www-form-urlencoded`, strictly: a bad percent sequence or bytes that are
//! not UTF-8 are refused. (The usual crate replaces both in silence.)

use crate::{limits, problem::step, refusal::Refusal};

/// Names and values in the order sent. A name without `=` has an empty value.
pub(crate) fn pairs(body: &[u8]) -> Result<Vec<(String, String)>, Refusal> {
    let mut pairs = Vec::new();
    for piece in body.trim_ascii_end().split(|byte| *byte == b'&').filter(|piece| !piece.is_empty()) {
        let (name, value) = match piece.iter().position(|byte| *byte == b'=') {
            Some(at) => (&piece[..at], &piece[at + 1..]),
            None => (piece, &[][..]),
        };
        let pointer = format!("/{}", pairs.len());
        let name = unescape(name, &pointer)?;
        let value = unescape(value, &step(&name))?;
        pairs.push((name, value));
        if pairs.len() > limits::FIELDS * 8 {
            return Err(Refusal::at("too_many_fields", "", "the body holds too many pairs"));
        }
    }
    Ok(pairs)
}

fn unescape(text: &[u8], pointer: &str) -> Result<String, Refusal> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        rest = tail;
        match first {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits = tail.first_chunk::<2>().ok_or_else(|| bad_percent(pointer))?;
                let (high, low) = (hex_digit(digits[0]), hex_digit(digits[1]));
                let (Some(high), Some(low)) = (high, low) else { return Err(bad_percent(pointer)) };
                bytes.push(high * 16 + low);
                rest = &tail[2..];
            }
            other => bytes.push(*other),
        }
    }
    String::from_utf8(bytes).map_err(|_| Refusal::at("utf8_invalid", pointer, "the text is not UTF-8"))
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

fn bad_percent(pointer: &str) -> Refusal {
    Refusal::at("percent_invalid", pointer, "% must be followed by two hexadecimal digits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plus_percent_and_missing_values_are_read() {
        let read = pairs(b"a=1+2&b=%C3%A9&c&=d&&e=f=g\n").unwrap();
        let read: Vec<(&str, &str)> = read.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(read, [("a", "1 2"), ("b", "é"), ("c", ""), ("", "d"), ("e", "f=g")]);
    }
}
