//! What earlier releases left behind opens, tells what it told, and goes on: each folder of `releases/` is a store
//! (`store.sqlite`), a stack (`stack.json`) and what that release itself told of them (`told.json`, `words.txt`).

#![expect(clippy::unwrap_used, reason = "what fails here is a test")]

mod goes_on;
mod kept;
mod told;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use contracts::release::{END, Playing};
use domain::id::RecordKey;
use tempfile::TempDir;

/// One release's fixture.
struct Release {
    folder: PathBuf,
    cast: BTreeMap<String, RecordKey>,
}

impl Release {
    /// All of them; at least the first.
    fn all() -> Vec<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("releases");
        let folders = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
        let all: Vec<Self> = folders
            .filter(|folder| folder.join("store.sqlite").exists())
            .map(|folder| Self { cast: serde_json::from_str(&read(&folder, "cast.json")).unwrap(), folder })
            .collect();
        assert!(!all.is_empty(), "there are no fixtures");
        all
    }

    fn text(&self, name: &str) -> String {
        read(&self.folder, name)
    }

    fn records(&self) -> Vec<RecordKey> {
        self.cast.values().cloned().collect()
    }

    /// A copy of the store, open at the moment at which it was left.
    fn open(&self) -> (Playing, TempDir) {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("handoff.db");
        fs::copy(self.folder.join("store.sqlite"), &file).unwrap();
        (Playing::open(&file, END), place)
    }
}

fn read(folder: &Path, name: &str) -> String {
    let path = folder.join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
