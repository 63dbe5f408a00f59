//! Fills a template. Every part that is looked at is a step, and every text that comes into being is paid for first.

use std::borrow::Cow;

use super::{
    FillError, Values,
    ast::{Comparison, Expression, Node},
    meter::Meter,
};
use crate::value::{Fields, Value};

pub(super) fn fill(nodes: &[Node], values: &Values) -> Result<String, FillError> {
    let mut filling = Filling { values, own: Vec::new(), meter: Meter::new(), out: String::new() };
    filling.nodes(nodes)?;
    Ok(filling.out)
}

struct Filling<'v> {
    values: &'v Values,
    /// Names the template gave, the latest last.
    own: Vec<(String, Own)>,
    meter: Meter,
    out: String,
}

#[derive(Clone)]
enum Own {
    Value(Option<Value>),
    /// `loop`.
    Fields(Fields),
}

type Evaluated<'v> = Result<Option<Cow<'v, Value>>, FillError>;

impl<'v> Filling<'v> {
    fn nodes(&mut self, nodes: &[Node]) -> Result<(), FillError> {
        let outer = self.own.len();
        for node in nodes {
            self.node(node)?;
        }
        // What a block sets is its own.
        self.own.truncate(outer);
        Ok(())
    }

    fn node(&mut self, node: &Node) -> Result<(), FillError> {
        self.meter.step()?;
        match node {
            Node::Text(text) => self.write(text),
            Node::Value(expression) => match self.evaluate(expression)? {
                Some(value) => self.write(&value.to_string()),
                None => Ok(()),
            },
            Node::If { arms, otherwise } => {
                for (condition, body) in arms {
                    if self.holds(condition)? {
                        return self.nodes(body);
                    }
                }
                self.nodes(otherwise)
            }
            Node::For { item, list, body, otherwise } => self.each(item, list, body, otherwise),
            Node::Set { name, value } => {
                let value = self.evaluate(value)?;
                self.pay_for(value.as_deref())?;
                self.own.push((name.clone(), Own::Value(value.map(Cow::into_owned))));
                Ok(())
            }
        }
    }

    fn each(&mut self, item: &str, list: &Expression, body: &[Node], otherwise: &[Node]) -> Result<(), FillError> {
        let values = self.evaluate(list)?;
        self.pay_for(values.as_deref())?;
        let values = match values.map(Cow::into_owned) {
            Some(Value::List(values)) => values,
            Some(value) if value.to_string() != "" => vec![value],
            Some(_) | None => Vec::new(),
        };
        if values.is_empty() {
            return self.nodes(otherwise);
        }
        let count = values.len();
        for (index, value) in values.into_iter().enumerate() {
            let outer = self.own.len();
            self.own.push((item.to_owned(), Own::Value(Some(value))));
            self.own.push(("loop".to_owned(), Own::Fields(position(index, count))));
            self.nodes(body)?;
            self.own.truncate(outer);
        }
        Ok(())
    }

    fn write(&mut self, text: &str) -> Result<(), FillError> {
        self.meter.output(text.len())?;
        self.out.push_str(text);
        Ok(())
    }

    fn pay_for(&mut self, value: Option<&Value>) -> Result<(), FillError> {
        self.meter.work(value.map_or(0, size))
    }

    fn evaluate(&mut self, expression: &Expression) -> Evaluated<'v> {
        self.meter.step()?;
        match expression {
            Expression::Constant(value) => {
                self.pay_for(Some(value))?;
                Ok(Some(Cow::Owned(value.clone())))
            }
            Expression::Missing => Ok(None),
            Expression::Path { path, .. } => self.look_up(path),
            Expression::List(values) => {
                let mut list = Vec::new();
                for value in values {
                    let value = self.evaluate(value)?;
                    self.pay_for(value.as_deref())?;
                    list.extend(value.map(Cow::into_owned));
                }
                Ok(Some(Cow::Owned(Value::List(list))))
            }
            Expression::Not(value) => Ok(yes(!self.holds(value)?)),
            // As in Python: the first that decides, not yes or no.
            Expression::And(values) => self.first_that(values, false),
            Expression::Or(values) => self.first_that(values, true),
            Expression::Join(values) => {
                let mut text = String::new();
                for value in values {
                    let value = self.evaluate(value)?.map(|value| value.to_string()).unwrap_or_default();
                    self.meter.work(value.len())?;
                    text.push_str(&value);
                }
                Ok(Some(Cow::Owned(Value::Text(text))))
            }
            Expression::Compare { left, by, right } => {
                let (left, right) = (self.evaluate(left)?, self.evaluate(right)?);
                self.pay_for(left.as_deref())?;
                self.pay_for(right.as_deref())?;
                Ok(yes(compare(left.as_deref(), *by, right.as_deref())))
            }
            Expression::IsDefined(value) => Ok(yes(self.evaluate(value)?.is_some())),
            Expression::Choose { condition, then, otherwise } => {
                if self.holds(condition)? {
                    self.evaluate(then)
                } else {
                    self.evaluate(otherwise)
                }
            }
            Expression::Filter { input, filter, arguments } => {
                let input = self.evaluate(input)?;
                let mut given = Vec::new();
                for argument in arguments {
                    given.push(self.evaluate(argument)?);
                }
                self.pay_for(input.as_deref())?;
                filter.apply(input, &given, &mut self.meter)
            }
        }
    }

    fn first_that(&mut self, values: &[Expression], decides: bool) -> Evaluated<'v> {
        let mut last = None;
        for value in values {
            last = self.evaluate(value)?;
            if is_true(last.as_deref()) == decides {
                break;
            }
        }
        Ok(last)
    }

    fn holds(&mut self, condition: &Expression) -> Result<bool, FillError> {
        Ok(is_true(self.evaluate(condition)?.as_deref()))
    }

    /// The template's own names hide the values'.
    fn look_up(&mut self, path: &str) -> Evaluated<'v> {
        let (root, field) = path.split_once('.').map_or((path, None), |(root, field)| (root, Some(field)));
        let Some((_, own)) = self.own.iter().rev().find(|(name, _)| name == root) else {
            let value = field.and_then(|field| self.values.get(root)?.get(field));
            return Ok(value.map(Cow::Borrowed));
        };
        let value = match (own, field) {
            (Own::Value(value), None) => value.clone(),
            (Own::Fields(fields), Some(field)) => fields.get(field).cloned(),
            (Own::Value(_), Some(_)) | (Own::Fields(_), None) => None,
        };
        self.pay_for(value.as_ref())?;
        Ok(value.map(Cow::Owned))
    }
}

/// What `loop` tells inside a `for`.
fn position(index: usize, count: usize) -> Fields {
    let number = |name: &str, number: usize| (name.to_owned(), Value::Number(number as f64));
    Fields::from([
        number("index", index + 1),
        number("index0", index),
        number("revindex", count - index),
        number("revindex0", count - index - 1),
        number("length", count),
        ("first".to_owned(), Value::YesNo(index == 0)),
        ("last".to_owned(), Value::YesNo(index + 1 == count)),
    ])
}

fn yes(yes: bool) -> Option<Cow<'static, Value>> {
    Some(Cow::Owned(Value::YesNo(yes)))
}

fn is_true(value: Option<&Value>) -> bool {
    match value {
        None => false,
        Some(Value::Text(text)) => !text.is_empty(),
        Some(Value::Number(number)) => *number != 0.0,
        Some(Value::YesNo(yes)) => *yes,
        Some(Value::List(values)) => !values.is_empty(),
        Some(Value::Date(_) | Value::Instant(_) | Value::Money { .. }) => true,
    }
}

/// Bytes that a copy of it takes.
fn size(value: &Value) -> usize {
    let own = size_of::<Value>();
    match value {
        Value::Text(text) => own + text.len(),
        Value::List(values) => own + values.iter().map(size).sum::<usize>(),
        Value::Number(_) | Value::YesNo(_) | Value::Date(_) | Value::Instant(_) | Value::Money { .. } => own,
    }
}

/// Values of two sorts are not equal, and neither is more than the other.
fn compare(left: Option<&Value>, by: Comparison, right: Option<&Value>) -> bool {
    let order = || match (left?, right?) {
        (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
        (Value::Number(left), Value::Number(right)) => left.partial_cmp(right),
        (Value::Date(left), Value::Date(right)) => Some(left.cmp(right)),
        (Value::Instant(left), Value::Instant(right)) => Some(left.cmp(right)),
        (Value::Money { minor: left, currency: of }, Value::Money { minor: right, currency }) => {
            (of == currency).then(|| left.cmp(right))
        }
        _ => None,
    };
    match by {
        Comparison::Is => left == right,
        Comparison::IsNot => left != right,
        Comparison::Below => order().is_some_and(|order| order.is_lt()),
        Comparison::AtMost => order().is_some_and(|order| order.is_le()),
        Comparison::Above => order().is_some_and(|order| order.is_gt()),
        Comparison::AtLeast => order().is_some_and(|order| order.is_ge()),
        Comparison::In => match (left, right) {
            (Some(left), Some(Value::List(values))) => values.contains(left),
            (Some(left), Some(right)) => right.to_string().contains(&left.to_string()),
            (None, _) | (_, None) => false,
        },
    }
}
