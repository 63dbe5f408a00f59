//! A small HTTP client that keeps its connections, so that the host is what is measured.

use std::{
    collections::HashMap,
    rc::Rc,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde_json::Value as Json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::LocalSet,
};

use crate::{PATIENCE, host::Host};

/// Rows asked for at once.
const PAGE: usize = 100;

pub fn wall_millis() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

/// One connection that is kept.
struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(host: &Host) -> Result<Self, String> {
        let stream = TcpStream::connect(host.address).await.map_err(|error| error.to_string())?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        Ok(Self { stream, buffer: Vec::with_capacity(4096) })
    }

    /// Sends a request and returns the status and the body of its answer.
    async fn ask(&mut self, request: &str) -> Result<(u16, Vec<u8>), String> {
        self.stream.write_all(request.as_bytes()).await.map_err(|error| error.to_string())?;
        self.buffer.clear();
        loop {
            if let Some((status, start, length)) = head(&self.buffer)?
                && self.buffer.len() >= start + length
            {
                return Ok((status, self.buffer[start..start + length].to_vec()));
            }
            let read = self.stream.read_buf(&mut self.buffer).await.map_err(|error| error.to_string())?;
            if read == 0 {
                return Err("the host closed the connection".to_owned());
            }
        }
    }
}

/// Status, where the body begins and how long it is, once the head is whole.
fn head(buffer: &[u8]) -> Result<Option<(u16, usize, usize)>, String> {
    let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(None) };
    let text = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
    let status = text.split_whitespace().nth(1).and_then(|status| status.parse().ok()).ok_or("no status line")?;
    let length = text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    Ok(Some((status, end + 4, length.ok_or("no content-length")?)))
}

/// One submission of a qualified lead; everything about it differs from every other.
fn form(host: &Host, number: usize) -> (String, String) {
    let email = format!("lead{number}@company{number}.example");
    let body = serde_json::json!({
        "full_name": format!("Lead Number {number}"),
        "work_email": email,
        "phone": format!("+4930{number:07}"),
        "company": format!("Company {number}"),
        "team_size": "51-200",
        "job_title": "Head of Sales",
        "message": "Please show us how it works.",
    })
    .to_string();
    let request = posting(host, "/v1/forms/demo-request", "", &body);
    (email, request)
}

/// A request with a body, and with more lines in its head, each ended.
fn posting(host: &Host, path: &str, more: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: {}\r\n{more}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        host.address,
        body.len()
    )
}

fn get(host: &Host, path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\r\n", host.address, host.key)
}

/// How many leads warm a host up.
pub const WARM_UP: usize = 50;

/// A few leads first, so that what is measured is not the first touch of everything.
pub async fn warm_up(host: &Host) -> Result<(), String> {
    let mut connection = Connection::open(host).await?;
    for number in 0..WARM_UP {
        post(&mut connection, &form(host, 900_000 + number).1).await?;
    }
    wait_until_idle(host, Duration::from_secs(20)).await
}

async fn post(connection: &mut Connection, request: &str) -> Result<(), String> {
    match connection.ask(request).await? {
        (200, _) => Ok(()),
        (status, body) => Err(format!("a form was answered with {status}: {}", String::from_utf8_lossy(&body))),
    }
}

/// When a lead is posted.
#[derive(Clone, Copy)]
pub enum Pace {
    /// As soon as a connection is free.
    AsFastAsAccepted,
    /// So many a second, whether or not the host keeps up.
    PerSecond(f64),
}

impl Pace {
    /// Waits for the turn of the lead with this index, and returns the time at which it was:
    /// a connection that is late does not hide it.
    async fn turn(self, started: i64, index: usize) -> i64 {
        let Self::PerSecond(rate) = self else { return wall_millis() };
        let turn = started + (index as f64 * 1000.0 / rate) as i64;
        let wait = u64::try_from(turn - wall_millis()).unwrap_or_default();
        tokio::time::sleep(Duration::from_millis(wait)).await;
        turn
    }
}

/// Posts the leads of these numbers. Returns each address with the time of its turn.
pub async fn post_all(
    host: &Host,
    leads: std::ops::Range<usize>,
    connections: usize,
    pace: Pace,
) -> Result<Vec<(String, i64)>, String> {
    let next = Rc::new(AtomicUsize::new(0));
    let forms: Rc<Vec<(String, String)>> = Rc::new(leads.map(|number| form(host, number)).collect());
    let local = LocalSet::new();
    let mut workers = Vec::new();
    let started = wall_millis();
    for _ in 0..connections {
        let (next, forms) = (next.clone(), forms.clone());
        let mut connection = Connection::open(host).await?;
        workers.push(local.spawn_local(async move {
            let mut posted = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some((email, request)) = forms.get(index) else { break };
                let at = pace.turn(started, index).await;
                post(&mut connection, request).await?;
                posted.push((email.clone(), at));
            }
            Ok::<_, String>(posted)
        }));
    }
    let mut all = Vec::new();
    local
        .run_until(async {
            for worker in workers {
                all.extend(worker.await.map_err(|error| error.to_string())??);
            }
            Ok::<_, String>(())
        })
        .await?;
    Ok(all)
}

/// Posts the events of these numbers about one record, and waits until it has all of them.
pub async fn post_events(host: &Host, events: std::ops::Range<usize>) -> Result<(), String> {
    let mut connection = Connection::open(host).await?;
    let authorization = format!("Authorization: Bearer {}\r\n", host.key);
    for number in events.clone() {
        let body = serde_json::json!({
            "type": "call_logged",
            "record": { "kind": "lead", "id": "long" },
            "data": { "note": format!("Call {number}") },
        });
        let (status, answer) = connection.ask(&posting(host, "/v1/events", &authorization, &body.to_string())).await?;
        if status != 202 {
            return Err(format!("an event was answered with {status}: {}", String::from_utf8_lossy(&answer)));
        }
    }
    for _ in 0..PATIENCE.as_secs() * 20 {
        let record = page(&mut connection, host, "/v1/records/lead/long").await?;
        if record["seq"].as_u64() >= Some(events.end as u64) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err("the host did not handle all events".to_owned())
}

/// Waits until the newest message in the outbox has been the newest for a second.
pub async fn wait_until_idle(host: &Host, patience: Duration) -> Result<(), String> {
    let mut connection = Connection::open(host).await?;
    let mut newest = Json::Null;
    for _ in 0..patience.as_secs() {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let now = page(&mut connection, host, "/v1/outbox?limit=1").await?["data"].take();
        if now == newest && now != Json::Null {
            return Ok(());
        }
        newest = now;
    }
    Err(format!("the host was still at work after {} seconds", patience.as_secs()))
}

/// Who got an e-mail, and when it was in the outbox.
pub async fn mails(host: &Host) -> Result<HashMap<String, i64>, String> {
    let mut connection = Connection::open(host).await?;
    let mut mails = HashMap::new();
    let mut path = format!("/v1/outbox?limit={PAGE}");
    loop {
        let page = page(&mut connection, host, &path).await?;
        for row in page["data"].as_array().into_iter().flatten() {
            if let (Some(to), Some(at)) = (row["message"]["to"].as_str(), row["settled_at"].as_str()) {
                let earlier = mails.insert(to.to_owned(), millis(at)?);
                if earlier.is_some() {
                    return Err(format!("{to} got two e-mails"));
                }
            }
        }
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/v1/outbox?limit={PAGE}&cursor={cursor}"),
            None => return Ok(mails),
        }
    }
}

async fn page(connection: &mut Connection, host: &Host, path: &str) -> Result<Json, String> {
    match connection.ask(&get(host, path)).await? {
        (200, body) => serde_json::from_slice(&body).map_err(|error| error.to_string()),
        (status, body) => Err(format!("{path} was answered with {status}: {}", String::from_utf8_lossy(&body))),
    }
}

/// Milliseconds since 1970 of an RFC 3339 moment.
fn millis(at: &str) -> Result<i64, String> {
    domain::instant::Instant::parse(at).map(|at| at.as_millis()).map_err(|error| error.to_string())
}
