//! The Idempotency-Key: the same key is the same request. With other content a program is refused; what a form sends
//! is kept aside, for its sender may be a person who never sees the refusal.
//!
//! `evaluate` writes down the first use of a key, in a history of its own, a moment after the request is accepted.
//! Until then this process remembers it.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use axum::http::HeaderMap;
use domain::{
    history::{Change, KeptChange},
    id::{EventId, RecordKey, derive},
};
use engine::ports::Histories;
use futures_util::lock::{Mutex as AsyncMutex, OwnedMutexGuard};

use crate::answer::Failure;

const HEADER: &str = "idempotency-key";
const LONGEST: usize = 255;
/// How many keys a process knows by itself: far more than come before `evaluate` has written them down.
const KNOWN: usize = 20_000;

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
pub(crate) fn form_key(headers: &HeaderMap) -> Option<String> {
    let given = headers.get(HEADER)?;
    let text = given.to_str().map_or_else(|_| hex::encode(given.as_bytes()), |text| text.trim().to_owned());
    (!text.is_empty()).then_some(text)
}

/// The id of what came under a key. `scope` keeps the keys of different addresses apart.
pub(crate) fn event_id(scope: &str, key: &str, index: usize) -> EventId {
    EventId::new(derive("evt_", &[scope, "key", key, &index.to_string()]))
}

/// What tells one content that came under a key from another.
pub(crate) fn fingerprint(key: &str, content: &str) -> String {
    derive("fp_", &[key, content])
}

/// What a program is told whose key was used before with other content.
pub(crate) fn reused() -> Failure {
    Failure::new(
        422,
        "idempotency_key_reused",
        "The Idempotency-Key was used before with another body",
        "the first one counts; send this one with a key of its own",
    )
}

/// What is known of the use of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// None that this process knows of.
    First,
    /// The same content was accepted before.
    Repeat,
    /// Other content was accepted before.
    Other,
}

/// The content of a key that this process has accepted; none until it has.
type Slot = Arc<AsyncMutex<Option<String>>>;

/// The keys whose requests this process has accepted, the newest of them.
#[derive(Default)]
pub(crate) struct Keys(Mutex<Known>);

#[derive(Default)]
struct Known {
    slots: HashMap<String, Slot>,
    oldest_first: VecDeque<String>,
}

/// The sole right to accept a request under its key, until dropped.
pub(crate) struct Claim {
    slot: OwnedMutexGuard<Option<String>>,
    fingerprint: String,
    pub found: Use,
}

impl Keys {
    /// Says what is known of a key's use, once no other request under it is about to be accepted. `id` is what came
    /// under the key.
    pub async fn claim(&self, ports: &impl Histories, id: &str, fingerprint: &str) -> Result<Claim, Failure> {
        let slot = self.slot(id).lock_owned().await;
        let first = match &*slot {
            Some(first) => Some(first.clone()),
            None => written_down(ports, id).await?,
        };
        let found = match first {
            None => Use::First,
            Some(first) if first == fingerprint => Use::Repeat,
            Some(_) => Use::Other,
        };
        Ok(Claim { slot, fingerprint: fingerprint.to_owned(), found })
    }

    fn slot(&self, id: &str) -> Slot {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = known.slots.get(id) {
            return Arc::clone(slot);
        }
        if known.oldest_first.len() >= KNOWN
            && let Some(oldest) = known.oldest_first.pop_front()
        {
            known.slots.remove(&oldest);
        }
        known.oldest_first.push_back(id.to_owned());
        Arc::clone(known.slots.entry(id.to_owned()).or_default())
    }
}

impl Claim {
    /// The request under the key is durable.
    pub fn accepted(mut self) {
        if self.found == Use::First {
            *self.slot = Some(self.fingerprint);
        }
    }
}

async fn written_down(ports: &impl Histories, id: &str) -> Result<Option<String>, Failure> {
    let used = ports.newest(&RecordKey::new(engine::evaluate::REQUEST, id)).await?;
    Ok(used.iter().flat_map(|entry| &entry.changes).find_map(|change| match change {
        Change::Kept(KeptChange::KeyUsed { fingerprint, .. }) => Some(fingerprint.clone()),
        _ => None,
    }))
}
