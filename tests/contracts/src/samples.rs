//! Small valid things to store. `n` tells one from another.

use std::sync::Arc;

use domain::{
    effect::EffectResult,
    history::{
        Change, ENTRY_VERSION, Entry, ExecutionRow, ExecutionState, Head, RecordChange, TaskRow, TaskState, TimerRow,
    },
    id::{EffectId, ExecutionId, ManifestId, MessageId, PersonId, RecordKey, TaskId, TimerId},
    instant::Instant,
    message::{AssignRequest, Message, ToAct, ToAssign},
    playbook::Playbook,
    rotation::{PoolState, Share},
    task::{Priority, Task, TaskEnd},
    value::{Fields, Value},
};
use engine::ports::{EffectRow, EffectState, Page};

/// 2026-03-02T09:00Z and so many milliseconds.
pub const fn at(millis: i64) -> Instant {
    Instant::from_millis(1_772_442_000_000 + millis)
}

pub fn record(id: &str) -> RecordKey {
    RecordKey::new("lead", id)
}

pub fn person(id: &str) -> PersonId {
    PersonId::new(id)
}

/// Entry `seq` of a record, a minute after the one before it, caused by message `m<seq>`.
pub fn entry(record: &RecordKey, seq: u64) -> Entry {
    Entry {
        version: ENTRY_VERSION,
        record: record.clone(),
        seq,
        at: at(0).plus_minutes(i64::try_from(seq).expect("a small number")),
        caused_by: MessageId::new(format!("m{seq}")),
        manifest: ManifestId::new("man_1"),
        linked: Vec::new(),
        before: Arc::default(),
        changes: Vec::new(),
        head: Arc::default(),
    }
    .remembered()
}

/// The first entries of a record that has a name and goes up in score: most of them leave out the record before them.
pub fn history(record: &RecordKey, entries: u64) -> Vec<Entry> {
    let mut before_it = Arc::<Head>::default();
    (1..=entries)
        .map(|seq| {
            let entry = entry(record, seq);
            let name = [("name".to_owned(), Value::text("Kim Reyes"))];
            let score = [("score".to_owned(), Value::Number(seq as f64))];
            let fields = if seq == 1 { Fields::from(name) } else { Fields::from(score) };
            let change = Change::Record(RecordChange::FieldsSet { fields });
            let mut head = Head::clone(&before_it);
            head.apply(&change, seq, entry.at);
            let before = std::mem::take(&mut before_it);
            let entry = Entry { before, changes: vec![change], head: Arc::new(head), ..entry }.remembered();
            before_it = Arc::clone(&entry.head);
            entry
        })
        .collect()
}

pub fn timer(id: &str, generation: u32, due: Instant) -> TimerRow {
    TimerRow { timer: TimerId::new(id), generation, due, record: record("L1"), seq: 1 }
}

/// An open task, put by entry `seq`, so many milliseconds on.
pub fn task(id: &str, seq: u64, millis: i64) -> TaskRow {
    let task = Task {
        id: TaskId::new(id),
        title: "Call within 5 min".into(),
        priority: Priority::P1,
        due: None,
        assigned_to: Some(person("ana")),
        execution: None,
        done_when: None,
    };
    TaskRow { task, record: record("L1"), state: TaskState::Open, at: at(millis), seq }
}

pub fn ended(mut row: TaskRow) -> TaskRow {
    row.state = TaskState::Ended(TaskEnd::Done);
    row
}

/// An open execution, put by entry `seq`, started so many milliseconds on.
pub fn execution(id: &str, seq: u64, millis: i64) -> ExecutionRow {
    ExecutionRow {
        execution: ExecutionId::new(id),
        workflow: "speed-to-lead".into(),
        record: record("L1"),
        state: ExecutionState::Open,
        started_at: at(millis),
        at: at(millis),
        seq,
    }
}

/// A rotation after so many picks.
pub fn pool(picks: u64) -> PoolState {
    PoolState { picks, members: [(person("ana"), share(0, picks))].into(), ..PoolState::default() }
}

/// A pool that counts open records, of so many members on pages of sixteen, each of whom was given this much.
pub fn large_pool(members: u16, given: u64) -> PoolState {
    let members = (0..members).map(|number| (member(number), share(number / 16, given))).collect();
    PoolState { picks: given, members, counts_open: true, ..PoolState::default() }
}

/// A member of a large pool.
pub fn member(number: u16) -> PersonId {
    person(&format!("p{number:04}"))
}

fn share(page: u16, given: u64) -> Share {
    let mut share = Share::default();
    (share.page, share.weight, share.given, share.last) = (page, 1, given, given);
    share
}

/// A claimed effect.
pub fn effect(id: &str, attempt: &str, millis: i64) -> EffectRow {
    let request = ToAct {
        effect: EffectId::new(id),
        record: record("L1"),
        seq: 3,
        index: 1,
        manifest: ManifestId::new("man_1"),
        workflow: None,
        not_after: at(86_400_000),
        not_again: false,
    };
    EffectRow {
        request,
        message: MessageId::new(format!("message of {id}")),
        what: "e-mail intro to the lead".into(),
        rendered: Err("a contract renders nothing".into()),
        state: EffectState::Claimed { attempt: attempt.into(), lease_until: at(millis + 60_000) },
        at: at(millis),
        keep_for: None,
    }
}

pub fn held(mut row: EffectRow) -> EffectRow {
    row.state = EffectState::Held;
    row
}

pub fn sent() -> EffectResult {
    EffectResult::Sent { provider_id: Some("p-1".into()) }
}

/// A playbook of this name; another name is another content.
pub fn playbook(name: &str) -> Playbook {
    let json = serde_json::json!({
        "organisation": { "name": name, "time_zone": "UTC", "hours": { "mon-fri": "09:00-17:00" } },
        "schema": { "kinds": {} },
    });
    serde_json::from_value(json).expect("a small playbook is valid")
}

/// A request to a pool, sent by message `id`.
pub fn assign(id: &str, pool: &str) -> Message<ToAssign> {
    let request = AssignRequest {
        id: id.into(),
        record: record(id),
        pool: pool.into(),
        number: 1,
        attempt: 0,
        since: Instant::from_millis(0),
        exclude: Vec::new(),
        skills: Vec::new(),
        keep: None,
    };
    Message { id: id.into(), since: at(0), body: ToAssign::Request(Box::new(request)) }
}

/// All pages of a list, joined. Fails if a page is too long or the list does not end.
pub async fn all_pages<T, E: std::fmt::Debug>(
    limit: usize,
    mut page: impl AsyncFnMut(Option<String>) -> Result<Page<T>, E>,
) -> Vec<T> {
    let mut all = Vec::new();
    let mut cursor = None;
    for _ in 0..100 {
        let part = page(cursor).await.expect("a page is read");
        assert!(part.items.len() <= limit, "a page of {} where {limit} were asked for", part.items.len());
        all.extend(part.items);
        match part.next {
            Some(next) => cursor = Some(next),
            None => return all,
        }
    }
    panic!("the list did not end after 100 pages");
}
