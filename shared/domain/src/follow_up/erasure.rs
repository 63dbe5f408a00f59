use std::collections::BTreeSet;

use super::{FollowUp, follow_ups};
use crate::{
    history::{Entry, Erase},
    id::{EffectId, ExecutionId, MatchKey, RecordKey, TaskId},
};

/// Entries that are to be deleted, and the rows that follow from them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    pub record: RecordKey,
    /// Rows of this entry or a later one stay.
    pub below: u64,
    pub seqs: Vec<u64>,
    pub matches: BTreeSet<MatchKey>,
    pub tasks: BTreeSet<TaskId>,
    pub executions: BTreeSet<ExecutionId>,
    pub effects: BTreeSet<EffectId>,
}

impl Erasure {
    /// What goes with these entries. Timers go by themselves.
    pub fn of(erase: &Erase, entries: &[Entry]) -> Self {
        let mut all = Self {
            record: erase.record.clone(),
            below: erase.below,
            seqs: entries.iter().map(|entry| entry.seq).collect(),
            matches: BTreeSet::new(),
            tasks: BTreeSet::new(),
            executions: BTreeSet::new(),
            effects: BTreeSet::new(),
        };
        for follow_up in entries.iter().flat_map(follow_ups) {
            match follow_up {
                FollowUp::Match(row) => drop(all.matches.insert(row.key)),
                FollowUp::Task(row) => drop(all.tasks.insert(row.task.id)),
                FollowUp::Execution(row) => drop(all.executions.insert(row.execution)),
                FollowUp::Act(message) => drop(all.effects.insert(message.body.effect)),
                FollowUp::Timer(_) | FollowUp::Evaluate(_) | FollowUp::Assign(_) | FollowUp::Erase(_) => {}
            }
        }
        all.tasks.retain(|task| !erase.open_tasks.contains(task));
        all
    }
}
