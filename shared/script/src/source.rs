//! A script's text, read into lines that keep their place.

use crate::{command::Command, parse};

/// A script as read, with everything that is needed to write it again.
#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    pub name: String,
    pub lines: Vec<Line>,
}

/// One line, or several where a JSON body goes over more than one.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// 1-based, of its first line.
    pub number: usize,
    /// As it stands in the file.
    pub text: String,
    pub says: Says,
}

/// What a line is.
#[derive(Debug, Clone, PartialEq)]
pub enum Says {
    /// `# …`, or nothing.
    Comment,
    /// `> …`: told to those who watch.
    Narration(String),
    Command(Box<Command>),
    /// `| …`: what the command above is expected to print.
    Expected(String),
}

/// A line that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct ScriptError {
    pub file: String,
    pub line: usize,
    pub message: String,
}

impl Script {
    /// Reads a script. Every line that cannot be read is reported.
    pub fn parse(name: &str, text: &str) -> Result<Self, Vec<ScriptError>> {
        let (mut lines, mut errors) = (Vec::new(), Vec::new());
        let mut rest = text.lines().enumerate().map(|(index, line)| (index + 1, line));
        while let Some((number, first)) = rest.next() {
            let mut whole = first.to_owned();
            // A JSON body goes on until its braces are closed.
            while is_command(first) && open_braces(&whole) > 0 {
                let Some((_, more)) = rest.next() else { break };
                whole.push('\n');
                whole.push_str(more);
            }
            match says(&whole) {
                Ok(says) => lines.push(Line { number, text: whole, says }),
                Err(message) => errors.push(ScriptError { file: name.to_owned(), line: number, message }),
            }
        }
        if errors.is_empty() { Ok(Self { name: name.to_owned(), lines }) } else { Err(errors) }
    }

    /// Whether the file says what its commands print.
    pub fn has_expected(&self) -> bool {
        self.lines.iter().any(|line| matches!(line.says, Says::Expected(_)))
    }

    /// The error for something that went wrong at a line.
    pub fn error_at(&self, line: usize, message: impl Into<String>) -> ScriptError {
        ScriptError { file: self.name.clone(), line, message: message.into() }
    }
}

fn is_command(line: &str) -> bool {
    !line.trim_start().starts_with(['#', '>', '|'])
}

fn says(text: &str) -> Result<Says, String> {
    let trimmed = text.trim();
    Ok(match trimmed.chars().next() {
        None | Some('#') => Says::Comment,
        Some('>') => Says::Narration(trimmed[1..].trim().to_owned()),
        Some('|') => Says::Expected(trimmed[1..].strip_prefix(' ').unwrap_or(&trimmed[1..]).to_owned()),
        Some(_) => Says::Command(Box::new(parse::command(trimmed)?)),
    })
}

/// Braces and brackets not yet closed, outside quotes.
fn open_braces(text: &str) -> i32 {
    let (mut open, mut quoted, mut escaped) = (0, false, false);
    for letter in text.chars() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '{' | '[' if !quoted => open += 1,
            '}' | ']' if !quoted => open -= 1,
            _ => {}
        }
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_json_body_may_go_over_lines() {
        let text = "form demo-request {\n  \"a\": \"}\",\n  \"b\": 1\n}\nkill";
        let script = Script::parse("s.txt", text).unwrap();
        assert_eq!(script.lines.iter().map(|line| line.number).collect::<Vec<_>>(), [1, 5]);
    }

    #[test]
    fn every_bad_line_is_reported_with_its_place() {
        let errors = Script::parse("s.txt", "# fine\nfoo\n> told\nkill now\n").unwrap_err();
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert!(lines[0].starts_with("s.txt:2: `foo` is not a command"), "{lines:?}");
        assert_eq!(lines[1], "s.txt:4: `now` is more than this command takes");
    }

    #[test]
    fn what_is_expected_keeps_its_indentation() {
        let script = Script::parse("s.txt", "show time\n|   09:00\n|\n").unwrap();
        assert_eq!(script.lines[1].says, Says::Expected("  09:00".to_owned()));
        assert_eq!(script.lines[2].says, Says::Expected(String::new()));
        assert!(script.has_expected());
    }

    #[test]
    fn a_body_that_is_never_closed_is_an_error_of_its_first_line() {
        let errors = Script::parse("s.txt", "event call_logged L1 {\n\n\n").unwrap_err();
        assert_eq!(errors[0].line, 1);
    }
}
