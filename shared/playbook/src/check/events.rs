//! Whether something sends the events that workflows start by and wait for, and what schema.yaml declares of events.

use std::collections::BTreeMap;

use domain::{
    id::{EventType, Kind},
    nearest::nearest,
    playbook::{EventSchema, Schema},
};

use super::names::{Reference, check_reference};
use crate::{
    KNOWN_EVENTS, code,
    diagnostic::Place,
    events::instead_of,
    read::Report,
    sections::{Draft, SCHEMA},
    yaml::Node,
};

/// The events that come: those that Handoff knows, and those that the schema declares.
pub(super) struct Events<'d> {
    declared: Option<&'d BTreeMap<EventType, EventSchema>>,
}

impl<'d> Events<'d> {
    pub fn of(draft: &'d Draft) -> Self {
        Self { declared: draft.schema.as_ref().map(|schema| &schema.events) }
    }

    /// Reports an event that nothing sends: what waits for it never goes on. Says nothing while the schema
    /// could not be read. Whether the event may come.
    pub fn check(&self, event: &str, at: Place, report: &mut Report<'_>) -> bool {
        let Some(declared) = self.declared else { return true };
        if event.is_empty() || KNOWN_EVENTS.contains(&event) || declared.contains_key(&EventType::new(event)) {
            return true;
        }
        let declare = format!("declare it in {SCHEMA}: `events: {{ {event}: {{}} }}`");
        if let Some(instead) = instead_of(event) {
            let message = format!(
                "nothing sends `{event}`, so this never happens: {instead}. If a program of yours posts it, {declare}"
            );
            report.error(at, code::UNKNOWN_EVENT, message, None);
            return false;
        }
        let known = KNOWN_EVENTS.into_iter().chain(declared.keys().map(EventType::as_str));
        match nearest(event, known).map(str::to_owned) {
            Some(meant) => {
                let message = format!("nothing sends `{event}`. If a program of yours does, {declare}");
                report.error(at, code::UNKNOWN_EVENT, message, Some(meant));
                false
            }
            None => {
                let message = format!("`{event}` happens only if a program of yours posts it to /v1/events; {declare}");
                report.warning(at, code::UNKNOWN_EVENT, message, None);
                true
            }
        }
    }

    /// Reports a trigger on a kind of record that the event is not about.
    pub fn check_kind(&self, event: &EventType, kind: &Kind, at: Place, report: &mut Report<'_>) {
        let about = self.declared.and_then(|declared| declared.get(event)?.kind.as_ref());
        if let Some(about) = about.filter(|about| *about != kind) {
            let message = format!("`{event}` is about a {about}, as {SCHEMA} declares it, and not about a {kind}");
            report.error(at, code::UNKNOWN_KIND, message, Some(about.to_string()));
        }
    }
}

/// Checks what the schema declares of events.
pub(super) fn check_declared(draft: &Draft, schema: &Schema, tree: &Node, report: &mut Report<'_>) {
    for (event, declared) in &schema.events {
        let Some(entry) = tree.reach(&["events"]).entry(event.as_str()) else { continue };
        check_event_name(event.as_str(), entry.key_place, report);
        let Some(kind) = &declared.kind else { continue };
        let at = tree.reach(&["events", event.as_str(), "kind"]).place;
        let reference = Reference { name: kind.as_str(), at, code: code::UNKNOWN_KIND, what: "a kind of record" };
        check_reference(&reference, draft.names.kinds.iter().map(String::as_str), report);
        let Some(own) = schema.kinds.get(kind) else { continue };
        for (field, brought) in &declared.fields {
            if let Some(field_type) = own.fields.get(field).map(|it| it.field_type).filter(|own| own != brought) {
                let message = format!("{kind}.{field} has another type; an event fills it, so both must be the same");
                let meant = serde_json::to_value(field_type).ok().and_then(|word| word.as_str().map(str::to_owned));
                let at = tree.reach(&["events", event.as_str(), "fields", field]).place;
                report.error(at, code::TYPE_MISMATCH, message, meant);
            }
        }
    }
}

/// The API takes snake_case, so no other name would ever come.
fn check_event_name(name: &str, at: Place, report: &mut Report<'_>) {
    let is_snake = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_');
    if name == "form_submitted" {
        report.error(at, code::BAD_NAME, "form_submitted comes from forms; describe them in forms/", None);
    } else if !is_snake {
        let message =
            format!("`{name}` cannot be an event: write it in snake_case and past tense, such as deal_created");
        report.error(at, code::BAD_NAME, message, Some(name.to_lowercase().replace(['-', ' ', '.'], "_")));
    }
}
