//! A data file that is deleted, moved or replaced: nothing is written where it would be lost, and no new store takes
//! the place of one that can still be saved.

use std::{fs, path::Path, process::Command, sync::Arc, time::Duration};

use domain::instant::Instant;
use sqlite::{Ailment, BackupError, OpenError, Store, SystemClock, back_up, restore};

const PATIENCE: Duration = Duration::from_secs(60);

fn open(path: &Path) -> Result<Store, OpenError> {
    Store::open(path, Arc::new(SystemClock))
}

async fn keeps(store: &Store, text: &str) -> bool {
    store.set_note("text", text).await.is_ok()
}

#[cfg(unix)]
#[tokio::test]
async fn nothing_is_written_to_a_file_that_was_moved_or_replaced_until_it_is_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, elsewhere) = (folder.path().join("handoff.db"), folder.path().join("elsewhere"));
    let store = open(&path).expect("a fresh file opens");
    assert!(keeps(&store, "before").await);
    fs::rename(&path, &elsewhere).expect("moved");
    for replaced_by in [None, Some("another file")] {
        replaced_by.into_iter().for_each(|text| fs::write(&path, text).expect("written"));
        assert_eq!(store.examine(PATIENCE).await, Err(Ailment::Gone), "{replaced_by:?}");
        assert!(!keeps(&store, "lost").await, "{replaced_by:?}");
        assert!(store.note("text").await.is_err(), "another file is not read in its place");
    }
    fs::rename(&elsewhere, &path).expect("moved back");
    assert_eq!(store.examine(PATIENCE).await, Ok(()));
    assert!(keeps(&store, "after").await);
    drop(store);
    let store = open(&path).expect("opened");
    assert_eq!(store.note("text").await.expect("read").as_deref(), Some("after"));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_deleted_file_is_saved_by_the_commands_that_a_backup_names() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("handoff.db");
    let store = open(&path).expect("a fresh file opens");
    assert!(keeps(&store, "before").await);
    for ending in ["", "-wal", "-shm"] {
        fs::remove_file(folder.path().join(format!("handoff.db{ending}"))).expect("deleted");
    }
    let backup = folder.path().join("backup");
    let Err(BackupError::Gone { how, .. }) = back_up(&path, &backup, Instant::from_millis(0)) else {
        panic!("a backup of nothing");
    };
    assert!(Command::new("sh").args(["-c", &how]).status().expect("run").success(), "{how}");
    let Err(error @ BackupError::Gone { .. }) = back_up(&path, &backup, Instant::from_millis(0)) else {
        panic!("it is not the file that is open");
    };
    assert!(error.to_string().contains(&format!("process {}", std::process::id())), "{error}");
    drop(store);
    let store = open(&path).expect("opened");
    assert_eq!(store.note("text").await.expect("read").as_deref(), Some("before"));
}

#[tokio::test]
async fn no_new_store_begins_over_what_belongs_to_a_missing_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, note) = (folder.path().join("handoff.db"), folder.path().join("handoff.db.life"));
    drop(open(&path).expect("a fresh file opens"));
    let backup = folder.path().join("backup");
    back_up(&path, &backup, Instant::from_millis(0)).expect("made");
    fs::remove_file(&path).expect("removed");
    let log = folder.path().join("handoff.db-wal");
    fs::write(&log, "frames").expect("written");
    for empty in [false, true] {
        empty.then(|| fs::write(&path, "").expect("written"));
        let Err(error @ OpenError::Missing { .. }) = open(&path) else { panic!("a new store was begun") };
        let said = error.to_string();
        let belongs = format!("{} and {} belong to it", log.display(), note.display());
        assert!(said.contains("is missing") && said.contains(&belongs) && said.contains("restore a backup"), "{said}");
    }
    // The log must not meet the backup either.
    restore(&backup, &path, Instant::from_millis(0)).expect("put back");
    open(&path).expect("what was put back is opened");
    for file in [&path, &note] {
        fs::remove_file(file).expect("removed");
    }
    open(&path).expect("a new store, as asked for");
}

#[test]
fn a_store_is_not_put_back_from_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("handoff.db");
    drop(open(&path).expect("a fresh file opens"));
    assert!(matches!(restore(&path, &path, Instant::from_millis(0)), Err(BackupError::Itself(_))));
}

#[test]
fn what_a_killed_backup_left_goes_with_the_next_and_what_another_makes_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let [path, backup] = ["handoff.db", "backup"].map(|name| folder.path().join(name));
    drop(open(&path).expect("a fresh file opens"));
    let [left, journal, made, other] =
        ["backup.1-0.part", "backup.1-0.part-journal", "backup.2-0.part", "backup.x.part"]
            .map(|name| folder.path().join(name));
    for file in [&left, &journal, &other] {
        fs::write(file, "half").expect("written");
    }
    let theirs = fs::File::create(&made).expect("made");
    theirs.lock().expect("locked");
    back_up(&path, &backup, Instant::from_millis(0)).expect("made");
    assert_eq!([left, journal, made, other].map(|file| file.exists()), [false, false, true, true]);
}
