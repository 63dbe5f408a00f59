//! Cuts condition text into tokens, each with the byte it starts at.

use super::parse::{ParseError, ParseProblem};

/// One piece of condition text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'a> {
    /// Anything written without quotes: a field, a keyword, a number, a short text.
    Word(&'a str),
    Quoted(String),
    /// `>`, `>=`, `!=` …
    Symbol(&'a str),
    Open,
    Close,
    OpenList,
    CloseList,
    Comma,
}

/// A token and the bytes it stands on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed<'a> {
    pub token: Token<'a>,
    pub at: usize,
    pub end: usize,
}

pub(super) fn tokens(text: &str) -> Result<Vec<Placed<'_>>, ParseError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (token, len) = token(text, at, first)?;
        tokens.push(Placed { token, at, end: at + len });
        at += len;
    }
    Ok(tokens)
}

fn token(text: &str, at: usize, first: char) -> Result<(Token<'_>, usize), ParseError> {
    let rest = &text[at..];
    Ok(match first {
        '(' => (Token::Open, 1),
        ')' => (Token::Close, 1),
        '[' => (Token::OpenList, 1),
        ']' => (Token::CloseList, 1),
        ',' => (Token::Comma, 1),
        '"' | '\'' => quoted(rest, first).map_err(|(offset, problem)| ParseError { at: at + offset, problem })?,
        _ if is_symbol(rest) => {
            let len = rest.find(|letter| !matches!(letter, '<' | '>' | '=' | '!')).unwrap_or(rest.len());
            (Token::Symbol(&rest[..len]), len)
        }
        _ => {
            let len = word(rest);
            (Token::Word(&rest[..len]), len)
        }
    })
}

/// `!` is a comparison only in `!=`: elsewhere it belongs to a text.
fn is_symbol(rest: &str) -> bool {
    rest.starts_with(['<', '>', '=']) || rest.starts_with("!=")
}

fn word(rest: &str) -> usize {
    rest.char_indices()
        .find(|(index, letter)| {
            letter.is_whitespace() || matches!(letter, '(' | ')' | '[' | ']' | ',' | '"') || is_symbol(&rest[*index..])
        })
        .map_or(rest.len(), |(index, _)| index)
}

fn quoted(rest: &str, quote: char) -> Result<(Token<'_>, usize), (usize, ParseProblem)> {
    let mut text = String::new();
    let mut letters = rest.char_indices().skip(1);
    while let Some((index, letter)) = letters.next() {
        match letter {
            _ if letter == quote => return Ok((Token::Quoted(text), index + 1)),
            '\\' => text.push(match letters.next() {
                Some((_, 'n')) => '\n',
                Some((_, 'r')) => '\r',
                Some((_, 't')) => '\t',
                Some((_, plain @ ('\\' | '"' | '\''))) => plain,
                _ => return Err((index, ParseProblem::Escape)),
            }),
            _ => text.push(letter),
        }
    }
    Err((0, ParseProblem::Unclosed(quote)))
}
