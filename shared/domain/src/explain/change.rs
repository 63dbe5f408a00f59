//! Every change in words. The matches here have no catch-all, so a new change cannot stay untold.

use super::{LineKind, Voice, assignment, credit, fact, index::Index, progress, retention, routing, update, work};
use crate::history::{
    Change, EffectChange, Entry, EventChange, ExecutionChange, KeptChange, OwnerChange, RecordChange, RequestChange,
    TaskChange,
};

/// One change, told.
pub(super) struct Phrase {
    pub(super) place: Place,
    pub(super) kind: LineKind,
    pub(super) text: String,
    pub(super) detail: Vec<String>,
}

/// Where a phrase goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A line of its own.
    Line,
    /// Beneath the line before it in the same entry.
    Detail,
    /// Told elsewhere: an effect by its outcome, housekeeping not at all.
    Nowhere,
}

impl Phrase {
    pub(super) fn line(kind: LineKind, text: impl Into<String>) -> Self {
        Self { place: Place::Line, kind, text: text.into(), detail: Vec::new() }
    }

    pub(super) fn detail(kind: LineKind, text: impl Into<String>) -> Self {
        Self { place: Place::Detail, ..Self::line(kind, text) }
    }

    pub(super) fn nowhere(kind: LineKind, text: impl Into<String>) -> Self {
        Self { place: Place::Nowhere, ..Self::line(kind, text) }
    }

    pub(super) fn with(self, detail: Vec<String>) -> Self {
        Self { detail, ..self }
    }
}

/// An entry's change, with what is needed to name things.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    pub(super) entry: &'a Entry,
    pub(super) index: &'a Index<'a>,
    pub(super) voice: &'a Voice<'a>,
}

pub(super) fn words(change: &Change, entry: &Entry, index: &Index<'_>, voice: &Voice<'_>) -> Phrase {
    let scene = Scene { entry, index, voice };
    match change {
        Change::Event(change) => event_words(change, scene),
        Change::Kept(change) => kept_words(change, scene),
        Change::Record(change) => record_words(change, scene),
        Change::Execution(change) => execution_words(change, scene),
        Change::Request(change) => request_words(change, scene),
        Change::Owner(change) => owner_words(change, scene),
        Change::Effect(change) => effect_words(change, scene),
        Change::Task(change) => task_words(change, scene),
    }
}

fn event_words(change: &EventChange, scene: Scene<'_>) -> Phrase {
    match change {
        EventChange::Received { .. } => fact::received(change, scene),
        EventChange::Repeated { of, .. } => fact::repeated(of, scene),
        EventChange::Updated(update) => update::updated(update, scene),
        EventChange::Outdated { .. } => update::outdated(change, scene),
        EventChange::FetchAwaited { fetch, .. } => fact::fetch_awaited(fetch),
        EventChange::Fetched { belongs_to, .. } => fact::fetched(belongs_to.as_ref(), scene),
    }
}

fn kept_words(change: &KeptChange, scene: Scene<'_>) -> Phrase {
    match change {
        KeptChange::Kept(kept) => fact::kept(kept),
        KeptChange::SettlementAwaited => Phrase::nowhere(LineKind::Event, ""),
        KeptChange::Settled { by, settlement } => fact::kept_settled(by, settlement, scene),
        KeptChange::KeyUsed { record, .. } => fact::key_used(record),
        KeptChange::Deleted { rule, submissions, .. } => retention::kept_deleted(*rule, *submissions),
    }
}

fn record_words(change: &RecordChange, scene: Scene<'_>) -> Phrase {
    match change {
        RecordChange::Linked { link, .. } => fact::linked(link),
        RecordChange::FoundBy { .. } | RecordChange::AlsoNamed { .. } | RecordChange::Forgotten { .. } => {
            Phrase::nowhere(LineKind::Record, "")
        }
        RecordChange::FieldsSet { fields } => fact::fields_set(fields, scene),
        RecordChange::SegmentJoined { segment } => fact::segment_joined(segment),
        RecordChange::Closed { reason, by } => fact::closed(reason, by, scene),
        RecordChange::Reopened => fact::reopened(scene),
        RecordChange::Deleted { entries, .. } => retention::record_deleted(*entries, scene),
        RecordChange::ClockSetBack { from } => fact::clock_set_back(*from, scene),
    }
}

fn execution_words(change: &ExecutionChange, scene: Scene<'_>) -> Phrase {
    match change {
        ExecutionChange::NotStarted { workflow, why } => progress::not_started(workflow, *why),
        ExecutionChange::Unmet { failed, .. } => progress::unmet(failed),
        ExecutionChange::Started { workflow, path, .. } => progress::started(workflow, path),
        ExecutionChange::BranchTaken { execution, branch, why, .. } => {
            progress::branch_taken(execution, branch, why, scene)
        }
        ExecutionChange::WaitStarted { execution, waiting, .. } => progress::wait_started(execution, waiting, scene),
        ExecutionChange::WaitMet { execution, step, by_seq } => progress::wait_met(execution, step, *by_seq, scene),
        ExecutionChange::WaitMissed { execution, step, event_type, within } => {
            progress::wait_missed(execution, step, event_type, *within, scene)
        }
        ExecutionChange::Continued { execution, .. } => progress::continued(execution, scene),
        ExecutionChange::Held { execution } => progress::held(execution, scene),
        ExecutionChange::Resumed { execution, not_again } => progress::resumed(execution, *not_again, scene),
        ExecutionChange::Ended { workflow, started_at, how, .. } => progress::ended(workflow, *started_at, how, scene),
    }
}

fn request_words(change: &RequestChange, scene: Scene<'_>) -> Phrase {
    match change {
        RequestChange::Routed { .. } => routing::routed(change, scene),
        RequestChange::Asked { pool, kind, .. } => assignment::requested(pool, *kind),
        RequestChange::Waits { request, next_opening, candidates, .. } => {
            assignment::awaited(request, *next_opening, candidates, scene)
        }
        RequestChange::AskedAgain { request, .. } => assignment::requested_again(request, scene),
        RequestChange::Withdrawn { pool, why, candidates, .. } => assignment::withdrawn(pool, *why, candidates, scene),
        RequestChange::Refused { request, why } => assignment::refused(request, why, scene),
    }
}

fn owner_words(change: &OwnerChange, scene: Scene<'_>) -> Phrase {
    match change {
        OwnerChange::Assigned { .. } => assignment::assigned(change, scene),
        OwnerChange::CreditAsked { person, reason, by, .. } => credit::asked(person, reason, by, scene),
        OwnerChange::CreditRefused { .. } => credit::refused(change, scene),
        OwnerChange::CreditGiven { person, pool, .. } => credit::given(person, pool, scene),
        OwnerChange::CapacityChanged { pool } => assignment::capacity_changed(pool),
    }
}

fn effect_words(change: &EffectChange, scene: Scene<'_>) -> Phrase {
    match change {
        EffectChange::Requested { effect, action, .. } => work::effect_requested(effect, action, scene),
        EffectChange::Settled { effect, result } => work::effect_settled(effect, result, scene),
    }
}

fn task_words(change: &TaskChange, scene: Scene<'_>) -> Phrase {
    match change {
        TaskChange::Created { task } => work::task_created(task, scene),
        TaskChange::Moved { task, to } => work::task_moved(task, to, scene),
        TaskChange::Ended { task, how } => work::task_ended(task, how),
        TaskChange::Due { task, due } => work::task_due(task, *due, scene),
    }
}
