//! Reads pieces into nested nodes: `if`, `for` and `set`.

use std::ops::Range;

use super::{
    SyntaxError,
    ast::{DEEPEST, Node},
    expression::Words,
    instead,
    scan::Piece,
};
use crate::nearest::nearest;

const STATEMENTS: [&str; 8] = ["if", "elif", "else", "endif", "for", "endfor", "set", "raw"];

pub(super) fn parse(pieces: Vec<Piece>) -> Result<Vec<Node>, SyntaxError> {
    let mut reader = Reader { pieces: pieces.into_iter(), depth: 0 };
    let (nodes, end) = reader.nodes()?;
    match end {
        None => Ok(nodes),
        Some(end) => {
            Err(SyntaxError::new(format!("there is no block for `{}` to end; take it out", end.name), end.span))
        }
    }
}

/// The statement that ends a list of nodes.
struct End {
    name: String,
    words: Words,
    span: Range<usize>,
}

struct Reader {
    pieces: std::vec::IntoIter<Piece>,
    depth: usize,
}

impl Reader {
    /// The nodes up to a statement that belongs to the block around them, or to the end of the text.
    fn nodes(&mut self) -> Result<(Vec<Node>, Option<End>), SyntaxError> {
        let mut nodes = Vec::new();
        while let Some(piece) = self.pieces.next() {
            match piece {
                Piece::Text(text) => nodes.push(Node::Text(text)),
                Piece::Value(words, span) => {
                    let mut words = Words::new(words, span);
                    let value = words.expression()?;
                    words.end()?;
                    nodes.push(Node::Value(value));
                }
                Piece::Statement(words, span) => {
                    let mut words = Words::new(words, span.clone());
                    let name = words.name("a statement, such as if or for")?;
                    match name.as_str() {
                        "if" => nodes.push(self.nested(&span, |reader| reader.branches(words, &span))?),
                        "for" => nodes.push(self.nested(&span, |reader| reader.each(words, &span))?),
                        "set" => nodes.push(set(words)?),
                        "elif" | "else" | "endif" | "endfor" => return Ok((nodes, Some(End { name, words, span }))),
                        _ => return Err(unknown(&name, span)),
                    }
                }
            }
        }
        Ok((nodes, None))
    }

    fn nested<T>(
        &mut self,
        span: &Range<usize>,
        read: impl FnOnce(&mut Self) -> Result<T, SyntaxError>,
    ) -> Result<T, SyntaxError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(SyntaxError::new(format!("blocks lie more than {DEEPEST} deep in each other"), span.clone()));
        }
        let read = read(self)?;
        self.depth -= 1;
        Ok(read)
    }

    fn branches(&mut self, mut words: Words, span: &Range<usize>) -> Result<Node, SyntaxError> {
        let mut arms = Vec::new();
        loop {
            let condition = words.expression()?;
            words.end()?;
            let (body, end) = self.nodes()?;
            arms.push((condition, body));
            match end {
                Some(end) if end.name == "elif" => words = end.words,
                Some(end) if end.name == "endif" => return Ok(Node::If { arms, otherwise: Vec::new() }),
                Some(end) if end.name == "else" => {
                    return Ok(Node::If { arms, otherwise: self.until("endif", "if", span)? });
                }
                other => return Err(not_closed("if", "endif", other, span)),
            }
        }
    }

    fn each(&mut self, mut words: Words, span: &Range<usize>) -> Result<Node, SyntaxError> {
        let item = words.plain_name()?;
        words.expect_word("in")?;
        let list = words.expression()?;
        words.end()?;
        let (body, end) = self.nodes()?;
        let otherwise = match end {
            Some(end) if end.name == "endfor" => Vec::new(),
            Some(end) if end.name == "else" => self.until("endfor", "for", span)?,
            other => return Err(not_closed("for", "endfor", other, span)),
        };
        Ok(Node::For { item, list, body, otherwise })
    }

    fn until(&mut self, end: &str, block: &str, span: &Range<usize>) -> Result<Vec<Node>, SyntaxError> {
        match self.nodes()? {
            (nodes, Some(found)) if found.name == end => Ok(nodes),
            (_, other) => Err(not_closed(block, end, other, span)),
        }
    }
}

fn set(mut words: Words) -> Result<Node, SyntaxError> {
    let name = words.plain_name()?;
    words.expect_sign("=")?;
    let value = words.expression()?;
    words.end()?;
    Ok(Node::Set { name, value })
}

fn not_closed(block: &str, end: &str, found: Option<End>, span: &Range<usize>) -> SyntaxError {
    match found {
        Some(found) => {
            let message =
                format!("`{}` cannot stand inside `{block}`; close the `{block}` with `{end}` first", found.name);
            SyntaxError::new(message, found.span)
        }
        None => SyntaxError::new(format!("`{block}` is never closed; write {{% {end} %}} after it"), span.clone()),
    }
}

fn unknown(name: &str, span: Range<usize>) -> SyntaxError {
    if let Some(instead) = instead::of_statement(name) {
        return SyntaxError::new(
            format!("unknown statement `{name}`: {instead}; there are if, for, set and raw"),
            span,
        );
    }
    let message = format!("unknown statement `{name}`; there are if, for, set and raw");
    let suggestion = nearest(name, STATEMENTS).map(str::to_owned);
    SyntaxError { message, span, suggestion }
}
