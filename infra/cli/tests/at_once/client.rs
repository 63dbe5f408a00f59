//! Many clients at once, over real connections.

use std::{
    sync::{
        Barrier,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::Value as Json;

/// How long the host may take for everything. Longer than it needs, and not a measurement.
const PATIENCE: Duration = Duration::from_secs(120);

/// One connection that is kept.
pub struct Client<'h> {
    agent: ureq::Agent,
    url: &'h str,
}

impl<'h> Client<'h> {
    pub fn new(url: &'h str) -> Self {
        Self { agent: ureq::Agent::new_with_defaults(), url }
    }

    pub fn get(&self, path: &str) -> Json {
        let mut answer = self.agent.get(format!("{}/v1/{path}", self.url)).call().unwrap();
        serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap()
    }

    /// Posts what has to be accepted.
    pub fn post(&self, path: &str, body: &Json) -> Json {
        let request = self.agent.post(format!("{}/v1/{path}", self.url)).content_type("application/json");
        let mut answer = request.send(body.to_string()).unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
        serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap()
    }

    /// The record that a submission is about.
    pub fn submit(&self, form: &Json) -> String {
        self.post("forms/demo-request", form)["record"].as_str().unwrap().to_owned()
    }

    /// A whole list.
    pub fn all(&self, list: &str) -> Vec<Json> {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("{list}?limit=200{cursor}"));
            found.extend(page["data"].as_array().unwrap().iter().cloned());
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return found,
            }
        }
    }
}

/// Does every job once, over so many connections that begin together. The results are in the
/// order of the jobs.
pub fn at_once<J: Sync, T: Send>(
    url: &str,
    connections: usize,
    jobs: &[J],
    job: impl Fn(&Client<'_>, &J) -> T + Sync,
) -> Vec<T> {
    let (next, together) = (AtomicUsize::new(0), Barrier::new(connections));
    let connection = || {
        let (client, mut done) = (Client::new(url), Vec::new());
        together.wait();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(given) = jobs.get(number) else { return done };
            done.push((number, job(&client, given)));
        }
    };
    let mut done: Vec<(usize, T)> = thread::scope(|scope| {
        let running: Vec<_> = (0..connections).map(|_| scope.spawn(connection)).collect();
        running.into_iter().flat_map(|connection| connection.join().unwrap()).collect()
    });
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Waits until something is so.
pub fn until(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "it is never so that {what}");
        thread::sleep(Duration::from_millis(100));
    }
}
