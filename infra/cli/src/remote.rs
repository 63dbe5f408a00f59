//! A running host, over HTTP.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::Value;

use crate::{failure::Failure, key_file};

/// The host that a command talks to.
#[derive(Debug, Clone, Args)]
pub struct Remote {
    /// Address of the host; else HANDOFF_URL, the running host of --data, or http://127.0.0.1:8080
    #[arg(long, value_name = "URL")]
    to: Option<String>,
    /// Data file of the local host, beside which its key and address lie; HANDOFF_KEY, HANDOFF_KEY_FILE and HANDOFF_URL go before them
    #[arg(long, value_name = "FILE", default_value = DATA)]
    data: PathBuf,
}

/// What a host answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    pub status: u16,
    pub body: Value,
}

/// The data file unless told otherwise.
const DATA: &str = "handoff.db";

/// Where a host listens unless told otherwise.
const USUAL: &str = "http://127.0.0.1:8080";

const JSON: &str = "application/json";

/// How long a host may take to answer.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

impl Remote {
    /// Like each of those below, with the answer's body, which must hold the `expected` member: another program's
    /// answer is none.
    pub fn get(&self, path: &str, expected: &str) -> Result<Value, Failure> {
        self.succeed(("GET", path), b"", "", expected)
    }

    /// A list whose pages go back in time, whole: the oldest first, as within each page.
    pub fn get_whole(&self, path: &str) -> Result<Value, Failure> {
        let mut answer = self.get(path, "data")?;
        while let Some(cursor) = answer["next_cursor"].as_str().map(part) {
            let and = if path.contains('?') { '&' } else { '?' };
            let mut older = self.get(&format!("{path}{and}cursor={cursor}"), "data")?;
            let newer = std::mem::take(&mut answer["data"]);
            if let (Some(data), Value::Array(newer)) = (older["data"].as_array_mut(), newer) {
                data.extend(newer);
            }
            answer = older;
        }
        Ok(answer)
    }

    pub fn post(&self, path: &str, body: &Value, expected: &str) -> Result<Value, Failure> {
        self.succeed(("POST", path), body.to_string().as_bytes(), JSON, expected)
    }

    pub fn put(&self, path: &str, body: &Value, expected: &str) -> Result<Value, Failure> {
        self.succeed(("PUT", path), body.to_string().as_bytes(), JSON, expected)
    }

    pub fn delete(&self, path: &str, expected: &str) -> Result<Value, Failure> {
        self.succeed(("DELETE", path), b"", "", expected)
    }

    /// A refusal becomes a failure in the host's own words.
    fn succeed(
        &self,
        (method, path): (&str, &str),
        body: &[u8],
        content_type: &str,
        expected: &str,
    ) -> Result<Value, Failure> {
        let answered = self.send(method, path, body, content_type)?;
        match answered.status {
            ..300 => self.holding(answered, expected),
            _ => Err(self.refused(&answered)),
        }
    }

    /// A refusal in the words of its problem+json; one of the key in those of the command line.
    pub fn refused(&self, answered: &Answered) -> Failure {
        let failure = refused(answered);
        if answered.status != 401 {
            return failure;
        }
        let is_sent = self.host().and_then(|to| self.key(&to)).is_ok_and(|key| key.is_some());
        let message = match is_sent {
            true => "the host does not know this API key (HTTP 401)",
            false => "the host asks for an API key, and none was found (HTTP 401)",
        };
        let saying = Failure::new(message);
        failure.hint.into_iter().fold(saying, Failure::hint)
    }

    /// The body of an answer that a host gives; fails where it lacks what a host says.
    pub fn holding(&self, answered: Answered, expected: &str) -> Result<Value, Failure> {
        if answered.body.get(expected).is_none() {
            return Err(no_host(&self.host()?, answered.status));
        }
        Ok(answered.body)
    }

    /// Sends a request and returns the answer, if it is JSON.
    pub fn send(&self, method: &str, path: &str, body: &[u8], content_type: &str) -> Result<Answered, Failure> {
        let to = self.host()?;
        let url = format!("{to}{path}");
        if url.starts_with("https://") && !cfg!(feature = "https") {
            return Err(Failure::new("this build speaks http only")
                .hint("build it with `cargo build --release --features https`"));
        }
        let mut request = ureq::http::Request::builder().method(method).uri(&url);
        if let Some(key) = self.key(&to)? {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        if !content_type.is_empty() {
            request = request.header("content-type", content_type);
        }
        let request =
            request.body(body).map_err(|error| Failure::usage(format!("{url} is not an address: {error}")))?;
        let config = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE));
        let agent = ureq::Agent::new_with_config(config.build());
        let mut response = agent.run(request).map_err(|error| unreachable(&to, &error))?;
        let status = response.status().as_u16();
        let text = response.body_mut().read_to_string().map_err(|error| unreachable(&to, &error))?;
        let body = serde_json::from_str(&text).map_err(|_| no_host(&to, status))?;
        Ok(Answered { status, body })
    }

    /// The host: named, else the environment's, else the one that serves this data, else the usual one.
    fn host(&self) -> Result<String, Failure> {
        let named = self.to.clone().or_else(|| variable("HANDOFF_URL"));
        let to = named.or_else(|| self.serving()).unwrap_or_else(|| USUAL.to_owned());
        let (to, is_web) = (to.trim_end_matches('/'), to.starts_with("http://") || to.starts_with("https://"));
        if !is_web || to.contains(['?', '#']) {
            return Err(Failure::usage(format!("{to} is not the address of a host"))
                .hint(format!("write it as {USUAL}, with http:// and without ? or #")));
        }
        Ok(to.to_owned())
    }

    /// How the next command finds the same host: ` --to URL`, ` --data FILE`, or nothing where it finds it by itself.
    pub fn again(&self) -> String {
        let to = self.to.iter().map(|to| format!(" --to {to}"));
        let data = (self.data != Path::new(DATA)).then(|| format!(" --data {}", self.data.display()));
        to.chain(data).collect()
    }

    /// Where the host that serves this data says it listens.
    fn serving(&self) -> Option<String> {
        key_file::read(&key_file::address_beside(&self.data))
    }

    /// The key is only sent where it belongs: the local host's to this machine or to that very host, one that is
    /// named anywhere.
    fn key(&self, to: &str) -> Result<Option<String>, Failure> {
        if let Some(key) = variable("HANDOFF_KEY") {
            return Ok(Some(key));
        }
        if let Some(file) = variable("HANDOFF_KEY_FILE") {
            let key = key_file::read(file.as_ref());
            let missing = || match Path::new(&file).exists() {
                true => Failure::new(format!("{file}, which HANDOFF_KEY_FILE names, holds no key or cannot be read")),
                false => Failure::new(format!("there is no file {file}, which HANDOFF_KEY_FILE names")),
            };
            return key.ok_or_else(missing).map(Some);
        }
        let is_its_own = is_local(to) || self.serving().as_deref() == Some(to);
        Ok(if is_its_own { key_file::read(&key_file::beside(&self.data)) } else { None })
    }
}

/// A variable of the environment that is set to something, without the white space around it: a file that it was read
/// from ends with a new line.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

fn is_local(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    ["127.0.0.1", "localhost", "[::1]"].contains(&name)
}

fn unreachable(url: &str, error: &ureq::Error) -> Failure {
    let failure = Failure::new(format!("{url} does not answer: {}", in_words(error)));
    match is_local(url) {
        true => failure.hint("start it with `handoff serve`, or name another with --to or HANDOFF_URL"),
        false => failure,
    }
}

/// An input or output error in the system's words, without its number.
fn in_words(error: &ureq::Error) -> String {
    let text = match error {
        ureq::Error::Io(error) => error.to_string(),
        other => return other.to_string(),
    };
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}

/// That something else listens there.
fn no_host(url: &str, status: u16) -> Failure {
    Failure::new(format!("{url} answered (HTTP {status}), but not as a Handoff host does"))
        .hint("another program may listen there; name the host with --to or HANDOFF_URL")
}

/// A refusal in the words of its problem+json.
fn refused(answered: &Answered) -> Failure {
    let text = |name: &str| answered.body.get(name).and_then(Value::as_str);
    let detail = text("detail").or_else(|| text("title")).unwrap_or("the host refused it without saying why");
    let mut message = format!("{detail} (HTTP {})", answered.status);
    for error in answered.body.get("errors").and_then(Value::as_array).into_iter().flatten() {
        let part = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
        message.push_str(&format!("\n  {} {}", part("pointer"), part("detail")));
    }
    match answered.status {
        401 | 403 => {
            let where_from = "name the host's data file with --data, beside which handoff.key holds one, or set \
                              HANDOFF_KEY or HANDOFF_KEY_FILE. A host whose handoff.key is missing makes a new one at its start";
            Failure::new(message).hint(where_from)
        }
        _ => Failure::new(message),
    }
}

/// A text as one part of a path.
pub fn part(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remote(to: &str) -> Remote {
        Remote { to: Some(to.to_owned()), data: PathBuf::from("nowhere.db") }
    }

    #[test]
    fn the_local_key_goes_to_this_machine_only() {
        for (to, local) in [
            ("http://127.0.0.1:8080", true),
            ("http://localhost", true),
            ("http://[::1]:8080/x", true),
            ("http://127.0.0.1.example.com", false),
            ("https://handoff.example.com", false),
        ] {
            assert_eq!(is_local(to), local, "{to}");
        }
    }

    #[test]
    fn the_local_key_goes_to_the_host_of_its_data_wherever_that_listens() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("handoff.db");
        key_file::write(&key_file::beside(&data), "hk_1").unwrap();
        key_file::write_address(&data, "192.0.2.7:8080".parse().unwrap());
        let remote = Remote { to: None, data };
        assert_eq!(remote.key(&remote.host().unwrap()).unwrap().as_deref(), Some("hk_1"));
        assert_eq!(remote.key("http://192.0.2.8:8080").unwrap(), None);
    }

    #[test]
    fn a_refusal_is_told_in_the_hosts_words() {
        let body = serde_json::json!({
            "title": "no", "detail": "2 fields cannot be accepted",
            "errors": [{"pointer": "/email", "detail": "no @"}],
        });
        let failure = refused(&Answered { status: 422, body });
        assert_eq!(failure.message, "2 fields cannot be accepted (HTTP 422)\n  /email no @");
        assert!(refused(&Answered { status: 401, body: Value::Null }).hint.is_some());
    }

    #[test]
    fn a_host_that_is_not_there_is_said_to_be_so() {
        let failure = remote("http://127.0.0.1:1").get("/healthz", "status").unwrap_err();
        assert_eq!(failure.message, "http://127.0.0.1:1 does not answer: connection refused");
    }

    #[test]
    fn what_is_no_address_of_a_host_is_refused_with_how_to_write_one() {
        for to in ["127.0.0.1:8502", "http://127.0.0.1:8551?x=", "http://127.0.0.1:8551/#", "ftp://127.0.0.1"] {
            let failure = remote(to).get("/healthz", "status").unwrap_err();
            assert!(failure.message.contains("is not the address of a host"), "{failure}");
            assert!(failure.hint.unwrap().contains("http://127.0.0.1:8080"), "{to}");
        }
    }

    #[test]
    fn a_name_is_one_part_of_a_path() {
        assert_eq!(part("a/b c"), "a%2Fb%20c");
    }
}
