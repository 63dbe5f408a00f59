//! What a script can say, typed. Names of records stay text here: `lead/L1` may be an
//! alias, which only the running script knows.

use domain::id::{EventType, FormId, PersonId, PoolId, WorkflowId};

/// One command.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// `playbook DIR`: the playbook to begin with, instead of the shipped one. Before anything happens.
    Playbook(String),
    /// `at WHEN`: the moment at which it begins, or to which it goes on.
    At(When),
    /// `advance 14m 59s`.
    Advance {
        millis: i64,
    },
    /// `advance to the end, at most 400 days`: until no execution is open, in steps of a day.
    AdvanceToEnd {
        limit: Limit,
    },
    /// `clock says 2027-03-02 09:00`: the host's clock is set, ahead or back.
    Clock(When),
    Form {
        form: FormId,
        body: Body,
    },
    Event {
        event_type: EventType,
        record: String,
        data: String,
    },
    /// `repeat 50 COMMAND`: so often at once, before anything of it is worked off. `{n}` in
    /// what is sent stands for 1, 2, 3 …
    Repeat {
        times: u32,
        command: Box<Command>,
    },
    /// `let L1 = last record`.
    Name {
        alias: String,
    },
    /// `let C1 = company of lead/L1`: the record behind a link.
    NameLinked {
        alias: String,
        link: String,
        record: String,
    },
    Away {
        person: PersonId,
        until: String,
    },
    Back {
        person: PersonId,
    },
    Reassign {
        record: String,
        to: PersonId,
        reason: String,
    },
    Close {
        record: String,
        reason: String,
    },
    Credit {
        record: String,
        reason: String,
    },
    Complete {
        title: String,
        record: String,
    },
    /// All workflows where none is named.
    Pause(Vec<WorkflowId>),
    /// `preview resume`: what would go on.
    PreviewResume,
    Resume,
    /// `publish DIR`: files of the folder replace those of the same name.
    Publish(String),
    Rollback,
    /// The process dies; what is durable stays.
    Kill,
    /// Delivers the last message again.
    Duplicate,
    /// `hold assign`: the queue keeps its messages until `release`.
    Hold(Queue),
    Release(Queue),
    Expect(Expectation),
    Show(Show),
}

/// A queue that a script can hold, to choose who comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Queue {
    Evaluate,
    Assign,
    Act,
}

/// How far at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Limit {
    Length { millis: i64 },
    Moment(When),
}

/// A moment as scripts write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// `2026-03-02T09:00Z`.
    Moment(domain::instant::Instant),
    /// `2026-03-02 09:00`: on the organisation's clock.
    Local(jiff::civil::DateTime),
    /// `09:14:59`: the next time the organisation's clock shows it.
    Clock(jiff::civil::Time),
}

/// What a form sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// As it stands in the script.
    Json(String),
    /// A file beside the script; its ending tells the content type.
    File(String),
}

/// Something that must hold now.
#[derive(Debug, Clone, PartialEq)]
pub enum Expectation {
    /// `owner lead/L1 is ana`, or `is nobody`.
    Owner {
        record: String,
        is: Option<PersonId>,
    },
    /// `outbox has e-mail intro to ada@example.com` and `no e-mail intro to …`.
    Message {
        there: bool,
        message: MessageMatch,
    },
    /// `count e-mails to ada@example.com is 1`.
    CountMessages {
        message: MessageMatch,
        is: usize,
    },
    /// `task "Call" of lead/L1 is for ana due 09:05`.
    Task {
        title: String,
        record: String,
        is_for: Option<PersonId>,
        due: Option<When>,
    },
    /// `no task of lead/L1`, `no task "Call" of lead/L1`.
    NoTask {
        title: Option<String>,
        record: String,
    },
    CountTasks {
        record: String,
        is: usize,
    },
    Segment {
        there: bool,
        segment: String,
        record: String,
    },
    /// `field lead.score of lead/L1 is 55`.
    Field {
        field: String,
        record: String,
        is: String,
    },
    /// `lead/L1 waits for an owner`, `lead/L1 waits for call_logged`, `lead/L1 waits for nothing`.
    Waits {
        record: String,
        for_what: Awaited,
    },
    /// `same record L1 L2`, `different records L1 L2`.
    SameRecord {
        same: bool,
        records: [String; 2],
    },
    /// `why speed-to-lead lead/L1 says "…"`.
    Why {
        workflow: WorkflowId,
        record: String,
        says: String,
    },
    /// `timeline lead/L1 says "…"`, `timeline lead/L1 never says "…"`.
    Timeline {
        record: String,
        there: bool,
        says: String,
    },
}

/// What a record's executions wait for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Awaited {
    /// No execution is open.
    Nothing,
    Owner,
    Event(EventType),
}

/// Which messages of the outbox are meant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MessageMatch {
    pub kind: MessageKind,
    /// An e-mail's template.
    pub template: Option<String>,
    /// An address or a person's id.
    pub to: Option<String>,
    /// Part of its subject or body.
    pub saying: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MessageKind {
    #[default]
    Any,
    Email,
    Notice,
}

/// What to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Show {
    Time,
    Timeline {
        record: String,
    },
    /// What each open execution waits for.
    Standing {
        record: String,
    },
    Why {
        workflow: WorkflowId,
        record: String,
    },
    Assignments {
        record: String,
    },
    Pool {
        pool: PoolId,
    },
    Outbox(MessageMatch),
    /// The matching messages in full.
    Letter(MessageMatch),
    Tasks,
    /// What was kept aside and is open: why, and what becomes of it.
    Kept,
}
