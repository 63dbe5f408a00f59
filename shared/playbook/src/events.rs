//! The events that a workflow may start by or wait for.

/// What forms and the usual programs send, by the names that Handoff has words for. Others are declared in schema.yaml.
pub const KNOWN_EVENTS: [&str; 9] = [
    "call_logged",
    "email_opened",
    "email_replied",
    "form_submitted",
    "meeting_booked",
    "meeting_completed",
    "payment_received",
    "record_closed",
    "sms_received",
];

/// Names of what Handoff does itself and starts no workflow by, each with what to write instead.
const UNSENT: [(&str, &str); 9] = [
    ("email_sent", "steps after `send_email` run once it is handed over"),
    ("escalation_raised", "write what escalates as steps of `if_missed`"),
    ("execution_ended", "write the next steps at the end of the workflow itself"),
    ("field_changed", "let the program that changes the field post an event of its own"),
    ("owner_changed", "steps after `assign` or `reassign` run once somebody has the record"),
    ("record_assigned", "steps after `assign` run once somebody has the record"),
    ("record_created", "start by the form, or by the event, that makes the record"),
    ("stage_changed", "let the program that changes the stage post an event of its own"),
    ("task_completed", "wait for the event that does the task, as its `done_when` names it"),
];

/// What to write instead of an event that Handoff does not send.
pub(crate) fn instead_of(event: &str) -> Option<&'static str> {
    UNSENT.iter().find(|(name, _)| *name == event).map(|(_, instead)| *instead)
}
