use serde::{Deserialize, Serialize};

use super::{
    effect::EffectChange, event::EventChange, execution::ExecutionChange, kept::KeptChange, owner::OwnerChange,
    record::RecordChange, request::RequestChange, task::TaskChange,
};

/// One thing that happened to a record, by what it is about. The head is the fold of all of them.
///
/// Each concern is one file with its changes and how they fold. Whatever has to look at every change matches without a
/// catch-all, so that a new one cannot be forgotten.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    Event(EventChange),
    Kept(KeptChange),
    Record(RecordChange),
    Execution(ExecutionChange),
    Request(RequestChange),
    Owner(OwnerChange),
    Effect(EffectChange),
    Task(TaskChange),
}

macro_rules! change_from {
    ($($concern:ident = $change:ident),+ $(,)?) => {
        $(impl From<$change> for Change {
            fn from(change: $change) -> Self {
                Self::$concern(change)
            }
        })+
    };
}

change_from! {
    Event = EventChange,
    Kept = KeptChange,
    Record = RecordChange,
    Execution = ExecutionChange,
    Request = RequestChange,
    Owner = OwnerChange,
    Effect = EffectChange,
    Task = TaskChange,
}
