//! What a script printed, beside what its file says it prints.

use std::fmt::Write;

use crate::source::{Says, Script};

/// What each line of a script printed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Transcript {
    /// The index of a command among the script's lines, and its output.
    printed: Vec<(usize, Vec<String>)>,
    /// Expectations that did not hold, with the line.
    pub failures: Vec<(usize, String)>,
}

/// Where a transcript differs from its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub line: usize,
    pub command: String,
    pub expected: Vec<String>,
    pub printed: Vec<String>,
}

impl Transcript {
    pub(crate) fn print(&mut self, index: usize, output: Vec<String>) {
        self.printed.push((index, output));
    }

    fn of(&self, index: usize) -> &[String] {
        self.printed.iter().find(|(at, _)| *at == index).map_or(&[], |(_, output)| output)
    }

    /// The script with what its commands printed in place of what it expected.
    pub fn render(&self, script: &Script) -> String {
        let mut text = String::new();
        for (index, line) in script.lines.iter().enumerate() {
            if matches!(line.says, Says::Expected(_)) {
                continue;
            }
            let _ = writeln!(text, "{}", line.text);
            for printed in self.of(index) {
                let _ = writeln!(text, "{}", format!("| {printed}").trim_end());
            }
        }
        text
    }

    /// The commands that printed something else than the file says.
    pub fn differences(&self, script: &Script) -> Vec<Difference> {
        let mut differences = Vec::new();
        for (index, line) in script.lines.iter().enumerate() {
            let Says::Command(_) = &line.says else { continue };
            let after = script.lines[index + 1..].iter();
            let expected: Vec<String> = after
                .map_while(|line| match &line.says {
                    Says::Expected(text) => Some(text.trim_end().to_owned()),
                    _ => None,
                })
                .collect();
            let printed: Vec<String> = self.of(index).iter().map(|text| text.trim_end().to_owned()).collect();
            if expected != printed {
                differences.push(Difference { line: line.number, command: line.text.clone(), expected, printed });
            }
        }
        differences
    }
}

impl Difference {
    /// Lines only expected with `-`, lines only printed with `+`.
    pub fn lines(&self) -> Vec<String> {
        let common = common(&self.expected, &self.printed);
        let (mut at, mut there) = (0, 0);
        let mut lines = Vec::new();
        for (expected, printed) in common.into_iter().chain([(self.expected.len(), self.printed.len())]) {
            lines.extend(self.expected[at..expected].iter().map(|text| format!("- {text}")));
            lines.extend(self.printed[there..printed].iter().map(|text| format!("+ {text}")));
            lines.extend(self.expected.get(expected).map(|text| format!("  {text}")));
            (at, there) = (expected + 1, printed + 1);
        }
        lines
    }
}

/// The longest run of lines that both have, as pairs of positions.
fn common(left: &[String], right: &[String]) -> Vec<(usize, usize)> {
    let mut longest = vec![vec![0usize; right.len() + 1]; left.len() + 1];
    for at in (0..left.len()).rev() {
        for there in (0..right.len()).rev() {
            longest[at][there] = if left[at] == right[there] {
                longest[at + 1][there + 1] + 1
            } else {
                longest[at + 1][there].max(longest[at][there + 1])
            };
        }
    }
    let (mut at, mut there, mut pairs) = (0, 0, Vec::new());
    while at < left.len() && there < right.len() {
        if left[at] == right[there] {
            pairs.push((at, there));
            (at, there) = (at + 1, there + 1);
        } else if longest[at + 1][there] >= longest[at][there + 1] {
            at += 1;
        } else {
            there += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script() -> Script {
        Script::parse("s.txt", "# about\nshow time\n| 09:00\nkill\n").unwrap()
    }

    #[test]
    fn a_transcript_takes_the_place_of_what_was_expected() {
        let mut transcript = Transcript::default();
        transcript.print(1, vec!["09:01".to_owned(), String::new()]);
        assert_eq!(transcript.render(&script()), "# about\nshow time\n| 09:01\n|\nkill\n");
    }

    #[test]
    fn a_difference_shows_both_sides() {
        let mut transcript = Transcript::default();
        transcript.print(1, vec!["09:00".to_owned(), "09:01".to_owned()]);
        let differences = transcript.differences(&script());
        assert_eq!(differences.len(), 1);
        assert_eq!(
            (differences[0].line, differences[0].lines()),
            (2, vec!["  09:00".to_owned(), "+ 09:01".to_owned()])
        );
    }

    #[test]
    fn an_equal_transcript_has_no_differences() {
        let mut transcript = Transcript::default();
        transcript.print(1, vec!["09:00".to_owned()]);
        assert_eq!(transcript.differences(&script()), []);
    }
}
