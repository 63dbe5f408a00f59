//! A disk that fills up and gets room again, under a host whose log cannot be written either.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
};

use super::host::{HANDOFF, HEAD, Host, PATIENCE, Setup, lead, text, wait};

/// What gives a process mounts of its own: anybody where user namespaces are allowed, else root.
const NAMESPACES: [&str; 2] = ["-Urm", "-m"];

/// A host that keeps its data on a small disk of its own.
fn on_a_small_disk() -> Host {
    let allows = |how: &&str| {
        let mount = "mount -t tmpfs -o size=1m none /mnt";
        let tried = Command::new("unshare").args([*how, "sh", "-c", mount]).stderr(Stdio::null()).status();
        tried.is_ok_and(|status| status.success())
    };
    let how = NAMESPACES.into_iter().find(|how| allows(how)).expect(
        "this test fills a disk of its own, and the machine gives it none. Allow user namespaces \
         (sysctl kernel.unprivileged_userns_clone=1, in a container --security-opt seccomp=unconfined), run it as \
         root, or leave it out by name: -- --skip a_full_disk",
    );
    let mut command = Command::new("unshare");
    let mount = "mkdir data && mount -t tmpfs -o size=8m none data && exec \"$@\"";
    command.args([how, "sh", "-c", mount, "sh", HANDOFF]);
    // A log that is full from the beginning.
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    Setup::with(command).args(&["--data", "data/handoff.db"]).env("RUST_LOG", "trace").log_to(full).start()
}

/// The small disk as its host sees it.
fn disk(host: &Host) -> PathBuf {
    let seen = format!("/proc/{}/root{}", host.process.id(), host.path("data").display());
    PathBuf::from(seen)
}

/// Takes what room there is.
fn fill(host: &Host) -> PathBuf {
    let path = disk(host).join("filler");
    let mut size = 8 << 20;
    while size >= 512 {
        let mut all = fs::read(&path).unwrap_or_default();
        all.resize(all.len() + size, 0);
        if fs::write(&path, &all).is_err() {
            size /= 2;
        }
    }
    path
}

fn record(number: u32) -> String {
    format!("/v1/records/lead/{}", domain::id::derive("", &["lead", &format!("email:lead-{number}@example.com")]))
}

#[test]
fn a_limit_on_the_size_of_files_ends_no_host_and_is_said() {
    let mut command = Command::new("sh");
    // In blocks of 512 bytes or of 1 KiB, as the shell counts: room for a start, and for some leads.
    command.args(["-c", "ulimit -f 2048 && exec \"$@\"", "sh", HANDOFF]);
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut host = Setup::with(command).log_to(log.reopen().unwrap()).start();
    let refused = wait(PATIENCE, || (0..).find_map(|number| (host.post_lead(number).0 != 200).then_some(())));
    refused.expect("the limit is reached");
    let ready = wait(PATIENCE, || Some(host.get("/healthz?ready")).filter(|(status, _)| *status == 503));
    let (_, said) = ready.expect("it is not ready");
    assert_eq!(said["problems"][0]["code"], "data_not_written", "{said}");
    assert!(said["problems"][0]["detail"].as_str().unwrap().contains("ulimit -f"), "{said}");
    assert!(host.process.try_wait().unwrap().is_none(), "it goes on");
    let text = fs::read_to_string(log.path()).unwrap();
    assert!(text.contains("not ready") && !text.contains("see the host's log"), "{text}");
}

#[test]
fn a_full_disk_is_said_and_once_there_is_room_all_goes_on() {
    let mut host = on_a_small_disk();
    let key = fs::read_to_string(disk(&host).join("handoff.key")).unwrap();
    let get = |host: &Host, path: &str| host.get_with(path, key.trim());
    assert_eq!(host.post_lead(0).0, 200);
    assert_eq!(get(&host, "/healthz?ready").0, 200);
    let filler = fill(&host);
    let mut numbers = 1..;
    let refused = wait(PATIENCE, || {
        let number = numbers.next()?;
        let (status, _) = host.post_lead(number);
        assert!(matches!(status, 200 | 503), "{status}");
        (status == 503).then_some(number)
    });
    let refused = refused.expect("the disk is full");
    let ready = wait(PATIENCE, || Some(get(&host, "/healthz?ready")).filter(|(status, _)| *status == 503));
    let (_, said) = ready.expect("it is not ready");
    assert_eq!(said["problems"][0]["code"], "disk_full", "{said}");
    let (status, said) = get(&host, "/healthz");
    assert_eq!((status, said["status"].as_str()), (200, Some("not_ready")), "{said}");
    let body = lead(refused);
    let text = text(host.sent(&format!("{HEAD}connection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())));
    assert!(text.starts_with("HTTP/1.1 503") && text.contains("retry-after: "), "{text}");
    // Everything that writes fails again and again, and logs that it does.
    for number in 10_000..10_050 {
        assert_eq!(host.post_lead(number).0, 503);
    }
    fs::remove_file(filler).unwrap();
    let accepted = wait(PATIENCE, || (host.post_lead(20_000).0 == 200).then_some(()));
    accepted.expect("it accepts again by itself");
    let there = wait(PATIENCE, || (get(&host, &record(20_000)).0 == 200).then_some(()));
    there.expect("and works it off");
    assert_eq!(get(&host, &record(0)).0, 200);
    assert_eq!(get(&host, &record(refused)).0, 404, "nothing of what was refused is there");
    let ready = wait(PATIENCE, || (get(&host, "/healthz?ready").0 == 200).then_some(()));
    ready.expect("it is ready again");
    host.signal("TERM");
    assert!(host.ended().expect("it ends").success());
}
