//! Where lines go: standard error, as long as it takes them.

use std::io::{self, Write};

/// Standard error that never fails. A full disk, a closed pipe: the line is lost, and the
/// thread that wrote it goes on. A failure here would otherwise be a panic on the thread that logged.
pub(crate) struct Line;

impl Write for Line {
    /// One call is one line.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = io::stderr().write_all(escaped(bytes).as_bytes());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A line without characters that would end it, or make a terminal show something else than what
/// is there. JSON reads the escapes back.
fn escaped(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let line = text.strip_suffix('\n').unwrap_or(&text);
    let mut safe = String::with_capacity(line.len() + 1);
    for letter in line.chars() {
        if letter.is_control() || turns_text(letter) {
            safe.push_str(&format!("\\u{:04x}", u32::from(letter)));
        } else {
            safe.push(letter);
        }
    }
    safe.push('\n');
    safe
}

/// Marks that change the direction or the lines of a text.
fn turns_text(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_stays_one_line() {
        for (given, expected) in [
            ("INFO a=b\n", "INFO a=b\n"),
            ("a\nINFO forged\r\n", "a\\u000aINFO forged\\u000d\n"),
            ("\u{1b}[2Jgone\u{7f}\u{85}\n", "\\u001b[2Jgone\\u007f\\u0085\n"),
            ("\u{202e}gpj.exe\n", "\\u202egpj.exe\n"),
            ("Zoë 李\n", "Zoë 李\n"),
        ] {
            assert_eq!(escaped(given.as_bytes()), expected);
        }
    }
}
