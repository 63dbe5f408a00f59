//! What an answer looks like, whatever its question is called.

use domain::value::Value;

use crate::label::{EMAIL, PHONE};

/// Whether an answer may be one for a target. A consent tick is not an e-mail address, even if its question says "e-mail".
pub(crate) fn may_hold(target: &str, value: &Value) -> bool {
    match target {
        EMAIL => is_address(value),
        PHONE => {
            let digits = value.to_string().chars().filter(char::is_ascii_digit).count();
            digits >= 5 && !is_address(value)
        }
        "company.employees" => {
            !matches!(value, Value::YesNo(_)) && value.to_string().contains(|it: char| it.is_ascii_digit())
        }
        _ => only_text(value).is_some() && !is_address(value),
    }
}

/// A text, or the only one of a list: some services send every answer in a list.
fn only_text(value: &Value) -> Option<&str> {
    match value {
        Value::List(items) if items.len() == 1 => items[0].as_text(),
        other => other.as_text(),
    }
}

pub(crate) fn is_address(value: &Value) -> bool {
    let Some(text) = only_text(value) else { return false };
    let text = text.trim();
    text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && domain.contains('.') && !text.contains(char::is_whitespace) && !text.contains("://")
    })
}

/// Whether an answer is a number written to be dialled.
pub(crate) fn is_dialled(value: &Value) -> bool {
    let Some(text) = only_text(value) else { return false };
    let text = text.trim();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    text.starts_with(['+', '(']) && digits >= 7 && text.chars().all(|it| it.is_ascii_digit() || "+() -./".contains(it))
}

/// Whether an answer is a number that is written to be dialled from anywhere, and nothing else.
pub(crate) fn is_written_out(value: &Value) -> bool {
    is_dialled(value) && value.to_string().trim().starts_with('+')
}
