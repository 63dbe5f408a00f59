//! The events that Handoff itself or the usual sources produce. Others are known by a trigger that names them.

/// Types of events a workflow may wait for without anything else naming them.
pub const KNOWN_EVENTS: [&str; 14] = [
    "call_logged",
    "email_opened",
    "email_replied",
    "escalation_raised",
    "field_changed",
    "form_submitted",
    "meeting_booked",
    "meeting_completed",
    "payment_received",
    "record_assigned",
    "record_closed",
    "sms_received",
    "stage_changed",
    "task_completed",
];
