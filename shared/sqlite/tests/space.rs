//! A file gives back the space of what was deleted, and keeps some to fill again.

mod entries;

use std::{fs, path::Path, sync::Arc};

use domain::{history::Entry, instant::Instant};
use engine::ports::{Erase, Histories};
use sqlite::{Store, SystemClock, back_up};

/// Entries of 10 KB, which is 40 MB of them.
const ENTRIES: u64 = 4_000;
const LONG: usize = 10_000;

fn open(path: &Path) -> Store {
    Store::open(path, Arc::new(SystemClock)).expect("it opens")
}

/// Megabytes, once nobody has it open.
fn size(path: &Path) -> u64 {
    fs::metadata(path).expect("it is there").len() / 1_000_000
}

/// Writes all entries, and deletes them.
async fn fill_and_empty(path: &Path) {
    let store = open(path);
    let entry = |seq| entries::entry("L1", seq, &format!("{seq}{}", "m".repeat(LONG)));
    let entries: Vec<Entry> = (1..=ENTRIES).map(entry).collect();
    futures_util::future::try_join_all(entries.iter().map(|entry| store.append(entry))).await.expect("appended");
    store.erase(&entries::erasure("L1", ENTRIES)).await.expect("erased");
}

/// How many pages are given back minute by minute, until none are.
async fn given_back(path: &Path) -> Vec<i64> {
    let store = open(path);
    let mut given = Vec::new();
    loop {
        match store.give_back_space().await.expect("given back") {
            0 => return given,
            pages => given.push(pages),
        }
    }
}

#[tokio::test]
async fn what_is_free_is_given_back_a_little_each_minute_until_little_is_free() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("handoff.db");
    fill_and_empty(&path).await;
    assert!(size(&path) >= 40, "{} MB", size(&path));
    let given = given_back(&path).await;
    assert!(given.len() > 5 && given.iter().all(|pages| *pages <= 1024), "{given:?}");
    assert!((6..=12).contains(&size(&path)), "{} MB", size(&path));
}

#[tokio::test]
async fn a_file_of_an_earlier_release_keeps_its_size_and_its_backup_does_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let [path, copy] = ["handoff.db", "backup.db"].map(|name| folder.path().join(name));
    let connection = rusqlite::Connection::open(&path).expect("made");
    connection
        .execute_batch("CREATE TABLE first (n); DROP TABLE first")
        .expect("it has pages, and no way to give any back");
    drop(connection);
    fill_and_empty(&path).await;
    assert_eq!(given_back(&path).await, Vec::<i64>::new());
    assert!(size(&path) >= 40, "{} MB", size(&path));
    back_up(&path, &copy, Instant::from_millis(0)).expect("copied");
    assert!(size(&copy) < 1, "{} MB", size(&copy));
    fill_and_empty(&copy).await;
    assert!(!given_back(&copy).await.is_empty());
}
