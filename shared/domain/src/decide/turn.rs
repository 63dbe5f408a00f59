use std::collections::VecDeque;

use crate::{
    calendar::Calendar,
    cause::Cause,
    effect::Action,
    event::Event,
    execution::{Execution, Waiting},
    follow_up::{MAX_FOLLOW_UPS, has_follow_up},
    history::{Change, EffectChange, EndedHow, ExecutionChange, Head, OwnerChange, Request},
    id::{EffectId, EventType, ExecutionId, PersonId, RecordKey, TaskId, WorkflowId, derive},
    instant::Instant,
    playbook::{Person, Playbook},
    staff::Staff,
    step::Step,
    step_path::StepPath,
    task::{Priority, Task},
    value::Fields,
    workflow::Workflow,
};

use super::{
    Context,
    fact::{self, Awaited, Fact, News, Standing},
    telling::shortened,
};

/// How long an effect may be attempted: inside the window in which receivers that
/// deduplicate remember a key (a day is the shortest in use).
const EFFECT_WINDOW_MINUTES: i64 = 24 * 60;

/// How long the person who takes exceptions has to look at one.
pub(super) const EXCEPTION_MINUTES: i64 = 60;

/// The letters the title of such a task may have.
const LONGEST_EXCEPTION: usize = 500;

/// One decision in the making: the record so far and the changes so far, always in step.
pub struct Turn<'c> {
    pub record: RecordKey,
    pub seq: u64,
    pub head: Head,
    pub context: &'c Context<'c>,
    pub(super) changes: Vec<Change>,
    /// The record's fields before it.
    pub(super) before: &'c Fields,
    /// The event that it is about, if it is about one.
    pub(super) event: Option<&'c Event>,
    /// What has yet to be told.
    news: VecDeque<News>,
    /// The depth of what is being told; 0 while nothing is.
    told_depth: u8,
    /// Executions on a walk: until it ends, the head says where they stood before it.
    walking: Vec<ExecutionId>,
}

impl<'c> Turn<'c> {
    pub fn new(
        record: &RecordKey,
        seq: u64,
        head: &'c Head,
        event: Option<&'c Event>,
        context: &'c Context<'c>,
    ) -> Self {
        Self {
            record: record.clone(),
            seq,
            head: head.clone(),
            context,
            changes: Vec::new(),
            before: &head.fields,
            event,
            news: VecDeque::new(),
            told_depth: 0,
            walking: Vec::new(),
        }
    }

    pub fn finish(self) -> (Vec<Change>, Head) {
        (self.changes, self.head)
    }

    /// Whether nothing was known of the record before this decision.
    pub(super) fn is_new(&self) -> bool {
        self.seq == 1 || self.head.is_deleted()
    }

    pub fn now(&self) -> Instant {
        self.context.now
    }

    /// Records a change and folds it into the head at once.
    pub fn emit(&mut self, change: impl Into<Change>) {
        let change = change.into();
        let name = fact::name_of(&change).filter(|name| self.context.plan.is_own(name));
        let fact = Fact::of(&change, self);
        if fact.is_some() || name.is_some() {
            let depth = self.depth_after(&change);
            let running = self.head.executions.iter().map(|open| open.workflow.clone()).collect();
            let awaited = name.map(|name| self.awaited(name)).unwrap_or_default();
            self.news.push_back(News { fact, name, cause: self.this_change(), depth, running, awaited });
        }
        self.head.apply(&change, self.seq, self.context.now);
        self.changes.push(change);
    }

    /// Notes a fact that is no change by itself.
    pub(super) fn note(&mut self, fact: Fact) {
        let (cause, depth) = match (&fact, self.event) {
            (Fact::Came, Some(event)) => (Cause::Event(event.id.clone()), event.depth),
            _ => (self.this_change(), 0),
        };
        // What an event ends, it may start again.
        let (running, awaited) = (Vec::new(), Awaited::default());
        self.news.push_back(News { fact: Some(fact), name: None, cause, depth, running, awaited });
    }

    pub(super) fn next_news(&mut self) -> Option<News> {
        let news = self.news.pop_front();
        self.told_depth = news.as_ref().map_or(0, |news| news.depth);
        news
    }

    /// Whether the execution waits at this step, or within it, for an owner who has been given already. It is told of
    /// that later in this entry, and then leaves the step.
    pub(super) fn is_served(&self, id: &ExecutionId, at: &StepPath) -> bool {
        let around =
            |request: &Request| request.execution == *id && (*at == request.step || at.is_inside(&request.step));
        self.news.iter().any(|news| match &news.fact {
            Some(Fact::Assigned { served, .. } | Fact::Stays { served }) => served.iter().any(around),
            _ => false,
        })
    }

    /// Who waits for what has this name, and which tasks it ends, as things are now.
    pub(super) fn awaited(&self, name: &str) -> Awaited {
        let waits = |event: &EventType, _: &Execution| event.as_str() == name;
        let ends = |task: &&Task| task.done_when.as_ref().is_some_and(|event| event.as_str() == name);
        Awaited {
            waiting: self.waiting_for(waits),
            tasks: self.head.tasks.iter().filter(ends).map(|task| task.id.clone()).collect(),
        }
    }

    /// The change that comes next.
    fn this_change(&self) -> Cause {
        Cause::Change { seq: self.seq, index: u32::try_from(self.changes.len()).unwrap_or(u32::MAX) }
    }

    /// One more than the depth of the execution that a change comes of; else that of the fact which brings it about.
    /// What people do comes of none.
    fn depth_after(&self, change: &Change) -> u8 {
        let depth = |id: &ExecutionId| self.head.execution(id).map(|execution| execution.depth);
        let asked = match change {
            Change::Owner(OwnerChange::Assigned { request: Some(request), .. }) => self.head.request(request),
            _ => None,
        };
        // Where a pool has nobody, its lead answers all who have asked.
        let answers_all = matches!(change, Change::Owner(OwnerChange::Assigned { by: None, .. }));
        let of_all =
            || self.head.awaited_requests().filter(|_| answers_all).filter_map(|asked| depth(&asked.execution)).max();
        let execution = asked.map(|request| &request.execution).or_else(|| self.walking.last());
        execution.map_or_else(of_all, depth).map_or(self.told_depth, |depth| depth.saturating_add(1))
    }

    /// The same, unless it is among the changes so far.
    pub(super) fn emit_once(&mut self, change: impl Into<Change>) {
        let change = change.into();
        if !self.changes.contains(&change) {
            self.emit(change);
        }
    }

    pub(crate) fn begin_walk(&mut self, id: &ExecutionId) {
        self.walking.push(id.clone());
    }

    pub(crate) fn end_walk(&mut self, id: &ExecutionId) {
        self.walking.retain(|walking| walking != id);
    }

    /// Whether an execution stands exactly at this step, and is not on its way from there.
    pub(crate) fn stands_at(&self, id: &ExecutionId, step: &StepPath) -> bool {
        self.standing(id).is_some_and(|open| open.at == *step)
    }

    /// The same, or somewhere in a branch of the step.
    pub(crate) fn stands_in(&self, id: &ExecutionId, step: &StepPath) -> bool {
        self.standing(id).is_some_and(|open| open.stands_in(step))
    }

    /// The executions that stand in a wait for an event, without those that leave it when these requests are served.
    pub(super) fn waiting_for_events(&self, served: &[Request]) -> Vec<Standing> {
        let leaves = |open: &Execution| {
            served.iter().any(|request| request.execution == open.id && open.stands_in(&request.step))
        };
        self.waiting_for(|_, open| !leaves(open))
    }

    /// The executions that stand in a wait for such an event, and are not on their way from there.
    fn waiting_for(&self, is_such: impl Fn(&EventType, &Execution) -> bool) -> Vec<Standing> {
        let waits = |open: &&Execution| match &open.waiting {
            Waiting::Event { event_type, .. } => is_such(event_type, open),
            Waiting::Continue | Waiting::Owner { .. } | Waiting::Time { .. } => false,
        };
        let standing = self.head.executions.iter().filter(|open| !self.walking.contains(&open.id)).filter(waits);
        standing.map(|open| (open.id.clone(), open.at.clone())).collect()
    }

    fn standing(&self, id: &ExecutionId) -> Option<&Execution> {
        self.head.execution(id).filter(|_| !self.walking.contains(id))
    }

    /// Whether the rest should go on with a message of its own. Leaves room for one more step.
    pub fn is_full(&self) -> bool {
        self.changes.iter().filter(|change| has_follow_up(change)).count() + 3 > MAX_FOLLOW_UPS
    }

    /// The version of the playbook an execution is pinned to.
    pub fn pinned(&self, id: &ExecutionId) -> Option<&'c Playbook> {
        let manifest = &self.head.execution(id)?.manifest;
        self.context.pinned.get(manifest).map(|plan| &plan.playbook)
    }

    pub fn workflow(&self, id: &ExecutionId) -> Option<&'c Workflow> {
        let execution = self.head.execution(id)?;
        self.pinned(id)?.workflows.get(&execution.workflow)
    }

    pub fn step(&self, id: &ExecutionId, at: &StepPath) -> Option<&'c Step> {
        self.workflow(id)?.step(at)
    }

    pub fn is_paused(&self, id: &ExecutionId) -> bool {
        self.head.execution(id).is_some_and(|execution| self.context.paused.includes(&execution.workflow))
    }

    /// The organisation's working time.
    pub fn calendar(&self) -> Calendar<'c> {
        self.context.plan.playbook.organisation.calendar()
    }

    pub fn end(&mut self, id: &ExecutionId, how: EndedHow) {
        if let Some(Execution { workflow, started_at, .. }) = self.head.execution(id).cloned() {
            self.emit(ExecutionChange::Ended { execution: id.clone(), workflow, started_at, how });
        }
    }

    /// Asks for an effect, under a key that is stable for this step of this execution.
    pub fn request_effect(&mut self, execution: &ExecutionId, step: &StepPath, action: Action) {
        let Some(open) = self.head.execution(execution) else { return };
        let (workflow, manifest, not_again) = (open.workflow.clone(), open.manifest.clone(), open.not_again);
        let effect = EffectId::new(derive("eff_", &[execution.as_str(), step.as_str()]));
        self.emit(EffectChange::Requested {
            effect,
            execution: Some(execution.clone()),
            step: Some(step.clone()),
            workflow: Some(workflow),
            manifest,
            not_after: self.now().plus_minutes(EFFECT_WINDOW_MINUTES),
            not_again,
            action,
        });
    }

    /// Asks for an effect that no step asked for.
    pub(super) fn request_effect_as(&mut self, effect: EffectId, action: Action) {
        self.emit(EffectChange::Requested {
            effect,
            execution: None,
            step: None,
            workflow: None,
            manifest: self.context.manifest.clone(),
            not_after: self.now().plus_minutes(EFFECT_WINDOW_MINUTES),
            not_again: false,
            action,
        });
    }

    /// Asks the person who takes a workflow's exceptions to look, within the hour.
    pub fn raise(&mut self, execution: Option<&ExecutionId>, title: &str) {
        let workflow = execution.and_then(|id| self.head.execution(id)).map(|execution| execution.workflow.clone());
        let key = format!("{}#{}", self.seq, self.changes.len());
        self.raise_as(workflow.as_ref(), &key, title);
    }

    /// The same, under a key: the same exception raises one task however often it is reported.
    pub fn raise_as(&mut self, workflow: Option<&WorkflowId>, key: &str, title: &str) {
        let person = workflow.and_then(|workflow| self.exceptions_to(workflow)).or_else(|| self.head_owner());
        self.ask(person, key, title);
    }

    /// Asks a person to look within the hour. One key is one task.
    pub fn ask(&mut self, assigned_to: Option<PersonId>, key: &str, title: &str) -> TaskId {
        let id = self.exception_id(key);
        let task = Task {
            id: id.clone(),
            title: shortened(title.to_owned(), LONGEST_EXCEPTION),
            priority: Priority::P1,
            due: Some(self.now().plus_minutes(EXCEPTION_MINUTES)),
            assigned_to,
            execution: None,
            done_when: None,
        };
        if self.head.task(&task.id).is_none() {
            self.open_task(task);
        }
        id
    }

    /// Whether an open task tells of the same exception. A title is told shortened, and so compared.
    pub(super) fn is_asked(&self, title: &str) -> bool {
        let title = shortened(title.to_owned(), LONGEST_EXCEPTION);
        self.head.tasks.iter().any(|open| open.execution.is_none() && open.title == title)
    }

    /// The task that an exception under this key raises.
    pub(super) fn exception_id(&self, key: &str) -> TaskId {
        TaskId::new(derive("tsk_", &[&self.record.to_string(), key]))
    }

    /// The person whom `exceptions_to` names.
    fn exceptions_to(&self, workflow: &WorkflowId) -> Option<PersonId> {
        let playbook = &self.context.plan.playbook;
        playbook.person_named(&playbook.workflows.get(workflow)?.exceptions_to)
    }

    fn head_owner(&self) -> Option<PersonId> {
        self.head.owner.as_ref().map(|owner| owner.person.clone())
    }

    pub fn person(&self, id: &PersonId) -> Option<&'c Person> {
        self.context.plan.playbook.people.get(id)
    }

    /// Everybody, and who is there now.
    pub fn staff(&self) -> Staff<'c> {
        Staff { people: &self.context.plan.playbook.people, time_off: self.context.time_off, now: self.now() }
    }

    /// Who acts for a person: themselves, while absent their delegate, else their manager.
    pub fn acting_for(&self, person: &PersonId) -> PersonId {
        self.staff().acting_for(person)
    }
}
