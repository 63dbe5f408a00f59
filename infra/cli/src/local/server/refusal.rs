//! What is refused before the router sees it: a head that the HTTP library cannot read, a connection there is no room
//! for. The library answers the first without a body and offers no way to add one, so its answer is replaced on its
//! way out: it says what is wrong in the same form as every other refusal.

use serde_json::json;

/// A refusal, whatever was to be asked.
struct Refusal {
    status: &'static str,
    code: &'static str,
    title: &'static str,
    detail: &'static str,
}

const OF_THE_LIBRARY: [Refusal; 3] = [
    Refusal {
        status: "400 Bad Request",
        code: "head_malformed",
        title: "The request cannot be read",
        detail: "the first line or a header of the request is not as HTTP/1.1 wants it",
    },
    Refusal {
        status: "414 URI Too Long",
        code: "address_too_long",
        title: "The address is too long",
        detail: "the address is longer than is read here; send what is long in the body",
    },
    Refusal {
        status: "431 Request Header Fields Too Large",
        code: "head_too_large",
        title: "The head of the request is too large",
        detail: "the first line and the headers may have 64 KiB together; send what is long in the body, and fewer cookies",
    },
];

/// No connection of this client, or none at all, gives way to another.
pub fn turned_away() -> Vec<u8> {
    let refusal = Refusal {
        status: "503 Service Unavailable",
        code: "connections_used_up",
        title: "Too many connections",
        detail: "this address, or the host, has as many connections as it may have; close some, or try again in 5 seconds",
    };
    refusal.written("retry-after: 5\r\n")
}

/// What is sent instead of `answer`, if the library refuses a head by it. No answer of ours has such a status and no
/// body.
pub fn instead_of(answer: &[u8]) -> Option<Vec<u8>> {
    // Nearly every answer ends with its body: no more of it is looked at.
    let head = str::from_utf8(answer.strip_suffix(b"\r\n\r\n")?).ok()?;
    let status = head.strip_prefix("HTTP/1.1 ")?;
    let is_empty = || head.split("\r\n").any(|line| line.eq_ignore_ascii_case("content-length: 0"));
    let refusal = OF_THE_LIBRARY.iter().find(|refusal| status.starts_with(refusal.status))?;
    is_empty().then(|| refusal.written(""))
}

impl Refusal {
    fn written(&self, headers: &str) -> Vec<u8> {
        let Self { status, code, title, detail } = self;
        let number: u16 = status[..3].parse().expect("a status begins with its number");
        let body = json!({
            "type": format!("urn:handoff:problem:{code}"),
            "title": title,
            "status": number,
            "code": code,
            "detail": detail,
        })
        .to_string();
        let length = body.len();
        format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/problem+json\r\n{headers}connection: close\r\n\
             content-length: {length}\r\n\r\n{body}"
        )
        .into_bytes()
    }
}
