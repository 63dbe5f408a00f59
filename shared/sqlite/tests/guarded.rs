//! What guards a file: one process, whatever the path; its owner only; nothing damaged is opened; and
//! what it says of its own health.

use std::{fs, path::Path, sync::Arc, time::Duration};

use domain::instant::Instant;
use sqlite::{LockError, OpenError, Store, SystemClock};

fn open(path: &Path) -> Result<Store, OpenError> {
    Store::open(path, Arc::new(SystemClock))
}

#[cfg(target_os = "linux")]
#[test]
fn one_file_is_opened_once_by_whatever_path() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("handoff.db");
    let elsewhere = folder.path().join("elsewhere");
    fs::create_dir(&elsewhere).expect("made");
    let (symbolic, hard) = (elsewhere.join("symbolic.db"), elsewhere.join("hard.db"));
    let spelt = elsewhere.join("..").join("handoff.db");
    let store = open(&path).expect("a fresh file opens");
    std::os::unix::fs::symlink(&path, &symbolic).expect("linked");
    fs::hard_link(&path, &hard).expect("linked");
    for other in [&path, &spelt, &symbolic, &hard] {
        let Err(OpenError::Lock(error @ LockError::InUse { .. })) = open(other) else {
            panic!("{} was opened", other.display());
        };
        assert!(error.to_string().contains(&other.display().to_string()), "{error}");
    }
    drop(store);
    for other in [&spelt, &symbolic, &hard] {
        drop(open(other).unwrap_or_else(|error| panic!("{}: {error}", other.display())));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn another_process_that_locked_the_file_itself_is_respected() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("handoff.db");
    let theirs = fs::File::create(&path).expect("made");
    theirs.lock().expect("locked");
    assert!(matches!(open(&path), Err(OpenError::Lock(LockError::InUse { .. }))));
    drop(theirs);
    open(&path).expect("free again");
}

#[test]
fn a_host_of_an_earlier_release_is_respected() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("handoff.db");
    let theirs = fs::File::create(folder.path().join("handoff.db.lock")).expect("made");
    theirs.lock().expect("locked");
    assert!(matches!(open(&path), Err(OpenError::Lock(LockError::InUse { .. }))));
}

#[cfg(unix)]
#[test]
fn a_file_is_for_its_owner_only_also_one_that_was_not() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let mode = |name: &str| fs::metadata(folder.path().join(name)).expect(name).permissions().mode() & 0o777;
    let all = ["handoff.db", "handoff.db-wal", "handoff.db-shm", "handoff.db.lock"];
    let path = folder.path().join("handoff.db");
    let store = open(&path).expect("a fresh file opens");
    assert_eq!(all.map(mode), [0o600; 4]);
    drop(store);
    for name in ["handoff.db", "handoff.db.lock"] {
        fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(0o644)).expect("set");
    }
    let _store = open(&path).expect("it opens again");
    assert_eq!(all.map(mode), [0o600; 4]);
}

#[tokio::test]
async fn a_damaged_table_is_found_when_the_file_is_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("handoff.db");
    let store = open(&path).expect("a fresh file opens");
    store.set_note("text", &"a page and more ".repeat(2_000)).await.expect("kept");
    drop(store);
    let connection = rusqlite::Connection::open(&path).expect("opened");
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'notes'";
    let root: usize = connection.query_row(sql, [], |row| row.get(0)).expect("its page");
    drop(connection);
    let mut bytes = fs::read(&path).expect("read");
    bytes[(root - 1) * 4096..root * 4096].fill(0xA5);
    fs::write(&path, bytes).expect("written");
    let Err(error @ OpenError::Damaged { .. }) = open(&path) else { panic!("it was opened") };
    let said = error.to_string();
    assert!(said.contains("handoff.db is damaged") && said.contains("restore a backup"), "{said}");
}

#[tokio::test]
async fn a_store_says_whether_it_can_write_and_is_not_changed_by_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder.path().join("handoff.db")).expect("a fresh file opens");
    assert_eq!(store.examine(Duration::from_secs(60)).await, Ok(()));
    drop(store);
    open(&folder.path().join("handoff.db")).expect("the same format as before");
}

#[tokio::test]
async fn a_note_is_there_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("handoff.db");
    let store = open(&path).expect("a fresh file opens");
    assert_eq!(store.note("folder").await.expect("read"), None);
    store.set_note("folder", "a").await.expect("kept");
    store.set_note("folder", "b").await.expect("kept");
    drop(store);
    assert_eq!(open(&path).expect("opened").note("folder").await.expect("read").as_deref(), Some("b"));
}

#[tokio::test]
async fn a_writer_that_cannot_go_on_is_said_to_be_silent_until_it_can() {
    use sqlite::Ailment;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("handoff.db");
    let store = open(&path).expect("a fresh file opens");
    let other = rusqlite::Connection::open(&path).expect("opened");
    other.execute_batch("BEGIN IMMEDIATE").expect("it holds the writer up");
    assert_eq!(store.examine(Duration::from_millis(10)).await, Err(Ailment::Silent));
    other.execute_batch("ROLLBACK").expect("it lets go");
    assert_eq!(store.examine(Duration::from_secs(60)).await, Ok(()));
}

#[tokio::test]
async fn what_is_met_by_the_way_is_a_warning() {
    use domain::history::{ENTRY_VERSION, Entry};
    use engine::ports::Histories;
    use sqlite::{ManualClock, Warning};
    let now = Instant::parse("2026-11-27T09:00Z").expect("a moment");
    let clock = Arc::new(ManualClock::new(now));
    let store = Store::in_memory(clock.clone());
    let entry = |lead: &str, version| Entry {
        version,
        record: domain::id::RecordKey::new("lead", lead),
        seq: 1,
        at: now,
        caused_by: lead.into(),
        manifest: "man_1".into(),
        linked: Vec::new(),
        before: Arc::default(),
        changes: Vec::new(),
        head: Arc::default(),
    };
    for (lead, version) in [("whole", ENTRY_VERSION), ("later", u8::MAX)] {
        store.append(&entry(lead, version)).await.expect("appended");
    }
    assert_eq!(store.warnings(), [], "nothing is searched");
    let later = domain::id::RecordKey::new("lead", "later");
    store.page(&later, None, 1).await.expect_err("of a later release");
    assert_eq!(store.warnings(), [Warning::Unreadable]);
    for (set_to, expected) in
        [("2026-11-26T09:00Z", Warning::ClockBehindEntries), ("2000-01-01T00:00Z", Warning::ClockBehindRelease)]
    {
        clock.set(Instant::parse(set_to).expect("a moment"));
        assert_eq!(store.warnings(), [Warning::Unreadable, expected]);
    }
}
