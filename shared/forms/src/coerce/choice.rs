//! Yes and no, one of several, several of several.

use domain::value::Value;

use super::Coerced;
use crate::question::normal;

const YES: &[&str] = &[
    "yes", "y", "true", "t", "on", "1", "checked", "agree", "agreed", "accept", "accepted", "iagree", "ja", "oui",
    "si", "sí",
];
const NO: &[&str] = &["no", "n", "false", "f", "off", "0", "unchecked", "disagree", "declined", "nein", "non", "none"];

pub(super) fn yes_no(answer: &Value, text: &str) -> Coerced {
    let word = normal(text);
    match answer {
        Value::YesNo(yes) => Coerced::is(*yes),
        _ if YES.contains(&word.as_str()) => Coerced::is(true),
        _ if NO.contains(&word.as_str()) => Coerced::is(false),
        _ => Coerced::not("this is neither yes nor no"),
    }
}

/// The choice as the schema spells it.
pub(super) fn choice(text: &str, choices: &[String]) -> Coerced {
    match known(text, choices) {
        Some(choice) => Coerced::is(choice.as_str()),
        None if choices.is_empty() => Coerced::is(text),
        None => Coerced::not(format!("this is not one of: {}", choices.join(", "))),
    }
}

/// The choices; those the schema does not know are left out, and said.
pub(super) fn list(answer: &Value, text: &str, choices: &[String]) -> Coerced {
    let items: Vec<String> = match answer {
        Value::List(items) => items.iter().map(|item| item.to_string().trim().to_owned()).collect(),
        _ if known(text, choices).is_some() => vec![text.to_owned()],
        _ => text.split([',', ';', '\n']).map(|item| item.trim().to_owned()).collect(),
    };
    let items: Vec<String> = items.into_iter().filter(|item| !item.is_empty()).collect();
    if choices.is_empty() {
        return Coerced::is(Value::List(items.into_iter().map(Value::Text).collect()));
    }
    let (found, unknown): (Vec<String>, Vec<String>) =
        items.into_iter().partition(|item| known(item, choices).is_some());
    let found: Vec<Value> =
        found.iter().filter_map(|item| known(item, choices)).map(|it| Value::text(it.clone())).collect();
    Coerced {
        value: (!found.is_empty()).then_some(Value::List(found)),
        doubt: (!unknown.is_empty()).then(|| format!("not among the choices: {}", unknown.join(", "))),
    }
}

fn known<'a>(text: &str, choices: &'a [String]) -> Option<&'a String> {
    let exact = choices.iter().find(|choice| choice.as_str() == text);
    let wanted = normal(text);
    exact.or_else(|| choices.iter().find(|choice| !wanted.is_empty() && normal(choice) == wanted))
}
