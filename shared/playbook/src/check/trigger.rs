//! What starts a workflow: a form that there is, or an event that comes, about a kind of record that there is.

use domain::{
    condition::FieldPath,
    duration::Span,
    id::{EventType, Kind},
    workflow::{Trigger, Workflow},
};

use super::{
    events::Events,
    names::{Reference, check_reference},
};
use crate::{code, read::Report, sections::Draft, yaml::Node};

pub(super) fn check(draft: &Draft, workflow: &Workflow, tree: &Node, events: &Events<'_>, report: &mut Report<'_>) {
    let when = tree.reach(&["when"]);
    match &workflow.when {
        Trigger::FormSubmitted(form) => {
            let (name, at) = (form.as_str(), when.place_of(form.as_str()));
            let reference = Reference { name, at, code: code::UNKNOWN_FORM, what: "a form" };
            check_reference(&reference, draft.names.forms.iter().map(String::as_str), report);
        }
        Trigger::Event { event, kind } => {
            let (name, at) = (kind.as_str(), when.reach(&[event.as_str()]).place);
            let reference = Reference { name, at, code: code::UNKNOWN_KIND, what: "a kind of record" };
            if let Some((message, write)) = guessed(draft, event.as_str(), name) {
                return report.error(when.place_of(event.as_str()), code::UNKNOWN_EVENT, message, Some(write));
            }
            // A slip in the event's name: what follows it was meant for another event.
            if !events.check(event.as_str(), when.place_of(event.as_str()), report) {
                return;
            }
            if draft.schema.is_some() {
                check_reference(&reference, draft.names.kinds.iter().map(String::as_str), report);
            }
            events.check_kind(event, kind, at, report);
        }
    }
}

/// What other tools write in this place, and what to write here: why it is not an event, and the line in its place.
fn guessed(draft: &Draft, event: &str, value: &str) -> Option<(String, String)> {
    let schema = draft.schema.as_ref()?;
    if schema.kinds.contains_key(&Kind::new(value)) || schema.events.contains_key(&EventType::new(event)) {
        return None;
    }
    let kind = schema.kinds.keys().find(|kind| draft.forms.values().any(|form| form.record == **kind));
    let kind = kind.or(schema.kinds.keys().next())?;
    if event == "event" {
        let message = "the event's own name stands here, and the kind of record that it is about".to_owned();
        return Some((message, format!("when: {{ {value}: {kind} }}")));
    }
    if value.parse::<FieldPath>().is_ok() {
        let message = format!(
            "no workflow starts by a change of `{value}` itself; it starts by the event that brings the change, and `if: {value} changed` asks for it"
        );
        let field = value.split('.').next_back().unwrap_or(value);
        return Some((message, format!("when: {{ {field}_changed: {kind} }}")));
    }
    if value.parse::<Span>().is_ok() {
        let message = format!(
            "no workflow starts because {value} have passed; start it by the event that the time counts from, with `wait: {value}` as its first step and an `if` behind it"
        );
        return Some((message, format!("when: {{ stage_changed: {kind} }}")));
    }
    None
}
