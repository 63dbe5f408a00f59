use std::collections::BTreeMap;

use super::index::Index;
use crate::{
    effect::EffectResult,
    history::{Change, EffectChange, Entry, EventChange, ExecutionChange},
    id::EffectId,
    instant::Instant,
};

/// What a part of a history refers to, and does not hold itself.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    /// Entries before the part: what asked for an effect, what a wait was for.
    pub older: Vec<Entry>,
    /// What became after the part of what was asked for in it.
    pub settled: BTreeMap<EffectId, EffectResult>,
    /// What its provider did not take yet.
    pub put_off: BTreeMap<EffectId, PutOff>,
}

/// Why a provider did not take a message, and when it is tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutOff {
    pub why: String,
    pub until: Instant,
}

/// Whether entries refer to something that neither they nor the older ones hold.
pub fn refers_further_back(entries: &[Entry], older: &[Entry]) -> bool {
    let index = Index::of(entries.iter().chain(older));
    let is_open = |entry: &Entry, change: &Change| match change {
        Change::Effect(EffectChange::Settled { effect, .. }) => index.action(effect).is_none(),
        Change::Execution(ExecutionChange::WaitMissed { execution, step, within: None, .. }) => {
            index.wait(execution, step, entry.seq).is_none()
        }
        Change::Execution(ExecutionChange::WaitMet { execution, step, by_seq }) => {
            index.met_by(execution, step, *by_seq).is_none()
        }
        Change::Event(EventChange::Repeated { of, .. }) => index.received_at(of).is_none(),
        _ => false,
    };
    entries.iter().any(|entry| entry.changes.iter().any(|change| is_open(entry, change)))
}

/// The effects of which these entries do not say what became in the end, each with the moment after which it is sent no
/// more.
pub fn unsettled(entries: &[Entry]) -> BTreeMap<EffectId, Option<Instant>> {
    let mut oldest_first: Vec<&Entry> = entries.iter().collect();
    oldest_first.sort_by_key(|entry| entry.seq);
    let mut open = BTreeMap::new();
    for change in oldest_first.iter().flat_map(|entry| &entry.changes) {
        match change {
            Change::Effect(EffectChange::Requested { effect, not_after, .. }) => {
                open.insert(effect.clone(), Some(*not_after));
            }
            Change::Effect(EffectChange::Settled { effect, result: EffectResult::InDoubt }) => {
                open.insert(effect.clone(), None);
            }
            Change::Effect(EffectChange::Settled { effect, .. }) => {
                open.remove(effect);
            }
            _ => {}
        }
    }
    open
}
