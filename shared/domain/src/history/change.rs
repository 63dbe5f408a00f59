use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    effect::{Action, EffectResult},
    event::{Fetch, Gap},
    execution::Waiting,
    id::{
        EffectId, EventId, EventType, ExecutionId, FormId, ManifestId, MatchKey, PersonId, PoolId, RecordKey,
        RequestId, RouteId, SegmentId, SubmissionId, TaskId, WorkflowId,
    },
    instant::Instant,
    kept::{Kept, Settlement},
    matching::Way,
    playbook::Lifetime,
    rotation::Candidates,
    routing::{IfNobody, Looked, RoutedTo},
    step_path::StepPath,
    task::{Task, TaskEnd},
    value::{FieldName, Fields},
};

use super::{
    request::RequestKind,
    submission::{Accepted, Update},
    why::{EndedHow, NotCreditedWhy, NotStartedWhy, WithdrawnWhy},
};

/// One thing that happened to a record. The head is the fold of all of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    EventReceived {
        event: EventId,
        event_type: EventType,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        form: Option<FormId>,
        occurred_at: Instant,
        #[serde(default, skip_serializing_if = "Fields::is_empty")]
        fields: Fields,
        #[serde(default, skip_serializing_if = "Fields::is_empty")]
        unmapped: Fields,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        gaps: Vec<Gap>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fingerprint: Option<String>,
        /// What its provider calls the submission, and when intake took it: for what comes later under the same name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        submission: Option<Accepted>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to_fetch: Option<Fetch>,
        /// The contact came after an escalation for its absence had already handed the record over.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        late: bool,
        #[serde(default)]
        depth: u8,
    },
    /// The same content came again within ten minutes: an alias of the first, nothing else.
    EventRepeated {
        event: EventId,
        of: EventId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        submission: Option<Accepted>,
    },
    /// Other content came under the name of a submission that this record was filled by.
    SubmissionUpdated(Box<Update>),
    /// A version of a submission came after a newer one: it changes nothing.
    SubmissionOutdated {
        event: EventId,
        submission: SubmissionId,
        occurred_at: Instant,
        /// What it says, kept as it came.
        #[serde(default, skip_serializing_if = "Fields::is_empty")]
        fields: Fields,
        #[serde(default, skip_serializing_if = "Fields::is_empty")]
        unmapped: Fields,
        /// Which of `unmapped` no person answered.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        apart: BTreeSet<FieldName>,
    },
    /// A submission that reached no record.
    SubmissionKept(Box<Kept>),
    /// A settlement is awaited, on the history that is to hold it.
    SettlementAwaited,
    /// What became of a kept submission.
    KeptSettled {
        by: String,
        settlement: Settlement,
    },
    /// An Idempotency-Key was used; the first body wins.
    KeyUsed {
        fingerprint: String,
        record: RecordKey,
    },
    Linked {
        link: String,
        record: RecordKey,
        /// How the record was found, where nothing said which one it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        matched_by: Option<Way>,
    },
    /// Only ids came: a person, or a program, has to fetch what was answered.
    FetchAwaited {
        fetch: Fetch,
        form: FormId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        submission: Option<SubmissionId>,
        /// Who was asked to fetch it.
        task: TaskId,
    },
    /// What was answered is here.
    Fetched {
        /// None where another record has the answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        submission: Option<SubmissionId>,
        /// The known person whom the answers name: their record goes on instead of this one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        belongs_to: Option<RecordKey>,
    },
    /// What the record is found by from now on.
    FoundBy {
        keys: BTreeSet<MatchKey>,
    },
    /// What came about this record named another one, which its sender was told: that name leads here.
    AlsoNamed {
        record: RecordKey,
    },
    /// What the record only remembered is forgotten, the oldest first: there was no room for more.
    Forgotten {
        /// Types whose latest event is no longer known.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        event_types: BTreeSet<EventType>,
        /// Submissions whose repeat is no longer recognised by its content.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        submissions: BTreeSet<EventId>,
    },
    /// Fields set by scoring or by a step.
    FieldsSet {
        fields: Fields,
    },
    SegmentJoined {
        segment: SegmentId,
    },
    /// The workflow's trigger came and no execution began.
    NotStarted {
        workflow: WorkflowId,
        why: NotStartedWhy,
    },
    ExecutionStarted {
        execution: ExecutionId,
        workflow: WorkflowId,
        manifest: ManifestId,
        event: EventId,
        /// `then` or `else`.
        path: StepPath,
    },
    /// An `if` inside the workflow was decided.
    BranchTaken {
        execution: ExecutionId,
        step: StepPath,
        branch: String,
        /// What every part of the condition found, in sentences; empty in entries of the first release.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        why: String,
    },
    /// The execution stands at this step and waits.
    WaitStarted {
        execution: ExecutionId,
        step: StepPath,
        waiting: Waiting,
    },
    WaitMet {
        execution: ExecutionId,
        step: StepPath,
        /// The entry with the fact that met it.
        by_seq: u64,
    },
    /// The awaited fact did not come in time.
    WaitMissed {
        execution: ExecutionId,
        step: StepPath,
        event_type: EventType,
    },
    /// The rest of the step list goes on with a message of its own.
    Continued {
        execution: ExecutionId,
        step: StepPath,
    },
    ExecutionHeld {
        execution: ExecutionId,
    },
    ExecutionResumed {
        execution: ExecutionId,
        /// What it sends before it next waits may have left before the store was put back, and is not sent again.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        not_again: bool,
    },
    ExecutionEnded {
        execution: ExecutionId,
        workflow: WorkflowId,
        started_at: Instant,
        how: EndedHow,
    },
    /// A route said who gets the record, before any pool was asked.
    Routed {
        execution: ExecutionId,
        step: StepPath,
        route: RouteId,
        /// The rule that matched, or the owner so far; none if none did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rule: Option<String>,
        to: RoutedTo,
        /// What each rule said, the one that matched last. In words: time off is not kept as of a moment.
        looked_at: Vec<Looked>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        not_looked_at: Vec<String>,
    },
    OwnerRequested {
        request: RequestId,
        execution: ExecutionId,
        step: StepPath,
        kind: RequestKind,
        pool: PoolId,
        number: u32,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        exclude: Vec<PersonId>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        skills: Vec<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        keep: Option<PersonId>,
        /// Whom the route names for when this pool has nobody at the first asking.
        #[serde(default, skip_serializing_if = "IfNobody::is_wait")]
        if_nobody: IfNobody,
        deadline: Instant,
    },
    /// The pool has nobody: the request waits, and is asked again at `retry_at`.
    OwnerAwaited {
        request: RequestId,
        next_opening: Instant,
        retry_at: Instant,
        #[serde(default, skip_serializing_if = "Candidates::is_empty")]
        candidates: Candidates,
    },
    /// The waiting request is put to the pool again.
    OwnerRequestedAgain {
        request: RequestId,
        attempt: u32,
        /// How long it may wait now, where the clock has been set back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deadline: Option<Instant>,
    },
    OwnerAssigned {
        person: PersonId,
        number: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        previous: Option<PersonId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pool: Option<PoolId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        request: Option<RequestId>,
        /// Why it came to this person, where no pool chose: a person's reason, or a rule's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        #[serde(default, skip_serializing_if = "Candidates::is_empty")]
        candidates: Candidates,
    },
    RequestWithdrawn {
        request: RequestId,
        pool: PoolId,
        why: WithdrawnWhy,
        /// Why nobody in the pool could, where that is what withdrew it.
        #[serde(default, skip_serializing_if = "Candidates::is_empty")]
        candidates: Candidates,
    },
    RequestRefused {
        request: RequestId,
        why: String,
    },
    /// A person wants the owner's assignment not to count: the pool that picked them is asked.
    CreditAsked {
        credit: RequestId,
        /// Of the assignment.
        number: u32,
        person: PersonId,
        pool: PoolId,
        /// Who could have had the record, as the pick named them.
        candidates: Candidates,
        reason: String,
        by: String,
    },
    CreditRefused {
        why: NotCreditedWhy,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<PersonId>,
        reason: String,
        by: String,
    },
    /// The pool counts the assignment no longer.
    CreditGiven {
        credit: RequestId,
        number: u32,
        person: PersonId,
        pool: PoolId,
    },
    /// What the record takes of this pool's capacity may have changed: the pool is told to look.
    CapacityChanged {
        pool: PoolId,
    },
    EffectRequested {
        effect: EffectId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        execution: Option<ExecutionId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<StepPath>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        workflow: Option<WorkflowId>,
        manifest: ManifestId,
        not_after: Instant,
        /// It may have left before the store was put back, and is not sent again.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        not_again: bool,
        action: Action,
    },
    EffectSettled {
        effect: EffectId,
        result: EffectResult,
    },
    TaskCreated {
        task: Task,
    },
    TaskMoved {
        task: TaskId,
        to: PersonId,
    },
    TaskEnded {
        task: Task,
        how: TaskEnd,
    },
    /// The task is due at another moment.
    TaskDue {
        task: TaskId,
        due: Instant,
    },
    RecordClosed {
        reason: String,
        by: String,
    },
    /// The person came back: a form was submitted for a closed record.
    RecordReopened,
    /// The clock had been ahead when the entries before this one were written: it had said `from`, and what it says
    /// now is this entry's time. Waits, requests and tasks that it had put into the far future follow as changes.
    ClockSetBack {
        from: Instant,
    },
    /// `retention:` has deleted all before this entry. The record's next entry has the next number.
    RecordDeleted {
        /// What `retention: closed_records` was.
        rule: Lifetime,
        /// The time of the last entry before it.
        last: Instant,
        /// How many entries are gone.
        entries: u64,
    },
    /// `retention:` has deleted the beginning of a history of kept submissions.
    KeptDeleted {
        /// What `retention: kept_submissions` was.
        rule: Lifetime,
        /// The number of the first entry that is left.
        below: u64,
        submissions: u64,
        /// Settlements that stay, because younger submissions are kept under them, too.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        needed: BTreeSet<EventId>,
    },
}
