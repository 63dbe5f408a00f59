//! Cuts a template into its text, its values and its statements.

use std::ops::Range;

use super::{
    SyntaxError,
    token::{Word, words},
};

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    Text(String),
    /// `{{ … }}`, and where it stands.
    Value(Vec<Word>, Range<usize>),
    /// `{% … %}`, and where it stands.
    Statement(Vec<Word>, Range<usize>),
}

/// A `-` inside a bracket takes the white space on its side away: `{%- if … -%}`.
pub(super) fn scan(text: &str) -> Result<Vec<Piece>, SyntaxError> {
    let mut pieces = Vec::new();
    let mut rest = 0;
    let mut trim_start = false;
    while let Some(open) = next_bracket(text, rest) {
        let trims_before = text[open + 2..].starts_with('-');
        push_text(&mut pieces, &text[rest..open], trim_start, trims_before);
        let inside = open + 2 + usize::from(trims_before);
        (rest, trim_start) = match &text[open..open + 2] {
            "{#" => comment(text, open)?,
            bracket => {
                let close = if bracket == "{{" { "}}" } else { "%}" };
                let (words, closing, end) = words(text, inside, close)?;
                let trims = text[closing..].starts_with('-');
                match bracket {
                    "{{" => pieces.push(Piece::Value(words, open..end)),
                    _ if is_raw(&words) => {
                        let (raw, end, trims) = raw(text, open, end)?;
                        push_text(&mut pieces, raw, false, false);
                        (rest, trim_start) = (end, trims);
                        continue;
                    }
                    _ => pieces.push(Piece::Statement(words, open..end)),
                }
                (end, trims)
            }
        };
    }
    push_text(&mut pieces, &text[rest..], trim_start, false);
    Ok(pieces)
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
    matches!(words, [Word { token: super::token::Token::Path(name), .. }] if name == "raw")
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
