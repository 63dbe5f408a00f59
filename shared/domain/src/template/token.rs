//! The words of what stands between `{{` and `}}`, or `{%` and `%}`.

use std::ops::Range;

use super::{SyntaxError, instead};

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A name, or several with dots: `lead.name`. A name may hold a `-`, as kinds of records do.
    Path(String),
    Text(String),
    Number(f64),
    Sign(&'static str),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Word {
    pub token: Token,
    /// Bytes of the whole template.
    pub span: Range<usize>,
}

/// Longer signs first.
const SIGNS: [&str; 14] = ["==", "!=", "<=", ">=", "<", ">", "=", "|", "(", ")", "[", "]", ",", "~"];

/// Reads words from `from` until `close` (`}}` or `%}`), which a `-` may precede. Returns them, where the closing sign
/// begins, and where the text goes on.
pub(super) fn words(text: &str, from: usize, close: &str) -> Result<(Vec<Word>, usize, usize), SyntaxError> {
    let mut words = Vec::new();
    let mut at = from;
    loop {
        at += text[at..].len() - text[at..].trim_start().len();
        let rest = &text[at..];
        let closing = rest.strip_prefix('-').filter(|rest| rest.starts_with(close)).map_or(0, |_| 1);
        if rest[closing..].starts_with(close) {
            return Ok((words, at, at + closing + close.len()));
        }
        let Some(first) = rest.chars().next() else {
            let open = if close == "}}" { "{{" } else { "{%" };
            return Err(SyntaxError::new(
                format!("`{open}` is never closed; write `{close}` after it"),
                from - 2..from,
            ));
        };
        let (token, length) = word(rest, first).map_err(|message| {
            let end = at + first.len_utf8();
            SyntaxError::new(message, at..end)
        })?;
        words.push(Word { token, span: at..at + length });
        at += length;
    }
}

fn word(rest: &str, first: char) -> Result<(Token, usize), String> {
    if first.is_alphabetic() || first == '_' {
        let length = path_length(rest);
        return Ok((Token::Path(rest[..length].to_owned()), length));
    }
    if first.is_ascii_digit() {
        let length = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(rest.len());
        let number = rest[..length].parse().map_err(|_| format!("`{}` is not a number", &rest[..length]))?;
        return Ok((Token::Number(number), length));
    }
    if first == '"' || first == '\'' {
        return quoted(rest, first);
    }
    let sign = SIGNS.into_iter().find(|sign| rest.starts_with(sign));
    sign.map(|sign| (Token::Sign(sign), sign.len())).ok_or_else(|| match first {
        '}' | '{' | '%' => {
            format!("a single `{first}` means nothing; write {{{{ … }}}} around a value, {{% … %}} around a statement")
        }
        _ => match instead::of_sign(first) {
            Some(instead) => format!("`{first}` has no meaning in a template: {instead}"),
            None => format!("`{first}` has no meaning in a template"),
        },
    })
}

fn path_length(rest: &str) -> usize {
    let mut letters = rest.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        let goes_on = match letter {
            '.' => next.is_some_and(|next| next.is_alphabetic() || next == '_'),
            '-' => next.is_some_and(char::is_alphanumeric),
            _ => letter.is_alphanumeric() || letter == '_',
        };
        if !goes_on {
            return at;
        }
    }
    rest.len()
}

fn quoted(rest: &str, quote: char) -> Result<(Token, usize), String> {
    let mut text = String::new();
    let mut letters = rest.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            _ if letter == quote => return Ok((Token::Text(text), at + 1)),
            '\\' => match letters.next() {
                Some((_, 'n')) => text.push('\n'),
                Some((_, 't')) => text.push('\t'),
                Some((_, other)) => text.push(other),
                None => break,
            },
            _ => text.push(letter),
        }
    }
    Err(format!("this text is never closed; write {quote} after it"))
}
