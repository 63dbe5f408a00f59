//! Which files of a folder are read.

#![expect(clippy::unwrap_used, reason = "a test stops where its own files are not as they must be")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use playbook::{FolderError, load, read_folder};

/// A folder of this test's own, empty at first and gone at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(path.join("workflows")).unwrap();
        Self(path)
    }

    fn write(&self, file: &str, bytes: &[u8]) {
        fs::write(self.0.join(file), bytes).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn only_the_files_of_a_playbook_are_read() {
    let folder = Folder::new("only");
    for file in ["people.yaml", "workflows/a.yml", "workflows/.b.yaml", "logo.png", "workflow.schema.json"] {
        folder.write(file, b"x: 1\n");
    }
    let files = read_folder(&folder.0).unwrap();
    assert_eq!(files.keys().collect::<Vec<_>>(), ["people.yaml", "workflows/a.yml"]);
}

#[test]
fn a_file_that_is_no_text_is_named() {
    let folder = Folder::new("no-text");
    folder.write("people.yaml", &[0xff, 0xfe]);
    let error = read_folder(&folder.0).unwrap_err();
    assert!(matches!(&error, FolderError::NotText { path } if path.ends_with("people.yaml")), "{error}");
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    let folder = Folder::new("too-large");
    folder.write("people.yaml", &vec![b'#'; 1024 * 1024 + 1]);
    assert!(matches!(read_folder(&folder.0), Err(FolderError::TooLarge { .. })));
}

#[test]
fn a_folder_that_is_not_there_is_said() {
    let error = read_folder(&PathBuf::from("no-such-folder")).unwrap_err();
    assert_eq!(error.to_string(), "cannot read no-such-folder");
}

#[test]
fn the_schemas_that_editors_check_against_may_lie_beside_the_files() {
    let mut files = read_folder(Path::new("../../infra/cli/playbook")).unwrap();
    files.insert("workflow.schema.json".to_owned(), "{}".to_owned());
    assert_eq!(load(&files).diagnostics, []);
    files.insert("notes.json".to_owned(), "{}".to_owned());
    assert_eq!(load(&files).diagnostics.len(), 1);
}
