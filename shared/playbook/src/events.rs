//! The events that a workflow may start by or wait for.

use domain::workflow::{RECORD_ASSIGNED, TASK_COMPLETED};

/// What forms and the usual programs send, by the names that Handoff has words for. Others are declared in schema.yaml.
/// And what Handoff itself makes true ([`domain::workflow::OWN_FACTS`]).
pub const KNOWN_EVENTS: [&str; 11] = [
    "call_logged",
    "email_opened",
    "email_replied",
    "form_submitted",
    "meeting_booked",
    "meeting_completed",
    "payment_received",
    RECORD_ASSIGNED,
    "record_closed",
    "sms_received",
    TASK_COMPLETED,
];

/// Names of what Handoff does itself and starts no workflow by, each with what to write instead.
const UNSENT: [(&str, &str); 7] = [
    ("email_sent", "steps after `send_email` run once it is handed over"),
    ("escalation_raised", "write what escalates as steps of `if_missed`"),
    ("execution_ended", "write the next steps at the end of the workflow itself"),
    ("field_changed", "let the program that changes the field post an event of its own"),
    ("owner_changed", "start by `record_assigned`, or go on after `assign` or `reassign`"),
    ("record_created", "start by the form, or by the event, that makes the record"),
    ("stage_changed", "let the program that changes the stage post an event of its own"),
];

/// What to write instead of an event that Handoff does not send.
pub(crate) fn instead_of(event: &str) -> Option<&'static str> {
    UNSENT.iter().find(|(name, _)| *name == event).map(|(_, instead)| *instead)
}
