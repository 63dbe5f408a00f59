//! A server that speaks just enough SMTP on loopback, and says what a test tells it to.

use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// What the server answers to a command instead of the usual; `.` is the end of the text and
/// `CONNECT` the beginning.
pub type Script = &'static [(&'static str, Answer)];

#[derive(Clone, Copy)]
#[allow(dead_code, reason = "not every test needs every answer")]
pub enum Answer {
    Say(&'static str),
    HangUp,
    /// Keeps the connection open and says nothing more.
    Silence,
}

/// Lives as long as its test's process.
pub struct Fake {
    pub address: SocketAddr,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Fake {
    pub fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let fake = Self { address: listener.local_addr().unwrap(), heard: Arc::default() };
        let heard = Arc::clone(&fake.heard);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let heard = Arc::clone(&heard);
                // A client that hangs up ends its own thread only.
                thread::spawn(move || drop(talk(stream, script, &heard)));
            }
        });
        fake
    }

    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Every line of every connection, `CONNECT` first, in the order in which they came.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    pub fn count(&self, command: &str) -> usize {
        self.heard().iter().filter(|line| line.starts_with(command)).count()
    }
}

fn talk(mut stream: TcpStream, script: Script, heard: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let mut line = "CONNECT".to_owned();
    let mut in_text = false;
    loop {
        heard.lock().unwrap().push(line.clone());
        let verb = line.split(' ').next().unwrap_or_default().to_uppercase();
        if !in_text || line == "." {
            let scripted = script.iter().find(|(command, _)| *command == verb);
            match scripted.map_or(Answer::Say(usual(&verb)), |(_, answer)| *answer) {
                Answer::Say(text) => {
                    in_text = text.starts_with("354");
                    write!(stream, "{text}\r\n")?;
                }
                Answer::HangUp => return Ok(()),
                Answer::Silence => loop {
                    thread::park();
                },
            }
        }
        match lines.next() {
            Some(next) => line = next?,
            None => return Ok(()),
        }
    }
}

fn usual(verb: &str) -> &'static str {
    match verb {
        "CONNECT" => "220 fake",
        "EHLO" => "250-fake\r\n250 AUTH PLAIN",
        "AUTH" => "235 welcome",
        "DATA" => "354 go on",
        "." => "250 2.0.0 queued as 42",
        "QUIT" => "221 bye",
        _ => "250 fine",
    }
}
