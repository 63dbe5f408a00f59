//! What keeps a file from being YAML, in words for people: the parser's own are about its grammar.

use crate::{
    code,
    diagnostic::{Place, Severity},
    read::{Help, Report},
};

/// Reports what the parser stopped at. `said` are its words, `at` is where it was.
pub(super) fn report(text: &str, said: &str, at: Place, report: &mut Report<'_>) {
    // What is wrong further up is why the rest does not fit.
    if !report.is_clean() {
        return;
    }
    let lines: Vec<&str> = text.lines().collect();
    let Problem { line, message, example } = explain(&lines, said, at.line);
    let at = if line == at.line { at } else { start_of(&lines, line) };
    report.add(Severity::Error, at, code::YAML_SYNTAX, message, Help { example, ..Help::default() });
}

/// A problem of a line, 1-based.
struct Problem {
    line: usize,
    message: String,
    example: Option<String>,
}

fn explain(lines: &[&str], said: &str, line: usize) -> Problem {
    let source = line_of(lines, line);
    let known =
        |line: usize, message: &str, example: Option<String>| Problem { line, message: message.to_owned(), example };
    if said.contains("mapping values are not allowed") {
        return match (quoted(source), missing_space(lines, line)) {
            (Some(example), _) => known(line, "a text with a colon and a space in it needs quotes", Some(example)),
            (None, Some((line, example))) => known(line, "a space is missing after the colon", Some(example)),
            (None, None) => {
                known(line, "this line does not belong to the text above it: indent it as those beside it", None)
            }
        };
    }
    if said.contains("multiline quoted scalar") || said.contains("unexpected end of stream") {
        return match open_quote(lines, line) {
            Some((line, example)) => known(line, "the quote that opens here is not closed", Some(example)),
            None => known(line, "a quote that was opened is not closed", None),
        };
    }
    if let Some((line, close)) = open_bracket(lines) {
        return known(
            line,
            &format!("the bracket that opens here is not closed; write a `{close}` where it ends"),
            None,
        );
    }
    if said.contains("misplaced bracket") {
        return known(line, "this bracket closes none; take it out, or write the one that opens", None);
    }
    if let Some(problem) = odd_character(said, source, line) {
        return problem;
    }
    if said.contains("',' or '}'") || said.contains("',' or ']'") {
        let message = "a comma between two entries is missing, or the bracket that closes them";
        return known(line, message, Some("{ to: lead, template: thanks }".to_owned()));
    }
    if said.contains("'-' indicator") && !source.trim_start().starts_with('-') {
        return known(line, "an item of this list begins with a dash", Some(format!("- {}", source.trim())));
    }
    if said.contains("did not find expected") || said.contains("indentation") {
        let message = "what belongs together begins in the same column; this line, or the one above, does not";
        return known(odd_one_out(lines, line), message, None);
    }
    Problem { line, message: format!("this is not YAML: {said}"), example: None }
}

/// A character that a text may hold and not begin with, or that needs another spelling inside quotes.
fn odd_character(said: &str, source: &str, line: usize) -> Option<Problem> {
    let example = |quoted: &dyn Fn(&str) -> String| {
        let (key, value) = source.trim().split_once(": ")?;
        Some(format!("{key}: {}", quoted(value.trim())))
    };
    let in_double = |text: &str| format!("\"{}\"", text.replace('"', ""));
    let (message, example) = if said.contains("unexpected character") {
        let first = source.trim().rsplit_once(": ").map_or(source.trim(), |(_, value)| value).chars().next()?;
        (format!("a text that begins with `{first}` needs quotes"), example(&in_double))
    } else if said.contains("after double-quoted") {
        ("the text goes on after the quote that closes it; quote all of it or nothing".to_owned(), example(&in_double))
    } else if said.contains("after single-quoted") {
        let whole = |text: &str| in_double(text.trim_matches('\''));
        ("the text goes on after the quote that closes it; quote all of it or nothing".to_owned(), example(&whole))
    } else if said.contains("unknown escape") {
        let single = |text: &str| format!("'{}'", text.trim_matches('"').replace('\'', "''"));
        (
            "in double quotes a backslash begins an escape; write it twice, or use single quotes".to_owned(),
            example(&single),
        )
    } else {
        return None;
    };
    Some(Problem { line, message, example })
}

/// The line of the first bracket that nothing closes, and what would.
fn open_bracket(lines: &[&str]) -> Option<(usize, char)> {
    let mut open = Vec::new();
    for (line, text) in lines.iter().enumerate() {
        let mut quote = None;
        let mut before = ' ';
        for letter in text.chars() {
            match (quote, letter) {
                (Some(opened), letter) if letter == opened => quote = None,
                (Some(_), _) => {}
                (None, '#') if before.is_whitespace() => break,
                // Inside a word it is an apostrophe.
                (None, '"' | '\'') if !before.is_alphanumeric() => quote = Some(letter),
                (None, '[') => open.push((line + 1, ']')),
                (None, '{') => open.push((line + 1, '}')),
                (None, ']' | '}') => drop(open.pop()),
                _ => {}
            }
            before = letter;
        }
    }
    open.first().copied()
}

fn line_of<'t>(lines: &[&'t str], line: usize) -> &'t str {
    lines.get(line - 1).copied().unwrap_or_default()
}

fn start_of(lines: &[&str], line: usize) -> Place {
    let source = line_of(lines, line);
    let indent = indent(source);
    Place { line, column: indent + 1, end: source.trim_end().chars().count().max(indent) + 1 }
}

fn indent(line: &str) -> usize {
    line.chars().take_while(|letter| *letter == ' ').count()
}

/// `title: "Call: now"` for `title: Call: now`.
fn quoted(source: &str) -> Option<String> {
    let (key, value) = source.trim().split_once(": ")?;
    let is_plain = !value.starts_with(['"', '\'', '{', '[']);
    (is_plain && value.contains(": ")).then(|| format!("{key}: \"{}\"", value.replace('"', "\\\"")))
}

/// A line just above that lacks the space after its colon.
fn missing_space(lines: &[&str], line: usize) -> Option<(usize, String)> {
    let above = line.checked_sub(1).filter(|above| *above > 0)?;
    let (key, value) = line_of(lines, above).trim().split_once(':')?;
    (!value.is_empty() && !value.starts_with([' ', '/'])).then(|| (above, format!("{key}: {value}")))
}

/// The first line up to this one with an odd number of quotes.
fn open_quote(lines: &[&str], line: usize) -> Option<(usize, String)> {
    let is_open = |line: &usize| line_of(lines, *line).matches('"').count() % 2 == 1;
    let found = (1..=line.min(lines.len())).find(is_open)?;
    Some((found, format!("{}\"", line_of(lines, found).trim())))
}

/// The line whose indentation differs from its neighbours': this one or the one above.
fn odd_one_out(lines: &[&str], line: usize) -> usize {
    let width = |line: usize| indent(line_of(lines, line));
    let above = |line: usize| (1..line).rev().find(|above| !line_of(lines, *above).trim().is_empty());
    let Some(last) = above(line) else { return line };
    match above(last) {
        Some(before) if width(before) == width(line) && width(last) != width(line) => last,
        _ => line,
    }
}
