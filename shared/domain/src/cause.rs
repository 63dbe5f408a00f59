//! What made an execution start.

use serde::{Deserialize, Serialize};

use crate::id::EventId;

/// What made an execution start. Its id derives from it, and with that the ids of all it asks for: what comes again
/// starts the same execution, and is seen to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cause {
    /// An event from outside.
    Event(EventId),
    /// What an entry of the same history has changed: the entry's number, and the change's place in it.
    Change { seq: u64, index: u32 },
}

impl Cause {
    /// What ids derive from.
    pub fn key(&self) -> String {
        match self {
            Self::Event(event) => event.to_string(),
            Self::Change { seq, index } => format!("{seq}#{index}"),
        }
    }
}
