//! A host in a process of its own, and connections to it that are left half open.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    rc::Rc,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

pub const HANDOFF: &str = env!("CARGO_BIN_EXE_handoff");
/// How long anything may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// A lead, without the blank line that ends its head.
pub const HEAD: &str = "POST /v1/forms/demo-request HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";

pub struct Host {
    pub folder: Rc<tempfile::TempDir>,
    pub process: Child,
    /// What it says first.
    pub started: Value,
    pub address: SocketAddr,
}

/// How to start one.
pub struct Setup {
    pub folder: Rc<tempfile::TempDir>,
    command: Command,
}

impl Setup {
    pub fn new() -> Self {
        Self::again(Rc::new(tempfile::tempdir().unwrap()))
    }

    /// Where a host has been before.
    pub fn again(folder: Rc<tempfile::TempDir>) -> Self {
        Self::through(folder, Command::new(HANDOFF))
    }

    /// Started by another program, which is given the host's arguments after its own.
    pub fn with(command: Command) -> Self {
        Self::through(Rc::new(tempfile::tempdir().unwrap()), command)
    }

    fn through(folder: Rc<tempfile::TempDir>, mut command: Command) -> Self {
        command.args(["--json", "serve", "--listen", "127.0.0.1:0"]).current_dir(folder.path());
        command.env_remove("RUST_LOG").stdout(Stdio::piped());
        Self { folder, command }
    }

    pub fn args(mut self, arguments: &[&str]) -> Self {
        self.command.args(arguments);
        self
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Where its log goes.
    pub fn log_to(mut self, log: impl Into<Stdio>) -> Self {
        self.command.stderr(log);
        self
    }

    /// Starts one that says to a file, for people, what it has to say. Its address is not read.
    pub fn text_to(mut self, file: &Path) -> Talking {
        let mut command = Command::new(self.command.get_program());
        command.args(self.command.get_args().filter(|argument| *argument != "--json"));
        command.current_dir(self.folder.path()).stdout(fs::File::create(file).unwrap());
        self.command = command;
        Talking { folder: self.folder, process: self.command.spawn().unwrap() }
    }

    pub fn start(mut self) -> Host {
        let mut process = self.command.spawn().unwrap();
        let mut first = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut first).unwrap();
        let started: Value = serde_json::from_str(&first).unwrap_or_else(|_| panic!("it said {first:?}"));
        let address = started["listening"].as_str().unwrap().trim_start_matches("http://").parse().unwrap();
        Host { folder: self.folder, process, started, address }
    }
}

/// A host that talks to people.
pub struct Talking {
    pub folder: Rc<tempfile::TempDir>,
    process: Child,
}

impl Drop for Talking {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Host {
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn key(&self) -> String {
        fs::read_to_string(self.path("handoff.key")).unwrap().trim().to_owned()
    }

    pub fn connect(&self) -> TcpStream {
        connect(self.address)
    }

    /// A connection that has sent so much and waits.
    pub fn sent(&self, text: &str) -> TcpStream {
        let mut stream = self.connect();
        stream.write_all(text.as_bytes()).unwrap();
        stream
    }

    /// Status and body of a GET with the admin key.
    pub fn get(&self, path: &str) -> (u16, Value) {
        self.get_with(path, &self.key())
    }

    pub fn get_with(&self, path: &str, key: &str) -> (u16, Value) {
        answer(self.sent(&format!(
            "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {key}\r\n\r\n"
        )))
    }

    pub fn post(&self, path: &str, body: &str) -> (u16, Value) {
        let length = body.len();
        answer(self.sent(&format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        )))
    }

    pub fn post_lead(&self, number: u32) -> (u16, Value) {
        self.post("/v1/forms/demo-request", &lead(number))
    }

    /// Tells it to stop and waits until it has, in order.
    pub fn stop(mut self) -> Rc<tempfile::TempDir> {
        self.signal("TERM");
        assert!(self.ended().expect("it ends").success());
        Rc::clone(&self.folder)
    }

    pub fn signal(&self, name: &str) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap().success());
    }

    /// How it ended, if it ends.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        wait(PATIENCE, || self.process.try_wait().unwrap())
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // It may have stopped already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub fn lead(number: u32) -> String {
    format!(
        r#"{{"full_name": "Lead {number}", "email": "lead-{number}@example.com", "company": "C {number}", "team_size": "51-200"}}"#
    )
}

pub fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// A loopback address of another name, as if another machine connected.
pub fn from(source: u8, to: SocketAddr) -> TcpStream {
    let local = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(127, 0, 0, source)), 0);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let stream = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(local).unwrap();
        socket.connect(to).await.unwrap().into_std().unwrap()
    });
    stream.set_nonblocking(false).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// The whole answer of a connection that closes after it.
pub fn text(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    // A connection that is cut off has no answer.
    let _ = stream.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The status of an answer, and its body if that is JSON.
pub fn answer(stream: TcpStream) -> (u16, Value) {
    let text = text(stream);
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    (status, serde_json::from_str(body).unwrap_or(Value::Null))
}

/// Whether the other side closes it within patience; what it sends before is left aside.
pub fn is_closed(stream: &mut TcpStream) -> bool {
    let mut rest = Vec::new();
    match stream.read_to_end(&mut rest) {
        Ok(_) => true,
        Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
    }
}

/// The first thing that `look` finds.
pub fn wait<T>(patience: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return Some(found);
        }
        if began.elapsed() > patience {
            return None;
        }
        thread::sleep(Duration::from_millis(20));
    }
}

pub fn is_gone(path: &Path) -> bool {
    !path.exists()
}
