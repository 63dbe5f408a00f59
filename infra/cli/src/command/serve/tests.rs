//! A host whose writer ends. Nothing outside a process ends one of its threads, so a process of this test is the host.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    task::{Context, Wake, Waker},
    time::{Duration, Instant},
};

use clap::Parser;
use serde_json::Value;

use super::*;

/// Names the folder of a child; the test's own run has none.
const FOLDER: &str = "HANDOFF_TEST_WRITER";
/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// A file that ends the writer as soon as it is there.
const END: &str = "end-the-writer";
const LEAD: &str = r#"{"full_name": "Ada", "email": "ada@example.com", "company": "C", "team_size": "51-200"}"#;

#[derive(Parser)]
struct Served {
    #[command(flatten)]
    serve: Serve,
}

/// Panics on the thread that wakes it, which for a write is the writer.
struct Fatal;

impl Wake for Fatal {
    fn wake(self: Arc<Self>) {
        panic!("a fault of ours");
    }
}

fn end_writer(store: &Store) {
    let waker = Waker::from(Arc::new(Fatal));
    loop {
        let mut written = Box::pin(store.set_note("ended", "now"));
        if written.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
            // It goes on waiting to be woken.
            std::mem::forget(written);
            return;
        }
    }
}

/// A host as `handoff serve` is one, until it ends. Returns its exit code.
fn host(folder: &Path) -> u8 {
    let file = |name: &str| folder.join(name).display().to_string();
    let (data, playbook) = (file("handoff.db"), file("playbook"));
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--data", &data, "--playbook", &playbook];
    let serve = Served::parse_from(arguments).serve;
    let (say, end) = (Say::new(false), folder.join(END));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let ended = runtime.block_on(async {
        let listener = TcpListener::bind(serve.listen).await.unwrap();
        let store = open(&serve.data)?;
        let to_end = store.clone();
        std::thread::spawn(move || {
            if wait(|| end.exists().then_some(())).is_some() {
                end_writer(&to_end);
            }
        });
        serve.serve_from(store, None, listener, Signals::listen().unwrap(), &say).await
    });
    runtime.shutdown_timeout(LAST_MOMENTS);
    ended.map_or_else(
        |failure| {
            say.failure(&failure);
            failure.code()
        },
        |_| 0,
    )
}

fn wait<T>(mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        if let Some(found) = look() {
            return Some(found);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    None
}

/// This test as a child: the host of a folder. It ends with its owner.
struct Hosted(Child);

impl Drop for Hosted {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn started(folder: &Path) -> (Hosted, String) {
    let own = std::thread::current().name().unwrap().to_owned();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &own, "--nocapture"]).env(FOLDER, folder);
    let log = fs::File::create(folder.join("log")).unwrap();
    let child = Hosted(command.stdout(Stdio::null()).stderr(log).spawn().unwrap());
    let address = wait(|| fs::read_to_string(folder.join("handoff.url")).ok().filter(|url| !url.is_empty()));
    (child, address.expect("it says where it listens").trim().to_owned())
}

fn record(address: &str, folder: &Path, record: &str) -> Option<Value> {
    let key = fs::read_to_string(folder.join("handoff.key")).unwrap();
    let request = ureq::get(format!("{address}/v1/records/{record}"));
    let mut answer = request.header("authorization", format!("Bearer {}", key.trim())).call().ok()?;
    serde_json::from_str(&answer.body_mut().read_to_string().ok()?).ok()
}

#[test]
fn a_host_whose_writer_has_ended_says_so_ends_with_code_1_and_goes_on_when_it_is_started_again() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        std::process::exit(host(Path::new(&folder)).into());
    }
    let folder = tempfile::tempdir().unwrap();
    let (mut first, address) = started(folder.path());
    let posted = ureq::post(format!("{address}/v1/forms/demo-request"))
        .header("content-type", "application/json")
        .send(LEAD)
        .unwrap()
        .body_mut()
        .read_to_string();
    let posted: Value = serde_json::from_str(&posted.unwrap()).unwrap();
    fs::write(folder.path().join(END), "").unwrap();
    let status = wait(|| first.0.try_wait().unwrap());
    let said = fs::read_to_string(folder.path().join("log")).unwrap();
    assert_eq!(status.expect("it ends").code(), Some(1), "{said}");
    assert!(said.contains("the host cannot go on: the thread that writes the data has ended"), "{said}");
    assert!(said.contains("start it again: nothing that was answered is lost"), "{said}");

    fs::remove_file(folder.path().join(END)).unwrap();
    let _ = fs::remove_file(folder.path().join("handoff.url"));
    let (_second, address) = started(folder.path());
    let lead = wait(|| record(&address, folder.path(), posted["record"].as_str().unwrap()));
    assert_eq!(lead.expect("what was answered is there")["fields"]["email"], "ada@example.com");
}
