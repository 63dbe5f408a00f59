//! Many connections that say nothing: bounded in number and in time.

use std::io::{Read, Write};

use super::host::{HANDOFF, HEAD, PATIENCE, Setup, answer, from, is_closed, wait};

#[test]
fn what_is_half_open_does_not_stay() {
    let patience = ["--header-timeout", "1", "--body-timeout", "1", "--idle-timeout", "1"];
    let host = Setup::new().args(&patience).start();
    for mut stream in [
        host.connect(),
        host.sent("GET /healthz HTTP/1.1\r\nho"),
        host.sent(&format!("{HEAD}content-length: 100\r\n\r\n{{")),
        host.sent(&format!("{HEAD}transfer-encoding: chunked\r\n\r\n5\r\n{{")),
        host.sent("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n"),
    ] {
        assert!(is_closed(&mut stream));
    }
    assert_eq!(host.post_lead(1).0, 200);
}

#[test]
fn one_address_with_many_idle_connections_shuts_nobody_out() {
    let host = Setup::new().args(&["--connections", "100", "--connections-per-address", "40"]).start();
    let held: Vec<_> = (0..300).map(|_| from(2, host.address)).collect();
    let half: Vec<_> = (0..300)
        .map(|_| {
            let mut stream = from(3, host.address);
            // It may be closed before it has said anything: there is no room.
            let _ = stream.write_all(b"GET /healthz HTTP/1.1\r\nho");
            stream
        })
        .collect();
    for number in 0..20 {
        assert_eq!(host.post_lead(number).0, 200, "from another address");
    }
    let mut stream = from(2, host.address);
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    assert_eq!(answer(stream).0, 200, "from the same address: the oldest idle one gives way");
    drop((held, half));
}

#[test]
fn a_host_without_files_to_spare_goes_on_once_there_are_some() {
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", "ulimit -n 64; exec \"$@\"", "sh", HANDOFF]);
    let host = Setup::with(shell).args(&["--header-timeout", "2", "--connections", "1000"]).start();
    let half: Vec<_> = (0..200).map(|_| host.sent("GET /healthz HTTP/1.1\r\nho")).collect();
    assert_eq!(wait(PATIENCE, || Some(host.post_lead(1).0).filter(|status| *status == 200)), Some(200));
    drop(half);
    assert_eq!(host.post_lead(2).0, 200);
}

/// One answer of a connection that stays open: its head, for its body is left aside.
fn next_answer(stream: &mut std::net::TcpStream) -> String {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next()?.parse().ok());
    stream.read_exact(&mut vec![0; length.unwrap_or(0)]).unwrap();
    head
}

#[test]
fn a_head_that_cannot_be_read_is_refused_with_a_reason() {
    let host = Setup::new().start();
    let long = "x".repeat(300_000);
    for (sent, status, code) in [
        ("nonsense\r\n\r\n".to_owned(), 400, "head_malformed"),
        ("GET /healthz HTTP/1.1\r\nho st: x\r\n\r\n".to_owned(), 400, "head_malformed"),
        (format!("GET /healthz HTTP/1.1\r\nhost: x\r\ncookie: {long}\r\n\r\n"), 431, "head_too_large"),
        // What comes in one piece with the rest of the head is told from a head that is too large.
        (format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", &long[..65_535]), 414, "address_too_long"),
    ] {
        let (found, body) = answer(host.sent(&sent));
        assert_eq!(found, status, "{body}");
        assert_eq!((body["code"].as_str(), body["status"].as_u64()), (Some(code), Some(u64::from(status))), "{body}");
        assert!(body["detail"].is_string(), "{body}");
    }
}

#[test]
fn a_request_that_is_refused_for_its_head_leaves_its_connection_whole_or_says_that_it_closes() {
    let host = Setup::new().start();
    let head = |length: usize| format!("POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n");
    let mut stream = host.connect();
    for _ in 0..20 {
        stream.write_all(head(10).as_bytes()).unwrap();
        // The body of a sender that takes its time is still to come when the head has been refused.
        std::thread::sleep(std::time::Duration::from_millis(5));
        stream.write_all(b"0123456789").unwrap();
        let refused = next_answer(&mut stream);
        assert!(refused.starts_with("http/1.1 401") && !refused.contains("connection: close"), "{refused}");
    }
    for more in ["", "expect: 100-continue\r\n"] {
        let length = if more.is_empty() { 1 << 20 } else { 10 };
        let mut stream = host.sent(&head(length).replace("\r\n\r\n", &format!("\r\n{more}\r\n")));
        let refused = next_answer(&mut stream);
        assert!(refused.starts_with("http/1.1 401") && refused.contains("connection: close"), "{refused}");
    }
}

#[test]
fn no_time_and_no_room_at_all_is_refused() {
    for (flag, value, expected) in [
        ("--header-timeout", "0", "0 would end every connection at once"),
        ("--body-timeout", "0", "0 would end every connection at once"),
        ("--idle-timeout", "0", "0 would end every connection at once"),
        ("--connections", "0", "write a number, 1 or more"),
        ("--body-limit", "1", "1 is not in 1000.."),
    ] {
        let run = std::process::Command::new(HANDOFF).args(["serve", flag, value]).output().unwrap();
        let said = String::from_utf8(run.stderr).unwrap();
        assert!(run.status.code() == Some(2) && said.contains(expected), "{flag}: {said}");
    }
}
