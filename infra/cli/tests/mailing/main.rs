//! A host that really sends: through the server that its environment names, and through no other.
#![expect(clippy::unwrap_used, reason = "what fails here is a test")]

#[path = "../always_open/mod.rs"]
mod always_open;
#[path = "../../../../shared/smtp/tests/fake/mod.rs"]
mod fake;
mod front;
mod protected;

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use fake::{Answer, Fake};
use serde_json::{Value, json};

/// A host that does not outlive its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have stopped already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The shipped playbook with another outbound mode, in `playbook`.
fn write_playbook(folder: &Path, outbound: &str) {
    for (name, text) in always_open::playbook() {
        let path = folder.join("playbook").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text.replace("outbound: capture", &format!("outbound: {outbound}"))).unwrap();
    }
}

fn serve(folder: &Path, url: Option<&str>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_handoff"));
    command.args(["serve", "--listen", "127.0.0.1:0"]).current_dir(folder).env_remove("HANDOFF_SMTP_URL");
    command.envs(url.map(|url| ("HANDOFF_SMTP_URL", url))).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Starts a host, and what it says of itself as JSON.
fn started(folder: &Path, url: Option<&str>) -> (Running, Value) {
    started_by(serve(folder, url))
}

fn started_by(mut command: Command) -> (Running, Value) {
    let mut process = command.arg("--json").spawn().unwrap();
    let mut first = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut first).unwrap();
    (Running(process), serde_json::from_str(&first).unwrap_or_else(|_| panic!("it said {first}")))
}

fn submit(started: &Value) {
    let lead = json!({
        "full_name": "Ada Brandt", "email": "ada@brandt.example", "phone": "+49 30 555 01",
        "company": "Brandt Logistik", "team_size": "51-200", "message": "We answer leads too late.",
    });
    let url = format!("{}/v1/forms/demo-request", started["listening"].as_str().unwrap());
    let answer = ureq::post(&url).header("content-type", "application/json").send(lead.to_string()).unwrap();
    assert_eq!(answer.status(), 200);
}

/// The lines of the outbox, newest first.
fn outbox(started: &Value) -> Vec<Value> {
    let url = format!("{}/v1/outbox", started["listening"].as_str().unwrap());
    let key = format!("Bearer {}", started["key"].as_str().unwrap());
    let answer = ureq::get(&url).header("authorization", &key).call().unwrap().body_mut().read_to_string();
    let mut outbox: Value = serde_json::from_str(&answer.unwrap()).unwrap();
    serde_json::from_value(outbox["data"].take()).unwrap()
}

fn until(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..200 {
        if is_so() {
            return;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("never {what}");
}

#[test]
fn a_live_playbook_sends_the_lead_its_owners_e_mail() {
    let (folder, fake) = (tempfile::tempdir().unwrap(), Fake::start(&[]));
    write_playbook(folder.path(), "live");
    let (_host, started) = started(folder.path(), Some(&fake.url()));
    assert_eq!(started["mail"], fake.address.to_string());
    submit(&started);
    until("sent", || fake.count("Subject: Your demo of Nordlicht Software") == 1);
    assert_eq!(fake.count("RCPT TO:<ada@brandt.example>"), 1, "{:#?}", fake.heard());
    assert_eq!(fake.count("To: "), fake.count("Message-ID: <eff_"));
}

#[test]
fn the_only_mode_sends_to_those_addresses_and_captures_the_rest() {
    for (only, expected) in [("{ only: [ada@brandt.example] }", 1), ("{ only: [somebody@example.com] }", 0)] {
        let (folder, fake) = (tempfile::tempdir().unwrap(), Fake::start(&[]));
        write_playbook(folder.path(), only);
        let (_host, started) = started(folder.path(), Some(&fake.url()));
        submit(&started);
        until("settled", || outbox(&started).iter().any(|row| row["settled_at"].is_string()));
        assert_eq!(fake.count("RCPT TO:<ada@brandt.example>"), expected, "{only}");
    }
}

/// What a host that does not start says, in full.
fn refusal(folder: &Path, url: Option<&str>) -> String {
    let mut process = Running(serve(folder, url).spawn().unwrap());
    let mut said = String::new();
    process.0.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    process.0.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(process.0.wait().unwrap().code(), Some(1), "{said}");
    said
}

#[test]
fn a_host_that_should_send_and_cannot_does_not_start_and_names_the_variable() {
    for mode in ["live", "{ only: [me@example.com] }"] {
        let folder = tempfile::tempdir().unwrap();
        write_playbook(folder.path(), mode);
        for url in [None, Some("")] {
            let said = refusal(folder.path(), url);
            assert!(said.contains("HANDOFF_SMTP_URL") && said.contains("smtp://user:password@"), "{said}");
        }
    }
}

#[test]
fn a_bad_url_is_refused_at_start_without_its_password() {
    let folder = tempfile::tempdir().unwrap();
    write_playbook(folder.path(), "capture");
    let said = refusal(folder.path(), Some("smtp://ana:hunter2@mail.example.com"));
    assert!(said.contains("add `?tls=required`") && !said.contains("hunter2"), "{said}");
}

#[test]
fn the_first_screen_says_where_mail_goes_without_user_and_password() {
    let folder = tempfile::tempdir().unwrap();
    write_playbook(folder.path(), "live");
    let fake = Fake::start(&[("CONNECT", Answer::HangUp)]);
    let url = format!("smtp://ana:hunter2@{}", fake.address);
    let mut host = Running(serve(folder.path(), Some(&url)).spawn().unwrap());
    let lines = BufReader::new(host.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    let screen: Vec<String> = lines.take_while(|line| !line.contains("Stop with ctrl-c")).collect();
    let screen = screen.join("\n");
    assert!(screen.contains(&format!("live: messages are sent through {}", fake.address)), "{screen}");
    assert!(!screen.contains("hunter2") && !screen.contains("ana:"), "{screen}");
}

#[test]
fn an_edit_that_sends_is_left_alone_by_a_host_that_cannot() {
    let folder = tempfile::tempdir().unwrap();
    write_playbook(folder.path(), "capture");
    let mut host = Running(serve(folder.path(), None).spawn().unwrap());
    let screen = BufReader::new(host.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    let screen: Vec<String> = screen.take_while(|line| !line.contains("Stop with ctrl-c")).collect();
    let address = screen.iter().find_map(|line| line.trim().strip_prefix("Address")).unwrap();
    let address = address.split_whitespace().next().unwrap().to_owned();
    write_playbook(folder.path(), "live");
    let mut said = BufReader::new(host.0.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(said.any(|line| line.contains("HANDOFF_SMTP_URL")));
    let publish = Command::new(env!("CARGO_BIN_EXE_handoff"))
        .args(["publish", "playbook", "--to", &address])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8([publish.stdout, publish.stderr].concat()).unwrap();
    assert!(said.contains("HANDOFF_SMTP_URL"), "{said}");
}
