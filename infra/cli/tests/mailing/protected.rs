//! Mail over TLS: sent to who can show a certificate that this machine trusts, and to nobody else.

use std::path::Path;

use crate::{
    Running,
    fake::Fake,
    front::{Begins, Front},
    outbox, serve, started_by, submit, until, write_playbook,
};

/// A host that signs in at a server behind TLS, and trusts the certificates in a file.
fn sending(folder: &Path, url: &str, trusted: &str) -> (Running, serde_json::Value) {
    write_playbook(folder, "live");
    let certificates = folder.join("trusted.pem");
    std::fs::write(&certificates, trusted).unwrap();
    let mut command = serve(folder, Some(url));
    command.env("SSL_CERT_FILE", certificates).env_remove("SSL_CERT_DIR");
    started_by(command)
}

fn url(begins: Begins, port: u16) -> String {
    match begins {
        Begins::AtOnce => format!("smtps://ana:hunter2@localhost:{port}"),
        Begins::AfterStartTls => format!("smtp://ana:hunter2@localhost:{port}?tls=required"),
    }
}

#[test]
fn a_trusted_server_is_signed_in_at_and_gets_the_message() {
    for begins in [Begins::AtOnce, Begins::AfterStartTls] {
        let (folder, fake) = (tempfile::tempdir().unwrap(), Fake::start(&[]));
        let front = Front::start("localhost", begins, fake.address);
        let (_host, started) = sending(folder.path(), &url(begins, front.port), &front.pem);
        submit(&started);
        until("sent", || fake.count("RCPT TO:<ada@brandt.example>") == 1);
        assert_eq!(fake.count("AUTH PLAIN"), fake.count("EHLO"), "{:#?}", fake.heard());
    }
}

#[test]
fn a_server_that_cannot_show_who_it_is_learns_nothing_and_the_outbox_says_why() {
    let other = Front::start("localhost", Begins::AtOnce, ([127, 0, 0, 1], 1).into());
    for begins in [Begins::AtOnce, Begins::AfterStartTls] {
        for (certified, trusted) in [("localhost", false), ("mail.example.com", true)] {
            let (folder, fake) = (tempfile::tempdir().unwrap(), Fake::start(&[]));
            let front = Front::start(certified, begins, fake.address);
            let pem = if trusted { &front.pem } else { &other.pem };
            let (_host, started) = sending(folder.path(), &url(begins, front.port), pem);
            submit(&started);
            until("put off", || outbox(&started).iter().any(|row| row["state"] == "put_off"));
            let why = outbox(&started).iter().find_map(|row| row["why"].as_str().map(str::to_owned)).unwrap();
            assert!(why.contains(&format!("localhost:{}", front.port)) && why.contains("certificate"), "{why}");
            assert!(!why.contains("hunter2"), "{why}");
            assert_eq!(fake.heard(), ["CONNECT"], "{certified}");
        }
    }
}
