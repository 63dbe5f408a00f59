//! What requests for an owner, and their answers, do to a record.

use super::{Change, Head, Owner, Request, RequestState};
use crate::{id::RequestId, instant::Instant};

/// How many settled requests a head remembers; older ones count as settled.
const SETTLED_REQUESTS_KEPT: usize = 4;

impl Head {
    pub(super) fn apply_assignment(&mut self, change: &Change, seq: u64, at: Instant) {
        match change {
            Change::OwnerRequested {
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
            Change::OwnerAwaited { request, retry_at, .. } => self.wait_for_pool(request, *retry_at),
            Change::OwnerRequestedAgain { request, attempt, deadline } => {
                self.settle(request, RequestState::Asked);
                if let Some(open) = self.requests.iter_mut().find(|open| open.id == *request) {
                    open.attempt = *attempt;
                    open.deadline = deadline.unwrap_or(open.deadline);
                }
            }
            Change::OwnerAssigned { person, number, pool, request, .. } => {
                self.last_number = self.last_number.max(*number);
                let (owner, pool) = (person.clone(), pool.clone());
                self.owner = Some(Owner { person: owner, number: *number, seq, at, pool, credited: false });
                for execution in &mut self.executions {
                    if !execution.tried.contains(person) {
                        execution.tried.push(person.clone());
                    }
                }
                if let Some(request) = request {
                    // The owner says it all: an answer that comes again finds nothing awaited.
                    self.requests.retain(|applied| applied.id != *request);
                }
            }
            Change::RequestWithdrawn { request, .. } => self.settle(request, RequestState::Withdrawn),
            Change::RequestRefused { request, .. } => self.settle(request, RequestState::Refused),
            _ => {}
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
