//! How a pool is asked for an owner: by a step, or because the pool before it has nobody available.

use crate::{
    execution::Waiting,
    history::{ExecutionChange, Request, RequestChange, RequestKind, WithdrawnWhy},
    id::{ExecutionId, PersonId, PoolId, RequestId, derive},
    instant::Instant,
    rotation::Candidates,
    routing::{Ask, IfNobody},
    step_path::StepPath,
};

use super::{Assigned, Turn};

/// A request to a pool, as a step of an execution makes it.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnerRequest<'a> {
    pub execution: &'a ExecutionId,
    pub step: &'a StepPath,
    pub kind: RequestKind,
    pub ask: Ask,
    pub wanted: Wanted,
}

/// Whom a request for an owner is about, besides the pool.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Wanted {
    /// Not these: they had the record.
    pub exclude: Vec<PersonId>,
    /// Somebody who can do all of this.
    pub skills: Vec<String>,
    /// The present owner, if a returning record keeps them.
    pub keep: Option<PersonId>,
}

impl Turn<'_> {
    /// Until when a request that begins to wait now lets its pool take to find somebody.
    pub(super) fn patience(&self, pool: &PoolId) -> Option<Instant> {
        let wait_at_most = self.context.plan.playbook.pools.get(pool)?.wait_at_most;
        wait_at_most.after(self.now(), &self.calendar())
    }

    /// Asks a pool for an owner, under the record's next assignment number.
    pub fn request_owner(&mut self, request: OwnerRequest<'_>) {
        let OwnerRequest { execution, step, kind, ask, wanted: Wanted { exclude, skills, keep } } = request;
        let number = self.head.last_number + 1;
        let id = derive("req_", &[execution.as_str(), step.as_str(), &number.to_string()]);
        let deadline = self.patience(&ask.pool);
        self.emit(RequestChange::Asked {
            request: RequestId::new(id),
            execution: execution.clone(),
            step: step.clone(),
            kind,
            pool: ask.pool,
            number,
            exclude,
            skills,
            keep,
            if_nobody: ask.if_nobody,
            deadline: deadline.unwrap_or(self.now()),
        });
    }
}

/// The pool has nobody available: whom the route names next is asked in this same entry.
///
/// Each request carries only what is left of the chain: each pool is asked once, and the chain ends. If nobody is
/// available anywhere, the record waits for the last pool.
pub(super) fn ask_next(turn: &mut Turn<'_>, request: &Request, candidates: Candidates) {
    match &request.if_nobody {
        IfNobody::Wait => {}
        IfNobody::Pool(next) => ask_pool(turn, request, next, candidates),
        IfNobody::Person(person) => {
            let reason = format!("nobody in pool {} is available", request.pool);
            let acting = turn.acting_for(person);
            let assigned = Assigned::by_rule(acting, &reason);
            turn.assign_owner(assigned.under(Some(request.pool.clone()), candidates));
        }
    }
}

fn ask_pool(turn: &mut Turn<'_>, request: &Request, next: &Ask, candidates: Candidates) {
    turn.emit(RequestChange::Withdrawn {
        request: request.id.clone(),
        pool: request.pool.clone(),
        why: WithdrawnWhy::NobodyAvailable,
        candidates,
    });
    let (execution, step) = (&request.execution, &request.step);
    turn.request_owner(OwnerRequest {
        execution,
        step,
        kind: request.kind,
        ask: next.clone(),
        wanted: Wanted { exclude: request.exclude.clone(), skills: request.skills.clone(), keep: request.keep.clone() },
    });
    if turn.stands_at(execution, step) {
        let waiting = Waiting::Owner { pool: PoolId::clone(&next.pool) };
        turn.emit(ExecutionChange::WaitStarted { execution: execution.clone(), step: step.clone(), waiting });
    }
}

/// The outermost of these requests in each execution: where the execution continues once all of
/// them are served.
pub(super) fn outermost(requests: &[Request]) -> impl Iterator<Item = &Request> {
    let lies_in_another = |request: &Request| {
        requests.iter().any(|other| other.execution == request.execution && request.step.is_inside(&other.step))
    };
    requests.iter().filter(move |request| !lies_in_another(request))
}
