//! Events as they read in sentences: as what happened, and as what is waited for.

use crate::id::EventType;

/// What people call the events that Handoff or the usual sources produce.
const AWAITED: [(&str, &str); 14] = [
    ("call_logged", "a call"),
    ("email_opened", "an opened e-mail"),
    ("email_replied", "a reply"),
    ("escalation_raised", "an escalation"),
    ("field_changed", "a changed field"),
    ("form_submitted", "a form"),
    ("meeting_booked", "a booked meeting"),
    ("meeting_completed", "a completed meeting"),
    ("payment_received", "a payment"),
    ("record_assigned", "an owner"),
    ("record_closed", "a closed record"),
    ("sms_received", "a text message"),
    ("stage_changed", "a change of stage"),
    ("task_completed", "a completed task"),
];

/// As what happened: `call logged`.
pub(super) fn event(event_type: &EventType) -> String {
    event_type.as_str().replace('_', " ")
}

/// As what is waited for: `a call`; others by their own words.
pub(super) fn awaited(event_type: &EventType) -> String {
    known(event_type).map_or_else(|| event(event_type), str::to_owned)
}

/// As what did not come, after a `no`: `call`.
pub(super) fn missing(event_type: &EventType) -> String {
    let known = known(event_type).and_then(|words| words.split_once(' '));
    known.map_or_else(|| event(event_type), |(_, noun)| noun.to_owned())
}

fn known(event_type: &EventType) -> Option<&'static str> {
    AWAITED.iter().find(|(known, _)| *known == event_type.as_str()).map(|(_, words)| *words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_waited_for_reads_like_english_and_unknown_events_keep_their_words() {
        let check = |event_type: &str, expected: [&str; 3]| {
            let event_type = EventType::new(event_type);
            assert_eq!([event(&event_type), awaited(&event_type), missing(&event_type)], expected);
        };
        check("call_logged", ["call logged", "a call", "call"]);
        check("email_replied", ["email replied", "a reply", "reply"]);
        check("stage_changed", ["stage changed", "a change of stage", "change of stage"]);
        check("contract_signed", ["contract signed", "contract signed", "contract signed"]);
    }
}
