//! Reads pieces into nested nodes: `if`, `for` and `set`.

use std::ops::Range;

use super::{
    SyntaxError,
    ast::{DEEPEST, Expression, Node},
    expression::Words,
    instead,
    problems::Problems,
    scan::Piece,
};
use crate::nearest::nearest;

const STATEMENTS: [&str; 8] = ["if", "elif", "else", "endif", "for", "endfor", "set", "raw"];

/// Reads as much as can be read. What is wrong is told, and the reading goes on behind it.
pub(super) fn read(pieces: Vec<Piece>, problems: &mut Problems) -> Vec<Node> {
    let mut reader = Reader { pieces: pieces.into_iter(), depth: 0, is_flat: false, unknown: Vec::new(), problems };
    let mut nodes = Vec::new();
    loop {
        let (more, end) = reader.nodes();
        nodes.extend(more);
        let Some(end) = end else { return nodes };
        let message = format!("there is no block for `{}` to end; take it out", end.name);
        reader.problems.tell(SyntaxError::new(message, end.words.span()));
    }
}

/// The statement that ends a list of nodes.
struct End {
    name: String,
    words: Words,
}

struct Reader<'p> {
    pieces: std::vec::IntoIter<Piece>,
    depth: usize,
    /// Which blocks there are cannot be told any more, which was reported: each bracket is read for itself.
    is_flat: bool,
    /// Statements that there are not: their ends are no news.
    unknown: Vec<String>,
    problems: &'p mut Problems,
}

impl Reader<'_> {
    /// The nodes up to a statement that belongs to the block around them, or to the end of the text.
    fn nodes(&mut self) -> (Vec<Node>, Option<End>) {
        let mut nodes = Vec::new();
        while let Some(piece) = self.pieces.next() {
            match piece {
                Piece::Text(text) => nodes.push(Node::Text(text)),
                Piece::Value(bracket) => nodes.push(Node::Value(self.value(&mut Words::new(bracket)))),
                Piece::Statement(bracket) => {
                    let mut words = Words::new(bracket);
                    let Some(name) = self.name(&mut words) else { continue };
                    match name.as_str() {
                        "if" if self.goes_deeper(&words) => nodes.push(self.branches(words)),
                        "for" if self.goes_deeper(&words) => nodes.push(self.each(words)),
                        "for" => {
                            let (name, value) = self.header(&mut words);
                            nodes.push(Node::Set { name, value });
                        }
                        "set" => nodes.push(self.set(words)),
                        "if" | "elif" if self.is_flat => nodes.push(Node::Value(self.value(&mut words))),
                        _ if self.is_flat => {}
                        _ => return (nodes, Some(End { name, words })),
                    }
                }
            }
        }
        (nodes, None)
    }

    /// What is told of a bracket once. What cannot be read in it is told already.
    fn tell(&mut self, words: &Words, problem: SyntaxError) {
        if !words.is_broken() {
            self.problems.tell(problem);
        }
    }

    /// The name of a statement, a slip put right; none if there is no such statement, which is told.
    fn name(&mut self, words: &mut Words) -> Option<String> {
        let name = match words.name("a statement, such as if or for") {
            Ok(name) => name,
            Err(problem) => {
                self.tell(words, problem);
                return None;
            }
        };
        if STATEMENTS.contains(&name.as_str()) {
            return Some(name);
        }
        if name.strip_prefix("end").is_some_and(|block| self.unknown.iter().any(|known| known == block)) {
            return None;
        }
        let problem = unknown(&name, words.span());
        let meant = problem.suggestion.clone();
        self.problems.tell(problem);
        self.unknown.push(name);
        meant
    }

    /// Whether a block may begin here.
    fn goes_deeper(&mut self, words: &Words) -> bool {
        if !self.is_flat && self.depth == DEEPEST {
            let message = format!("blocks lie more than {DEEPEST} deep in each other");
            self.problems.tell(SyntaxError::new(message, words.span()));
            self.is_flat = true;
        }
        !self.is_flat
    }

    fn value(&mut self, words: &mut Words) -> Expression {
        words.value().unwrap_or_else(|problem| {
            self.tell(words, problem);
            words.fields()
        })
    }

    fn inside(&mut self) -> (Vec<Node>, Option<End>) {
        self.depth += 1;
        let read = self.nodes();
        self.depth -= 1;
        read
    }

    fn branches(&mut self, mut words: Words) -> Node {
        let (span, mut arms, mut otherwise) = (words.span(), Vec::new(), Vec::new());
        loop {
            let condition = self.value(&mut words);
            let (body, end) = self.inside();
            arms.push((condition, body));
            match end {
                Some(end) if end.name == "elif" => {
                    words = end.words;
                    continue;
                }
                Some(end) if end.name == "endif" => {}
                Some(end) if end.name == "else" => otherwise = self.until("endif", "if", &span),
                other => self.not_closed("if", "endif", other, &span),
            }
            return Node::If { arms, otherwise };
        }
    }

    fn each(&mut self, mut words: Words) -> Node {
        let span = words.span();
        let (item, list) = self.header(&mut words);
        let (body, end) = self.inside();
        let mut otherwise = Vec::new();
        match end {
            Some(end) if end.name == "endfor" => {}
            Some(end) if end.name == "else" => otherwise = self.until("endfor", "for", &span),
            other => self.not_closed("for", "endfor", other, &span),
        }
        Node::For { item, list, body, otherwise }
    }

    /// `x in lead.products`: the name, empty where none can be read, and the list.
    fn header(&mut self, words: &mut Words) -> (String, Expression) {
        match words.plain_name() {
            Ok(item) => match words.expect_word("in") {
                Ok(()) => (item, self.value(words)),
                Err(problem) => {
                    self.tell(words, problem);
                    (item, words.fields())
                }
            },
            Err(problem) => {
                self.tell(words, problem);
                (String::new(), words.fields())
            }
        }
    }

    fn set(&mut self, mut words: Words) -> Node {
        let name = words.plain_name();
        let problem = match name.as_ref().map(|_| words.expect_sign("=")) {
            Ok(Ok(())) => None,
            Ok(Err(problem)) => Some(problem),
            Err(problem) => Some(problem.clone()),
        };
        let value = match problem {
            None => self.value(&mut words),
            Some(problem) => {
                self.tell(&words, problem);
                words.fields()
            }
        };
        Node::Set { name: name.unwrap_or_default(), value }
    }

    fn until(&mut self, end: &str, block: &str, span: &Range<usize>) -> Vec<Node> {
        let (nodes, found) = self.inside();
        if found.as_ref().is_none_or(|found| found.name != end) {
            self.not_closed(block, end, found, span);
        }
        nodes
    }

    /// Told once: where one block does not end, no other end can be trusted.
    fn not_closed(&mut self, block: &str, end: &str, found: Option<End>, span: &Range<usize>) {
        if !self.is_flat {
            self.problems.tell(not_closed(block, end, found, span));
            self.is_flat = true;
        }
    }
}

fn not_closed(block: &str, end: &str, found: Option<End>, span: &Range<usize>) -> SyntaxError {
    match found {
        Some(found) => {
            let message =
                format!("`{}` cannot stand inside `{block}`; close the `{block}` with `{end}` first", found.name);
            SyntaxError::new(message, found.words.span())
        }
        None => SyntaxError::new(format!("`{block}` is never closed; write {{% {end} %}} after it"), span.clone()),
    }
}

fn unknown(name: &str, span: Range<usize>) -> SyntaxError {
    if let Some(instead) = instead::of_statement(name) {
        return SyntaxError::new(
            format!("unknown statement `{name}`: {instead}; choose from if, for, set and raw"),
            span,
        );
    }
    let message = format!("unknown statement `{name}`; choose from if, for, set and raw");
    let suggestion = nearest(name, STATEMENTS).map(str::to_owned);
    SyntaxError { message, span, suggestion }
}
