//! The words of what stands between `{{` and `}}`, or `{%` and `%}`.

use std::ops::Range;

use super::{SyntaxError, instead, problems::Problems};

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

/// What stands in one pair of brackets.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bracket {
    pub words: Vec<Word>,
    /// With its brackets, in bytes of the whole template.
    pub span: Range<usize>,
    /// Some of it could not be read, which was told: what does not fit together only follows from that.
    pub is_broken: bool,
    /// Whether a `-` before its end takes white space away.
    pub trims: bool,
}

/// Longer signs first.
const SIGNS: [&str; 14] = ["==", "!=", "<=", ">=", "<", ">", "=", "|", "(", ")", "[", "]", ",", "~"];

/// Reads the bracket that begins at `open`, its words from `from` until `close` (`}}` or `%}`), which a `-` may precede.
/// A letter that means nothing is told and left out.
pub(super) fn bracket(text: &str, open: usize, from: usize, close: &str, problems: &mut Problems) -> Bracket {
    let mut read = Bracket { words: Vec::new(), span: open..open, is_broken: false, trims: false };
    let mut at = from;
    loop {
        at += text[at..].len() - text[at..].trim_start().len();
        let rest = &text[at..];
        let trims = rest.strip_prefix('-').is_some_and(|rest| rest.starts_with(close));
        if trims || rest.starts_with(close) {
            read.span.end = at + usize::from(trims) + close.len();
            return Bracket { trims, ..read };
        }
        let Some(first) = rest.chars().next() else {
            let opening = &text[open..open + 2];
            let message = format!("`{opening}` is never closed; write `{close}` after it");
            return broken(read, SyntaxError::new(message, open..open + 2), at, problems);
        };
        match word(rest, first) {
            Ok((token, length)) => {
                read.words.push(Word { token, span: at..at + length });
                at += length;
            }
            Err(message) => {
                let after = at + first.len_utf8();
                let problem = SyntaxError::new(message, at..after);
                at = match first {
                    // The next bracket begins, or this one ends in a slip: the text goes on here.
                    '{' => return broken(read, problem, at, problems),
                    '}' | '%' => return broken(read, problem, after, problems),
                    '"' | '\'' => text[after..].find(close).map_or(text.len(), |closing| after + closing),
                    _ => after,
                };
                read = broken(read, problem, at, problems);
            }
        }
    }
}

/// The first problem of a bracket is told.
fn broken(read: Bracket, problem: SyntaxError, end: usize, problems: &mut Problems) -> Bracket {
    if !read.is_broken {
        problems.tell(problem);
    }
    Bracket { span: read.span.start..end, is_broken: true, ..read }
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
