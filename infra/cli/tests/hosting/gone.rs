//! A data file that goes away under its host.

use std::{fs, process::Command};

use super::host::{HANDOFF, PATIENCE, Setup, wait};

#[test]
fn nothing_is_answered_as_kept_once_the_data_file_is_deleted_and_what_is_left_is_not_begun_over() {
    let setup = Setup::new();
    let log = fs::File::create(setup.folder.path().join("log")).unwrap();
    let mut host = setup.log_to(log).start();
    assert_eq!(host.post_lead(1).0, 200);
    fs::remove_file(host.path("handoff.db")).unwrap();
    assert_eq!(host.post_lead(2).0, 503);
    let ready = wait(PATIENCE, || Some(host.get("/healthz?ready")).filter(|(status, _)| *status == 503));
    assert_eq!(ready.expect("it is not ready").1["problems"][0]["code"], "data_file_gone");
    let (status, said) = host.post_lead(2);
    assert_eq!((status, said["code"].as_str()), (503, Some("data_file_gone")), "{said}");
    let backup = Command::new(HANDOFF).args(["backup", "saved.db"]).current_dir(host.folder.path()).output().unwrap();
    let said = String::from_utf8(backup.stderr).unwrap();
    assert!(!backup.status.success() && said.contains(&format!("cp /proc/{}/fd/", host.process.id())), "{said}");
    host.signal("TERM");
    assert!(host.ended().expect("it ends").success());
    let log = fs::read_to_string(host.path("log")).unwrap();
    assert_eq!(log.matches("the data file was deleted, moved or replaced: ").count(), 1, "{log}");
    let mut start = Command::new(HANDOFF);
    start.args(["serve", "--listen", "127.0.0.1:0"]).current_dir(host.folder.path());
    let said = String::from_utf8(start.output().unwrap().stderr).unwrap();
    assert!(said.contains("handoff.db is missing") && said.contains("handoff.db-wal"), "{said}");
    assert!(fs::metadata(host.path("handoff.db-wal")).unwrap().len() > 0, "the log is as it was left");
}
