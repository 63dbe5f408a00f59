//! Whether anything goes by an event of this type. One that nothing goes by is taken all the same: it belongs to the
//! record's history, and a later playbook may declare it. Its sender is told, for it may be a slip.

use domain::{
    id::EventType,
    nearest::nearest,
    playbook::Playbook,
    step::Mention,
    workflow::{Trigger, Workflow},
};
use playbook::KNOWN_EVENTS;

/// What the sender is told of an event that no workflow goes by and the schema does not declare.
pub(super) fn warning(event: &EventType, playbook: &Playbook) -> Option<String> {
    let known = || {
        let named = playbook.schema.events.keys().chain(playbook.workflows.values().flat_map(events_of));
        KNOWN_EVENTS.into_iter().chain(named.map(EventType::as_str))
    };
    if known().any(|known| known == event.as_str()) {
        return None;
    }
    let hint = nearest(event.as_str(), known()).map_or_else(
        || format!("declare it in schema.yaml, `events: {{ {event}: {{}} }}`, if a workflow is to go by it"),
        |meant| format!("did you mean `{meant}`?"),
    );
    Some(format!("the event was taken, but no workflow goes by `{event}` and schema.yaml does not declare it; {hint}"))
}

/// What starts a workflow, what its steps wait for, and what does its tasks.
fn events_of(workflow: &Workflow) -> impl Iterator<Item = &EventType> {
    let trigger = match &workflow.when {
        Trigger::Event { event, .. } => Some(event),
        Trigger::FormSubmitted(_) => None,
    };
    trigger.into_iter().chain(workflow.mentions().filter_map(|mention| match mention {
        Mention::Event(event) => Some(event),
        _ => None,
    }))
}
