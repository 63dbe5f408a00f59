//! The folder and what is published: neither undoes the other in silence.

use std::{fs, path::Path, process::Command};

use serde_json::Value;

use super::host::{HANDOFF, Host, PATIENCE, Setup, wait};

/// The watched folder's playbook, with another wait.
fn edit(from: &Path, to: &Path, minutes: u32) {
    for (name, text) in playbook::read_folder(from).unwrap() {
        let path = to.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text.replace("within: 15 minutes", &format!("within: {minutes} minutes"))).unwrap();
    }
}

fn publish(host: &Host, folder: &str) -> String {
    let run = Command::new(HANDOFF).args(["publish", folder]).current_dir(host.folder.path()).output().unwrap();
    String::from_utf8([run.stdout, run.stderr].concat()).unwrap()
}

fn active(host: &Host) -> Value {
    host.get("/v1/playbook").1["manifest"].clone()
}

#[test]
fn what_is_published_survives_a_restart_until_the_folder_is_edited() {
    let host = Setup::new().start();
    let of_folder = host.started["manifest"].clone();
    edit(&host.path("playbook"), &host.path("edited"), 5);
    let said = publish(&host, "edited");
    assert!(said.contains("Published.") && said.contains("the next edit of the folder replaces"), "{said}");
    let published = active(&host);
    assert_ne!(published, of_folder);

    let host = Setup::again(host.stop()).start();
    assert_eq!(host.started["manifest"], published);
    let why = host.started["why_active"].as_str().unwrap();
    assert!(why.contains("published by admin") && why.contains("has not changed"), "{why}");

    let folder = host.stop();
    edit(&folder.path().join("playbook"), &folder.path().join("playbook"), 7);
    let host = Setup::again(folder).start();
    let of_edit = host.started["manifest"].clone();
    assert!(of_edit != published && of_edit != of_folder);
    let why = host.started["why_active"].as_str().unwrap();
    assert!(why.contains("the folder has changed") && why.contains(published.as_str().unwrap()), "{why}");

    publish(&host, "edited");
    assert_eq!(active(&host), published);
    edit(&host.path("edited"), &host.path("playbook"), 15);
    let path = host.path("playbook").join("workflows/speed-to-lead.yaml");
    let text = fs::read_to_string(&path).unwrap().replace("within: 5 minutes", "within: 9 minutes");
    fs::write(path, text).unwrap();
    wait(PATIENCE, || (active(&host) != published).then_some(())).expect("an edit while it runs is taken");
}
