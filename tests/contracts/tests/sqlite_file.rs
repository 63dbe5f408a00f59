//! SQLite on a file keeps every promise.

use std::sync::Arc;

use contracts::samples::at;
use sqlite::{ManualClock, Store};
use tempfile::TempDir;

async fn fresh() -> (Store, TempDir) {
    let folder = tempfile::tempdir().expect("a folder for the file");
    let store =
        Store::open(&folder.path().join("handoff.db"), Arc::new(ManualClock::new(at(0)))).expect("a fresh file opens");
    (store, folder)
}

contracts::every_contract!(crate::fresh);
