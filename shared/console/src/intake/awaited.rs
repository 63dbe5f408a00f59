//! Whether anything goes by an event of this type. One that nothing goes by is taken all the same: it belongs to the
//! record's history, and a later playbook may declare it. Its sender is told, for it may be a slip.

use domain::{
    id::EventType,
    nearest::nearest,
    playbook::Playbook,
    step::{Mention, Step},
    workflow::{Trigger, Workflow},
};
use playbook::KNOWN_EVENTS;

/// What the sender is told of an event that no workflow goes by and the schema does not declare.
pub(super) fn warning(event: &EventType, playbook: &Playbook) -> Option<String> {
    let known = || {
        let declared = playbook.schema.events.keys();
        declared.chain(playbook.workflows.values().flat_map(events_of)).map(EventType::as_str).chain(KNOWN_EVENTS)
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
fn events_of(workflow: &Workflow) -> Vec<&EventType> {
    let trigger = match &workflow.when {
        Trigger::Event { event, .. } => Some(event),
        Trigger::FormSubmitted(_) => None,
    };
    let mut events: Vec<&EventType> = trigger.into_iter().collect();
    [&workflow.then, &workflow.otherwise].into_iter().for_each(|steps| collect(steps, &mut events));
    events
}

fn collect<'w>(steps: &'w [Step], events: &mut Vec<&'w EventType>) {
    for step in steps {
        for mention in step.mentions() {
            if let Mention::Event(event) = mention {
                events.push(event);
            }
        }
        step.branches().into_iter().for_each(|(_, branch)| collect(branch, events));
    }
}
