//! What can be done to a value after a `|`.

use std::borrow::Cow;

use super::{FillError, instead, meter::Meter};
use crate::{nearest::nearest, value::Value};

macro_rules! filters {
    ($($filter:ident: $($name:literal)|+, $least:literal to $most:literal;)+) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Filter { $($filter),+ }

        const NAMES: &[&str] = &[$($($name),+),+];

        impl Filter {
            fn named(name: &str) -> Option<(Self, usize, usize)> {
                match name { $($($name)|+ => Some((Self::$filter, $least, $most)),)+ _ => None }
            }
        }
    };
}

filters! {
    Upper: "upper", 0 to 0;
    Lower: "lower", 0 to 0;
    Capitalize: "capitalize", 0 to 0;
    Title: "title", 0 to 0;
    Trim: "trim", 0 to 0;
    Default: "default" | "d", 0 to 2;
    Replace: "replace", 2 to 2;
    Join: "join", 0 to 1;
    Truncate: "truncate", 1 to 1;
    Length: "length" | "count", 0 to 0;
    First: "first", 0 to 0;
    Last: "last", 0 to 0;
    Round: "round", 0 to 1;
}

impl Filter {
    /// The filter of this name, or what is wrong and which one may be meant.
    pub fn read(name: &str, arguments: usize) -> Result<Self, (String, Option<String>)> {
        let Some((filter, least, most)) = Self::named(name) else {
            let all = NAMES.join(", ");
            return Err(match instead::of_filter(name) {
                Some(instead) => (format!("unknown filter `{name}`: {instead}; choose from {all}"), None),
                None => (
                    format!("unknown filter `{name}`; choose from {all}"),
                    nearest(name, NAMES.iter().copied()).map(str::to_owned),
                ),
            });
        };
        if (least..=most).contains(&arguments) {
            return Ok(filter);
        }
        let takes = if least == most { least.to_string() } else { format!("{least} to {most}") };
        Err((format!("`{name}` takes {takes} values in brackets, not {arguments}"), None))
    }

    pub fn is_name(name: &str) -> bool {
        Self::named(name).is_some()
    }

    /// The filtered value; none where there is none.
    pub fn apply<'v>(
        self,
        input: Option<Cow<'v, Value>>,
        arguments: &[Option<Cow<'v, Value>>],
        meter: &mut Meter,
    ) -> Result<Option<Cow<'v, Value>>, FillError> {
        if self == Self::Default {
            let is_filled = input.as_ref().is_some_and(|value| value.to_string() != "");
            return Ok(if is_filled { input } else { arguments.first().cloned().flatten() });
        }
        let Some(input) = input else { return Ok(None) };
        let argument = |at: usize| arguments.get(at).cloned().flatten().map(|value| value.to_string());
        let number = |at: usize| match arguments.get(at).cloned().flatten().as_deref() {
            Some(Value::Number(number)) => number.clamp(0.0, 1e6) as usize,
            _ => 0,
        };
        let text = match self {
            Self::First | Self::Last => return Ok(self.end_of(input)),
            Self::Length => return Ok(Some(Cow::Owned(Value::Number(length(&input) as f64)))),
            Self::Round => return Ok(Some(Cow::Owned(rounded(&input, number(0))))),
            Self::Join => joined(&input, &argument(0).unwrap_or_default(), meter)?,
            Self::Replace => {
                let (from, to) = (argument(0).unwrap_or_default(), argument(1).unwrap_or_default());
                replaced(&input.to_string(), &from, &to, meter)?
            }
            Self::Truncate => truncated(&input.to_string(), number(0)),
            Self::Upper => input.to_string().to_uppercase(),
            Self::Lower => input.to_string().to_lowercase(),
            Self::Capitalize => capitalized(&input.to_string()),
            Self::Title => input.to_string().split_inclusive(char::is_whitespace).map(capitalized).collect(),
            Self::Trim => input.to_string().trim().to_owned(),
            Self::Default => unreachable!("answered above"),
        };
        meter.work(text.len())?;
        Ok(Some(Cow::Owned(Value::Text(text))))
    }

    fn end_of<'v>(self, input: Cow<'v, Value>) -> Option<Cow<'v, Value>> {
        let is_first = self == Self::First;
        match &*input {
            Value::List(values) => if is_first { values.first() } else { values.last() }.cloned().map(Cow::Owned),
            other => {
                let text = other.to_string();
                let letter = if is_first { text.chars().next() } else { text.chars().next_back() };
                letter.map(|letter| Cow::Owned(Value::text(letter)))
            }
        }
    }
}

fn length(value: &Value) -> usize {
    match value {
        Value::List(values) => values.len(),
        other => other.to_string().chars().count(),
    }
}

/// A number with so many digits after the point; anything else as it is.
fn rounded(value: &Value, digits: usize) -> Value {
    let Value::Number(number) = value else { return value.clone() };
    let by = 10f64.powi(digits.min(9) as i32);
    let rounded = (number * by).round() / by;
    Value::Number(if rounded.is_finite() { rounded } else { *number })
}

fn joined(value: &Value, between: &str, meter: &mut Meter) -> Result<String, FillError> {
    let Value::List(values) = value else { return Ok(value.to_string()) };
    meter.work(values.len().saturating_mul(between.len()))?;
    Ok(values.iter().map(ToString::to_string).collect::<Vec<_>>().join(between))
}

/// What it will be long is paid for before it is made.
fn replaced(text: &str, from: &str, to: &str, meter: &mut Meter) -> Result<String, FillError> {
    if from.is_empty() {
        return Ok(text.to_owned());
    }
    meter.work(text.matches(from).count().saturating_mul(to.len()))?;
    Ok(text.replace(from, to))
}

/// The first letters, and `…` where something is left out.
fn truncated(text: &str, letters: usize) -> String {
    match text.char_indices().nth(letters) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters.flat_map(char::to_lowercase)).collect()
}
