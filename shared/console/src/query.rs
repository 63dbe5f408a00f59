//! Parameters behind the question mark: known ones only, so that a slip is seen.

use std::collections::BTreeMap;

use axum::{
    extract::{FromRequestParts, Query, Request},
    http::request::Parts,
    middleware::Next,
    response::Response,
};
use domain::nearest::nearest;

use crate::answer::Failure;

/// Lists answer so many lines unless `limit` says otherwise, and never more than the second.
const USUAL: usize = 50;
const MOST: usize = 200;

/// The parameters of a request.
pub(crate) struct Params(BTreeMap<String, String>);

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        match Query::<Vec<(String, String)>>::from_request_parts(parts, state).await {
            Ok(Query(pairs)) => Self::of(pairs),
            Err(_) => {
                Err(Failure::new(400, "query_invalid", "The parameters cannot be read", "check the part after ?"))
            }
        }
    }
}

/// Refuses every parameter, where a request's body says all there is to say.
pub(crate) async fn refuse(params: Params, request: Request, next: Next) -> Result<Response, Failure> {
    params.only(&[])?;
    Ok(next.run(request).await)
}

impl Params {
    /// Refuses a parameter that says nothing, and one that says two things.
    fn of(pairs: Vec<(String, String)>) -> Result<Self, Failure> {
        let mut params = BTreeMap::new();
        for (name, value) in pairs {
            if value.is_empty() {
                return Err(invalid(&name, "it is empty; leave it out to mean the default"));
            }
            if params.contains_key(&name) {
                return Err(invalid(&name, "it is given twice; give it once"));
            }
            params.insert(name, value);
        }
        Ok(Self(params))
    }
}

impl Params {
    /// Refuses every parameter that is not one of these.
    pub(crate) fn only(self, known: &[&str]) -> Result<Self, Failure> {
        let Some(unknown) = self.0.keys().find(|name| !known.contains(&name.as_str())) else { return Ok(self) };
        let hint = match (nearest(unknown, known.iter().copied()), known.is_empty()) {
            (Some(meant), _) => format!("did you mean `{meant}`?"),
            (None, true) => "this address takes none".to_owned(),
            (None, false) => format!("choose from {}", known.join(", ")),
        };
        let detail = format!("unknown parameter `{}`; {hint}", unknown.chars().take(80).collect::<String>());
        Err(Failure::new(400, "parameter_unknown", "There is no such parameter", detail))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(crate) fn cursor(&self) -> Option<String> {
        self.get("cursor").map(str::to_owned)
    }

    pub(crate) fn limit(&self) -> Result<usize, Failure> {
        let Some(given) = self.get("limit") else { return Ok(USUAL) };
        match given.parse::<usize>() {
            Ok(limit @ 1..=MOST) => Ok(limit),
            _ => Err(invalid("limit", &format!("write a number from 1 to {MOST}"))),
        }
    }

    /// A cursor into a history: the seq below which it goes on.
    pub(crate) fn before(&self) -> Result<Option<u64>, Failure> {
        let Some(given) = self.get("cursor") else { return Ok(None) };
        seq_of(given).map(Some).ok_or_else(cursor_invalid)
    }
}

/// The seq that a cursor into a history names.
pub(crate) fn seq_of(cursor: &str) -> Option<u64> {
    let digits = cursor.strip_prefix('b').filter(|digits| digits.chars().all(|digit| digit.is_ascii_alphanumeric()))?;
    u64::from_str_radix(digits, 36).ok()
}

pub(crate) fn cursor_invalid() -> Failure {
    invalid("cursor", "use `next_cursor` of the answer before, unchanged")
}

/// The cursor that goes on below a seq.
pub(crate) fn cursor_before(seq: u64) -> String {
    let mut digits = Vec::new();
    let mut rest = seq;
    loop {
        digits.push(char::from_digit((rest % 36) as u32, 36).expect("a digit of base 36"));
        rest /= 36;
        if rest == 0 {
            break;
        }
    }
    digits.iter().rev().fold(String::from("b"), |text, digit| text + &digit.to_string())
}

pub(crate) fn invalid(name: &str, how: &str) -> Failure {
    let name: String = name.chars().take(80).collect();
    let detail = match name.is_empty() {
        true => "a parameter has no name; write name=value".to_owned(),
        false => format!("the parameter `{name}` cannot be read; {how}"),
    };
    Failure::new(400, "parameter_invalid", "A parameter cannot be read", detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_what_it_writes() {
        for seq in [0, 1, 35, 36, 1_000_000, u64::MAX] {
            let params = Params(BTreeMap::from([("cursor".to_owned(), cursor_before(seq))]));
            assert_eq!(params.before().unwrap(), Some(seq));
        }
    }
}
