//! What stands behind the `?` of the address that a form posts to: `?utm_source=google`.

use std::collections::BTreeMap;

use domain::{value::Value, visible::is_blank};
use serde_json::Value as Json;

use crate::{
    decode::{nested, pairs},
    fingerprint::is_volatile,
    limits,
    problem::step,
    request::Request,
    submission::Submission,
};

/// The parameter that may hold the secret of the form: nothing that is kept may hold it.
const SECRET: &str = "secret";

/// The parameters as a document, for a body that says nothing. None where they tell no more than the campaign.
pub(crate) fn document(request: &Request) -> Option<Json> {
    let parameters = parameters(request);
    let tells = parameters.iter().any(|(name, value)| !is_volatile(name) && !is_blank(value));
    tells.then(|| nested(parameters))
}

/// Adds the parameters as answers of the lowest rank: where the body has the question, they are kept beside it.
pub(crate) fn add(request: &Request, submission: &mut Submission) {
    let mut said: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (name, value) in parameters(request).into_iter().filter(|(_, value)| !is_blank(value)) {
        let name = name[..name.floor_char_boundary(limits::NAME_BYTES)].trim();
        said.entry(name.to_owned()).or_default().push(Value::text(value.trim()));
    }
    for (name, mut values) in said {
        let value = if values.len() == 1 { values.remove(0) } else { Value::List(values) };
        let question =
            submission.question(&name).or_else(|| submission.fields.get_key_value(&name).map(|(it, _)| it.as_str()));
        match question {
            Some(question) if submission.fields[question] == value => {}
            None if !name.is_empty() => {
                submission.pointers.insert(name.clone(), step(&name));
                submission.fields.insert(name, value);
            }
            _ => submission.keep_apart(format!("query.{name}").trim_end_matches('.'), value, step(&name)),
        }
    }
}

fn parameters(request: &Request) -> Vec<(String, String)> {
    let Some((_, query)) = request.uri.split_once('?') else { return Vec::new() };
    let query = query.split('#').next().unwrap_or_default();
    let mut pairs = pairs(query.as_bytes(), None).pairs;
    pairs.retain(|(name, _)| name.trim() != SECRET);
    pairs
}
