//! A host that serves, and the commands that talk to it.
#![expect(clippy::unwrap_used, reason = "what fails here is a test")]

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

const HANDOFF: &str = env!("CARGO_BIN_EXE_handoff");

/// A host that does not outlive its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have stopped already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn serve(folder: &Path) -> (Running, String) {
    let mut process = Command::new(HANDOFF)
        .args(["serve", "--json", "--listen", "127.0.0.1:0"])
        .current_dir(folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let started: serde_json::Value = serde_json::from_str(&first).unwrap();
    assert!(started["key"].as_str().unwrap().starts_with("hk_"), "{first}");
    (Running(process), started["listening"].as_str().unwrap().to_owned())
}

/// What a command printed, once it says what is expected: a lead is worked off within moments.
fn says(folder: &Path, url: &str, arguments: &[&str], expected: &str) -> String {
    for _ in 0..100 {
        let run = Command::new(HANDOFF).args(arguments).args(["--to", url]).current_dir(folder).output().unwrap();
        let printed = String::from_utf8([run.stdout, run.stderr].concat()).unwrap();
        if printed.contains(expected) {
            return printed;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("{arguments:?} never says {expected:?}");
}

#[test]
fn a_host_is_served_from_nothing_asked_and_told_and_stops_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let (mut process, url) = serve(folder.path());
    let at = folder.path();
    fs::write(
        at.join("lead.json"),
        r#"{"full_name": "Tim Tiny", "email": "Tim@tiny.example", "phone": "+49 30 7654321", "team_size": "2-10", "company": "T"}"#,
    )
    .unwrap();
    says(at, &url, &["send", "lead.json"], "Accepted. It is about lead/");
    says(at, &url, &["timeline", "tim@tiny.example"], "Added to segment nurture");
    says(at, &url, &["timeline", " TIM@tiny.\u{ff45}xample\u{200b}"], "Added to segment nurture");
    says(at, &url, &["timeline", "tom@tiny.example"], "no record has the e-mail address `tom@tiny.example`");
    says(at, &url, &["timeline", "tel:+49 (30) 765-4321"], "Added to segment nurture");
    says(at, &url, &["why", "TIM TINY"], "Employees must be over 10; was 2");
    says(at, &url, &["why", "Tom Tiny"], "no record has the name `Tom Tiny`");
    says(at, &url, &["why", "tim@tiny.example"], "Employees must be over 10; was 2");
    says(at, &url, &["why", "tim@tiny.example", "--workflow", "speed-to-lead"], "Employees must be over 10; was 2");
    says(at, &url, &["assignments", "tim@tiny.example"], "Nobody has had it.");
    says(at, &url, &["pool", "inbound"], "Pool inbound, weighted");
    says(at, &url, &["credit", "tim@tiny.example", "--reason", "no-show"], "nobody owns it; ask again once a pool");
    says(at, &url, &["timeline", "tim@tiny.example"], "nobody owns it; ask again once a pool has picked an owner");
    says(at, &url, &["away", "ana", "--until", "2099-03-09T12:00"], "Ana Keller is away until Mon 9 Mar 2099 12:00");
    away_and_back(at, &url);
    says(at, &url, &["back", "anna"], "did you mean `ana`?");
    says(at, &url, &["pause", "speed-to-lead"], "speed-to-lead is paused");
    says(at, &url, &["resume"], "Paused: speed-to-lead. Held: 0 executions, 0 messages.");
    says(at, &url, &["resume", "--yes"], "Resumed: nothing was held.");
    look_at_what_is_held(at, &url);
    publish_and_roll_back(at, &url);
    let asked = Command::new("kill").args(["-TERM", &process.0.id().to_string()]).status().unwrap();
    assert!(asked.success());
    assert!(process.0.wait().unwrap().success(), "it did not stop in order");
}

/// Each command goes by what the one before it has changed, however soon it comes.
fn away_and_back(at: &Path, url: &str) {
    for _ in 0..10 {
        says(at, url, &["away", "ben"], "Ben Okafor is switched off and gets nothing new until `handoff back ben`");
        says(at, url, &["back", "ben"], "Ben Okafor is back.");
    }
    says(at, url, &["away", "ben"], "Ben Okafor is switched off");
    says(at, url, &["pool", "inbound"], "switched off since ");
    says(at, url, &["back", "ben"], "Ben Okafor is back.");
    says(at, url, &["back", "ben"], "Ben Okafor was not away.");
    // Each waits for its own change, and none undoes the other's.
    thread::scope(|together| {
        for until in ["2098-03-09", "2099-03-09"] {
            together.spawn(move || says(at, url, &["away", "ben", "--until", until], "Ben Okafor is away until "));
        }
    });
    says(at, url, &["back", "ben"], "Ben Okafor is back.");
}

/// Two fell into the trap: one is a person, the other is not. A third came for a form with a slip in its name.
fn look_at_what_is_held(at: &Path, url: &str) {
    for name in ["Ann", "Bot"] {
        let lead = format!(r#"{{"full_name": "{name}", "email": "{name}@held.example", "hp_website": "x"}}"#);
        fs::write(at.join("held.json"), lead).unwrap();
        says(at, url, &["send", "held.json"], "kept aside for a person");
    }
    says(at, url, &["send", "lead.json", "--form", "webinar"], "kept aside for a person");
    let held = says(at, url, &["held"], "unmatched-1");
    for part in ["held-1", "just now", "ann@held.example", "bot@held.example", "webinar", "no form of that name"] {
        assert!(held.to_lowercase().contains(part), "{part}: {held}");
    }
    let of = |who: &str| {
        let line = held.lines().find(|line| line.to_lowercase().contains(who)).unwrap();
        line.split_whitespace().next().unwrap().to_owned()
    };
    says(at, url, &["held", "drop", &of("bot@"), "--reason", "spam"], "is dropped");
    says(at, url, &["held", "release", &of("ann@")], "handoff timeline lead/");
    says(at, url, &["timeline", "ann@held.example"], "Form demo-request submitted");
    says(at, url, &["held", "replay", "webinar"], "the playbook has no form `webinar`");
    says(at, url, &["held", "map", "unmatched-1", "--form", "demo-request"], "handoff timeline lead/");
    says(at, url, &["held"], "Nothing waits for a person.");
}

/// The folder that the host watches stays as it is; an edited copy is published, and undone.
fn publish_and_roll_back(at: &Path, url: &str) {
    for (name, text) in playbook::read_folder(&at.join("playbook")).unwrap().files {
        let path = at.join("edited").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text.replace("within: 15 minutes", "within: 5 minutes")).unwrap();
    }
    let published = says(at, url, &["publish", "edited"], "Published.");
    let earlier = published.split("handoff rollback ").nth(1).unwrap().trim();
    says(at, url, &["rollback", earlier], "is active");
    says(at, url, &["rollback", "man_none"], "there is no published playbook `man_none`");
}
