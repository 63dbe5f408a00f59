//! Cuts a template into its text, its values and its statements.

use super::{
    SyntaxError,
    problems::Problems,
    token::{Bracket, Token, Word, bracket},
};

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    Text(String),
    /// `{{ … }}`.
    Value(Bracket),
    /// `{% … %}`.
    Statement(Bracket),
}

/// A `-` inside a bracket takes the white space on its side away: `{%- if … -%}`.
pub(super) fn scan(text: &str, problems: &mut Problems) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = 0;
    let mut trim_start = false;
    while let Some(open) = next_bracket(text, rest).filter(|_| !problems.is_full()) {
        let trims_before = text[open + 2..].starts_with('-');
        push_text(&mut pieces, &text[rest..open], trim_start, trims_before);
        let inside = open + 2 + usize::from(trims_before);
        let after = match &text[open..open + 2] {
            "{#" => comment(text, open),
            "{{" => {
                let value = bracket(text, open, inside, "}}", problems);
                let after = (value.span.end, value.trims);
                pieces.push(Piece::Value(value));
                Ok(after)
            }
            _ => {
                let statement = bracket(text, open, inside, "%}", problems);
                let after = (statement.span.end, statement.trims);
                if is_raw(&statement.words) {
                    raw(text, open, after.0).map(|(raw, end, trims)| {
                        push_text(&mut pieces, raw, false, false);
                        (end, trims)
                    })
                } else {
                    pieces.push(Piece::Statement(statement));
                    Ok(after)
                }
            }
        };
        (rest, trim_start) = match after {
            Ok(after) => after,
            Err(problem) => {
                problems.tell(problem);
                return pieces;
            }
        };
    }
    push_text(&mut pieces, &text[rest..], trim_start, false);
    pieces
}

/// Whether nothing in a text is cut out of it.
pub(super) fn is_plain(text: &str) -> bool {
    next_bracket(text, 0).is_none()
}

fn next_bracket(text: &str, from: usize) -> Option<usize> {
    let opens = |at: &usize| matches!(text.as_bytes().get(at + 1), Some(b'{' | b'%' | b'#'));
    text[from..].match_indices('{').map(|(at, _)| from + at).find(opens)
}

fn push_text(pieces: &mut Vec<Piece>, text: &str, trim_start: bool, trim_end: bool) {
    let text = if trim_start { text.trim_start() } else { text };
    let text = if trim_end { text.trim_end() } else { text };
    if !text.is_empty() {
        pieces.push(Piece::Text(text.to_owned()));
    }
}

/// Where the text goes on after a comment, and whether without its white space.
fn comment(text: &str, open: usize) -> Result<(usize, bool), SyntaxError> {
    let end = text[open + 2..].find("#}").map(|end| open + 2 + end);
    let end = end.ok_or_else(|| SyntaxError::new("`{#` is never closed; write `#}` after it", open..open + 2))?;
    Ok((end + 2, text[open + 2..end].ends_with('-')))
}

fn is_raw(words: &[Word]) -> bool {
    matches!(words, [Word { token: Token::Path(name), .. }] if name == "raw")
}

/// What stands between `{% raw %}` and `{% endraw %}`, as it is.
fn raw(text: &str, open: usize, from: usize) -> Result<(&str, usize, bool), SyntaxError> {
    for (at, _) in text[from..].match_indices("{%") {
        let inside = text[from + at + 2..].trim_start_matches('-').trim_start();
        let Some(rest) = inside.strip_prefix("endraw") else { continue };
        let close = rest.trim_start();
        let trims = close.starts_with('-');
        if let Some(after) = close.trim_start_matches('-').strip_prefix("%}") {
            return Ok((&text[from..from + at], text.len() - after.len(), trims));
        }
    }
    Err(SyntaxError::new("`raw` is never closed; write {% endraw %} after it", open..from))
}
