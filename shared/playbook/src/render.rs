//! Problems as people read them on a terminal: the line, and a mark under the place.

use std::fmt::Write;

use crate::{Diagnostic, Files};

/// One problem with its line from the file:
///
/// ```text
/// error unknown-field: lead.scores is not a field
///   workflows/speed-to-lead.yaml:8:7
///   8 |     - lead.scores > 40
///     |       ^^^^^^^^^^^
///   write: lead.score > 40
/// ```
pub fn render(diagnostic: &Diagnostic, files: &Files) -> String {
    let Diagnostic { file, line, column, severity, code, message, .. } = diagnostic;
    let mut text = format!("{severity} {code}: {message}\n  {file}:{line}:{column}\n");
    if let Some(source) = files.get(file).and_then(|text| text.lines().nth(line - 1)) {
        let number = line.to_string();
        let _ = writeln!(text, "  {number} | {}", shown(source));
        let _ = writeln!(text, "  {:1$} | {2}", "", number.len(), mark(source, diagnostic));
    }
    if let Some(suggestion) = &diagnostic.suggestion {
        let _ = writeln!(text, "  write: {suggestion}");
    }
    if let Some(example) = &diagnostic.example {
        let _ = writeln!(text, "  for example: {example}");
    }
    if let Some(places) = diagnostic.also_at() {
        let _ = writeln!(text, "  {places}");
    }
    text
}

const LONGEST: usize = 160;

/// The line, without what a terminal would obey, and not for ever.
fn shown(source: &str) -> String {
    let mut shown: String =
        source.chars().take(LONGEST).map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    if source.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

fn mark(source: &str, diagnostic: &Diagnostic) -> String {
    let length = source.chars().count().min(LONGEST);
    let from = (diagnostic.column - 1).min(length);
    let wide = (diagnostic.end.saturating_sub(diagnostic.column)).min(length - from).max(1);
    format!("{}{}", " ".repeat(from), "^".repeat(wide))
}
