use crate::{
    duration::Span,
    nearest::{choices, nearest},
    value::Value,
};

/// How a field is compared, with what it is compared to.
///
/// Values are single ones (text, number, yes/no, date, moment, money); only `In` and `NotIn` take several.
#[derive(Debug, Clone, PartialEq)]
pub enum Comparison {
    Is(Value),
    IsNot(Value),
    Over(Value),
    AtLeast(Value),
    Under(Value),
    AtMost(Value),
    In(Vec<Value>),
    NotIn(Vec<Value>),
    /// A text holds this text somewhere, or a list has this item.
    Contains(Value),
    DoesNotContain(Value),
    StartsWith(String),
    EndsWith(String),
    IsMissing,
    IsPresent,
    /// The event being decided changed the value.
    Changed,
    /// The event being decided made the value this one; it was another, or missing, before.
    ChangedTo(Value),
    /// Before the moment that lies so long ago.
    OlderThan(Span),
    /// After the moment that lies so long ago; the future counts as newer.
    NewerThan(Span),
    /// Between now and so long from now.
    Within(Span),
}

/// An operator and a value that do not make a comparison.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ComparisonError {
    #[error("`{op}` is not a comparison{}", did_you_mean(.nearest))]
    Unknown { op: String, nearest: Option<&'static str> },
    #[error("`{0}` needs a value")]
    NeedsValue(&'static str),
    #[error("`{0}` takes no value")]
    TakesNoValue(&'static str),
    #[error("`{0}` needs a list with at least one value, for example [DE, AT]")]
    NeedsList(&'static str),
    #[error("`{0}` compares with one value, not a list; use `in` for several")]
    NotAList(&'static str),
    #[error("`{0}` needs a text")]
    NeedsText(&'static str),
    #[error("`{op}` needs a length of time, for example 30 days: {problem}")]
    NeedsSpan { op: &'static str, problem: String },
}

fn did_you_mean(nearest: &Option<&'static str>) -> String {
    nearest.map_or_else(|| format!("; {}", choices(OPS)), |name| format!("; did you mean `{name}`?"))
}

/// Every operator as it is written in text and in the tree.
pub(super) const OPS: [&str; 19] = [
    "is",
    "is not",
    ">",
    ">=",
    "<",
    "<=",
    "in",
    "not in",
    "contains",
    "does not contain",
    "starts with",
    "ends with",
    "is missing",
    "is present",
    "changed",
    "changed to",
    "older than",
    "newer than",
    "within",
];

impl Comparison {
    /// The operator, the same in text (`lead.score > 40`) and in the tree (`"op": ">"`).
    pub fn op(&self) -> &'static str {
        match self {
            Self::Is(_) => "is",
            Self::IsNot(_) => "is not",
            Self::Over(_) => ">",
            Self::AtLeast(_) => ">=",
            Self::Under(_) => "<",
            Self::AtMost(_) => "<=",
            Self::In(_) => "in",
            Self::NotIn(_) => "not in",
            Self::Contains(_) => "contains",
            Self::DoesNotContain(_) => "does not contain",
            Self::StartsWith(_) => "starts with",
            Self::EndsWith(_) => "ends with",
            Self::IsMissing => "is missing",
            Self::IsPresent => "is present",
            Self::Changed => "changed",
            Self::ChangedTo(_) => "changed to",
            Self::OlderThan(_) => "older than",
            Self::NewerThan(_) => "newer than",
            Self::Within(_) => "within",
        }
    }

    /// From the tree's `op` and `value`. Also reads the operator names of react-querybuilder.
    pub fn from_op(op: &str, value: Option<Value>) -> Result<Self, ComparisonError> {
        let op = canonical(op)?;
        match op {
            "is missing" | "is present" | "changed" => bare(op, value),
            _ => with_value(op, value.ok_or(ComparisonError::NeedsValue(op))?),
        }
    }

    /// The values compared with: none for `is missing`, one for `is`, several for `in`.
    pub fn values(&self) -> &[Value] {
        match self {
            Self::Is(value)
            | Self::IsNot(value)
            | Self::Over(value)
            | Self::AtLeast(value)
            | Self::Under(value)
            | Self::AtMost(value)
            | Self::Contains(value)
            | Self::DoesNotContain(value)
            | Self::ChangedTo(value) => std::slice::from_ref(value),
            Self::In(values) | Self::NotIn(values) => values,
            Self::StartsWith(_) | Self::EndsWith(_) => &[],
            Self::IsMissing | Self::IsPresent | Self::Changed => &[],
            Self::OlderThan(_) | Self::NewerThan(_) | Self::Within(_) => &[],
        }
    }
}

fn canonical(op: &str) -> Result<&'static str, ComparisonError> {
    let name = match op.trim() {
        "=" | "==" | "equals" => "is",
        "!=" | "<>" => "is not",
        "over" => ">",
        "at least" => ">=",
        "under" => "<",
        "at most" => "<=",
        "notIn" => "not in",
        "doesNotContain" => "does not contain",
        "beginsWith" => "starts with",
        "endsWith" => "ends with",
        "null" => "is missing",
        "notNull" => "is present",
        other => other,
    };
    let unknown = || ComparisonError::Unknown { op: op.chars().take(40).collect(), nearest: nearest(op, OPS) };
    OPS.into_iter().find(|known| *known == name).ok_or_else(unknown)
}

fn bare(op: &'static str, value: Option<Value>) -> Result<Comparison, ComparisonError> {
    match (op, value) {
        (_, Some(_)) => Err(ComparisonError::TakesNoValue(op)),
        ("is missing", None) => Ok(Comparison::IsMissing),
        ("is present", None) => Ok(Comparison::IsPresent),
        (_, None) => Ok(Comparison::Changed),
    }
}

fn with_value(op: &'static str, value: Value) -> Result<Comparison, ComparisonError> {
    Ok(match op {
        "in" => Comparison::In(list(op, value)?),
        "not in" => Comparison::NotIn(list(op, value)?),
        "starts with" => Comparison::StartsWith(text(op, value)?),
        "ends with" => Comparison::EndsWith(text(op, value)?),
        "older than" => Comparison::OlderThan(span(op, value)?),
        "newer than" => Comparison::NewerThan(span(op, value)?),
        "within" => Comparison::Within(span(op, value)?),
        _ => with_single(op, value)?,
    })
}

fn with_single(op: &'static str, value: Value) -> Result<Comparison, ComparisonError> {
    if matches!(value, Value::List(_)) {
        return Err(ComparisonError::NotAList(op));
    }
    Ok(match op {
        "is" => Comparison::Is(value),
        "is not" => Comparison::IsNot(value),
        ">" => Comparison::Over(value),
        ">=" => Comparison::AtLeast(value),
        "<" => Comparison::Under(value),
        "<=" => Comparison::AtMost(value),
        "contains" => Comparison::Contains(value),
        "does not contain" => Comparison::DoesNotContain(value),
        _ => Comparison::ChangedTo(value),
    })
}

fn list(op: &'static str, value: Value) -> Result<Vec<Value>, ComparisonError> {
    match value {
        Value::List(values) if values.iter().any(|value| matches!(value, Value::List(_))) => {
            Err(ComparisonError::NeedsList(op))
        }
        Value::List(values) if !values.is_empty() => Ok(values),
        _ => Err(ComparisonError::NeedsList(op)),
    }
}

fn text(op: &'static str, value: Value) -> Result<String, ComparisonError> {
    match value {
        Value::Text(text) => Ok(text),
        _ => Err(ComparisonError::NeedsText(op)),
    }
}

fn span(op: &'static str, value: Value) -> Result<Span, ComparisonError> {
    let text = text(op, value).map_err(|_| ComparisonError::NeedsSpan { op, problem: "it is not a text".into() })?;
    text.parse().map_err(|error| ComparisonError::NeedsSpan { op, problem: format!("{error}") })
}
