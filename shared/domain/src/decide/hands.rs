//! What a step may do, done to the decision in the making.

use crate::{
    clock::SetBack,
    condition::Condition,
    duration::Span,
    effect::{Action, Recipient},
    execution::Waiting,
    history::{ExecutionChange, RecordChange, RequestKind},
    id::{EventType, ExecutionId, PersonId, PoolId, RouteId, SegmentId, TaskId, TimerId, derive},
    instant::Instant,
    routing::{Ask, IfNobody},
    step::{Hands, NewTask, Outcome, Who},
    step_path::StepPath,
    task::Task,
    value::Fields,
};

use super::{Assigned, OwnerRequest, Turn, Wanted};

/// A step that an execution has reached.
pub(super) struct AtStep<'t, 'c> {
    pub turn: &'t mut Turn<'c>,
    pub execution: &'t ExecutionId,
    pub at: &'t StepPath,
}

impl AtStep<'_, '_> {
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

    pub(super) fn owner(&self) -> Option<&PersonId> {
        self.turn.head.owner.as_ref().map(|owner| &owner.person)
    }

    pub(super) fn own_pool(&self) -> Option<&PoolId> {
        self.turn.head.owner.as_ref().and_then(|owner| owner.pool.as_ref())
    }

    fn waiting(&self) -> Option<&Waiting> {
        self.turn.head.execution(self.execution).map(|open| &open.waiting)
    }
}

impl Hands for AtStep<'_, '_> {
    fn after(&self, span: Span) -> Option<Instant> {
        span.after(self.turn.now(), &self.turn.calendar())
    }

    fn after_set_back(&self, set_back: SetBack, span: Span) -> Option<Instant> {
        let due = self.waiting().and_then(Waiting::timer).map(|(_, _, due)| due);
        let left = due.map_or(set_back.to, |due| set_back.due(due));
        if left > self.turn.now() && span.unit.is_working() { self.after(span) } else { Some(left) }
    }

    fn next_opening(&self, pool: &PoolId) -> Option<Instant> {
        self.turn.next_opening(pool)
    }

    fn now(&self) -> Instant {
        self.turn.now()
    }

    fn timer(&self) -> TimerId {
        TimerId::new(derive("tim_", &[self.execution.as_str(), self.at.as_str()]))
    }

    fn generation(&self) -> u32 {
        self.waiting().and_then(Waiting::timer).map_or(0, |(_, generation, _)| generation)
    }

    fn person(&self, who: &Who) -> Result<PersonId, String> {
        self.turn.resolve(who, self.execution)
    }

    fn recipient(&self, who: &Who) -> Result<Recipient, String> {
        self.turn.recipient(who, self.execution)
    }

    fn called(&self, who: &Who) -> String {
        self.turn.called_in_words(who)
    }

    fn since(&self) -> u64 {
        let started = self.turn.head.execution(self.execution).map_or(0, |open| open.started_seq);
        self.turn.head.owner.as_ref().map_or(started, |owner| owner.seq.max(started))
    }

    fn seen(&self, event_type: &EventType) -> Option<u64> {
        let since = self.since();
        self.turn.head.seen.get(event_type).map(|seen| seen.seq).filter(|seq| *seq > since)
    }

    fn contact_after_all(&self) -> Option<(StepPath, u64)> {
        let mut at = self.at.clone();
        while let Some((parent, branch)) = at.parent() {
            let missed = self.turn.step(self.execution, &parent)?.stands_in_for(branch);
            if let Some(by_seq) = missed.and_then(|event_type| self.seen(event_type)) {
                return Some((parent, by_seq));
            }
            at = parent;
        }
        None
    }

    fn wait_is_met(&mut self, wait: &StepPath, by_seq: u64) {
        self.turn.emit(ExecutionChange::WaitMet { execution: self.execution.clone(), step: wait.clone(), by_seq });
    }

    fn wait_is_missed(&mut self, event_type: &EventType, within: Span) {
        let (execution, step, event_type) = (self.execution.clone(), self.at.clone(), event_type.clone());
        self.turn.emit(ExecutionChange::WaitMissed { execution, step, event_type, within: Some(within) });
    }

    fn choose(&mut self, condition: &Condition, then: &'static str, otherwise: &'static str) -> &'static str {
        let (holds, why) = self.turn.explain(condition);
        let taken = if holds { then } else { otherwise };
        let (execution, step, branch) = (self.execution.clone(), self.at.clone(), taken.to_owned());
        self.turn.emit(ExecutionChange::BranchTaken { execution, step, branch, why });
        taken
    }

    fn set(&mut self, mut fields: Fields) {
        fields.retain(|name, value| self.turn.head.fields.get(name) != Some(value));
        if !fields.is_empty() {
            self.turn.emit(RecordChange::FieldsSet { fields });
            self.turn.rescore();
        }
    }

    fn join(&mut self, segment: &SegmentId) {
        if !self.turn.head.segments.contains(segment) {
            self.turn.emit(RecordChange::SegmentJoined { segment: segment.clone() });
        }
    }

    fn open_task(&mut self, task: &NewTask) {
        let task = Task {
            id: TaskId::new(derive("tsk_", &[self.execution.as_str(), self.at.as_str()])),
            title: self.turn.title(&task.title),
            priority: task.priority,
            due: task.due.and_then(|span| self.after(span)),
            assigned_to: self.person(&task.assigned_to).ok(),
            execution: Some(self.execution.clone()),
            done_when: task.done_when.clone(),
        };
        self.turn.open_task(task);
    }

    fn send(&mut self, action: Action) {
        self.turn.request_effect(self.execution, self.at, action);
    }

    fn notify(&mut self, person: PersonId, text: &str) {
        self.turn.notify(self.execution, self.at, person, text);
    }

    fn raise(&mut self, title: &str) {
        self.turn.raise(Some(self.execution), title);
    }

    fn assign_from(&mut self, pool: &PoolId, keep_owner: bool, skills: &[String]) -> Outcome {
        let keep = self.owner().filter(|_| keep_owner).cloned();
        let ask = Ask { pool: pool.clone(), if_nobody: IfNobody::Wait };
        let wanted = Wanted { skills: skills.to_vec(), keep, ..Wanted::default() };
        self.request_owner(RequestKind::Assign, ask, wanted)
    }

    fn assign_by_route(&mut self, route: &RouteId, keep_owner: bool, skills: &[String]) -> Outcome {
        self.route(route, keep_owner, skills)
    }

    fn reassign_from(&mut self, pool: Option<&PoolId>, skills: &[String]) -> Outcome {
        let Some(pool) = pool.or_else(|| self.own_pool()).cloned() else {
            self.raise("A record could not be reassigned: no pool is named and none assigned it");
            return Outcome::Done;
        };
        let tried = self.turn.head.execution(self.execution).map(|open| open.tried.clone()).unwrap_or_default();
        let owner = self.owner().filter(|owner| !tried.contains(owner)).cloned();
        let wanted = Wanted { exclude: tried.into_iter().chain(owner).collect(), skills: skills.to_vec(), keep: None };
        self.request_owner(RequestKind::Reassign, Ask { pool, if_nobody: IfNobody::Wait }, wanted)
    }

    fn reassign_to(&mut self, person: PersonId, reason: &str) -> Outcome {
        self.assign(Assigned::by_rule(person, reason))
    }

    fn await_owner(&self) -> Outcome {
        match self.turn.head.awaited_by(self.execution, self.at) {
            Some(request) => Outcome::Wait(Waiting::Owner { pool: request.pool.clone() }),
            None => Outcome::Done,
        }
    }

    fn awaits_owner_from(&self, pool: &PoolId) -> bool {
        self.turn.head.awaited_requests().any(|request| {
            request.execution == *self.execution && request.pool == *pool && self.at.is_inside(&request.step)
        })
    }

    fn at(&self) -> &StepPath {
        self.at
    }
}
