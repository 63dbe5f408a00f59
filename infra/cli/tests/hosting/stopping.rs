//! SIGTERM: everything has ended within the grace, whatever is half open.

use std::{io::Write, time::Instant};

use super::host::{HEAD, Setup, answer, is_closed, is_gone, lead};

#[test]
fn a_host_with_everything_half_open_ends_in_order_within_its_grace() {
    let mut host = Setup::new().args(&["--grace", "2"]).start();
    let idle = host.connect();
    let half_head = host.sent("POST /v1/forms/demo-re");
    let half_body = host.sent(&format!("{HEAD}content-length: 100\r\n\r\n{{\"full"));
    let half_chunk = host.sent(&format!("{HEAD}transfer-encoding: chunked\r\n\r\n40\r\n{{\"full"));
    let reader = host.sent(&"GET /v1/openapi.json HTTP/1.1\r\nhost: x\r\n\r\n".repeat(400));
    assert_eq!(host.post_lead(1).0, 200);
    let asked = Instant::now();
    host.signal("TERM");
    let status = host.ended().expect("it ends");
    assert!(status.success(), "{status}");
    assert!(asked.elapsed().as_secs() < 20, "{:?}", asked.elapsed());
    assert!(is_gone(&host.path("handoff.db-wal")), "the store was not closed");
    for mut stream in [idle, half_head, half_body, half_chunk, reader] {
        assert!(is_closed(&mut stream));
    }
}

#[test]
fn a_request_under_way_is_answered_after_the_host_was_told_to_stop() {
    let mut host = Setup::new().args(&["--grace", "50"]).start();
    let (body, asked) = (lead(1), Instant::now());
    let (first, rest) = body.split_at(20);
    let mut stream = host.sent(&format!("{HEAD}content-length: {}\r\n\r\n{first}", body.len()));
    let mut idle = host.connect();
    // It has read what was sent before: a later connection was answered.
    assert_eq!(host.get("/healthz").0, 200);
    host.signal("TERM");
    assert!(is_closed(&mut idle), "an idle connection is closed at once");
    stream.write_all(rest.as_bytes()).unwrap();
    assert_eq!(answer(stream).0, 200);
    assert!(host.ended().expect("it ends").success());
    assert!(asked.elapsed().as_secs() < 45, "it does not wait for its grace to pass");
}

#[test]
fn asked_twice_it_ends_at_once() {
    let mut host = Setup::new().args(&["--grace", "3600"]).start();
    let half_body = host.sent(&format!("{HEAD}content-length: 100\r\n\r\n{{\"full"));
    let mut idle = host.connect();
    host.signal("TERM");
    assert!(is_closed(&mut idle), "the first signal was taken");
    host.signal("TERM");
    assert!(host.ended().expect("it ends").success());
    drop(half_body);
}
