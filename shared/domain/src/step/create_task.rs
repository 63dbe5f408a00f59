use serde::{Deserialize, Serialize};

use super::{Hands, Mention, Outcome, StepKind, Who};
use crate::{duration::Span, id::EventType, task::Priority};

/// `create_task: { title: Call within 5 min, priority: P1, due: 5 minutes, assigned_to: lead.owner }`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateTask {
    pub create_task: NewTask,
}

/// The task as written; `due` counts from the moment it is created.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewTask {
    /// With merge fields: `Call {{ lead.name }}`.
    pub title: String,
    #[serde(default)]
    pub priority: Priority,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Span>,
    pub assigned_to: Who,
    /// The event that does the task, besides a person who says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_when: Option<EventType>,
}

impl StepKind for CreateTask {
    const KEY: &'static str = "create_task";

    fn run(&self, hands: &mut dyn Hands) -> Outcome {
        hands.open_task(&self.create_task);
        Outcome::Done
    }

    fn mentions(&self) -> Vec<Mention<'_>> {
        let new = &self.create_task;
        let own = [Mention::Who(&new.assigned_to), Mention::Text(&new.title)];
        own.into_iter().chain(new.done_when.as_ref().map(Mention::Event)).collect()
    }

    fn describe(&self) -> String {
        let new = &self.create_task;
        let due = new.due.map(|span| format!(", due in {span}")).unwrap_or_default();
        format!("{:?} task \"{}\" for {}{due}", new.priority, new.title, new.assigned_to)
    }
}
