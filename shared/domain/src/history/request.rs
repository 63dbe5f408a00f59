use serde::{Deserialize, Serialize};

use crate::{
    id::{ExecutionId, PersonId, PoolId, RequestId},
    instant::Instant,
    routing::IfNobody,
    step_path::StepPath,
};

/// A request to a pool for an owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    pub id: RequestId,
    pub execution: ExecutionId,
    pub step: StepPath,
    pub kind: RequestKind,
    pub pool: PoolId,
    pub number: u32,
    /// When it was first asked: its place in the pool's line. Entries before version 3 do not say it.
    #[serde(default)]
    pub since: Instant,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<PersonId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep: Option<PersonId>,
    /// Whom the route names for when the pool has nobody at the first asking.
    #[serde(default, skip_serializing_if = "IfNobody::is_wait")]
    pub if_nobody: IfNobody,
    pub deadline: Instant,
    pub attempt: u32,
    pub state: RequestState,
}

/// Whether a request gives a record its owner, or takes it to the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestKind {
    Assign,
    Reassign,
}

/// Where a request stands. All but the settled ones are *awaited*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum RequestState {
    /// On its way to the pool and back.
    Asked,
    /// Nobody available: asked again at this time.
    Waiting { retry_at: Instant },
    /// The pool cannot serve it; a person has a task.
    Refused,
    /// Overtaken: its slot, if it got one, goes back.
    Withdrawn,
}

impl Request {
    pub fn is_awaited(&self) -> bool {
        matches!(self.state, RequestState::Asked | RequestState::Waiting { .. } | RequestState::Refused)
    }
}
