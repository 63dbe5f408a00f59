use serde::{Deserialize, Serialize};

use super::{Head, WithdrawnWhy};
use crate::{
    id::{ExecutionId, PersonId, PoolId, RequestId, RouteId},
    instant::Instant,
    rotation::Candidates,
    routing::{IfNobody, Looked, RoutedTo},
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

/// Requests to pools for an owner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestChange {
    /// A route said who gets the record, before any pool was asked.
    Routed {
        execution: ExecutionId,
        step: StepPath,
        route: RouteId,
        /// The rule that matched, or the owner so far; none if none did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rule: Option<String>,
        to: RoutedTo,
        /// What each rule said, the one that matched last. In words: time off is not kept as of a moment.
        looked_at: Vec<Looked>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        not_looked_at: Vec<String>,
    },
    Asked {
        request: RequestId,
        execution: ExecutionId,
        step: StepPath,
        kind: RequestKind,
        pool: PoolId,
        number: u32,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        exclude: Vec<PersonId>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        skills: Vec<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        keep: Option<PersonId>,
        /// Whom the route names for when this pool has nobody at the first asking.
        #[serde(default, skip_serializing_if = "IfNobody::is_wait")]
        if_nobody: IfNobody,
        deadline: Instant,
    },
    /// The pool has nobody: the request waits, and is asked again at `retry_at`.
    Waits {
        request: RequestId,
        next_opening: Instant,
        retry_at: Instant,
        #[serde(default, skip_serializing_if = "Candidates::is_empty")]
        candidates: Candidates,
    },
    /// The waiting request is put to the pool again.
    AskedAgain {
        request: RequestId,
        attempt: u32,
        /// How long it may wait now, where the clock has been set back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deadline: Option<Instant>,
    },
    Withdrawn {
        request: RequestId,
        pool: PoolId,
        why: WithdrawnWhy,
        /// Why nobody in the pool could, where that is what withdrew it.
        #[serde(default, skip_serializing_if = "Candidates::is_empty")]
        candidates: Candidates,
    },
    Refused {
        request: RequestId,
        why: String,
    },
}

/// How many settled requests a head remembers; older ones count as settled.
const SETTLED_REQUESTS_KEPT: usize = 4;

impl Head {
    pub(super) fn apply_request(&mut self, change: &RequestChange, at: Instant) {
        match change {
            RequestChange::Asked {
                request,
                execution,
                step,
                kind,
                pool,
                number,
                exclude,
                skills,
                keep,
                if_nobody,
                deadline,
            } => {
                self.last_number = *number;
                self.requests.push(Request {
                    id: request.clone(),
                    execution: execution.clone(),
                    step: step.clone(),
                    kind: *kind,
                    pool: pool.clone(),
                    number: *number,
                    since: at,
                    exclude: exclude.clone(),
                    skills: skills.clone(),
                    keep: keep.clone(),
                    if_nobody: if_nobody.clone(),
                    deadline: *deadline,
                    attempt: 0,
                    state: RequestState::Asked,
                });
                self.forget_settled();
            }
            RequestChange::Waits { request, retry_at, .. } => self.wait_for_pool(request, *retry_at),
            RequestChange::AskedAgain { request, attempt, deadline } => {
                self.settle(request, RequestState::Asked);
                if let Some(open) = self.requests.iter_mut().find(|open| open.id == *request) {
                    open.attempt = *attempt;
                    open.deadline = deadline.unwrap_or(open.deadline);
                }
            }
            RequestChange::Withdrawn { request, .. } => self.settle(request, RequestState::Withdrawn),
            RequestChange::Refused { request, .. } => self.settle(request, RequestState::Refused),
            RequestChange::Routed { .. } => {}
        }
    }

    fn wait_for_pool(&mut self, request: &RequestId, retry_at: Instant) {
        self.settle(request, RequestState::Waiting { retry_at });
        let waits = self.request(request).map(|request| request.execution.clone());
        if let Some(execution) = self.executions.iter_mut().find(|open| Some(&open.id) == waits.as_ref()) {
            // What comes after a wait is of its own time.
            execution.not_again = false;
        }
    }

    fn settle(&mut self, id: &RequestId, state: RequestState) {
        if let Some(request) = self.requests.iter_mut().find(|open| open.id == *id) {
            request.state = state;
        }
    }

    fn forget_settled(&mut self) {
        let settled = self.requests.iter().filter(|request| !request.is_awaited()).count();
        let mut surplus = settled.saturating_sub(SETTLED_REQUESTS_KEPT);
        self.requests.retain(|request| {
            let forget = surplus > 0 && !request.is_awaited();
            surplus -= usize::from(forget);
            !forget
        });
    }
}
