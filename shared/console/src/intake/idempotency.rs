//! The Idempotency-Key: the same key is the same request. With another body a program is refused; what a form sends
//! is kept aside, for its sender may be a person who never sees the refusal.

use axum::http::HeaderMap;
use domain::{
    event::Event,
    history::{Change, KeptChange},
    id::{EventId, RecordKey, derive},
};
use engine::ports::Histories;

use crate::answer::Failure;

const HEADER: &str = "idempotency-key";
const LONGEST: usize = 255;

/// The key of a program's request, if it has one.
pub(crate) fn key(headers: &HeaderMap) -> Result<Option<String>, Failure> {
    let Some(given) = headers.get(HEADER) else { return Ok(None) };
    let text = given.to_str().unwrap_or_default();
    if text.is_empty() || text.len() > LONGEST || text.contains(char::is_whitespace) {
        let detail = "write 1 to 255 visible ASCII characters without a space, for example a UUID";
        return Err(Failure::new(400, "idempotency_key_invalid", "The Idempotency-Key cannot be read", detail));
    }
    Ok(Some(text.to_owned()))
}

/// The key of a form's post, if it has one. Whatever it is made of, it counts: a lead is not refused for it.
pub(super) fn form_key(headers: &HeaderMap) -> Option<String> {
    let given = headers.get(HEADER)?;
    let text = given.to_str().map_or_else(|_| hex::encode(given.as_bytes()), |text| text.trim().to_owned());
    (!text.is_empty()).then_some(text)
}

/// The id of what came under a key. `scope` keeps the keys of different addresses apart.
pub(super) fn event_id(scope: &str, key: &str, index: usize) -> EventId {
    EventId::new(derive("evt_", &[scope, "key", key, &index.to_string()]))
}

/// Whether the key of an event was used before with another body. `evaluate` decides the
/// cases that come too close together to be seen here.
pub(super) async fn is_reused(ports: &impl Histories, event: &Event) -> Result<bool, Failure> {
    if !event.keyed {
        return Ok(false);
    }
    let guard = RecordKey::new("request", event.id.as_str());
    let used = ports.newest(&guard).await?;
    let first = used.iter().flat_map(|entry| &entry.changes).find_map(|change| match change {
        Change::Kept(KeptChange::KeyUsed { fingerprint, .. }) => Some(fingerprint),
        _ => None,
    });
    Ok(first.is_some_and(|first| Some(first) != event.fingerprint.as_ref()))
}

/// What a program is told whose key was used before with another body.
pub(super) fn reused() -> Failure {
    Failure::new(
        422,
        "idempotency_key_reused",
        "The Idempotency-Key was used before with another body",
        "the first one counts; send this one with a key of its own",
    )
}
