//! The same content gives the same fingerprint: a double click is told from a second wish.

use domain::value::Value;
use sha2::{Digest, Sha256};

use crate::{question::is_one_of, submission::Submission};

/// Fields that differ between two posts of the same content, by normal name.
const VOLATILE: &[&str] = &[
    "submissionid",
    "submissiontime",
    "submittedat",
    "timestamp",
    "nonce",
    "token",
    "csrftoken",
    "csrf",
    "grecaptcharesponse",
    "hcaptcharesponse",
    "cfturnstileresponse",
    "eventid",
    "requestid",
    "createdat",
];

/// SHA-256 (hex) over form, fetched object and answers in the order of their names, each length-prefixed.
pub(crate) fn fingerprint(submission: &Submission) -> String {
    let mut hash = Sha256::new();
    let mut add = |text: &str| {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    };
    add(submission.form_name.as_deref().unwrap_or_default());
    if let Some(fetch) = &submission.to_fetch {
        add(&fetch.object);
        add(&fetch.id);
    }
    for (name, value) in &submission.fields {
        let last = name.rsplit('.').next().unwrap_or(name);
        if !is_one_of(last, VOLATILE) {
            add(name);
            add(&canonical(value));
        }
    }
    hex::encode(hash.finalize())
}

fn canonical(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("t{}", text.trim()),
        other => format!("v{}", serde_json::to_string(other).expect("a value is plain data")),
    }
}
