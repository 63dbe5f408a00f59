//! Changes as entries up to version 5 have them: one list of all, `{ "change": "fields_set", "fields": … }`.

use serde::de::Error;
use serde_json::{Map, Value};

use crate::history::Change;

/// Each change as it was called, the concern that it belongs to now, and what it is called there.
const CHANGES: [(&str, &str, &str); 48] = [
    ("event_received", "event", "received"),
    ("event_repeated", "event", "repeated"),
    ("submission_updated", "event", "updated"),
    ("submission_outdated", "event", "outdated"),
    ("fetch_awaited", "event", "fetch_awaited"),
    ("fetched", "event", "fetched"),
    ("submission_kept", "kept", "kept"),
    ("settlement_awaited", "kept", "settlement_awaited"),
    ("kept_settled", "kept", "settled"),
    ("key_used", "kept", "key_used"),
    ("kept_deleted", "kept", "deleted"),
    ("linked", "record", "linked"),
    ("found_by", "record", "found_by"),
    ("also_named", "record", "also_named"),
    ("forgotten", "record", "forgotten"),
    ("fields_set", "record", "fields_set"),
    ("segment_joined", "record", "segment_joined"),
    ("record_closed", "record", "closed"),
    ("record_reopened", "record", "reopened"),
    ("clock_set_back", "record", "clock_set_back"),
    ("record_deleted", "record", "deleted"),
    ("not_started", "execution", "not_started"),
    ("execution_started", "execution", "started"),
    ("branch_taken", "execution", "branch_taken"),
    ("wait_started", "execution", "wait_started"),
    ("wait_met", "execution", "wait_met"),
    ("wait_missed", "execution", "wait_missed"),
    ("continued", "execution", "continued"),
    ("execution_held", "execution", "held"),
    ("execution_resumed", "execution", "resumed"),
    ("execution_ended", "execution", "ended"),
    ("routed", "request", "routed"),
    ("owner_requested", "request", "asked"),
    ("owner_awaited", "request", "waits"),
    ("owner_requested_again", "request", "asked_again"),
    ("request_withdrawn", "request", "withdrawn"),
    ("request_refused", "request", "refused"),
    ("owner_assigned", "owner", "assigned"),
    ("credit_asked", "owner", "credit_asked"),
    ("credit_refused", "owner", "credit_refused"),
    ("credit_given", "owner", "credit_given"),
    ("capacity_changed", "owner", "capacity_changed"),
    ("effect_requested", "effect", "requested"),
    ("effect_settled", "effect", "settled"),
    ("task_created", "task", "created"),
    ("task_moved", "task", "moved"),
    ("task_ended", "task", "ended"),
    ("task_due", "task", "due"),
];

/// Reads one change by its parts, whatever their order.
pub(super) fn read<E: Error>(mut parts: Map<String, Value>) -> Result<Change, E> {
    let Some(Value::String(called)) = parts.remove("change") else {
        return Err(E::custom("a change says neither what it is about nor what it is"));
    };
    let Some((_, concern, name)) = CHANGES.iter().find(|(flat, ..)| *flat == called) else {
        return Err(E::custom(format!("no release has written a change `{called}`")));
    };
    let change = if parts.is_empty() { Value::from(*name) } else { object(name, Value::Object(parts)) };
    serde_json::from_value(object(concern, change)).map_err(E::custom)
}

fn object(name: &str, value: Value) -> Value {
    Value::Object(Map::from_iter([(name.to_owned(), value)]))
}
