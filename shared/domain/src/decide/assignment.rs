//! What a pool's answer, or a choice by other means, does to a record.
//!
//! A request leaves the awaited state in exactly two ways: its answer is applied, or it
//! is withdrawn by the very entry that overtakes it (a contact, another assignment, the
//! record's end). The withdrawal is what gives a slot back, so an answer that finds its
//! request no longer awaited changes nothing. Answers that say "superseded", and tombstones for
//! withdrawals that come before their request, are not needed: `assign` reads this history before it
//! picks, and a request that is no longer awaited gets nothing, however late it comes.

use crate::{
    history::{Head, OwnerChange, Request, RequestChange, RequestKind, RequestState, TaskChange, WithdrawnWhy},
    id::{EventType, ExecutionId, PersonId, PoolId, RequestId},
    instant::Instant,
    message::{Answer, AssignOutcome},
    playbook::Pool,
    rotation::{Candidates, Worth},
    step_path::StepPath,
    value::FieldName,
};

use super::{Turn, fact::Fact, request};

/// A pool with nobody available is asked again at its next opening, but not sooner than this.
const SHORTEST_RETRY_MINUTES: i64 = 1;

/// An owner about to be applied, and why it is this one.
#[derive(Debug, Clone, PartialEq)]
pub struct Assigned {
    person: PersonId,
    /// The pool it comes under, where that is clear.
    pool: Option<PoolId>,
    request: Option<Request>,
    reason: Option<String>,
    by: Option<String>,
    candidates: Candidates,
}

impl Assigned {
    /// Named by the workflow or by a rule of last resort.
    pub fn by_rule(person: PersonId, reason: &str) -> Self {
        let reason = Some(reason.to_owned());
        Self { person, pool: None, request: None, reason, by: None, candidates: Candidates::default() }
    }

    /// The same, under a pool that did not choose, and why none of its members could.
    pub fn under(self, pool: Option<PoolId>, candidates: Candidates) -> Self {
        Self { pool, candidates, ..self }
    }

    /// Chosen by a person.
    pub fn by_hand(person: PersonId, reason: &str, by: &str) -> Self {
        Self { by: Some(by.to_owned()), ..Self::by_rule(person, reason) }
    }

    fn by_pool(person: PersonId, request: Request, candidates: Candidates) -> Self {
        let pool = Some(request.pool.clone());
        Self { person, pool, request: Some(request), reason: None, by: None, candidates }
    }
}

/// A pool has answered.
pub(super) fn answered(turn: &mut Turn<'_>, answer: &Answer) {
    let Some(request) = turn.head.request(&answer.request).filter(|request| request.is_awaited()).cloned() else {
        return;
    };
    let is_current = request.state == RequestState::Asked && request.attempt == answer.attempt;
    if !is_current && !matches!(answer.outcome, AssignOutcome::Assigned { .. }) {
        // It tells of how things stood when the pool was asked before.
        return;
    }
    let candidates = answer.candidates.clone();
    let has_nobody = matches!(answer.outcome, AssignOutcome::Waiting { .. } | AssignOutcome::Nobody);
    if has_nobody && request.attempt == 0 && !request.if_nobody.is_wait() {
        return request::ask_next(turn, &request, candidates);
    }
    match &answer.outcome {
        AssignOutcome::Assigned { person } => {
            turn.assign_owner(Assigned::by_pool(person.clone(), request, candidates));
        }
        AssignOutcome::Waiting { next_opening } => wait_for_opening(turn, &request, *next_opening, candidates),
        AssignOutcome::Nobody => give_to_lead(turn, &request, "nobody in the pool can take it"),
        AssignOutcome::Refused { why } => {
            turn.emit(RequestChange::Refused { request: request.id, why: why.clone() });
            turn.raise(Some(&request.execution), &format!("Assign this record by hand: {why}"));
        }
    }
}

/// The timer of a waiting request fired: the pool is asked again, or the wait has lasted too long.
pub(super) fn ask_again(turn: &mut Turn<'_>, id: &RequestId) {
    let Some(request) = turn.head.request(id).cloned() else { return };
    if turn.now() >= request.deadline {
        give_to_lead(turn, &request, "it waited as long as the pool lets it");
    } else {
        turn.emit(RequestChange::AskedAgain { request: request.id, attempt: request.attempt + 1, deadline: None });
    }
}

/// Withdraws requests to reassign whose missed event has now come after all. Returns, for
/// each, the execution and the wait that counts as met.
pub(super) fn withdraw_overtaken(turn: &mut Turn<'_>, event_type: &EventType) -> Vec<(ExecutionId, StepPath)> {
    let overtaken: Vec<(Request, StepPath)> = turn
        .head
        .awaited_requests()
        .filter(|request| request.kind == RequestKind::Reassign)
        .filter_map(|request| Some((request.clone(), wait_stood_in_for(turn, request, event_type)?)))
        .collect();
    overtaken
        .into_iter()
        .map(|(request, wait)| {
            let execution = request.execution.clone();
            withdraw(turn, request, WithdrawnWhy::Contact);
            (execution, wait)
        })
        .collect()
}

/// Withdraws every awaited request of a record that is being closed.
pub(super) fn withdraw_all(turn: &mut Turn<'_>) {
    let awaited: Vec<Request> = turn.head.awaited_requests().cloned().collect();
    for request in awaited {
        withdraw(turn, request, WithdrawnWhy::RecordClosed);
    }
}

fn withdraw(turn: &mut Turn<'_>, request: Request, why: WithdrawnWhy) {
    turn.emit(RequestChange::Withdrawn {
        request: request.id,
        pool: request.pool,
        why,
        candidates: Candidates::default(),
    });
}

/// The wait in whose missed branch the request was made, if it waits for this event.
fn wait_stood_in_for(turn: &Turn<'_>, request: &Request, event_type: &EventType) -> Option<StepPath> {
    let mut at = request.step.clone();
    while let Some((parent, branch)) = at.parent() {
        let step = turn.step(&request.execution, &parent)?;
        if step.stands_in_for(branch) == Some(event_type) {
            return Some(parent);
        }
        at = parent;
    }
    None
}

fn wait_for_opening(turn: &mut Turn<'_>, request: &Request, next_opening: Instant, candidates: Candidates) {
    if turn.now() >= request.deadline {
        return give_to_lead(turn, request, "it waited as long as the pool lets it");
    }
    let earliest = turn.now().plus_minutes(SHORTEST_RETRY_MINUTES);
    turn.emit(RequestChange::Waits {
        request: request.id.clone(),
        next_opening,
        retry_at: next_opening.max(earliest).min(request.deadline),
        candidates,
    });
    let first_time = request.attempt == 0 && request.state == RequestState::Asked;
    if first_time {
        turn.note(Fact::NobodyAvailable((request.execution.clone(), request.step.clone())));
    }
}

fn give_to_lead(turn: &mut Turn<'_>, request: &Request, reason: &str) {
    match turn.context.plan.playbook.pools.get(&request.pool).map(|pool| turn.acting_for(&pool.lead)) {
        Some(lead) => {
            let pool = Some(request.pool.clone());
            turn.assign_owner(Assigned { pool, ..Assigned::by_rule(lead, reason) });
        }
        None => {
            turn.emit(RequestChange::Refused { request: request.id.clone(), why: reason.to_owned() });
            turn.raise(Some(&request.execution), &format!("Assign this record by hand: {reason}"));
        }
    }
}

impl Turn<'_> {
    /// Applies an owner: open tasks and running waits follow, a new owner is told, and every
    /// other request for an owner is withdrawn and counts as served.
    pub fn assign_owner(&mut self, assigned: Assigned) {
        self.apply_owner(assigned);
    }

    pub(super) fn is_owner(&self, person: &PersonId) -> bool {
        self.head.owner.as_ref().is_some_and(|owner| owner.person == *person)
    }

    /// Leaves the record with its owner. How they came by it, what it cost them and what they have done since stay as
    /// they are; requests for another owner are withdrawn and count as served.
    pub(super) fn keep_owner(&mut self) {
        let served: Vec<Request> = self.head.awaited_requests().cloned().collect();
        for request in &served {
            withdraw(self, request.clone(), WithdrawnWhy::AssignedOtherwise);
        }
        self.note(Fact::Stays { served });
    }

    /// The same by the step `at` of an execution that is on its way. Returns the outermost step in
    /// whose branch it runs that asked for an owner, if any: the execution goes on after it.
    pub fn assign_owner_within(
        &mut self,
        running: &ExecutionId,
        at: &StepPath,
        assigned: Assigned,
    ) -> Option<StepPath> {
        let served = self.apply_owner(assigned);
        let is_around = |request: &&Request| request.execution == *running && at.is_inside(&request.step);
        request::outermost(&served).find(is_around).map(|request| request.step.clone())
    }

    /// Returns the requests that are served by it.
    fn apply_owner(&mut self, assigned: Assigned) -> Vec<Request> {
        let previous = self.head.owner.as_ref().map(|owner| owner.person.clone());
        let before = self.head.owner.as_ref().and_then(|owner| owner.pool.clone());
        let own = assigned.request.as_ref().map(|request| request.id.clone());
        let served: Vec<Request> = self.head.awaited_requests().cloned().collect();
        let person = assigned.person.clone();
        let pool = assigned.pool.or_else(|| self.pool_served_by(&served));
        self.emit(OwnerChange::Assigned {
            person: assigned.person,
            number: assigned.request.as_ref().map_or(self.head.last_number + 1, |request| request.number),
            previous: previous.clone(),
            pool,
            request: own.clone(),
            reason: assigned.reason.clone(),
            by: assigned.by,
            candidates: assigned.candidates,
        });
        for request in served.iter().filter(|request| Some(&request.id) != own.as_ref()) {
            withdraw(self, request.clone(), WithdrawnWhy::AssignedOtherwise);
        }
        self.tell_pools(before, own.is_some());
        if let Some(previous) = previous.filter(|previous| *previous != person) {
            self.hand_over(&previous, &person, assigned.reason.as_deref());
        }
        served
    }

    /// Tells the pool that the record comes from, and the one it is in now, where they count open
    /// records. A pool that picked the owner has counted that already.
    fn tell_pools(&mut self, before: Option<PoolId>, picked: bool) {
        let now = self.head.owner.as_ref().and_then(|owner| owner.pool.clone());
        let by_hand = now.clone().filter(|_| !picked);
        for pool in before.filter(|before| Some(before) != now.as_ref()).into_iter().chain(by_hand) {
            self.tell_capacity(&pool);
        }
    }

    /// The record's part of its pool's capacity has changed, if the pool counts open records.
    pub fn tell_own_pool(&mut self) {
        if let Some(pool) = self.head.owner.as_ref().and_then(|owner| owner.pool.clone()) {
            self.tell_capacity(&pool);
        }
    }

    fn tell_capacity(&mut self, pool: &PoolId) {
        if self.context.plan.playbook.pools.get(pool).is_some_and(Pool::counts_open) {
            self.emit_once(OwnerChange::CapacityChanged { pool: pool.clone() });
        }
    }

    /// Tells the pools that count what this record is worth, if that changed. A pool that this entry is the first to
    /// ask needs no telling: it reads the record after the entry is saved.
    pub(super) fn tell_pipelines(&mut self, before: &Head) {
        if self.head.closed {
            return;
        }
        let was_asked = |request: &&Request| before.request(&request.id).is_some_and(Request::is_awaited);
        let asked = self.head.awaited_requests().filter(was_asked).map(|request| &request.pool);
        let own = self.head.owner.as_ref().and_then(|owner| owner.pool.as_ref());
        let pools = asked.chain(own).filter(|pool| self.is_worth_otherwise(pool, before));
        for pool in pools.cloned().collect::<Vec<_>>() {
            self.emit_once(OwnerChange::CapacityChanged { pool });
        }
    }

    fn is_worth_otherwise(&self, pool: &PoolId, before: &Head) -> bool {
        let field = self.context.plan.playbook.pools.get(pool).and_then(Pool::sums_up);
        let worth = |head: &Head, field: &FieldName| head.fields.get(field).and_then(Worth::of);
        field.is_some_and(|field| worth(&self.head, field) != worth(before, field))
    }

    /// The pool that an assignment from elsewhere comes under: the one that was asked, else the
    /// one the record had its owner from.
    fn pool_served_by(&self, served: &[Request]) -> Option<PoolId> {
        served.first().map(|request| &request.pool).or_else(|| self.head.owner.as_ref()?.pool.as_ref()).cloned()
    }

    fn hand_over(&mut self, previous: &PersonId, person: &PersonId, reason: Option<&str>) {
        let moved: Vec<_> = self
            .head
            .tasks
            .iter()
            .filter(|task| task.assigned_to.as_ref() == Some(previous))
            .map(|task| task.id.clone())
            .collect();
        for task in moved {
            self.emit(TaskChange::Moved { task, to: person.clone() });
        }
        let from = self.person(previous).map_or(previous.as_str(), |known| known.name.as_str()).to_owned();
        let because = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
        self.tell(person.clone(), format!("{} is now yours; it was {from}'s{because}", self.called()));
    }

    /// The first moment at which somebody of the pool works, by hours and time off.
    pub fn next_opening(&self, pool: &PoolId) -> Option<Instant> {
        let playbook = &self.context.plan.playbook;
        let none = Vec::new();
        playbook
            .pools
            .get(pool)?
            .members
            .iter()
            .filter(|(_, weight)| **weight > 0)
            .map(|(person, _)| person)
            .filter(|person| self.person(person).is_some_and(|known| known.active))
            .filter_map(|person| {
                let off = self.context.time_off.get(person).unwrap_or(&none);
                playbook.calendar_of(person).next_available(self.now(), off)
            })
            .min()
    }
}
