//! The decision about one record: what an input changes, given everything it may depend on.
//!
//! `decide(head, input, context)` is the one door. It returns changes; the head after
//! them and all follow-ups are derived. One file per family of input.

mod assignment;
mod clock;
mod command;
mod credit;
mod effect;
mod event;
mod fact;
mod facts;
mod fetch;
mod findable;
mod hands;
mod kept;
mod name;
mod react;
mod request;
mod retention;
mod room;
mod route;
mod scoring;
mod telling;
mod timer;
mod turn;
mod update;
mod who;

use std::{collections::BTreeMap, sync::Arc};

pub use assignment::Assigned;
pub use clock::WasAhead;
pub use fact::name_of as fact_named;
pub use request::{OwnerRequest, Wanted};
pub use retention::{Aside, Looking, delete_kept, delete_record, due};
pub use scoring::scores;
pub use timer::is_firing_awaited;
pub use turn::Turn;

use crate::{
    calendar::TimeOff,
    event::Event,
    facts::Linked,
    history::{Change, Edit, Entry, Head, KeptChange},
    id::{EventId, ExecutionId, ManifestId, PersonId, RecordKey, RequestId, WorkflowId},
    instant::Instant,
    kept::{Kept, Settlement},
    message::{Answer, Command, EffectOutcome},
    plan::Plan,
    value::Fields,
};

/// What a decision may depend on besides the record itself. All of it is named in the entry.
pub struct Context<'a> {
    pub now: Instant,
    /// The active playbook: triggers, people, pools, schema.
    pub plan: &'a Plan,
    pub manifest: &'a ManifestId,
    /// The versions that open executions are pinned to. The active one is among them.
    pub pinned: &'a BTreeMap<ManifestId, Arc<Plan>>,
    /// Linked records, by the link's name.
    pub linked: &'a BTreeMap<String, Linked>,
    pub time_off: &'a BTreeMap<PersonId, Vec<TimeOff>>,
    pub paused: &'a Paused,
    /// The entry that gave the record its present owner, where a credit for it is asked.
    pub assigned: Option<&'a Entry>,
    /// The entry that holds the latest version of a submission, where another one came.
    pub version: Option<&'a Entry>,
    /// What a clock that has been set back since has left in the record; `now` is then earlier than its newest entry.
    pub was_ahead: Option<&'a WasAhead>,
    /// Whether an effect that is said to be in doubt is known to the history to be settled.
    pub settled: bool,
}

/// Which workflows stand still: intake still accepts, nothing leaves.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paused {
    #[default]
    Nothing,
    Some(std::collections::BTreeSet<WorkflowId>),
    Everything,
}

impl Paused {
    pub fn includes(&self, workflow: &WorkflowId) -> bool {
        match self {
            Self::Nothing => false,
            Self::Some(workflows) => workflows.contains(workflow),
            Self::Everything => true,
        }
    }
}

/// What came in about one record.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// An event about this record as its primary.
    Event(Arc<Event>),
    /// Other content of a submission that the record has been filled by.
    Update {
        event: Arc<Event>,
        /// What it changed in linked records, which were written before.
        linked: Vec<Edit>,
    },
    /// What was fetched for this record belongs to another, which is known.
    BelongsTo {
        record: RecordKey,
    },
    /// An event's share for a linked record, which is written first.
    LinkedPart {
        event: Arc<Event>,
        fields: Fields,
    },
    /// A submission to keep aside, on the history of its cause. One that is settled already is told to nobody.
    Kept {
        kept: Box<Kept>,
        is_settled: bool,
    },
    /// A kept submission whose settlement may come from elsewhere, on the history that is to hold it.
    SettlementAwaited,
    /// A decision about a kept submission, on the history that holds it.
    Settle {
        by: String,
        settlement: Settlement,
    },
    /// Nothing is left to look at among what was kept for a cause, as of this entry.
    NothingKept {
        seen: u64,
    },
    /// An Idempotency-Key, on the history that guards it.
    Key {
        fingerprint: String,
        record: RecordKey,
    },
    Timer {
        timer: crate::id::TimerId,
        generation: u32,
        due: Instant,
    },
    Assignment(Box<Answer>),
    /// A pool has carried out a credit.
    Credited {
        credit: RequestId,
    },
    Effect(EffectOutcome),
    Continue {
        execution: ExecutionId,
    },
    Resume {
        execution: ExecutionId,
        not_again: bool,
    },
    Command {
        by: String,
        command: Command,
    },
    /// A message that failed for good: a task for a person.
    Exception {
        dead_letter: String,
        why: String,
    },
    /// The clock has been set back since the record's newest entry, which is all there is to decide.
    ClockSetBack,
}

impl Input {
    /// The event that it is, or is a part of.
    fn event(&self) -> Option<&Event> {
        match self {
            Self::Event(event) | Self::Update { event, .. } | Self::LinkedPart { event, .. } => Some(event),
            Self::BelongsTo { .. }
            | Self::Kept { .. }
            | Self::SettlementAwaited
            | Self::Settle { .. }
            | Self::NothingKept { .. }
            | Self::Key { .. }
            | Self::Timer { .. }
            | Self::Assignment(_)
            | Self::Credited { .. }
            | Self::Effect(_)
            | Self::Continue { .. }
            | Self::Resume { .. }
            | Self::Command { .. }
            | Self::Exception { .. }
            | Self::ClockSetBack => None,
        }
    }
}

/// Decides what an input changes. No changes means: nothing to record, acknowledge.
pub fn decide<'c>(
    record: &RecordKey,
    seq: u64,
    head: &'c Head,
    input: &'c Input,
    context: &'c Context<'c>,
) -> (Vec<Change>, Head) {
    let mut turn = Turn::new(record, seq, head, input.event(), context);
    if head.is_deleted() && !is_for_deleted(input) {
        return turn.finish();
    }
    if let Some(ahead) = context.was_ahead {
        clock::set_back(&mut turn, ahead);
    }
    match input {
        Input::Event(event) => event::received(&mut turn, event),
        // What it would update is gone: the submission is the first of another life.
        Input::Update { event, .. } if head.is_deleted() => event::received(&mut turn, event),
        Input::Update { event, linked } => update::received(&mut turn, event, linked),
        Input::BelongsTo { record } => fetch::belongs_to(&mut turn, record),
        Input::LinkedPart { event, fields } => event::linked_part(&mut turn, event, fields),
        Input::Kept { kept, is_settled } => kept::received(&mut turn, kept, *is_settled),
        Input::SettlementAwaited => kept::awaited(&mut turn),
        Input::Settle { by, settlement } => kept::settled(&mut turn, by, settlement),
        Input::NothingKept { seen } => kept::nothing_left(&mut turn, *seen),
        Input::Key { fingerprint, record } => {
            turn.emit(KeptChange::KeyUsed { fingerprint: fingerprint.clone(), record: record.clone() });
        }
        Input::Timer { timer, generation, .. } => timer::fired(&mut turn, timer, *generation),
        Input::Assignment(answer) => assignment::answered(&mut turn, answer),
        Input::Credited { credit } => credit::given(&mut turn, credit),
        Input::Effect(outcome) => effect::settled(&mut turn, outcome),
        Input::Continue { execution } => timer::goes_on(&mut turn, execution),
        Input::Resume { execution, not_again } => timer::resumed(&mut turn, execution, *not_again),
        Input::Command { by, command } => command::given(&mut turn, by, command),
        Input::Exception { dead_letter, why } => {
            turn.raise_as(None, dead_letter, &format!("A message failed for good: {why}"));
        }
        Input::ClockSetBack => {}
    }
    react::tell_all(&mut turn);
    turn.tell_pipelines(head);
    findable::keep(&mut turn, head, input);
    turn.make_room();
    turn.finish()
}

/// Whether an input counts where the record was deleted: somebody comes back, or something failed that a person
/// should know. Whatever speaks of what is gone comes too late.
fn is_for_deleted(input: &Input) -> bool {
    matches!(
        input,
        Input::Event(_)
            | Input::Update { .. }
            | Input::LinkedPart { .. }
            | Input::Exception { .. }
            | Input::Command { command: Command::CompleteTask { .. }, .. }
    )
}

/// The event that stands for a repeated one, if the content came within the window.
pub fn repeat_of<'h>(head: &'h Head, event: &Event) -> Option<&'h EventId> {
    event::repeat_of(head, event)
}
