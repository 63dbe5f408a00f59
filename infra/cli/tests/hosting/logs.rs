//! The log: a line for each decision that matters, and nothing of anybody, at any level.

use std::{fs, process::Command, sync::Arc};

use engine::ports::{Clock, DeadLetter, Dlq, Queue};
use serde_json::Value;
use sqlite::{Store, SystemClock};

use super::{
    always_open,
    host::{HANDOFF, Host, PATIENCE, Setup, answer, wait},
};

/// The shipped playbook, whose pools are always open; a call is missed after a second.
fn with_open_pools(setup: Setup) -> Setup {
    for (name, text) in always_open::playbook() {
        let text = text.replace("within: 15 minutes", "within: 1 second");
        let path = setup.folder.path().join("playbook").join(&name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    setup
}

/// A message that this release cannot read has died before the host begins.
fn given_up(setup: Setup) -> Setup {
    let body = r#"{"CANARY": "canary@canary.example"}"#.to_owned();
    let letter = DeadLetter {
        id: "dlq_1".to_owned(),
        queue: Queue::Evaluate,
        body,
        record: None,
        died_at: SystemClock.now(),
        redriven: 0,
        redrive_at: None,
        ended_process: false,
    };
    let store = Store::open(&setup.folder.path().join("handoff.db"), Arc::new(SystemClock)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        store.redrive(&letter, 1).await.unwrap();
        let [message] = store.receive(Queue::Evaluate, 1, 60_000).await.unwrap().try_into().unwrap();
        store.give_up(message.receipt).await.unwrap();
    });
    setup
}

fn logging(level: &str) -> Host {
    let setup = given_up(with_open_pools(Setup::new())).args(&["--log-format", "json"]).env("RUST_LOG", level);
    let log = fs::File::create(setup.folder.path().join("log")).unwrap();
    setup.log_to(log).start()
}

fn lines(host: &Host) -> Vec<Value> {
    let text = fs::read_to_string(host.path("log")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"))).collect()
}

/// The first line that says this, once it is there.
fn line(host: &Host, message: &str) -> Value {
    let found = wait(PATIENCE, || lines(host).into_iter().find(|line| line["message"] == message));
    found.unwrap_or_else(|| panic!("no line says {message:?}: {:?}", lines(host)))
}

#[test]
fn each_decision_that_matters_is_a_line_with_its_ids() {
    let host = logging("");
    let (status, accepted) = host.post_lead(1);
    assert_eq!(status, 200);
    let said = line(&host, "accepted");
    assert_eq!((&said["event.id"], &said["record.id"]), (&accepted["event_id"], &accepted["record"]), "{said}");
    assert_eq!(said["form"], "demo-request", "{said}");
    let said = line(&host, "assigned");
    assert_eq!(said["record.id"], accepted["record"], "{said}");
    assert!(said["person.id"].is_string() && said["pool.id"].is_string(), "{said}");
    let said = line(&host, "escalated");
    assert_eq!(said["record.id"], accepted["record"], "{said}");
    assert!(said["execution.id"].is_string(), "{said}");
    let said = line(&host, "message given up, and kept");
    assert!(said["dead_letter.id"].is_string() && said["queue"] == "Evaluate", "{said}");
    let said = line(&host, "effect settled");
    assert_eq!((&said["result"], &said["record.id"]), (&"captured".into(), &accepted["record"]), "{said}");
    assert_eq!(host.post("/v1/forms/demo-request", "{").0, 400);
    let said = line(&host, "request refused");
    assert_eq!((&said["route"], &said["status"]), (&"/v1/forms/{form}".into(), &400.into()), "{said}");
    assert!(said["code"].is_string(), "{said}");
    assert_eq!(line(&host, "playbook changed")["by"], "the folder");
}

#[test]
fn nothing_that_anybody_sends_is_on_the_log_at_any_level() {
    let host = logging("trace");
    let key = host.key();
    let send = |method: &str, path: &str, body: &str| {
        let length = body.len();
        answer(host.sent(&format!(
            "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {key}\r\nuser-agent: CANARY agent\r\nx-forwarded-for: CANARY\r\ncookie: CANARY\r\nidempotency-key: CANARY{length}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        )))
    };
    let form = r#"{"full_name": "Canary Bird", "email": "canary@canary.example", "phone": "+49 30 CANARY", "company": "Canary GmbH",
        "team_size": "51-200", "message": "CANARY\nCANARY", "CANARY": "canary"}"#;
    let (status, accepted) = send("POST", "/v1/forms/demo-request?utm=CANARY", form);
    assert_eq!(status, 200, "{accepted}");
    let record = accepted["record"].as_str().unwrap().to_owned();
    send("POST", "/v1/forms/CANARY", form);
    send("POST", "/v1/forms/CANARY%0d%0aCANARY", form);
    send("POST", "/v1/forms/demo-request", "{\"CANARY\": CANARY");
    send("POST", "/v1/forms/demo-request", r#"{"email": "CANARY", "full_name": 7}"#);
    send("CANARY", "/healthz", "");
    send("GET", "/v1/CANARY?CANARY=CANARY", "");
    send("GET", "/v1/tasks?cursor=CANARY%0a", "");
    // A call before that would keep it from being escalated.
    for message in ["effect settled", "escalated", "message given up, and kept"] {
        line(&host, message);
    }
    send(
        "POST",
        "/v1/events",
        &format!(
            r#"{{"type": "call_logged", "record": {{"kind": "lead", "id": "{}"}}, "data": {{"note": "CANARY"}}}}"#,
            record.trim_start_matches("lead/")
        ),
    );
    send("PUT", "/v1/playbook", r#"{"files": {"CANARY.yaml": "CANARY: CANARY"}}"#);
    send("POST", &format!("/v1/records/{record}/reassign"), r#"{"to": "ana", "reason": "CANARY {{ canary }}"}"#);
    send("POST", &format!("/v1/records/{record}/close"), r#"{"reason": "CANARY"}"#);
    let known = wait(PATIENCE, || host.get(&format!("/v1/records/{record}")).1["now"].as_str().map(str::to_owned));
    known.expect("the record can be read");
    host.signal("TERM");
    let text = fs::read_to_string(host.path("log")).unwrap();
    let told = text.lines().find(|line| line.to_lowercase().contains("canary"));
    assert_eq!(told, None);
    assert!(lines(&host).len() > 5);
}

#[test]
fn a_word_that_silences_the_log_by_a_slip_is_said() {
    let host = logging("inof");
    let lines = lines(&host);
    assert_eq!((lines.len(), &lines[0]["word"], &lines[0]["level"]), (1, &"inof".into(), &"WARN".into()), "{lines:?}");
    let said = lines[0]["message"].as_str().unwrap();
    assert!(said.contains("neither a level nor a part of Handoff"), "{said}");
}

#[test]
fn a_level_that_is_none_is_refused_before_anything_starts() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(HANDOFF);
    let run = command.args(["serve", "--listen", "127.0.0.1:0"]).env("RUST_LOG", "engine=loud");
    let run = run.current_dir(folder.path()).output().unwrap();
    let said = String::from_utf8(run.stderr).unwrap();
    assert!(!run.status.success() && said.contains("RUST_LOG") && said.contains("write for example info"), "{said}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was made");
}
