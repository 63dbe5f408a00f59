//! Which files of a folder are read.

#![expect(clippy::unwrap_used, reason = "a test stops where its own files are not as they must be")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use playbook::{load, load_folder, read_folder};

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
    let files = read_folder(&folder.0).unwrap().files;
    assert_eq!(files.keys().collect::<Vec<_>>(), ["people.yaml", "workflows/a.yml"]);
}

fn shipped() -> playbook::Folder {
    read_folder(Path::new("../../infra/cli/playbook")).unwrap()
}

/// The problems that a folder's files lead to, as one line each.
fn said(folder: &playbook::Folder) -> Vec<String> {
    load_folder(folder).diagnostics.iter().map(ToString::to_string).collect()
}

#[test]
fn a_file_that_cannot_be_read_is_a_problem_like_any_other_and_the_rest_is_checked() {
    let folder = Folder::new("unread");
    for (file, text) in shipped().files {
        fs::create_dir_all(folder.0.join(&file).parent().unwrap()).unwrap();
        folder.write(&file, text.as_bytes());
    }
    assert_eq!(said(&read_folder(&folder.0).unwrap()), Vec::<String>::new());
    folder.write("people.yaml", &[0xff, 0xfe]);
    folder.write("workflows/large.yaml", &vec![b'#'; 1024 * 1024 + 1]);
    folder.write("templates/welcome.md", &[0xff]);
    folder.write("README.md", &[0xff]);
    fs::remove_file(folder.0.join("pools.yaml")).unwrap();
    std::os::unix::fs::symlink("nowhere", folder.0.join("pools.yaml")).unwrap();
    let found = read_folder(&folder.0).unwrap();
    let said = said(&found);
    let one = |start: &str| assert_eq!(said.iter().filter(|line| line.starts_with(start)).count(), 1, "{said:#?}");
    one("people.yaml:1:1 error file-unreadable: the file is not text in UTF-8");
    one("pools.yaml:1:1 error file-unreadable: the file cannot be read: ");
    one("templates/welcome.md:1:1 error file-unreadable");
    one("workflows/large.yaml:1:1 error file-too-large");
    one("README.md:1:1 warning file-unreadable");
    assert_eq!(said.len(), 5, "nothing that refers to them is blamed: {said:#?}");
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_no_file_is_a_problem_and_what_a_link_leads_to_is_read() {
    let folder = Folder::new("special");
    let link = |to: &str, name: &str| std::os::unix::fs::symlink(to, folder.0.join(name)).unwrap();
    fs::create_dir(folder.0.join("templates")).unwrap();
    link("/dev/zero", "templates/endless.md");
    // It says that it has no length.
    link("/proc/self/maps", "templates/longer.txt");
    let pipe = folder.0.join("workflows/pipe.yaml");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(folder.0.join("forms.yaml")).unwrap();
    folder.write("elsewhere", b"x: 1\n");
    link("elsewhere", "people.yaml");
    let found = read_folder(&folder.0).unwrap();
    let unread: Vec<_> = found.unread.iter().map(|(path, why)| (path.as_str(), why.clone())).collect();
    let no_file = |path| (path, playbook::Unread::NotAFile);
    assert_eq!(unread, ["forms.yaml", "templates/endless.md", "workflows/pipe.yaml"].map(no_file));
    assert_eq!(found.files.keys().collect::<Vec<_>>(), ["people.yaml", "templates/longer.txt"]);
    assert!(!found.files["templates/longer.txt"].is_empty());
    assert!(
        said(&found)
            .iter()
            .any(|line| line.starts_with("workflows/pipe.yaml:1:1 error file-unreadable: this is a pipe"))
    );
}

#[test]
fn one_rule_says_what_is_read_from_a_folder_and_from_files_that_are_published() {
    let folder = Folder::new("nested");
    for file in ["workflows/eu/eu-lead.yaml", "flows/lead.yaml", ".git/config.yaml"] {
        fs::create_dir_all(folder.0.join(file).parent().unwrap()).unwrap();
        folder.write(file, b"workflow: eu-lead\n");
    }
    let found = read_folder(&folder.0).unwrap();
    assert_eq!(found.files.keys().collect::<Vec<_>>(), Vec::<&String>::new());
    let found = playbook::Folder { files: shipped().files, ..found };
    let said = said(&found);
    assert_eq!(said.len(), 2, "{said:#?}");
    assert!(said[1].starts_with("flows:1:1 warning file-unknown: nothing in this folder is read"), "{said:#?}");
    assert!(said[0].starts_with("workflows/eu:1:1 warning file-unknown"), "{said:#?}");
    let mut published = shipped().files;
    published.insert("workflows/eu/eu-lead.yaml".to_owned(), "workflow: eu-lead\n".to_owned());
    published.insert("flows/lead.yaml".to_owned(), "workflow: lead\n".to_owned());
    let checked = load(&published);
    let said: Vec<_> = checked.diagnostics.iter().map(|found| (found.file.as_str(), found.code)).collect();
    assert_eq!(said, [("workflows/eu/eu-lead.yaml", "file-unknown"), ("flows/lead.yaml", "file-unknown")]);
    assert!(!checked.has_errors());
}

#[test]
fn a_folder_that_is_not_there_is_said() {
    assert_eq!(read_folder(&PathBuf::from("no-such-folder")).unwrap_err().kind(), std::io::ErrorKind::NotFound);
}

#[test]
fn the_schemas_that_editors_check_against_may_lie_beside_the_files() {
    let mut files = read_folder(Path::new("../../infra/cli/playbook")).unwrap().files;
    files.insert("workflow.schema.json".to_owned(), "{}".to_owned());
    assert_eq!(load(&files).diagnostics, []);
    files.insert("notes.json".to_owned(), "{}".to_owned());
    assert_eq!(load(&files).diagnostics.len(), 1);
}
