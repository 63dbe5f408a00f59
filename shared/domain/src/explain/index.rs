use std::collections::{BTreeMap, BTreeSet};

use super::beside::{Beside, PutOff};
use crate::{
    effect::{Action, EffectResult},
    execution::Waiting,
    history::{Change, EffectChange, Entry, EventChange, ExecutionChange, RequestChange, TaskChange},
    id::{EffectId, EventId, EventType, ExecutionId, PoolId, RequestId, TaskId, WorkflowId},
    instant::Instant,
    step_path::StepPath,
};

/// What changes name only by an id, from everywhere in the entries at hand.
#[derive(Default)]
pub(super) struct Index<'e> {
    effects: BTreeMap<&'e EffectId, &'e Action>,
    /// What is known last of each effect.
    settled: BTreeMap<&'e EffectId, &'e EffectResult>,
    doubted: BTreeSet<&'e EffectId>,
    put_off: BTreeMap<&'e EffectId, &'e PutOff>,
    workflows: BTreeMap<&'e ExecutionId, &'e WorkflowId>,
    pools: BTreeMap<&'e RequestId, &'e PoolId>,
    tasks: BTreeMap<&'e TaskId, &'e str>,
    events: BTreeMap<u64, &'e EventType>,
    received: BTreeMap<&'e EventId, Instant>,
    /// For each wait and the entry that armed it, how long it was.
    waits: BTreeMap<(&'e ExecutionId, &'e StepPath, u64), i64>,
    /// What each wait waits for.
    awaited: BTreeMap<(&'e ExecutionId, &'e StepPath), &'e EventType>,
}

impl<'e> Index<'e> {
    /// Of entries, and of what is known beside them.
    pub(super) fn beside(entries: &[&'e Entry], beside: &'e Beside) -> Self {
        let mut oldest_first: Vec<&Entry> = beside.older.iter().chain(entries.iter().copied()).collect();
        oldest_first.sort_by_key(|entry| entry.seq);
        let mut index = Self::of(oldest_first);
        index.settled.extend(&beside.settled);
        index.put_off.extend(&beside.put_off);
        index
    }

    pub(super) fn of(entries: impl IntoIterator<Item = &'e Entry>) -> Self {
        let mut index = Self::default();
        for entry in entries {
            index.tasks.extend(entry.head.tasks.iter().map(|task| (&task.id, task.title.as_str())));
            index.workflows.extend(entry.head.executions.iter().map(|open| (&open.id, &open.workflow)));
            index.pools.extend(entry.head.requests.iter().map(|asked| (&asked.id, &asked.pool)));
            entry.changes.iter().for_each(|change| index.take(entry, change));
        }
        index
    }

    fn take(&mut self, entry: &'e Entry, change: &'e Change) {
        match change {
            Change::Event(EventChange::Received { event, event_type, .. }) => {
                self.events.insert(entry.seq, event_type);
                self.received.insert(event, entry.at);
            }
            Change::Execution(ExecutionChange::Started { execution, workflow, .. }) => {
                self.workflows.insert(execution, workflow);
            }
            Change::Request(RequestChange::Asked { request, pool, .. }) => {
                self.pools.insert(request, pool);
            }
            Change::Execution(ExecutionChange::WaitStarted { execution, step, waiting }) => {
                if let Some((_, _, due)) = waiting.timer() {
                    self.waits.insert((execution, step, entry.seq), due.millis_since(entry.at));
                }
                if let Waiting::Event { event_type, .. } = waiting {
                    self.awaited.insert((execution, step), event_type);
                }
            }
            Change::Effect(EffectChange::Requested { effect, action, .. }) => {
                self.effects.insert(effect, action);
            }
            Change::Effect(EffectChange::Settled { effect, result }) => {
                self.settled.insert(effect, result);
                if *result == EffectResult::InDoubt {
                    self.doubted.insert(effect);
                }
            }
            Change::Task(TaskChange::Created { task }) => {
                self.tasks.insert(&task.id, &task.title);
            }
            _ => {}
        }
    }

    pub(super) fn action(&self, effect: &EffectId) -> Option<&'e Action> {
        self.effects.get(effect).copied()
    }

    pub(super) fn is_settled(&self, effect: &EffectId) -> bool {
        self.settled.contains_key(effect)
    }

    /// What keeps an effect that is still to be handed over.
    pub(super) fn put_off(&self, effect: &EffectId) -> Option<&'e PutOff> {
        self.put_off.get(effect).copied()
    }

    /// Whether an effect was in doubt, and is not any more.
    pub(super) fn is_cleared_up(&self, effect: &EffectId) -> bool {
        self.doubted.contains(effect) && self.settled.get(effect).is_some_and(|last| **last != EffectResult::InDoubt)
    }

    pub(super) fn workflow(&self, execution: &ExecutionId) -> &'e str {
        self.workflows.get(execution).map_or("a workflow", |workflow| workflow.as_str())
    }

    pub(super) fn pool(&self, request: &RequestId) -> &'e str {
        self.pools.get(request).map_or("the pool", |pool| pool.as_str())
    }

    pub(super) fn task(&self, task: &TaskId) -> &'e str {
        self.tasks.get(task).copied().unwrap_or("a task")
    }

    pub(super) fn event(&self, seq: u64) -> Option<&'e EventType> {
        self.events.get(&seq).copied()
    }

    /// What met a wait, by an entry: what it waited for, and where it had no need to wait, what came then.
    pub(super) fn met_by(&self, execution: &ExecutionId, step: &StepPath, seq: u64) -> Option<&'e EventType> {
        self.awaited.get(&(execution, step)).copied().or_else(|| self.event(seq))
    }

    pub(super) fn received_at(&self, event: &EventId) -> Option<Instant> {
        self.received.get(event).copied()
    }

    /// How long the wait was that was missed in entry `seq`: as it was last armed before.
    pub(super) fn wait(&self, execution: &'e ExecutionId, step: &'e StepPath, seq: u64) -> Option<i64> {
        self.waits.range((execution, step, 0)..(execution, step, seq)).next_back().map(|(_, length)| *length)
    }
}
