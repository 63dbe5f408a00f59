//! The fields a template names.

use std::ops::Range;

use super::ast::{Expression, Node};

/// A field as the template writes it: `lead.name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference<'t> {
    pub path: &'t str,
    /// Bytes of the text.
    pub span: Range<usize>,
}

pub(super) fn of(nodes: &[Node]) -> Vec<Reference<'_>> {
    let mut collector = Collector { own: Vec::new(), found: Vec::new() };
    collector.nodes(nodes);
    collector.found
}

/// Names that the template gives itself are no fields.
struct Collector<'t> {
    own: Vec<&'t str>,
    found: Vec<Reference<'t>>,
}

impl<'t> Collector<'t> {
    fn nodes(&mut self, nodes: &'t [Node]) {
        let outer = self.own.len();
        for node in nodes {
            match node {
                Node::Text(_) => {}
                Node::Value(value) => self.expression(value),
                Node::If { arms, otherwise } => {
                    for (condition, body) in arms {
                        self.expression(condition);
                        self.nodes(body);
                    }
                    self.nodes(otherwise);
                }
                Node::For { item, list, body, otherwise } => {
                    self.expression(list);
                    self.own.extend([item.as_str(), "loop"]);
                    self.nodes(body);
                    self.own.truncate(self.own.len() - 2);
                    self.nodes(otherwise);
                }
                Node::Set { name, value } => {
                    self.expression(value);
                    self.own.push(name);
                }
            }
        }
        self.own.truncate(outer);
    }

    fn expression(&mut self, expression: &'t Expression) {
        match expression {
            Expression::Constant(_) | Expression::Missing => {}
            Expression::Path { path, span } => {
                let root = path.split('.').next().unwrap_or_default();
                if !self.own.contains(&root) {
                    self.found.push(Reference { path, span: span.clone() });
                }
            }
            Expression::List(values) | Expression::And(values) | Expression::Or(values) | Expression::Join(values) => {
                values.iter().for_each(|value| self.expression(value))
            }
            Expression::Not(value) | Expression::IsDefined(value) => self.expression(value),
            Expression::Compare { left, right, .. } => [left, right].into_iter().for_each(|it| self.expression(it)),
            Expression::Choose { condition, then, otherwise } => {
                [then, condition, otherwise].into_iter().for_each(|it| self.expression(it));
            }
            Expression::Filter { input, arguments, .. } => {
                self.expression(input);
                arguments.iter().for_each(|argument| self.expression(argument));
            }
        }
    }
}
