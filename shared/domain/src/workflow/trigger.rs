use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, MapAccess, Visitor},
    ser::SerializeMap,
};

use crate::id::{EventType, FormId, Kind};

const FORM_SUBMITTED: &str = "form_submitted";

/// What Handoff itself makes true and workflows start by or wait for, named like an event from outside: the record has
/// an owner, the same or another.
pub const RECORD_ASSIGNED: &str = "record_assigned";
/// Somebody has done a task that a workflow had given them.
pub const TASK_COMPLETED: &str = "task_completed";

/// The names of all that Handoff itself makes true.
pub const OWN_FACTS: [&str; 2] = [RECORD_ASSIGNED, TASK_COMPLETED];

/// What starts a workflow: `when: { form_submitted: demo-request }` or `when: { call_logged: lead }`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Trigger {
    FormSubmitted(FormId),
    /// Any other event about a record of a kind.
    Event {
        event: EventType,
        kind: Kind,
    },
}

impl Trigger {
    /// The trigger that an event of this type pulls, about a record of this kind.
    pub fn pulled_by(event: &EventType, form: Option<&FormId>, kind: &Kind) -> Self {
        match form {
            Some(form) if event.as_str() == FORM_SUBMITTED => Self::FormSubmitted(form.clone()),
            _ => Self::Event { event: event.clone(), kind: kind.clone() },
        }
    }

    pub fn event(&self) -> EventType {
        match self {
            Self::FormSubmitted(_) => EventType::new(FORM_SUBMITTED),
            Self::Event { event, .. } => event.clone(),
        }
    }
}

impl Serialize for Trigger {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match self {
            Self::FormSubmitted(form) => map.serialize_entry(FORM_SUBMITTED, form)?,
            Self::Event { event, kind } => map.serialize_entry(event, kind)?,
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Trigger {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TriggerVisitor;
        impl<'de> Visitor<'de> for TriggerVisitor {
            type Value = Trigger;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("one event, for example { form_submitted: demo-request }")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Trigger, A::Error> {
                let Some((event, of)) = map.next_entry::<String, String>()? else {
                    return Err(de::Error::custom("`when` needs one event, for example form_submitted: demo-request"));
                };
                if map.next_key::<String>()?.is_some() {
                    return Err(de::Error::custom("`when` takes one event; write a second workflow for the other"));
                }
                Ok(match event.as_str() {
                    FORM_SUBMITTED => Trigger::FormSubmitted(FormId::new(of)),
                    _ => Trigger::Event { event: EventType::new(event), kind: Kind::new(of) },
                })
            }
        }
        deserializer.deserialize_map(TriggerVisitor)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Trigger {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Trigger".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "object",
            "description": "One event: form_submitted: demo-request, or an event and the kind of record: call_logged: lead.",
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": { "type": "string" }
        })
    }
}
