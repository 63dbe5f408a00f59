//! The folder and what is published: neither undoes the other in silence.

use std::{fs, path::Path, process::Command};

use engine::ports::{Activation, Clock, Playbooks};
use serde_json::Value;

use super::host::{HANDOFF, Host, PATIENCE, Setup, lead, wait};

/// The watched folder's playbook, with another wait.
fn edit(from: &Path, to: &Path, minutes: u32) {
    for (name, text) in playbook::read_folder(from).unwrap().files {
        let path = to.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text.replace("within: 15 minutes", &format!("within: {minutes} minutes"))).unwrap();
    }
}

/// The shipped form under another name.
fn describe(folder: &Path, form: &str) {
    let text = fs::read_to_string(folder.join("forms/demo-request.yaml")).unwrap();
    fs::write(folder.join(format!("forms/{form}.yaml")), text.replace("form: demo-request", &format!("form: {form}")))
        .unwrap();
}

#[test]
fn an_edit_that_describes_a_form_says_how_many_submissions_wait_for_it_and_so_does_the_next_start() {
    let setup = Setup::new();
    let log = fs::File::create(setup.folder.path().join("log")).unwrap();
    let host = setup.log_to(log).start();
    assert_eq!(host.started["waiting"], serde_json::json!({}));
    for number in 1..=2 {
        assert_eq!(host.post("/v1/forms/partner-form", &lead(number)).0, 200);
    }
    let kept = || host.get("/v1/unmatched").1["data"].as_array().filter(|data| data.len() == 2).map(|_| ());
    wait(PATIENCE, kept).expect("both are kept");
    describe(&host.path("playbook"), "partner-form");
    let says = "2 submissions wait for partner-form, and can be read now: handoff held replay partner-form";
    let said = || fs::read_to_string(host.path("log")).unwrap().contains(says).then_some(());
    wait(PATIENCE, said).expect("the log says it");
    let host = Setup::again(host.stop()).start();
    assert_eq!(host.started["waiting"], serde_json::json!({"partner-form": 2}));
    let run = Command::new(HANDOFF).args(["held", "replay", "partner-form"]).current_dir(host.folder.path()).output();
    assert!(run.unwrap().status.success());
    let settled = || host.get("/v1/unmatched").1["data"].as_array().filter(|data| data.is_empty()).map(|_| ());
    wait(PATIENCE, settled).expect("both are read");
    let host = Setup::again(host.stop()).start();
    assert_eq!(host.started["waiting"], serde_json::json!({}), "nothing waits any more");
}

/// Publishes a playbook as an earlier release did, whose check took other templates.
fn published_before(folder: &Path, body: &str) {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("playbook");
    let mut playbook = playbook::load(&playbook::read_folder(&shipped).unwrap().files).playbook.unwrap();
    playbook.templates.get_mut(&"intro".into()).unwrap().body = body.to_owned();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = sqlite::Store::open(&folder.join("handoff.db"), std::sync::Arc::new(sqlite::SystemClock)).unwrap();
        let activation = Activation { manifest: playbook.manifest_id(), at: store.now(), by: "before".to_owned() };
        store.publish(&playbook, None, activation).await.unwrap();
    });
    fs::create_dir(folder.join("playbook")).unwrap();
    for (name, text) in playbook::read_folder(&shipped).unwrap().files {
        let path = folder.join("playbook").join(&name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let old = name.ends_with("templates/intro.md").then(|| format!("subject: Hello\n\n{body}\n"));
        fs::write(path, old.unwrap_or(text)).unwrap();
    }
}

#[test]
fn a_start_with_a_playbook_of_an_earlier_release_says_what_its_templates_may_not_say_any_more() {
    let setup = Setup::new();
    published_before(setup.folder.path(), "Hello {{ lead.name | escape }}");
    let log = fs::File::create(setup.folder.path().join("log")).unwrap();
    let host = setup.log_to(log).start();
    assert!(host.started["why_active"].as_str().unwrap().contains("the folder has problems"), "{}", host.started);
    let said = fs::read_to_string(host.path("log")).unwrap();
    let line = said.lines().find(|line| line.contains("template intro")).unwrap_or_else(|| panic!("{said}"));
    assert!(line.contains("unknown filter `escape`: letters are plain text; leave it out"), "{line}");
}

fn publish(host: &Host, folder: &str) -> String {
    let run = Command::new(HANDOFF).args(["publish", folder]).current_dir(host.folder.path()).output().unwrap();
    String::from_utf8([run.stdout, run.stderr].concat()).unwrap()
}

fn active(host: &Host) -> Value {
    host.get("/v1/playbook").1["manifest"].clone()
}

#[test]
fn a_folder_that_is_missing_does_not_replace_the_playbook_of_a_store_that_has_one() {
    let folder = Setup::new().folder;
    edit(&Path::new(env!("CARGO_MANIFEST_DIR")).join("playbook"), &folder.path().join("mine"), 5);
    let host = Setup::again(folder).args(&["--playbook", "mine"]).start();
    let mine = host.started["manifest"].clone();
    let host = Setup::again(host.stop()).start();
    assert_eq!(host.started["manifest"], mine);
    let why = host.started["why_active"].as_str().unwrap();
    assert!(why.contains("there is no folder playbook, so none is watched"), "{why}");
    assert!(!host.path("playbook").exists(), "nothing was written");
    assert_eq!(host.started["playbook"], Value::Null);
    assert!(!publish(&host, "mine").contains("the next edit of the folder"), "none is watched");
}

#[test]
fn a_file_that_cannot_be_read_leaves_what_is_active_also_over_a_restart() {
    let host = Setup::new().start();
    let before = active(&host);
    let folder = host.stop();
    fs::write(folder.path().join("playbook/people.yaml"), [0xff, 0xfe]).unwrap();
    let check = Command::new(HANDOFF).arg("check").current_dir(folder.path()).output().unwrap();
    let said = String::from_utf8(check.stdout).unwrap();
    assert!(said.contains("error file-unreadable: the file is not text in UTF-8"), "{said}");
    let host = Setup::again(folder).start();
    assert_eq!(active(&host), before);
    assert!(host.started["why_active"].as_str().unwrap().contains("the folder has problems"));
}

#[test]
fn an_edit_that_cannot_be_read_is_said_while_the_host_runs() {
    let setup = Setup::new();
    let said = setup.folder.path().join("said");
    let host = setup.text_to(&said);
    wait(PATIENCE, || fs::read_to_string(&said).unwrap().contains("Stop with ctrl-c").then_some(())).expect("it runs");
    fs::write(host.folder.path().join("playbook/README.md"), [0xff]).unwrap();
    fs::write(host.folder.path().join("playbook/people.yaml"), [0xff]).unwrap();
    let told = || {
        let said = fs::read_to_string(&said).unwrap();
        let whole = said.contains("people.yaml:1:1") && said.contains("The edit has problems");
        whole.then_some(())
    };
    wait(PATIENCE, told).expect("the edit is not passed over");
}

#[cfg(target_os = "linux")]
#[test]
fn a_pipe_in_the_folder_holds_up_neither_a_start_nor_an_edit_and_a_refused_edit_is_on_the_log() {
    let setup = Setup::new();
    let log = fs::File::create(setup.folder.path().join("log")).unwrap();
    let mut host = setup.log_to(log).start();
    let pipe = |host: &Host| {
        assert!(Command::new("mkfifo").arg(host.path("playbook/templates/pipe.md")).status().unwrap().success());
    };
    let refused = "the folder is refused; what was active stays active";
    pipe(&host);
    let line =
        || fs::read_to_string(host.path("log")).unwrap().lines().find(|line| line.contains(refused)).map(str::to_owned);
    let line = wait(PATIENCE, line).expect("the log says it");
    assert!(line.contains("errors=1 first=\"templates/pipe.md:1 file-unreadable\""), "{line}");
    let check = Command::new(HANDOFF).arg("check").current_dir(host.folder.path()).output().unwrap();
    let said = String::from_utf8(check.stdout).unwrap();
    assert!(said.contains("templates/pipe.md:1:1") && said.contains("error file-unreadable: this is a pipe"), "{said}");
    host.signal("TERM");
    assert!(host.ended().expect("it ends").success());
    let host = Setup::again(std::rc::Rc::clone(&host.folder)).start();
    assert!(host.started["why_active"].as_str().unwrap().contains("the folder has problems"));
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
    let again = publish(&host, "edited");
    assert!(again.contains("was active already") && !again.contains("the next edit of the folder"), "{again}");

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
