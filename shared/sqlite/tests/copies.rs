//! Backups, copies made by hand, and files that came without their log: what is known of them is said, and nothing
//! leaves a copy before somebody has chosen.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use domain::{
    decide::Paused,
    history::{ENTRY_VERSION, Entry},
    id::RecordKey,
    instant::Instant,
    playbook::Playbook,
};
use engine::ports::{Activation, Active, Histories, Playbooks};
use sqlite::{BackupError, Log, ManualClock, OpenError, SchemaError, Store, back_up, restore};
use tempfile::TempDir;

const NOON: Instant = Instant::from_millis(1_772_449_200_000);

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn copy(&self, from: &str, to: &str) {
        fs::copy(self.file(from), self.file(to)).expect("copied");
    }

    /// As the disk is when the process that has `handoff.db` open is killed.
    fn killed_as(&self, to: &str) {
        for ending in ["", "-wal", "-shm"] {
            self.copy(&format!("handoff.db{ending}"), &format!("{to}{ending}"));
        }
    }

    /// How many files are there that were not finished.
    fn parts(&self) -> usize {
        let files = fs::read_dir(self.0.path()).expect("a folder").map(|file| file.expect("a file").path());
        files.filter(|file| file.extension().is_some_and(|ending| ending == "part")).count()
    }

    fn back_up(&self, at: Instant) {
        back_up(&self.file("handoff.db"), &self.file("backup.db"), at).expect("copied");
    }
}

fn open(path: &Path) -> Store {
    Store::open(path, Arc::new(ManualClock::new(NOON))).expect("it opens")
}

/// A store in which something was published and written.
async fn begun(path: &Path) -> Store {
    let store = open(path);
    let json = serde_json::json!({
        "organisation": { "name": "Example", "time_zone": "UTC", "hours": { "mon-fri": "09:00-17:00" } },
        "schema": { "kinds": {} },
    });
    let playbook: Playbook = serde_json::from_value(json).expect("a small playbook is valid");
    let activation = Activation { manifest: playbook.manifest_id(), at: NOON, by: "test".to_owned() };
    Playbooks::publish(&store, &playbook, None, activation).await.expect("published");
    store.append(&entry(1)).await.expect("appended");
    store
}

fn entry(seq: u64) -> Entry {
    Entry {
        version: ENTRY_VERSION,
        record: lead(),
        seq,
        at: NOON,
        caused_by: format!("m{seq}").as_str().into(),
        manifest: "man_1".into(),
        linked: Vec::new(),
        before: Arc::default(),
        changes: Vec::new(),
        head: Arc::default(),
    }
    .remembered()
}

fn lead() -> RecordKey {
    RecordKey::new("lead", "L1")
}

async fn active(store: &Store) -> Active {
    store.active().await.expect("something is active")
}

async fn newest(store: &Store) -> u64 {
    store.newest(&lead()).await.expect("read").expect("an entry").seq
}

#[tokio::test]
async fn a_backup_made_while_a_host_writes_is_whole_and_opens_with_everything_held() {
    let place = Place::new();
    let store = begun(&place.file("handoff.db")).await;
    store.append(&entry(2)).await.expect("appended");
    place.back_up(NOON.plus_minutes(1));
    store.append(&entry(3)).await.expect("the host goes on");
    let copy = open(&place.file("backup.db"));
    assert_eq!(newest(&copy).await, 2);
    let found = active(&copy).await;
    let restored = found.restored.expect("it is known to be a copy");
    assert_eq!((found.paused, restored.as_of), (Paused::Everything, Some(NOON.plus_minutes(1))));
    assert!(active(&store).await.restored.is_none(), "the store itself is none");
}

#[tokio::test]
async fn a_copy_is_held_until_not_everything_is_paused_also_over_restarts() {
    let place = Place::new();
    let store = begun(&place.file("handoff.db")).await;
    let some = Paused::Some(["newsletter".into()].into());
    store.set_paused(&some).await.expect("paused");
    place.back_up(NOON);
    for _ in 0..2 {
        let found = active(&open(&place.file("backup.db"))).await;
        assert_eq!(found.paused, Paused::Everything);
        assert_eq!(found.restored.expect("still a copy").paused_before, some);
    }
    let copy = open(&place.file("backup.db"));
    copy.set_paused(&Paused::Everything).await.expect("paused");
    assert!(active(&copy).await.restored.is_some());
    copy.set_paused(&Paused::Nothing).await.expect("resumed");
    assert!(active(&copy).await.restored.is_none());
    drop(copy);
    assert_eq!(active(&open(&place.file("backup.db"))).await.paused, Paused::Nothing);
}

#[tokio::test]
async fn a_file_copied_by_hand_is_known_as_a_copy_and_one_that_was_moved_is_not() {
    let place = Place::new();
    drop(begun(&place.file("handoff.db")).await);
    place.copy("handoff.db", "alone.db");
    place.copy("handoff.db", "both.db");
    place.copy("handoff.db.life", "both.db.life");
    for name in ["alone.db", "both.db"] {
        let restored = active(&open(&place.file(name))).await.restored;
        assert_eq!(restored.expect(name).as_of, Some(NOON), "the newest entry tells");
    }
    fs::rename(place.file("handoff.db"), place.file("moved.db")).expect("moved");
    fs::rename(place.file("handoff.db.life"), place.file("moved.db.life")).expect("moved");
    assert!(active(&open(&place.file("moved.db"))).await.restored.is_none());
    place.copy("moved.db", "older.db");
    drop(open(&place.file("moved.db")));
    fs::write(place.file("moved.db"), fs::read(place.file("older.db")).expect("read")).expect("written over");
    assert!(active(&open(&place.file("moved.db"))).await.restored.is_some(), "an older copy in the same place");
}

#[tokio::test]
async fn a_restart_is_no_copy_and_a_file_without_its_log_is_said() {
    let place = Place::new();
    let store = begun(&place.file("handoff.db")).await;
    assert_eq!(store.log(), Log::Whole);
    // As it lies there while a host runs: with its log, and without.
    place.copy("handoff.db", "with.db");
    place.copy("handoff.db-wal", "with.db-wal");
    place.copy("handoff.db", "without.db");
    let without = open(&place.file("without.db"));
    assert_eq!(without.log(), Log::Missing);
    assert!(without.newest(&lead()).await.expect("read").is_none(), "what was in the log is lost");
    let with_log = open(&place.file("with.db"));
    assert_eq!((with_log.log(), newest(&with_log).await), (Log::Whole, 1));
    drop(store);
    let store = open(&place.file("handoff.db"));
    assert!(store.log() == Log::Whole && active(&store).await.restored.is_none());
}

/// What lies on the disk when the process is killed: the file, its log, and the log's index.
async fn killed(place: &Place, entries: u64) -> u64 {
    let store = begun(&place.file("handoff.db")).await;
    for seq in 2..=entries {
        store.append(&entry(seq)).await.expect("appended");
    }
    place.killed_as("killed.db");
    fs::metadata(place.file("killed.db-wal")).expect("a log").len()
}

/// Bytes of a log's frame: a page and its header.
const FRAME: u64 = 4096 + 24;

#[tokio::test]
async fn a_log_that_was_emptied_is_missing_and_one_of_a_host_that_wrote_nothing_is_not() {
    let place = Place::new();
    killed(&place, 2).await;
    fs::write(place.file("killed.db-wal"), "").expect("emptied");
    assert_eq!(open(&place.file("killed.db")).log(), Log::Missing);
    drop(open(&place.file("handoff.db")));
    let _idle = open(&place.file("handoff.db"));
    place.killed_as("idle.db");
    assert_eq!(open(&place.file("idle.db")).log(), Log::Whole);
}

#[tokio::test]
async fn a_log_with_a_damaged_place_before_later_changes_is_said_to_be_damaged() {
    for with_index in [true, false] {
        let place = Place::new();
        let length = killed(&place, 20).await;
        let mut log = fs::read(place.file("killed.db-wal")).expect("read");
        let third = usize::try_from(length / 3).expect("small");
        log[third..third + 20].iter_mut().for_each(|byte| *byte ^= 0xff);
        fs::write(place.file("killed.db-wal"), log).expect("damaged");
        if !with_index {
            fs::remove_file(place.file("killed.db-shm")).expect("removed");
        }
        let store = open(&place.file("killed.db"));
        assert_eq!(store.log(), Log::Damaged, "with its index: {with_index}");
        assert!(newest(&store).await < 20, "changes are lost");
    }
}

#[tokio::test]
async fn a_log_that_was_cut_is_damaged_and_one_that_a_power_cut_left_is_whole() {
    let place = Place::new();
    let length = killed(&place, 20).await;
    let log = fs::read(place.file("killed.db-wal")).expect("read");
    let cut = |name: &str, bytes: u64, with_index: bool| {
        place.copy("killed.db", name);
        let bytes = usize::try_from(bytes).expect("small");
        fs::write(place.file(&format!("{name}-wal")), &log[..bytes]).expect("written");
        if with_index {
            place.copy("killed.db-shm", &format!("{name}-shm"));
        }
        open(&place.file(name)).log()
    };
    assert_eq!(cut("half.db", length / 2, true), Log::Damaged);
    assert_eq!(cut("whole.db", length, true), Log::Whole);
    assert_eq!(cut("torn.db", length - FRAME / 2, false), Log::Whole, "its last frame was never answered");
}

#[test]
fn what_is_no_store_is_refused_as_a_backup_and_leaves_the_data_alone() {
    let place = Place::new();
    drop(open(&place.file("handoff.db")));
    let before = fs::read(place.file("handoff.db")).expect("read");
    let refused = |name: &str| {
        let error = restore(&place.file(name), &place.file("handoff.db"), NOON).expect_err("it is no backup");
        assert_eq!(fs::read(place.file("handoff.db")).expect("read"), before, "{error}");
        assert!(error.to_string().contains(name), "{error}");
        error
    };
    let made = |name: &str, sql: &str| {
        rusqlite::Connection::open(place.file(name)).expect("opened").execute_batch(sql).expect("valid SQL");
    };
    fs::write(place.file("empty.db"), "").expect("written");
    assert!(matches!(refused("empty.db"), BackupError::Empty(_)));
    assert!(matches!(refused("absent.db"), BackupError::Absent(_)));
    let foreign = |error| matches!(error, BackupError::Schema { source: SchemaError::Foreign, .. });
    made("bare.db", "CREATE TABLE t (x); DROP TABLE t;");
    assert!(foreign(refused("bare.db")));
    made("other.db", "CREATE TABLE t (x);");
    assert!(foreign(refused("other.db")));
    fs::write(place.file("text.db"), "no database, and longer than a header of one would be".repeat(20))
        .expect("written");
    assert!(foreign(refused("text.db")));
    drop(open(&place.file("without.db")));
    made("without.db", "DROP TABLE entries;");
    let error = refused("without.db");
    assert!(matches!(error, BackupError::Schema { source: SchemaError::NoEntries, .. }), "{error}");
    assert_eq!(place.parts(), 0, "nothing half made is left");
}

#[test]
fn of_two_backups_to_one_name_at_once_one_is_made() {
    let place = Place::new();
    drop(open(&place.file("handoff.db")));
    let (data, to) = (place.file("handoff.db"), place.file("backup.db"));
    for _ in 0..10 {
        let both: Vec<_> = std::thread::scope(|threads| {
            let two: Vec<_> = (0..2).map(|_| threads.spawn(|| back_up(&data, &to, NOON))).collect();
            two.into_iter().map(|one| one.join().expect("no panic")).collect()
        });
        assert_eq!(both.iter().filter(|made| made.is_ok()).count(), 1, "{both:?}");
        assert!(both.iter().all(|made| matches!(made, Ok(()) | Err(BackupError::There(_)))), "{both:?}");
        assert_eq!(place.parts(), 0, "nothing half made is left");
        drop(open(&to));
        fs::remove_file(&to).expect("removed");
    }
}

#[tokio::test]
async fn the_log_of_another_file_is_never_written_over_this_one() {
    let place = Place::new();
    let other = begun(&place.file("other.db")).await;
    drop(begun(&place.file("handoff.db")).await);
    place.copy("other.db-wal", "handoff.db-wal");
    place.copy("other.db.life", "handoff.db.life");
    let refused = Store::open(&place.file("handoff.db"), Arc::new(ManualClock::new(NOON)));
    let Err(error @ OpenError::ForeignLog { .. }) = refused else { panic!("it was opened") };
    let said = error.to_string();
    assert!(said.contains("handoff.db-wal") && said.contains("move the log away"), "{said}");
    drop(other);
}

#[tokio::test]
async fn restoring_sets_aside_what_was_there_with_its_log() {
    let place = Place::new();
    let store = begun(&place.file("handoff.db")).await;
    place.back_up(NOON);
    let in_use = restore(&place.file("backup.db"), &place.file("handoff.db"), NOON);
    assert!(matches!(in_use, Err(BackupError::Lock(_))), "a host has it open");
    store.append(&entry(2)).await.expect("appended");
    drop(store);
    let aside = restore(&place.file("backup.db"), &place.file("handoff.db"), NOON).expect("put back");
    let back = open(&place.file("handoff.db"));
    assert_eq!((newest(&back).await, active(&back).await.paused), (1, Paused::Everything));
    assert_eq!(newest(&open(&aside.expect("what was there"))).await, 2);
    assert!(place.file("backup.db").exists(), "a backup stays what it was");
    let nothing_there = restore(&place.file("backup.db"), &place.file("new.db"), NOON).expect("put back");
    assert_eq!((nothing_there, newest(&open(&place.file("new.db"))).await), (None, 1));
}

#[test]
fn a_backup_overwrites_nothing_and_a_damaged_one_is_refused() {
    let place = Place::new();
    drop(open(&place.file("handoff.db")));
    fs::write(place.file("there.db"), "mine").expect("written");
    let there = back_up(&place.file("handoff.db"), &place.file("there.db"), NOON);
    assert!(matches!(there, Err(BackupError::There(_))));
    assert_eq!(fs::read(place.file("there.db")).expect("read"), b"mine");
    assert!(restore(&place.file("there.db"), &place.file("handoff.db"), NOON).is_err());
    assert!(back_up(&place.file("nothing.db"), &place.file("new.db"), NOON).is_err());
    assert!(!place.file("new.db").exists() && place.parts() == 0, "nothing half made is left");
    drop(open(&place.file("handoff.db")));
}

#[cfg(unix)]
#[test]
fn a_backup_is_read_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    drop(open(&place.file("handoff.db")));
    place.back_up(NOON);
    let mode = fs::metadata(place.file("backup.db")).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn a_process_that_was_killed_while_it_began_leaves_no_copy() {
    let place = Place::new();
    drop(begun(&place.file("handoff.db")).await);
    let note: serde_json::Value =
        serde_json::from_slice(&fs::read(place.file("handoff.db.life")).expect("a note")).expect("JSON");
    // The note of the next life is written, and the file still says the one before.
    let next = serde_json::json!({ "life": "never begun", "before": note["life"], "file": note["file"] });
    fs::write(place.file("handoff.db.life"), next.to_string()).expect("written");
    let store = open(&place.file("handoff.db"));
    assert_eq!(active(&store).await.restored, None);
    drop(store);
    // Once it has begun, a file of the life before is a copy again.
    place.copy("handoff.db", "earlier.db");
    drop(open(&place.file("handoff.db")));
    fs::write(place.file("handoff.db"), fs::read(place.file("earlier.db")).expect("read")).expect("overwritten");
    assert!(active(&open(&place.file("handoff.db"))).await.restored.is_some());
}
