//! Addresses of the API.

use domain::id::RecordKey;

pub(crate) fn record_path(record: &RecordKey) -> String {
    format!("/v1/records/{}/{}", part(record.kind.as_str()), part(&record.id))
}

/// A text as one part of a path.
pub(crate) fn part(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}
