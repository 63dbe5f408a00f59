//! Reads the words of one bracket into an expression. From loose to tight: `a if b else c`, `or`, `and`, `not`,
//! comparisons, `~`, filters.

use std::ops::Range;

use super::{
    SyntaxError,
    ast::{Comparison, DEEPEST, Expression},
    filter::Filter,
    instead,
    token::{Bracket, Token, Word},
};
use crate::value::Value;

/// The words of one bracket, read from the front.
pub(super) struct Words {
    words: Vec<Word>,
    next: usize,
    /// The bracket.
    span: Range<usize>,
    is_broken: bool,
    depth: usize,
}

type Read = Result<Expression, SyntaxError>;

impl Words {
    pub fn new(bracket: Bracket) -> Self {
        let Bracket { words, span, is_broken, .. } = bracket;
        Self { words, next: 0, span, is_broken, depth: 0 }
    }

    /// The bracket, in bytes of the whole template.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Whether something in the bracket could not be read, which was told.
    pub fn is_broken(&self) -> bool {
        self.is_broken
    }

    /// The value that the rest of the bracket is.
    pub fn value(&mut self) -> Read {
        let value = self.expression()?;
        self.end()?;
        Ok(value)
    }

    /// The fields that the bracket names, where it is no value: whether they are known is worth telling all the same.
    pub fn fields(&self) -> Expression {
        let sign = |at: Option<usize>, signs: &[&str]| {
            let word = at.and_then(|at| self.words.get(at));
            matches!(word, Some(Word { token: Token::Sign(sign), .. }) if signs.contains(sign))
        };
        let field = |(at, word): (usize, &Word)| match &word.token {
            Token::Path(path)
                if path.contains('.') && !sign(Some(at + 1), &["(", "["]) && !sign(at.checked_sub(1), &["|"]) =>
            {
                Some(Expression::Path { path: path.clone(), span: word.span.clone() })
            }
            _ => None,
        };
        Expression::List(self.words.iter().enumerate().filter_map(field).collect())
    }

    fn take(&mut self) -> Option<Word> {
        let word = self.words.get(self.next).cloned();
        self.next += usize::from(word.is_some());
        word
    }

    fn peek(&self) -> Option<&Word> {
        self.words.get(self.next)
    }

    pub fn expression(&mut self) -> Read {
        self.depth += 1;
        if self.depth > DEEPEST {
            let message = format!("brackets lie more than {DEEPEST} deep in each other");
            return Err(SyntaxError::new(message, self.span.clone()));
        }
        let mut value = self.either()?;
        if self.take_word("if") {
            let condition = Box::new(self.either()?);
            let otherwise = if self.take_word("else") { self.expression()? } else { Expression::Missing };
            value = Expression::Choose { condition, then: Box::new(value), otherwise: Box::new(otherwise) };
        }
        self.depth -= 1;
        Ok(value)
    }

    fn either(&mut self) -> Read {
        self.several(|words| words.take_word("or"), Self::both, Expression::Or)
    }

    fn both(&mut self) -> Read {
        self.several(|words| words.take_word("and"), Self::negation, Expression::And)
    }

    fn negation(&mut self) -> Read {
        let mut is_negated = false;
        while self.take_word("not") {
            is_negated = !is_negated;
        }
        let value = self.comparison()?;
        Ok(if is_negated { Expression::Not(Box::new(value)) } else { value })
    }

    fn comparison(&mut self) -> Read {
        let left = self.joined()?;
        if self.take_word("is") {
            let is_negated = self.take_word("not");
            return self.test(left, is_negated);
        }
        let is_negated = self.take_word("not");
        let by = if self.take_word("in") {
            Some(Comparison::In)
        } else if is_negated {
            return Err(self.unexpected("`in` after `not`"));
        } else {
            COMPARISONS.into_iter().find(|(sign, _)| self.take_sign(sign)).map(|(_, by)| by)
        };
        let Some(by) = by else { return Ok(left) };
        let compared = Expression::Compare { left: Box::new(left), by, right: Box::new(self.joined()?) };
        Ok(if is_negated { Expression::Not(Box::new(compared)) } else { compared })
    }

    /// What follows `is` or `is not`.
    fn test(&mut self, value: Expression, is_negated: bool) -> Read {
        let span = self.next_span();
        let is_defined = match self.name("defined, undefined or none")?.as_str() {
            "defined" => !is_negated,
            "undefined" | "none" => is_negated,
            other => {
                let message = format!("`is {other}` is unknown; choose from is defined, is undefined and is none");
                return Err(SyntaxError::new(message, span));
            }
        };
        let test = Expression::IsDefined(Box::new(value));
        Ok(if is_defined { test } else { Expression::Not(Box::new(test)) })
    }

    fn joined(&mut self) -> Read {
        self.several(|words| words.take_sign("~"), Self::filtered, Expression::Join)
    }

    fn filtered(&mut self) -> Read {
        let mut value = self.single()?;
        let mut filters = 0;
        while self.take_sign("|") {
            filters += 1;
            let span = self.next_span();
            let name = self.name("the name of a filter, such as upper")?;
            let arguments = if self.take_sign("(") { self.list(")")? } else { Vec::new() };
            let filter = Filter::read(&name, arguments.len()).map_err(|(message, suggestion)| SyntaxError {
                message,
                span: span.clone(),
                suggestion,
            })?;
            if filters > DEEPEST {
                return Err(SyntaxError::new(format!("more than {DEEPEST} filters in a row"), span));
            }
            value = Expression::Filter { input: Box::new(value), filter, arguments };
        }
        Ok(value)
    }

    fn single(&mut self) -> Read {
        let Some(Word { token, span }) = self.take() else { return Err(self.unexpected("a value")) };
        match token {
            Token::Text(text) => Ok(Expression::Constant(Value::Text(text))),
            Token::Number(number) => Ok(Expression::Constant(Value::Number(number))),
            Token::Sign("(") => {
                let value = self.expression()?;
                self.expect_sign(")")?;
                Ok(value)
            }
            Token::Sign("[") => Ok(Expression::List(self.list("]")?)),
            Token::Path(path) => match path.as_str() {
                "true" | "True" => Ok(Expression::Constant(Value::YesNo(true))),
                "false" | "False" => Ok(Expression::Constant(Value::YesNo(false))),
                "none" | "None" => Ok(Expression::Missing),
                word if KEYWORDS.contains(&word) => {
                    Err(SyntaxError::new(format!("a value is missing before `{word}`"), span))
                }
                _ if self.peek_sign("(") => {
                    let instead = instead::of_call(&path, Filter::is_name);
                    let message = format!("`{path}(…)` is a call, and a template cannot call anything; {instead}");
                    Err(SyntaxError::new(message, span))
                }
                _ if self.peek_sign("[") => {
                    let message = format!("`{path}[…]` is not read; write the field with a dot, as in `lead.name`");
                    Err(SyntaxError::new(message, span))
                }
                _ => Ok(Expression::Path { path, span }),
            },
            Token::Sign(sign) => Err(SyntaxError::new(format!("a value is missing before `{sign}`"), span)),
        }
    }

    fn list(&mut self, end: &'static str) -> Result<Vec<Expression>, SyntaxError> {
        let mut values = Vec::new();
        while !self.take_sign(end) {
            values.push(self.expression()?);
            if !self.take_sign(",") {
                self.expect_sign(end)?;
                break;
            }
        }
        Ok(values)
    }

    /// One value, or several of them between words or signs.
    fn several(
        &mut self,
        goes_on: impl Fn(&mut Self) -> bool,
        read: impl Fn(&mut Self) -> Read,
        all: impl FnOnce(Vec<Expression>) -> Expression,
    ) -> Read {
        let first = read(self)?;
        let mut values = vec![first];
        while goes_on(self) {
            values.push(read(self)?);
        }
        Ok(if values.len() == 1 { values.remove(0) } else { all(values) })
    }

    pub fn name(&mut self, what: &str) -> Result<String, SyntaxError> {
        match self.take() {
            Some(Word { token: Token::Path(name), .. }) => Ok(name),
            Some(Word { span, .. }) => Err(SyntaxError::new(format!("{what} is missing here"), span)),
            None => Err(self.unexpected(what)),
        }
    }

    /// A name of the template's own, for `for` and `set`.
    pub fn plain_name(&mut self) -> Result<String, SyntaxError> {
        let span = self.next_span();
        let name = self.name("a name")?;
        if name.contains('.') || KEYWORDS.contains(&name.as_str()) {
            return Err(SyntaxError::new(format!("`{name}` cannot be a name of the template's own"), span));
        }
        Ok(name)
    }

    pub fn expect_word(&mut self, word: &str) -> Result<(), SyntaxError> {
        if self.take_word(word) { Ok(()) } else { Err(self.unexpected(&format!("`{word}`"))) }
    }

    pub fn expect_sign(&mut self, sign: &str) -> Result<(), SyntaxError> {
        if self.take_sign(sign) { Ok(()) } else { Err(self.unexpected(&format!("`{sign}`"))) }
    }

    pub fn end(&mut self) -> Result<(), SyntaxError> {
        if self.peek().is_none() { Ok(()) } else { Err(self.unexpected("the end of the bracket")) }
    }

    fn take_word(&mut self, word: &str) -> bool {
        let is_next = self.peek().is_some_and(|next| matches!(&next.token, Token::Path(name) if name == word));
        self.next += usize::from(is_next);
        is_next
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let is_next = self.peek_sign(sign);
        self.next += usize::from(is_next);
        is_next
    }

    fn peek_sign(&self, sign: &str) -> bool {
        self.peek().is_some_and(|next| matches!(next.token, Token::Sign(it) if it == sign))
    }

    fn next_span(&self) -> Range<usize> {
        self.peek().map_or_else(|| self.span.clone(), |word| word.span.clone())
    }

    fn unexpected(&self, expected: &str) -> SyntaxError {
        let span = self.next_span();
        SyntaxError::new(format!("{expected} is missing here"), span)
    }
}

const COMPARISONS: [(&str, Comparison); 6] = [
    ("==", Comparison::Is),
    ("!=", Comparison::IsNot),
    ("<=", Comparison::AtMost),
    (">=", Comparison::AtLeast),
    ("<", Comparison::Below),
    (">", Comparison::Above),
];

const KEYWORDS: [&str; 7] = ["if", "else", "or", "and", "not", "in", "is"];
