//! What several kinds of step need while they run.

use super::{Outcome, Run, Signal, Step};
use crate::{
    clock::SetBack,
    decide::{Assigned, OwnerRequest, Wanted},
    duration::Span,
    execution::Waiting,
    history::RequestKind,
    id::{PoolId, TimerId, derive},
    instant::Instant,
    routing::Ask,
    workflow::StepPath,
};

/// What a step that seeks an owner does with a signal: its branch runs where there is one.
pub(super) fn on_nobody(signal: &Signal, if_nobody_available: &[Step]) -> Outcome {
    match signal {
        Signal::NobodyAvailable if !if_nobody_available.is_empty() => Outcome::Enter("if_nobody_available"),
        _ => Outcome::Unmoved,
    }
}

impl Run<'_, '_> {
    /// The end of a span that begins now, in the organisation's working time.
    pub(super) fn deadline(&self, span: Span) -> Option<Instant> {
        span.after(self.turn.now(), &self.turn.calendar())
    }

    /// The end of the span that this execution waits for, where the clock that it began by was ahead: what was left of
    /// it, from now on. Working time begins again whole: what was left of it was counted on the hours of another day.
    pub(super) fn deadline_after(&self, set_back: SetBack, span: Span) -> Option<Instant> {
        let due = self.turn.head.execution(self.execution).and_then(|open| open.waiting.timer()).map(|(_, _, due)| due);
        let left = due.map_or(set_back.to, |due| set_back.due(due));
        if left > self.turn.now() && span.unit.is_working() { self.deadline(span) } else { Some(left) }
    }

    /// The timer of this step in this execution; its firings differ by generation.
    pub(super) fn timer(&self) -> TimerId {
        TimerId::new(derive("tim_", &[self.execution.as_str(), self.at.as_str()]))
    }

    /// The generation of the timer this execution waits with; 0 before the first.
    pub(super) fn generation(&self) -> u32 {
        let waiting = self.turn.head.execution(self.execution).map(|open| &open.waiting);
        waiting.and_then(Waiting::timer).map_or(0, |(_, generation, _)| generation)
    }

    /// The entry after which an event counts for this execution: its last assignment, else its start.
    pub(super) fn since(&self) -> u64 {
        let started = self.turn.head.execution(self.execution).map_or(0, |open| open.started_seq);
        self.turn.head.owner.as_ref().map_or(started, |owner| owner.seq.max(started))
    }

    /// The wait in whose missed branch this step lies and whose event has come since the last
    /// assignment after all, with the entry it came in.
    pub(super) fn contact_after_all(&self) -> Option<(StepPath, u64)> {
        let since = self.since();
        let mut at = self.at.clone();
        while let Some((parent, branch)) = at.parent() {
            let missed = self.turn.step(self.execution, &parent)?.stands_in_for(branch);
            let seen = missed.and_then(|event_type| self.turn.head.seen.get(event_type));
            if let Some(seen) = seen.filter(|seen| seen.seq > since) {
                return Some((parent, seen.seq));
            }
            at = parent;
        }
        None
    }

    /// Asks a pool for an owner, under the record's next assignment number, and waits for it.
    pub(super) fn request_owner(&mut self, kind: RequestKind, ask: Ask, wanted: Wanted) -> Outcome {
        let pool = ask.pool.clone();
        let (execution, step) = (self.execution, self.at);
        self.turn.request_owner(OwnerRequest { execution, step, kind, ask, wanted });
        Outcome::Wait(Waiting::Owner { pool })
    }

    /// Makes somebody the owner without asking a pool.
    pub(super) fn assign(&mut self, assigned: Assigned) -> Outcome {
        match self.turn.assign_owner_within(self.execution, self.at, assigned) {
            Some(served) => Outcome::Leave(served),
            None => Outcome::Done,
        }
    }

    /// The branch for "nobody available" has ended: the request may still be awaited.
    pub(super) fn await_owner(&self) -> Outcome {
        match self.turn.head.awaited_by(self.execution, self.at) {
            Some(request) => Outcome::Wait(Waiting::Owner { pool: request.pool.clone() }),
            None => Outcome::Done,
        }
    }

    /// Whether a step around this one awaits an owner from the pool.
    pub(super) fn awaits_owner_from(&self, pool: &PoolId) -> bool {
        self.turn.head.awaited_requests().any(|request| {
            request.execution == *self.execution && request.pool == *pool && self.at.is_inside(&request.step)
        })
    }
}
