//! Pairs of a form body as the object they stand for.
//!
//! `a[b][c]=1` nests, `a[]=1` and a repeated name make a list. A name that cannot nest
//! (because `a` has a plain value already, or it nests too deep) is kept flat, so that nothing is lost.

use serde_json::{Map, Value as Json};

use super::json::insert;
use crate::limits;

pub(super) fn nest(pairs: Vec<(String, String)>) -> Map<String, Json> {
    let mut root = Map::new();
    for (name, value) in pairs {
        if let Some(value) = put(&mut root, &steps(&name), value) {
            put(&mut root, &[&name], value);
        }
    }
    root
}

/// `fields[email][value]` → `fields`, `email`, `value`; a trailing `[]` is dropped.
fn steps(name: &str) -> Vec<&str> {
    let flat = || vec![name];
    let Some((head, brackets)) = name.split_once('[') else { return flat() };
    let Some(brackets) = brackets.strip_suffix(']') else { return flat() };
    let inner: Vec<&str> = brackets.split("][").collect();
    if head.is_empty() || inner.len() >= limits::DEPTH || inner.iter().any(|step| step.contains(['[', ']'])) {
        return flat();
    }
    let mut steps = vec![head];
    steps.extend(inner);
    if steps.last().is_some_and(|last| last.is_empty()) {
        steps.pop();
    }
    steps
}

/// Gives the value back if it cannot be put there.
fn put(object: &mut Map<String, Json>, steps: &[&str], value: String) -> Option<String> {
    let (first, rest) = steps.split_first()?;
    if rest.is_empty() {
        put_last(object, first, Json::String(value));
        return None;
    }
    match object.entry(*first).or_insert_with(|| Json::Object(Map::new())) {
        Json::Object(inner) => put(inner, rest, value),
        _ => Some(value),
    }
}

fn put_last(object: &mut Map<String, Json>, name: &str, value: Json) {
    match object.get_mut(name) {
        Some(Json::Array(values)) => values.push(value),
        Some(earlier @ Json::String(_)) => *earlier = Json::Array(vec![earlier.take(), value]),
        None | Some(_) => insert(object, name, value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pairs: &[(&str, &str)], expected: &str) {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        assert_eq!(Json::Object(nest(pairs)).to_string(), expected);
    }

    #[test]
    fn brackets_nest_and_repeats_make_lists() {
        check(&[("a[b][c]", "1"), ("a[b][d]", "2")], r#"{"a":{"b":{"c":"1","d":"2"}}}"#);
        check(&[("p[]", "1"), ("p[]", "2"), ("q", "3"), ("q", "4")], r#"{"p":["1","2"],"q":["3","4"]}"#);
        check(&[("a", "1"), ("a[b]", "2")], r#"{"a":"1","a[b]":"2"}"#);
        check(&[("a[b]", "1"), ("a", "2"), ("a", "3")], r#"{"a":{"b":"1"},"a (2)":["2","3"]}"#);
        check(&[("[x]", "1"), ("y[", "2"), ("z]", "3")], r#"{"[x]":"1","y[":"2","z]":"3"}"#);
    }

    #[test]
    fn what_nests_too_deep_stays_flat() {
        let name = format!("a{}", "[b]".repeat(limits::DEPTH));
        check(&[(&name, "1")], &format!(r#"{{"{name}":"1"}}"#));
    }
}
