//! What commands print: text for people, in colour where the terminal likes it, or JSON.

use std::{
    io::{self, IsTerminal, Write},
    sync::OnceLock,
};

use serde::Serialize;

use crate::failure::Failure;

/// Why the first line that was lost was.
static UNWRITTEN: OnceLock<String> = OnceLock::new();

/// A reader that has gone away is no reason to fail; a full disk is.
fn note(written: io::Result<()>) {
    if let Err(error) = written
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        let _ = UNWRITTEN.set(error.to_string());
    }
}

/// Where a command's output goes.
#[derive(Debug, Clone, Copy)]
pub struct Say {
    pub json: bool,
    colour: bool,
}

/// How a piece of text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    Bold,
    Dim,
    Good,
    Bad,
    Warn,
    Link,
}

impl Look {
    const fn code(self) -> &'static str {
        match self {
            Self::Bold => "1",
            Self::Dim => "2",
            Self::Good => "32",
            Self::Bad => "31",
            Self::Warn => "33",
            Self::Link => "36",
        }
    }
}

impl Say {
    /// Colour only on a terminal, and never where `NO_COLOR` is set to anything.
    pub fn new(json: bool) -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty());
        Self { json, colour: wanted && !json && io::stdout().is_terminal() }
    }

    /// Whether a person is looking.
    pub fn is_terminal(&self) -> bool {
        io::stdout().is_terminal()
    }

    pub fn paint(&self, look: Look, text: &str) -> String {
        if self.colour { format!("\x1b[{}m{text}\x1b[0m", look.code()) } else { text.to_owned() }
    }

    /// A line. Whether all could be written is for [`Say::unwritten`] to tell.
    pub fn line(&self, text: impl AsRef<str>) {
        note(writeln!(io::stdout(), "{}", text.as_ref()));
    }

    /// Why something that was said is not where it was to go, if so.
    pub fn unwritten() -> Option<String> {
        note(io::stdout().flush());
        UNWRITTEN.get().cloned()
    }

    pub fn document(&self, document: &impl Serialize) {
        let text = serde_json::to_string_pretty(document).expect("what is printed is plain data");
        self.line(text);
    }

    /// Text for people, or the document.
    pub fn either(&self, document: &impl Serialize, text: impl FnOnce() -> Vec<String>) {
        if self.json {
            self.document(document);
        } else {
            text().iter().for_each(|line| self.line(line));
        }
    }

    pub fn failure(&self, failure: &Failure) {
        if self.json {
            return self.document(&serde_json::json!({ "error": failure.message, "hint": failure.hint }));
        }
        let mut out = io::stderr();
        let _ = writeln!(out, "{} {}", self.paint(Look::Bad, "handoff:"), failure.message);
        if let Some(hint) = &failure.hint {
            let _ = writeln!(out, "  {hint}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_colour_text_stays_as_it_is() {
        let plain = Say { json: false, colour: false };
        let bright = Say { json: false, colour: true };
        assert_eq!(plain.paint(Look::Bold, "yes"), "yes");
        assert_eq!(bright.paint(Look::Bold, "yes"), "\x1b[1myes\x1b[0m");
    }
}
