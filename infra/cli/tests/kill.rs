//! `kill -9` of the real host at random moments under load. Every lead that was answered with
//! 200 must end with exactly one owner, one e-mail, one task and one running wait.
//!
//! 20 kills; `HANDOFF_KILLS=200` for the full run.

#![expect(clippy::unwrap_used, reason = "what fails here is a test")]

mod always_open;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

/// Threads that submit forms.
const CLIENTS: usize = 4;
/// How long the last process may take to finish everything. Dead letters are collected on the minute.
const PATIENCE: Duration = Duration::from_secs(180);

/// A running host.
struct Running {
    process: Child,
    url: String,
}

impl Running {
    fn start(folder: &Path) -> (Self, Option<String>) {
        let mut process = Command::new(env!("CARGO_BIN_EXE_handoff"))
            .args(["--json", "serve", "--listen", "127.0.0.1:0", "--playbook", "playbook", "--data", "kill.db"])
            .current_dir(folder)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut first).unwrap();
        let started: Value = serde_json::from_str(&first).unwrap_or_else(|_| panic!("it said {first}"));
        let url = started["listening"].as_str().unwrap().to_owned();
        (Self { process, url }, started["key"].as_str().map(str::to_owned))
    }

    /// SIGKILL: nothing is finished, nothing is closed.
    fn kill(self) {
        drop(self);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

fn write_playbook(folder: &Path) {
    for (name, text) in always_open::playbook() {
        let path = folder.join("playbook").join(&name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn get(url: &str, key: &str) -> Option<Value> {
    let request = ureq::get(url).header("authorization", format!("Bearer {key}"));
    request.call().ok()?.body_mut().read_to_string().ok().and_then(|text| serde_json::from_str(&text).ok())
}

/// What the clients and the killer share.
#[derive(Default)]
struct Shared {
    url: Mutex<String>,
    accepted: Mutex<Vec<String>>,
    counted: AtomicU64,
    stop: AtomicBool,
}

/// Submits forms until told to stop, and notes each record that was accepted.
fn submit(shared: &Shared) {
    while !shared.stop.load(Ordering::Relaxed) {
        let number = shared.counted.fetch_add(1, Ordering::Relaxed);
        let url = shared.url.lock().unwrap().clone();
        let body = format!(
            r#"{{"full_name": "Lead {number}", "email": "lead-{number}@example.com", "phone": "+49 30 {number}",
                "company": "Company {number}", "team_size": "51-200"}}"#
        );
        let sent = ureq::post(format!("{url}/v1/forms/demo-request")).content_type("application/json").send(&body);
        match sent {
            Ok(mut response) if response.status() == 200 => {
                // An answer that was cut off is none: nobody was told that the lead was accepted.
                let Ok(text) = response.body_mut().read_to_string() else { continue };
                let answer: Value = serde_json::from_str(&text).unwrap();
                shared.accepted.lock().unwrap().push(answer["record"].as_str().unwrap().to_owned());
                thread::sleep(Duration::from_millis(4));
            }
            _ => thread::sleep(Duration::from_millis(5)),
        }
    }
}

/// Numbers that look random and can be had again from their seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// How many intro e-mails each record has in the outbox, whatever became of them.
fn intros(url: &str, key: &str) -> BTreeMap<String, u32> {
    let mut found = BTreeMap::new();
    for line in pages(url, key, "outbox") {
        if line["what"].as_str().unwrap_or_default().starts_with("e-mail “intro”") {
            *found.entry(line["record"].as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    found
}

/// A whole list of the API.
fn pages(url: &str, key: &str, list: &str) -> Vec<Value> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = get(&format!("{url}/v1/{list}?limit=200{cursor}"), key).expect("a page");
        found.extend(page["data"].as_array().unwrap().iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

/// What is wrong with a lead; none if it has exactly one of everything.
fn fault(url: &str, key: &str, record: &str, intros: &BTreeMap<String, u32>) -> Option<String> {
    let Some(lead) = get(&format!("{url}/v1/records/{record}"), key) else { return Some("is not there".to_owned()) };
    let assignments = get(&format!("{url}/v1/records/{record}/assignments"), key)?;
    let owners = assignments["data"].as_array().map_or(0, Vec::len);
    let tasks = lead["tasks"].as_array().unwrap().iter().filter(|task| task["title"] == "Call within 5 min").count();
    let waits = lead["executions"].as_array().unwrap().iter().filter(|open| open["until"].is_string()).count();
    let mails = intros.get(record).copied().unwrap_or_default();
    let all_one = (owners, tasks, waits, mails) == (1, 1, 1, 1);
    (!all_one).then(|| format!("has {owners} owners, {tasks} tasks, {waits} waits, {mails} e-mails: {}", lead["now"]))
}

#[test]
fn every_accepted_lead_ends_with_one_of_everything_however_often_the_host_is_killed() {
    let kills: u32 = std::env::var("HANDOFF_KILLS").ok().map_or(20, |kills| kills.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    write_playbook(folder.path());
    let (mut host, key) = Running::start(folder.path());
    let key = key.expect("the first start shows a key");
    let shared = Arc::new(Shared::default());
    shared.url.lock().unwrap().clone_from(&host.url);
    let clients: Vec<_> =
        (0..CLIENTS).map(|_| Arc::clone(&shared)).map(|shared| thread::spawn(move || submit(&shared))).collect();
    let mut dice = Dice(20_260_302);
    for _ in 0..kills {
        thread::sleep(Duration::from_millis(20 + dice.below(400)));
        host.kill();
        host = Running::start(folder.path()).0;
        shared.url.lock().unwrap().clone_from(&host.url);
    }
    shared.stop.store(true, Ordering::Relaxed);
    clients.into_iter().for_each(|client| client.join().unwrap());
    let accepted = shared.accepted.lock().unwrap().clone();
    assert!(accepted.len() > kills as usize, "only {} leads were accepted", accepted.len());
    check(&host, &key, accepted);
    host.kill();
}

/// Puts every kept dead letter back once, as a person would who does not want to wait for its
/// time: a message that was in flight at five kills is taken for dead.
fn redrive(host: &Running, key: &str, done: &mut BTreeSet<String>) {
    for letter in pages(&host.url, key, "dead-letters") {
        let id = letter["id"].as_str().unwrap();
        if done.insert(id.to_owned()) {
            let request = ureq::post(format!("{}/v1/dead-letters/{id}/redrive", host.url));
            request.header("authorization", format!("Bearer {key}")).send_empty().unwrap();
        }
    }
}

/// Waits until every lead has exactly one of everything.
fn check(host: &Running, key: &str, mut left: Vec<String>) {
    let (all, began, mut redriven) = (left.len(), Instant::now(), BTreeSet::new());
    loop {
        redrive(host, key, &mut redriven);
        let intros = intros(&host.url, key);
        let faults: BTreeMap<String, String> =
            left.iter().filter_map(|lead| Some((lead.clone(), fault(&host.url, key, lead, &intros)?))).collect();
        if faults.is_empty() {
            println!("{all} leads, {} dead letters put back, {:?}", redriven.len(), began.elapsed());
            return;
        }
        left.retain(|lead| faults.contains_key(lead));
        assert!(
            began.elapsed() < PATIENCE,
            "{} of {all} leads are wrong, for example {:?}",
            faults.len(),
            faults.iter().next()
        );
        thread::sleep(Duration::from_millis(500));
    }
}
