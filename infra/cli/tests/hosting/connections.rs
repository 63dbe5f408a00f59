//! Many connections that say nothing: bounded in number and in time.

use std::io::Write;

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
