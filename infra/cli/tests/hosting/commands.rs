//! Commands find the host of this machine by themselves, and another by what the environment says.

use std::{path::Path, process::Command};

use super::host::{HANDOFF, Setup, is_gone};

/// What `handoff pool inbound` prints there.
fn pool(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let mut command = Command::new(HANDOFF);
    command.args(["pool", "inbound"]).args(arguments).current_dir(folder);
    command.env_remove("HANDOFF_URL").env_remove("HANDOFF_KEY").env_remove("HANDOFF_KEY_FILE");
    let run = command.envs(environment.iter().copied()).output().unwrap();
    String::from_utf8([run.stdout, run.stderr].concat()).unwrap()
}

#[test]
fn a_command_needs_no_address_where_the_host_or_the_environment_says_it() {
    let host = Setup::new().start();
    let (here, url) = (host.folder.path(), format!("http://{}", host.address));
    let found = "Pool inbound";
    assert!(pool(here, &[], &[]).contains(found));
    let nowhere = [("HANDOFF_URL", "http://127.0.0.1:1")];
    let said = pool(here, &[], &nowhere);
    assert!(said.contains("http://127.0.0.1:1 does not answer") && said.contains("HANDOFF_URL"), "{said}");
    assert!(pool(here, &["--to", &url], &nowhere).contains(found), "a flag goes before the environment");

    let elsewhere = tempfile::tempdir().unwrap();
    let named = [("HANDOFF_URL", url.as_str())];
    let said = pool(elsewhere.path(), &[], &named);
    assert!(said.contains("HANDOFF_KEY_FILE"), "{said}");
    let file = host.path("handoff.key").display().to_string();
    assert!(pool(elsewhere.path(), &[], &[named[0], ("HANDOFF_KEY_FILE", &file)]).contains(found));
    let wrong = [named[0], ("HANDOFF_KEY_FILE", &file), ("HANDOFF_KEY", "hk_wrong")];
    assert!(pool(elsewhere.path(), &[], &wrong).contains("401"), "the key itself goes before its file");
    let said = pool(elsewhere.path(), &[], &[named[0], ("HANDOFF_KEY_FILE", "nowhere.key")]);
    assert!(said.contains("there is no file nowhere.key, which HANDOFF_KEY_FILE names"), "{said}");

    let folder = host.stop();
    assert!(is_gone(&folder.path().join("handoff.url")));
}
