//! Whether a condition fits the schema: known fields, values that can be compared, no contradictions.

use std::fmt;

use serde::Serialize;

use super::{Comparison, Condition, FieldPath, Test, contradiction, guess::FOR_MISSING, matching::same_text};
use crate::{
    calendar::no_such_day,
    nearest::{choices, is_one_slip_away, nearest},
    value::{FieldType, Value},
};

/// What a check knows about fields.
pub trait FieldTypes {
    fn field_type(&self, path: &FieldPath) -> Option<FieldType>;

    /// Every field that can be named here, as `lead.score`.
    fn names(&self) -> Vec<String>;

    /// What a choice, or the items of a list, may be; anything where empty.
    fn choices(&self, path: &FieldPath) -> Vec<String>;
}

/// Something in a condition that will not do what its writer meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    pub code: Code,
    pub severity: Severity,
    pub message: String,
    /// What to write instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
    /// The test it is about, as text; for a contradiction the tests that contradict each other.
    pub test: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Cannot be published.
    Error,
    Warning,
}

/// The stable name of a kind of problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    UnknownField,
    /// The field's type has no such comparison, or the value is of another type.
    TypeMismatch,
    UnknownChoice,
    /// A text that is probably a word of the language, misspelt.
    NearWord,
    AlwaysFalse,
    AlwaysTrue,
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownField => "unknown-field",
            Self::TypeMismatch => "type-mismatch",
            Self::UnknownChoice => "unknown-choice",
            Self::NearWord => "near-word",
            Self::AlwaysFalse => "always-false",
            Self::AlwaysTrue => "always-true",
        })
    }
}

impl Condition {
    /// Every problem, in the order written; contradictions last. Empty if there is none.
    pub fn check(&self, schema: &dyn FieldTypes) -> Vec<Problem> {
        let mut problems: Vec<Problem> = self.tests().filter_map(|test| check_test(test, schema)).collect();
        problems.extend(contradiction::find(self));
        problems
    }
}

/// The first thing wrong with a test: what follows from it would only repeat it.
fn check_test(test: &Test, schema: &dyn FieldTypes) -> Option<Problem> {
    let Some(field_type) = schema.field_type(&test.field) else { return Some(unknown_field(test, schema)) };
    if let Some(message) = misfit(&test.comparison, field_type) {
        let message = format!("{} is {}; {message}", test.field, type_name(field_type));
        return Some(error(Code::TypeMismatch, message, None, test));
    }
    if let Some(value) = test.comparison.values().iter().find(|value| !fits(value, field_type)) {
        return Some(wrong_value(test, field_type, value));
    }
    let choices = schema.choices(&test.field);
    unknown_choice(test, field_type, &choices).or_else(|| near_word(test, &choices))
}

fn error(code: Code, message: String, suggestion: Option<Test>, test: &Test) -> Problem {
    let suggestion = suggestion.map(|test| test.to_string());
    Problem { code, severity: Severity::Error, message, suggestion, test: test.to_string() }
}

fn unknown_field(test: &Test, schema: &dyn FieldTypes) -> Problem {
    let names = schema.names();
    let meant = nearest(&test.field.to_string(), names.iter().map(String::as_str));
    let hint = match meant {
        Some(name) => format!("did you mean {name}?"),
        None => choices(names.iter().map(String::as_str)),
    };
    let suggestion = meant.and_then(|name| name.parse().ok());
    let suggestion = suggestion.map(|field| Test { field, comparison: test.comparison.clone() });
    error(Code::UnknownField, format!("{} is not a field; {hint}", test.field), suggestion, test)
}

/// Why fields of this type cannot be compared so; none if they can.
fn misfit(comparison: &Comparison, field_type: FieldType) -> Option<&'static str> {
    use Comparison as C;
    use FieldType as T;
    match (comparison, field_type) {
        (C::IsMissing | C::IsPresent | C::Changed, _) => None,
        (C::Contains(_) | C::DoesNotContain(_), T::List) => None,
        (_, T::List) => Some("a list can only be asked what it `contains`"),
        (C::Over(_) | C::AtLeast(_) | C::Under(_) | C::AtMost(_), _) if !has_order(field_type) => {
            Some("only numbers, dates and money can be over or under something")
        }
        (C::Contains(_) | C::DoesNotContain(_) | C::StartsWith(_) | C::EndsWith(_), _) if !is_text(field_type) => {
            Some("only a text or a list can contain something")
        }
        (C::OlderThan(_) | C::NewerThan(_) | C::Within(_), _) if !matches!(field_type, T::Date | T::Instant) => {
            Some("only a date or a moment can be older or newer")
        }
        _ => None,
    }
}

fn is_text(field_type: FieldType) -> bool {
    matches!(field_type, FieldType::Text | FieldType::Email | FieldType::Phone | FieldType::Url | FieldType::Choice)
}

fn has_order(field_type: FieldType) -> bool {
    matches!(field_type, FieldType::Number | FieldType::Date | FieldType::Instant | FieldType::Money)
}

fn fits(value: &Value, field_type: FieldType) -> bool {
    match value {
        Value::Text(_) => is_text(field_type) || field_type == FieldType::List,
        Value::Number(_) => matches!(field_type, FieldType::Number | FieldType::List),
        Value::YesNo(_) => matches!(field_type, FieldType::YesNo | FieldType::List),
        Value::Date(_) | Value::Instant(_) => {
            matches!(field_type, FieldType::Date | FieldType::Instant | FieldType::List)
        }
        Value::Money { .. } => matches!(field_type, FieldType::Money | FieldType::List),
        Value::List(_) => false,
    }
}

fn wrong_value(test: &Test, field_type: FieldType, value: &Value) -> Problem {
    let how = match field_type {
        FieldType::Number => "a number, for example 40",
        FieldType::YesNo => "yes or no",
        FieldType::Date | FieldType::Instant => "a date, for example 2026-12-01",
        FieldType::Money => "an amount with its currency, for example 2500 EUR",
        _ => "a text, in quotes if it looks like something else",
    };
    let is_dated = matches!(field_type, FieldType::Date | FieldType::Instant);
    let how = match value.as_text().filter(|_| is_dated).and_then(no_such_day) {
        Some(why) => why,
        None => format!("write {how}"),
    };
    let message = format!("{} is {}; `{value}` is not: {how}", test.field, type_name(field_type));
    error(Code::TypeMismatch, message, rewrite(test, |value| converted(value, field_type)), test)
}

/// The value as its writer probably meant it.
fn converted(value: &Value, field_type: FieldType) -> Option<Value> {
    match (value, field_type) {
        (value, _) if fits(value, field_type) => Some(value.clone()),
        (Value::Text(text), FieldType::YesNo) => match text.trim().to_lowercase().as_str() {
            "yes" | "true" => Some(Value::YesNo(true)),
            "no" | "false" => Some(Value::YesNo(false)),
            _ => None,
        },
        (Value::Text(text), _) => {
            // A quoted number or date, read as if it had no quotes.
            let unquoted: Condition = format!("a.b is {text}").parse().ok()?;
            let value = unquoted.tests().next()?.comparison.values().first()?.clone();
            fits(&value, field_type).then_some(value)
        }
        (other, _) if is_text(field_type) => Some(Value::text(other.to_string())),
        _ => None,
    }
}

/// The same test with other values; none if one of them has no replacement.
fn rewrite(test: &Test, replace: impl Fn(&Value) -> Option<Value>) -> Option<Test> {
    let mut values = test.comparison.values().iter().map(replace).collect::<Option<Vec<Value>>>()?;
    let value = match test.comparison {
        Comparison::In(_) | Comparison::NotIn(_) => Value::List(values),
        _ => values.pop()?,
    };
    let comparison = Comparison::from_op(test.comparison.op(), Some(value)).ok()?;
    Some(Test { field: test.field.clone(), comparison })
}

/// `is mising` compares with a text: nothing is wrong with it, and nobody means it.
fn near_word(test: &Test, choices: &[String]) -> Option<Problem> {
    let (value, missing, present) = match &test.comparison {
        Comparison::Is(value) => (value, Comparison::IsMissing, Comparison::IsPresent),
        Comparison::IsNot(value) => (value, Comparison::IsPresent, Comparison::IsMissing),
        _ => return None,
    };
    let text = value.as_text()?;
    if choices.iter().any(|choice| same_text(choice, text)) {
        return None;
    }
    let is_meant = |word: &str| is_one_slip_away(text, word) || (word == "missing" && FOR_MISSING.contains(&text));
    let (word, comparison) =
        [("missing", missing), ("present", present)].into_iter().find(|(word, _)| is_meant(word))?;
    let message = format!("`{text}` is read as a text; the word is `{word}`");
    let meant = Test { field: test.field.clone(), comparison };
    Some(Problem { severity: Severity::Warning, ..error(Code::NearWord, message, Some(meant), test) })
}

fn unknown_choice(test: &Test, field_type: FieldType, choices: &[String]) -> Option<Problem> {
    // `contains` asks a choice for a part of its text, but a list for a whole item.
    let part = matches!(test.comparison, Comparison::Contains(_) | Comparison::DoesNotContain(_));
    if choices.is_empty() || (part && field_type != FieldType::List) {
        return None;
    }
    let known = |value: &Value| value.as_text().is_none_or(|text| choices.iter().any(|choice| same_text(choice, text)));
    let value = test.comparison.values().iter().find(|value| !known(value))?;
    let closest = |value: &Value| match known(value) {
        true => Some(value.clone()),
        false => nearest(value.as_text()?, choices.iter().map(String::as_str)).map(Value::text),
    };
    let message = format!("`{value}` is not a choice of {}; it can be {}", test.field, choices.join(", "));
    Some(error(Code::UnknownChoice, message, rewrite(test, closest), test))
}

fn type_name(field_type: FieldType) -> &'static str {
    match field_type {
        FieldType::Text => "a text",
        FieldType::Email => "an e-mail address",
        FieldType::Phone => "a phone number",
        FieldType::Url => "a web address",
        FieldType::Number => "a number",
        FieldType::YesNo => "yes or no",
        FieldType::Date => "a date",
        FieldType::Instant => "a moment",
        FieldType::Money => "money",
        FieldType::Choice => "a choice",
        FieldType::List => "a list",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Schema;

    impl FieldTypes for Schema {
        fn field_type(&self, path: &FieldPath) -> Option<FieldType> {
            Some(match path.to_string().as_str() {
                "lead.score" => FieldType::Number,
                "lead.name" => FieldType::Text,
                "lead.zip" => FieldType::Text,
                "lead.vip" => FieldType::YesNo,
                "lead.stage" => FieldType::Choice,
                "lead.products" => FieldType::List,
                "lead.seen" => FieldType::Instant,
                "lead.budget" => FieldType::Money,
                _ => return None,
            })
        }

        fn names(&self) -> Vec<String> {
            ["score", "name", "zip", "vip", "stage", "products", "seen", "budget"].map(|n| format!("lead.{n}")).into()
        }

        fn choices(&self, path: &FieldPath) -> Vec<String> {
            match path.field.as_str() {
                "stage" => vec!["open".into(), "Closed won".into()],
                "products" => vec!["CRM".into(), "Billing".into()],
                _ => Vec::new(),
            }
        }
    }

    fn problems(text: &str) -> Vec<Problem> {
        text.parse::<Condition>().unwrap().check(&Schema)
    }

    fn check(text: &str, code: Code, message: &str, suggestion: &str) {
        let problems = problems(text);
        let [problem] = problems.as_slice() else { panic!("{text}: {problems:?}") };
        let found = (problem.code, problem.message.as_str(), problem.suggestion.as_deref().unwrap_or(""));
        assert_eq!(found, (code, message, suggestion), "{text}");
    }

    #[test]
    fn what_fits_the_schema_has_no_problem() {
        for text in [
            "lead.score > 40 and lead.score <= 80",
            "lead.stage is \"closed WON\" or lead.stage contains won",
            "lead.products contains crm and lead.products is present",
            "lead.seen older than 30 days and lead.seen > 2026-01-01",
            "lead.budget >= 2500 EUR and lead.vip is yes",
            "lead.zip in [\"10115\"] and lead.name starts with A",
            "lead.stage changed to open",
        ] {
            assert_eq!(problems(text), [], "{text}");
        }
    }

    #[test]
    fn an_unknown_field_suggests_the_nearest() {
        check(
            "lead.scores > 4",
            Code::UnknownField,
            "lead.scores is not a field; did you mean lead.score?",
            "lead.score > 4",
        );
        check(
            "deal.amount > 4",
            Code::UnknownField,
            "deal.amount is not a field; choose from lead.score, lead.name, lead.zip, \
             lead.vip, lead.stage, lead.products, lead.seen, lead.budget",
            "",
        );
    }

    #[test]
    fn a_comparison_the_type_does_not_have_is_refused() {
        let mismatch = |text, message| check(text, Code::TypeMismatch, message, "");
        mismatch("lead.name > 40", "lead.name is a text; only numbers, dates and money can be over or under something");
        mismatch("lead.products is crm", "lead.products is a list; a list can only be asked what it `contains`");
        mismatch("lead.score contains 4", "lead.score is a number; only a text or a list can contain something");
        mismatch("lead.name older than 3 days", "lead.name is a text; only a date or a moment can be older or newer");
    }

    #[test]
    fn a_value_of_another_type_is_refused_with_what_to_write() {
        let mismatch = |text, message, suggestion| check(text, Code::TypeMismatch, message, suggestion);
        let quotes = "lead.zip is a text; `10115` is not: write a text, in quotes if it looks like something else";
        mismatch("lead.zip is 10115", quotes, "lead.zip is \"10115\"");
        mismatch(
            "lead.score > \"40\"",
            "lead.score is a number; `40` is not: write a number, for example 40",
            "lead.score > 40",
        );
        mismatch("lead.vip is Yes", "lead.vip is yes or no; `Yes` is not: write yes or no", "lead.vip is yes");
        let date = "lead.seen is a moment; `yesterday` is not: write a date, for example 2026-12-01";
        mismatch("lead.seen > yesterday", date, "");
        let day = "lead.seen is a moment; `2026-02-30` is not: February 2026 has 28 days; write for example 2026-02-28";
        mismatch("lead.seen > 2026-02-30", day, "");
        let money = "lead.budget is money; `100` is not: write an amount with its currency, for example 2500 EUR";
        mismatch("lead.budget > 100", money, "");
    }

    #[test]
    fn a_misspelt_word_of_the_language_is_pointed_out() {
        let near = |text: &str, word: &str, suggestion| {
            let value = text.split_whitespace().last().unwrap();
            let message = format!("`{value}` is read as a text; the word is `{word}`");
            check(text, Code::NearWord, &message, suggestion);
            assert_eq!(problems(text)[0].severity, Severity::Warning);
        };
        near("lead.name is empty", "missing", "lead.name is missing");
        near("lead.name is not null", "missing", "lead.name is present");
        near("lead.name is mising", "missing", "lead.name is missing");
        near("lead.name is not mising", "missing", "lead.name is present");
        near("lead.name is Presnet", "present", "lead.name is present");
        assert_eq!(problems("lead.name is parent or lead.name is miss"), []);
    }

    #[test]
    fn a_value_that_is_no_choice_is_refused_with_the_nearest() {
        let choice = |text, message, suggestion| check(text, Code::UnknownChoice, message, suggestion);
        let stage = "`closed-won!` is not a choice of lead.stage; it can be open, Closed won";
        choice("lead.stage in [open, closed-won!]", stage, "lead.stage in [open, \"Closed won\"]");
        let products = "`ERP` is not a choice of lead.products; it can be CRM, Billing";
        choice("lead.products contains ERP", products, "");
    }

    #[test]
    fn a_problem_goes_out_with_its_stable_code() {
        let json = serde_json::to_value(&problems("lead.scores > 4")[0]).unwrap();
        assert_eq!(json["code"], "unknown-field");
        assert_eq!(json["code"], Code::UnknownField.to_string());
        assert_eq!(json["severity"], "error");
        assert_eq!(json["test"], "lead.scores > 4");
    }
}
