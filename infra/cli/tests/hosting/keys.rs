//! API keys: made and taken back at the command line, and a data file whose key is not at hand.

use std::{fs, path::Path, process::Command};

use super::host::{HANDOFF, Host, Setup};

fn run(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new(HANDOFF);
    command.env_remove("HANDOFF_URL").env_remove("HANDOFF_KEY").env_remove("HANDOFF_KEY_FILE");
    let run = command.args(arguments).current_dir(folder).output().unwrap();
    (run.status.success(), String::from_utf8([run.stdout, run.stderr].concat()).unwrap())
}

fn status(host: &Host, path: &str, key: &str) -> u16 {
    host.get_with(path, key).0
}

#[test]
fn a_key_of_a_scope_is_made_used_listed_and_taken_back() {
    let host = Setup::new().start();
    let here = host.folder.path();
    let (done, said) = run(here, &["key", "add", "crm", "--scope", "read"]);
    let key = said.lines().next().unwrap().to_owned();
    assert!(done && key.starts_with("hk_") && said.contains("shown this once"), "{said}");
    assert_eq!([status(&host, "/v1/tasks", &key), status(&host, "/v1/keys", &key)], [200, 403]);
    let (_, listed) = run(here, &["key", "list"]);
    assert!(listed.contains("crm") && listed.contains("admin") && !listed.contains(&key), "{listed}");
    let (done, said) = run(here, &["key", "add", "crm", "--scope", "read"]);
    assert!(!done && said.contains("a key has this name already"), "{said}");
    let (done, said) = run(here, &["key", "remove", "crn"]);
    assert!(!done && said.contains("did you mean `crm`? Choose from admin, crm"), "{said}");
    let (done, said) = run(here, &["key", "remove", "admin"]);
    assert!(!done && said.contains("add another key of the scope admin first"), "{said}");
    assert!(run(here, &["key", "remove", "crm"]).0);
    assert_eq!(status(&host, "/v1/tasks", &key), 401);
    let host = Setup::again(host.stop()).start();
    assert_eq!(status(&host, "/v1/tasks", &host.key()), 200, "the admin key is as before");
}

#[test]
fn after_a_restore_commands_of_this_machine_get_in_and_the_other_key_is_kept() {
    let other = Setup::new().start().stop();
    assert!(run(other.path(), &["backup", "saved.db"]).0);
    let host = Setup::new().start();
    let before = host.key();
    let folder = host.stop();
    let backup = other.path().join("saved.db").display().to_string();
    assert!(run(folder.path(), &["restore", &backup]).0);
    let host = Setup::again(folder).start();
    let (done, said) = run(host.folder.path(), &["resume"]);
    assert!(done && said.contains("put back from a copy"), "{said}");
    assert_ne!(host.key(), before);
    let names = fs::read_dir(host.folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let aside = names.filter(|path| path.display().to_string().contains("handoff.key.before-")).collect::<Vec<_>>();
    assert_eq!(
        aside.iter().map(|path| fs::read_to_string(path).unwrap().trim().to_owned()).collect::<Vec<_>>(),
        [before]
    );
}
