//! What a template consists of.

use std::ops::Range;

use super::filter::Filter;
use crate::value::Value;

/// How deep blocks, brackets and filters may each lie in each other.
pub(super) const DEEPEST: usize = 16;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    Text(String),
    Value(Expression),
    If { arms: Vec<(Expression, Vec<Node>)>, otherwise: Vec<Node> },
    For { item: String, list: Expression, body: Vec<Node>, otherwise: Vec<Node> },
    Set { name: String, value: Expression },
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression {
    Constant(Value),
    Missing,
    Path {
        path: String,
        span: Range<usize>,
    },
    List(Vec<Expression>),
    Not(Box<Expression>),
    And(Vec<Expression>),
    Or(Vec<Expression>),
    /// Texts put together: `~`.
    Join(Vec<Expression>),
    Compare {
        left: Box<Expression>,
        by: Comparison,
        right: Box<Expression>,
    },
    IsDefined(Box<Expression>),
    /// `a if b else c`.
    Choose {
        condition: Box<Expression>,
        then: Box<Expression>,
        otherwise: Box<Expression>,
    },
    Filter {
        input: Box<Expression>,
        filter: Filter,
        arguments: Vec<Expression>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Is,
    IsNot,
    Below,
    AtMost,
    Above,
    AtLeast,
    In,
}
