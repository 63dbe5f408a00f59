//! What holds for a file beyond the ports: it lasts, it is one process's, and a file that
//! this release cannot read is left alone.

use std::{path::PathBuf, sync::Arc};

use domain::{
    calendar::TimeOffChange,
    history::{ENTRY_VERSION, Entry, ExecutionRow, ExecutionState, TaskRow, TaskState, TimerRow},
    id::RecordKey,
    instant::Instant,
    message::{Message, Redrive, ToAssign, ToEvaluate},
    rotation::Slot,
    task::{Priority, Task, TaskEnd},
};
use engine::ports::{
    Append, Delayed, Dlq, ExecutionFilter, Executions, Histories, Pools, Queue, Queues, Swept, TaskFilter, Tasks,
    Timers, Watermark, in_full,
};
use sqlite::{ApiKey, LockError, ManualClock, OpenError, Store, SystemClock};
use tempfile::TempDir;

const HOUR: i64 = 60 * 60 * 1000;

struct Place {
    _folder: TempDir,
    path: PathBuf,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the file");
        let path = folder.path().join("handoff.db");
        Self { _folder: folder, path }
    }

    fn open(&self) -> Result<Store, OpenError> {
        Store::open(&self.path, Arc::new(SystemClock))
    }

    /// Why the file is refused, with its causes.
    fn refusal(&self) -> String {
        let Err(error) = self.open() else { panic!("the file was opened") };
        in_full(&error)
    }

    fn with_sql(&self, sql: &str) {
        rusqlite::Connection::open(&self.path).expect("opened").execute_batch(sql).expect("valid SQL");
    }
}

fn entry(record: &str, seq: u64) -> Entry {
    Entry {
        version: ENTRY_VERSION,
        record: RecordKey::new("lead", record),
        seq,
        at: Instant::from_millis(0),
        caused_by: "m1".into(),
        manifest: "man_1".into(),
        linked: Vec::new(),
        before: Arc::default(),
        changes: Vec::new(),
        head: Arc::default(),
    }
    .remembered()
}

#[tokio::test]
async fn a_slot_that_an_earlier_release_wrote_is_read_without_a_worth() {
    let place = Place::new();
    drop(place.open().expect("a fresh file opens"));
    place.with_sql(
        r#"ALTER TABLE messages DROP COLUMN handled; ALTER TABLE dead DROP COLUMN ended_process;
           ALTER TABLE sweep DROP COLUMN within; ALTER TABLE slots DROP COLUMN worth; DROP TABLE matches; DROP TABLE life; DROP TABLE restored; DROP TABLE notes;
           PRAGMA user_version = 2;
           INSERT INTO pools (id, version, state) VALUES ('inbound', 1, '{"picks":1,"counts_open":true}');
           INSERT INTO slots (pool, record, person) VALUES ('inbound', 'lead/L1', 'ana');"#,
    );
    let lead = RecordKey::new("lead", "L1");
    let store = place.open().expect("the file is brought up");
    let (state, _) = store.pool(&"inbound".into(), std::slice::from_ref(&lead)).await.expect("read");
    assert_eq!(state.slots, [(lead, Slot { person: "ana".into(), worth: None })].into());
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_restart() {
    let place = Place::new();
    let store = place.open().expect("a fresh file opens");
    store.append(&entry("L1", 1)).await.expect("appended");
    let body = Redrive { dead_letter: "d1".into(), by: "ana".into() };
    store.send_escalate(&[Message { id: "m1".into(), since: Instant::from_millis(0), body }]).await.expect("sent");
    assert_eq!(store.receive(Queue::Escalate, 10, HOUR).await.expect("received").len(), 1);
    assert_eq!(store.receive(Queue::Escalate, 10, HOUR).await.expect("received"), []);
    drop(store);
    // Nobody is handling a message any more: it need not wait for the end of its hour.
    let store = place.open().expect("the file opens again");
    assert_eq!(store.newest(&RecordKey::new("lead", "L1")).await.expect("read"), Some(Arc::new(entry("L1", 1))));
    let again = store.receive(Queue::Escalate, 10, HOUR).await.expect("received");
    assert_eq!(again[0].receives, 1, "a delivery that the process did not survive does not count");
}

#[tokio::test]
async fn an_append_whose_caller_went_away_is_found_all_the_same() {
    let place = Place::new();
    let store = place.open().expect("a fresh file opens");
    store.append(&entry("L1", 1)).await.expect("appended");
    let second = entry("L1", 2);
    // Asked once and dropped: the writer has the entry, and nobody hears that it is durable.
    let mut abandoned = Box::pin(store.append(&second));
    let once = std::future::poll_fn(|context| std::task::Poll::Ready(abandoned.as_mut().poll(context).is_pending()));
    once.await;
    drop(abandoned);
    assert_eq!(store.append(&second).await.expect("answered"), Append::Taken);
    let newest = store.newest(&RecordKey::new("lead", "L1")).await.expect("read");
    assert_eq!(newest.map(|entry| entry.seq), Some(2));
}

#[tokio::test]
async fn a_restart_delivers_nothing_before_its_time() {
    let place = Place::new();
    let store = place.open().expect("a fresh file opens");
    let body = ToEvaluate::Continue { record: RecordKey::new("lead", "L1"), execution: "e1".into() };
    let message = Message { id: "m1".into(), since: Instant::from_millis(0), body };
    store.send_evaluate(&[Delayed { message, delay_seconds: 600 }]).await.expect("sent");
    drop(store);
    let store = place.open().expect("the file opens again");
    assert_eq!(store.receive(Queue::Evaluate, 1, HOUR).await.expect("received"), []);
}

#[tokio::test]
async fn what_was_delivered_more_than_five_minutes_ago_is_forgotten() {
    let (place, clock) = (Place::new(), Arc::new(ManualClock::new(Instant::from_millis(0))));
    let store = Store::open(&place.path, clock.clone()).expect("a fresh file opens");
    for (minute, id) in [(0, "m1"), (1, "m2"), (6, "m3")] {
        clock.move_to(Instant::from_millis(minute * 60_000));
        let body =
            ToAssign::Away { person: "ana".into(), change: TimeOffChange::IsBack { all: true }, by: "ana".into() };
        store.send_assign(&[Message { id: id.into(), since: Instant::from_millis(0), body }]).await.expect("sent");
        let received = store.receive(Queue::Assign, 1, HOUR).await.expect("received");
        store.acknowledge(&[received[0].receipt]);
    }
    drop(store);
    let file = rusqlite::Connection::open(&place.path).expect("opened");
    let kept: i64 = file.query_row("SELECT count(*) FROM delivered", [], |row| row.get(0)).expect("counted");
    assert_eq!(kept, 1);
}

#[tokio::test]
async fn timers_a_week_behind_the_sweep_are_forgotten() {
    let store = Store::in_memory(Arc::new(SystemClock));
    let week = 7 * 24 * 60;
    for minute in [0, 1] {
        let due = Instant::from_millis(minute * 60_000);
        let row = TimerRow { timer: "t1".into(), generation: 1, due, record: RecordKey::new("lead", "L1"), seq: 1 };
        store.put_timer(&row).await.expect("kept");
    }
    store.set_swept_to(&Swept::minute(1 + week)).await.expect("noted");
    assert_eq!(store.timers_in(0, None, 9).await.expect("read").items, []);
    assert_eq!(store.timers_in(1, None, 9).await.expect("read").items.len(), 1);
}

#[tokio::test]
async fn tasks_and_executions_that_ended_four_hundred_days_ago_leave_their_lists() {
    let store = Store::in_memory(Arc::new(SystemClock));
    let day = |days: i64| Instant::from_millis(days * 24 * HOUR);
    let record = RecordKey::new("lead", "L1");
    let task = |id: &str| Task {
        id: id.into(),
        title: "Call".to_owned(),
        priority: Priority::P1,
        due: None,
        assigned_to: None,
        execution: None,
        done_when: None,
    };
    for (id, state, ended) in [
        ("old", TaskState::Ended(TaskEnd::Done), 0),
        ("young", TaskState::Ended(TaskEnd::Done), 1),
        ("open", TaskState::Open, 0),
    ] {
        store
            .put_task(&TaskRow { task: task(id), record: record.clone(), state, at: day(ended), seq: 1 })
            .await
            .expect("put");
    }
    for (id, state, ended) in
        [("old", ExecutionState::Ended, 0), ("long", ExecutionState::Ended, 1), ("open", ExecutionState::Open, 0)]
    {
        let (execution, workflow) = (id.into(), "w".into());
        let (record, started_at) = (record.clone(), day(0));
        let row = ExecutionRow { execution, workflow, record, state, started_at, at: day(ended), seq: 1 };
        store.put_execution(&row).await.expect("put");
    }
    store.set_swept_to(&Swept::minute((day(400).as_millis() + 60_000) / 60_000)).await.expect("noted");
    let mut tasks = Vec::new();
    for ended in [false, true] {
        let filter = TaskFilter { ended, ..TaskFilter::default() };
        tasks.extend(
            store.tasks(&filter, None, 9).await.expect("read").items.into_iter().map(|row| row.task.id.to_string()),
        );
    }
    assert_eq!(tasks, ["open", "young"]);
    let mut executions = Vec::new();
    for state in [ExecutionState::Open, ExecutionState::Ended] {
        let filter = ExecutionFilter { state, workflow: None, since: None };
        let rows = store.executions(&filter, None, 9).await.expect("read").items;
        executions.extend(rows.into_iter().map(|row| row.execution.to_string()));
    }
    assert_eq!(executions, ["open", "long"]);
}

#[tokio::test]
async fn a_message_that_kills_its_process_every_time_ends_as_a_dead_letter() {
    let place = Place::new();
    let mut store = place.open().expect("a fresh file opens");
    let body = Redrive { dead_letter: "d1".into(), by: "ana".into() };
    store.send_escalate(&[Message { id: "m1".into(), since: Instant::from_millis(0), body }]).await.expect("sent");
    let mut deaths = 0;
    while !store.receive(Queue::Escalate, 1, HOUR).await.expect("received").is_empty() {
        deaths += 1;
        assert!(deaths < 100, "it is delivered for ever");
        drop(store);
        store = place.open().expect("the file opens again");
    }
    assert_eq!(deaths, 5);
    let [letter] = store.receive_dead(Queue::Escalate).await.expect("read").try_into().expect("one letter");
    assert!(letter.ended_process);
}

#[tokio::test]
async fn a_message_that_waits_for_its_next_try_is_no_suspect_however_often_the_process_ends() {
    let place = Place::new();
    let mut store = place.open().expect("a fresh file opens");
    let body = Redrive { dead_letter: "d1".into(), by: "ana".into() };
    store.send_escalate(&[Message { id: "m1".into(), since: Instant::from_millis(0), body }]).await.expect("sent");
    let [message] = store.receive(Queue::Escalate, 1, HOUR).await.expect("received").try_into().expect("one");
    store.retry_later(message.receipt, HOUR).await.expect("given back");
    for _ in 0..10 {
        drop(store);
        store = place.open().expect("the file opens again");
    }
    assert_eq!(store.receive_suspect(HOUR).await.expect("read"), None);
    assert_eq!(store.depth(Queue::Escalate).expect("read").in_flight, 1, "it still waits");
}

#[tokio::test]
async fn many_writers_at_once_each_get_their_own_answer() {
    let place = Place::new();
    let store = place.open().expect("a fresh file opens");
    let appends = (0..200).map(|n| {
        let store = store.clone();
        // Two of each: one of them is late.
        tokio::spawn(async move { store.append(&entry(&format!("L{}", n / 2), 1)).await.expect("answered") })
    });
    let mut done = 0;
    for append in appends.collect::<Vec<_>>() {
        done += usize::from(append.await.expect("ended") == Append::Done);
    }
    assert_eq!(done, 100);
}

#[tokio::test]
async fn a_file_in_use_is_refused_and_free_again_once_closed() {
    let place = Place::new();
    let store = place.open().expect("a fresh file opens");
    let Err(OpenError::Lock(error @ LockError::InUse { .. })) = place.open() else {
        panic!("a second process may not open the file");
    };
    let said = error.to_string();
    let holder = format!("process {}", std::process::id());
    assert!(said.contains("handoff.db") && said.contains(&holder) && said.contains("name another file"), "{said}");
    drop(store);
    place.open().expect("free again");
}

#[test]
fn a_newer_file_is_refused_and_says_what_to_do() {
    let place = Place::new();
    drop(place.open().expect("a fresh file opens"));
    place.with_sql("PRAGMA user_version = 99");
    let said = place.refusal();
    assert!(said.contains("handoff.db") && said.contains("format 99") && said.contains("run that release"), "{said}");
}

#[test]
fn another_programs_file_is_left_alone() {
    let place = Place::new();
    place.with_sql("CREATE TABLE theirs (x)");
    assert!(place.refusal().contains("not a file of Handoff"), "{}", place.refusal());
    std::fs::write(&place.path, "plain text, and enough of it to be no header at all: ".repeat(20)).expect("written");
    assert!(place.refusal().contains("not a file of Handoff"), "{}", place.refusal());
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let mut place = Place::new();
    place.path = place.path.join("nowhere").join("handoff.db");
    let said = place.refusal();
    assert!(said.contains("nowhere") && said.contains("check that its folder exists"), "{said}");
}

#[tokio::test]
async fn an_api_key_is_found_by_its_hash_only() {
    let place = Place::new();
    let store = place.open().expect("a fresh file opens");
    let key = ApiKey {
        hash: "abc123".into(),
        prefix: "hk_4f".into(),
        name: "website".into(),
        scopes: vec!["forms".into()],
        created_at: Instant::from_millis(1),
    };
    store.insert_api_key(&key).await.expect("kept");
    store.insert_api_key(&ApiKey { name: "another".into(), ..key.clone() }).await.expect("a repetition is no error");
    assert_eq!(store.api_key_by_hash("abc123").await.expect("read"), Some(key.clone()));
    assert_eq!(store.api_key_by_hash("abc").await.expect("read"), None);
    assert_eq!(store.api_keys().await.expect("listed"), std::slice::from_ref(&key));
    let other = ApiKey { hash: "def456".into(), ..key.clone() };
    assert!(!store.add_api_key(&other).await.expect("asked"), "the name is taken");
    assert!(store.add_api_key(&ApiKey { name: "crm".into(), ..other.clone() }).await.expect("added"));
    let refused = store.remove_api_keys("website", |left| left.is_empty()).await.expect("asked");
    assert!(refused.is_none() && store.api_key_by_hash("abc123").await.expect("read").is_some());
    let removed = store.remove_api_keys("website", |left| left.len() == 1).await.expect("removed");
    assert_eq!(removed.map(|removed| removed.len()), Some(1));
    assert_eq!(store.api_key_by_hash("abc123").await.expect("read"), None);
    assert_eq!(store.remove_api_keys("website", |_| false).await.expect("asked"), Some(Vec::new()));
}
