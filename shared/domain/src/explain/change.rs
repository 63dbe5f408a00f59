//! Every change in words. The matches here have no catch-all, so a new change cannot stay untold.

use super::{LineKind, Voice, assignment, credit, fact, index::Index, progress, retention, routing, update, work};
use crate::history::{Change, Entry};

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
        Change::EventReceived { .. } => fact::received(change, scene),
        Change::EventRepeated { of, .. } => fact::repeated(of, scene),
        Change::SubmissionUpdated(update) => update::updated(update, scene),
        Change::SubmissionOutdated { .. } => update::outdated(change, scene),
        Change::FetchAwaited { fetch, .. } => fact::fetch_awaited(fetch),
        Change::Fetched { belongs_to, .. } => fact::fetched(belongs_to.as_ref(), scene),
        Change::SubmissionKept(kept) => fact::kept(kept),
        Change::SettlementAwaited => Phrase::nowhere(LineKind::Event, ""),
        Change::KeptSettled { by, settlement } => fact::kept_settled(by, settlement, scene),
        Change::KeyUsed { record, .. } => fact::key_used(record),
        Change::Linked { link, .. } => fact::linked(link),
        Change::FoundBy { .. } | Change::AlsoNamed { .. } | Change::Forgotten { .. } => {
            Phrase::nowhere(LineKind::Record, "")
        }
        Change::FieldsSet { fields } => fact::fields_set(fields, scene),
        Change::SegmentJoined { segment } => fact::segment_joined(segment),
        Change::RecordClosed { reason, by } => fact::closed(reason, by, scene),
        Change::RecordReopened => fact::reopened(scene),
        Change::RecordDeleted { entries, .. } => retention::record_deleted(*entries, scene),
        Change::KeptDeleted { rule, submissions, .. } => retention::kept_deleted(*rule, *submissions),
        Change::NotStarted { workflow, why } => progress::not_started(workflow, *why),
        Change::ExecutionStarted { workflow, path, .. } => progress::started(workflow, path),
        Change::BranchTaken { execution, branch, why, .. } => progress::branch_taken(execution, branch, why, scene),
        Change::WaitStarted { execution, waiting, .. } => progress::wait_started(execution, waiting, scene),
        Change::WaitMet { by_seq, .. } => progress::wait_met(*by_seq, scene),
        Change::WaitMissed { execution, step, event_type } => progress::wait_missed(execution, step, event_type, scene),
        Change::Continued { execution, .. } => progress::continued(execution, scene),
        Change::ExecutionHeld { execution } => progress::held(execution, scene),
        Change::ExecutionResumed { execution, .. } => progress::resumed(execution, scene),
        Change::ExecutionEnded { workflow, started_at, how, .. } => progress::ended(workflow, *started_at, how, scene),
        Change::Routed { .. } => routing::routed(change, scene),
        Change::OwnerRequested { pool, kind, .. } => assignment::requested(pool, *kind),
        Change::OwnerAwaited { request, next_opening, candidates, .. } => {
            assignment::awaited(request, *next_opening, candidates, scene)
        }
        Change::OwnerRequestedAgain { request, .. } => assignment::requested_again(request, scene),
        Change::OwnerAssigned { .. } => assignment::assigned(change, scene),
        Change::RequestWithdrawn { pool, why, candidates, .. } => assignment::withdrawn(pool, *why, candidates, scene),
        Change::RequestRefused { request, why } => assignment::refused(request, why, scene),
        Change::CreditAsked { person, reason, by, .. } => credit::asked(person, reason, by, scene),
        Change::CreditRefused { .. } => credit::refused(change, scene),
        Change::CreditGiven { person, pool, .. } => credit::given(person, pool, scene),
        Change::CapacityChanged { pool } => assignment::capacity_changed(pool),
        Change::EffectRequested { effect, action, .. } => work::effect_requested(effect, action, scene),
        Change::EffectSettled { effect, result } => work::effect_settled(effect, result, scene),
        Change::TaskCreated { task } => work::task_created(task, scene),
        Change::TaskMoved { task, to } => work::task_moved(task, to, scene),
        Change::TaskEnded { task, how } => work::task_ended(task, how),
        Change::TaskDue { task, due } => work::task_due(task, *due, scene),
        Change::ClockSetBack { from } => fact::clock_set_back(*from, scene),
    }
}
