//! What stands behind the `?` of the address that a form posts to: `?utm_source=google`.

use domain::value::Value;

use crate::{decode::pairs, limits, problem::step, request::Request, submission::Submission};

/// The parameter that may hold the secret of the form: nothing that is kept may hold it.
const SECRET: &str = "secret";

/// Adds the parameters as answers of the lowest rank: none where the body has the question.
pub(crate) fn add(request: &Request, submission: &mut Submission) {
    let Some((_, query)) = request.uri.split_once('?') else { return };
    let query = query.split('#').next().unwrap_or_default();
    for (name, value) in pairs(query.as_bytes(), None).pairs {
        let name = name[..name.floor_char_boundary(limits::NAME_BYTES)].trim();
        let is_new = !name.is_empty() && name != SECRET && submission.question(name).is_none();
        if is_new && !submission.fields.contains_key(name) {
            submission.pointers.insert(name.to_owned(), step(name));
            submission.fields.insert(name.to_owned(), Value::text(value.trim()));
        }
    }
}
