//! The same content gives the same fingerprint: a double click is told from a second wish.

use domain::value::Value;
use sha2::{Digest, Sha256};

use crate::{
    decode::is_captcha,
    question::{is_one_of, normal},
    submission::{File, Submission},
};

/// Fields that differ between two posts of the same content, by the normal form of their last name:
/// moments, ids of the request, tokens, and where the browser came from.
const VOLATILE: &[&str] = &[
    "submissionid",
    "responseid",
    "entryid",
    "eventid",
    "requestid",
    "messageid",
    "deliveryid",
    "tranid",
    "uuid",
    "submissiontime",
    "submissiondate",
    "submittedat",
    "submittedon",
    "datesubmitted",
    "completedat",
    "createdat",
    "datecreated",
    "receivedat",
    "occurredat",
    "startedat",
    "landedat",
    "updatedat",
    "timestamp",
    "eventts",
    "nonce",
    "wpnonce",
    "token",
    "csrftoken",
    "csrf",
    "authenticitytoken",
    "requestverificationtoken",
    "formbuildid",
    "formtoken",
    "akjs",
    "wpcf7akjs",
    "gclid",
    "gbraid",
    "wbraid",
    "fbclid",
    "fbp",
    "fbc",
    "msclkid",
    "ttclid",
    "liclid",
    "twclid",
    "ga",
    "gid",
    "hubspotutk",
    "hutk",
    "clientid",
    "sessionid",
    "visitorid",
    "referrer",
    "referer",
    "pageurl",
    "pageuri",
    "landingpage",
    "useragent",
    "ip",
    "ipaddress",
    "remoteip",
];

/// Names of campaigns, and of what proves that a person sits before the page.
pub(crate) fn is_volatile(name: &str) -> bool {
    let last = normal(name.rsplit('.').next().unwrap_or(name));
    VOLATILE.contains(&last.as_str()) || last.starts_with("utm") || is_captcha(&last)
}

/// Elementor writes the date and the time of the post beside these, and with no other name than a question would have.
const ELEMENTOR: &[&str] = &["remoteip", "useragent", "poweredby"];
const ELEMENTOR_MOMENT: &[&str] = &["date", "time"];

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
    let is_elementor = submission.fields.keys().filter(|name| is_one_of(name, ELEMENTOR)).count() >= 2;
    for (name, value) in &submission.fields {
        if !(is_volatile(name) || (is_elementor && is_one_of(name, ELEMENTOR_MOMENT))) {
            add(name);
            add(&canonical(value));
        }
    }
    hex::encode(hash.finalize())
}

/// The fingerprint of the same answers with these files: another file is other content.
pub(crate) fn with_files(answers: &str, files: &[File]) -> String {
    if files.is_empty() {
        return answers.to_owned();
    }
    let mut hash = Sha256::new();
    hash.update(answers);
    for file in files {
        hash.update(&file.sha256);
    }
    hex::encode(hash.finalize())
}

fn canonical(value: &Value) -> String {
    match value {
        // The case of an address means nothing.
        Value::Text(text) if text.contains('@') => ["t", &text.trim().to_lowercase()].concat(),
        Value::Text(text) => ["t", text.trim()].concat(),
        other => ["v", &serde_json::to_string(other).expect("a value is plain data")].concat(),
    }
}
