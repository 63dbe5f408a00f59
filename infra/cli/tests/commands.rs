//! The commands as somebody types them: what they print, and how they end.

#![expect(clippy::unwrap_used, reason = "what fails here is a test")]

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    path::Path,
    process::Command,
    thread,
};

/// Runs `handoff` in a folder: its exit code, and everything it printed.
fn handoff(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_handoff"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("HANDOFF_KEY")
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(text).unwrap())
}

fn check(folder: &Path, arguments: &[&str], code: i32, says: &str) {
    let (ended, printed) = handoff(folder, arguments);
    assert_eq!(ended, code, "{arguments:?}: {printed}");
    assert!(printed.contains(says), "{arguments:?} does not say {says:?}: {printed}");
    assert!(!printed.contains('\x1b'), "colour without a terminal: {printed}");
}

const LEAD: &str =
    r#"{"full_name": "Ada Example", "email": "ada@example.com", "phone": "1", "company": "E", "team_size": "51-200"}"#;

#[test]
fn try_takes_a_moment_as_people_name_it_and_says_what_cannot_be_sent() {
    let folder = tempfile::tempdir().unwrap();
    check(folder.path(), &["try", "--at", "2026-11-30"], 0, "A sample lead, submitted Mon 30 Nov 09:00");
    check(folder.path(), &["try", "--at", "2026-11-28T03:00"], 0, "A sample lead, submitted Sat 28 Nov 03:00");
    let (_, said) = handoff(folder.path(), &["try", "--at", "monday"]);
    assert!(said.contains("A sample lead, submitted Mon "), "{said}");
    check(folder.path(), &["try", "--at", "soon"], 2, "`soon` is not a moment; write 03:00, today, tomorrow");
    fs::write(folder.path().join("silent.json"), r#"{"full_name": "Ada", "phone": "+49 30 5550177"}"#).unwrap();
    let not_sent = "Not sent: e-mail \u{201c}thanks\u{201d} to the record's address (the record has no e-mail address)";
    check(folder.path(), &["try", "silent.json", "--at", "2026-03-02T09:00Z"], 0, &format!("Messages\n  {not_sent}"));
}

#[test]
fn try_shows_verdict_people_messages_and_what_comes_if_nobody_acts() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("lead.json"), LEAD).unwrap();
    fs::write(folder.path().join("small.json"), LEAD.replace("51-200", "2-10")).unwrap();
    let day = ["try", "lead.json", "--at", "2026-03-02T09:00Z"];
    for says in ["speed-to-lead: Started.", "Assigned to Ana Keller", "To: ada@example.com", "Handed over from Ana"] {
        check(folder.path(), &day, 0, says);
    }
    check(folder.path(), &["try", "lead.json", "--at", "2026-03-02T02:00Z"], 0, "nobody in pool inbound is available");
    // The other path is a path, too.
    check(folder.path(), &["try", "small.json", "--at", "2026-03-02T09:00Z"], 0, "Employees must be over 10; was 2");
    check(folder.path(), &day, 0, "Looked to the end: no workflow waits any more.");
    for (until, ended, says) in [
        ("5000 weeks", 2, "`5000 weeks` is longer than"),
        ("2026-03-02", 2, "is Mon 2 Mar 09:00, which is not after the submission (Mon 2 Mar 10:00)"),
        ("tomorrow", 0, "Looked to the end"),
        ("300 days", 0, "Looked to the end: no workflow waits any more."),
        ("10 minutes", 0, "Looked until Mon 2 Mar 10:10, when this still waits: speed-to-lead: Waiting for a call"),
        ("2026-03-02 10:12", 0, "Looked until Mon 2 Mar 10:12"),
        ("100 weeks", 1, "at most 400 days can be looked ahead"),
        ("2099-01-01 00:00", 1, "at most 400 days can be looked ahead"),
    ] {
        check(folder.path(), &[&day[..], &["--until", until]].concat(), ended, says);
    }
    check(folder.path(), &["try", "none.json"], 2, "there is no file none.json");
    check(folder.path(), &["try", "lead.json", "--form", "nothing"], 2, "there is no form `nothing`");
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 2, "try leaves something behind: {left:?}");
}

#[test]
fn try_shows_a_sample_at_any_hour_and_names_what_is_broken() {
    let folder = tempfile::tempdir().unwrap();
    for says in ["A sample lead, submitted ", "Assigned to ", "speed-to-lead: Started."] {
        check(folder.path(), &["try"], 0, says);
    }
    fs::write(folder.path().join("broken.json"), "{\"email\": \"ada@example.com\",\n \"name\" \"Ada\"}").unwrap();
    // What can be read is read, and what cannot is named with its place.
    check(folder.path(), &["try", "broken.json"], 0, "this is not JSON, line 2 column");
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/playbook");
    copy(Path::new(shipped), &folder.path().join("playbook"));
    fs::write(
        folder.path().join("playbook/forms/contact.yaml"),
        "form: contact\nsource: generic\nrecord: lead\nmap: { lead.email: [email] }\nidentify: { lead: [email] }\n",
    )
    .unwrap();
    check(folder.path(), &["try", "--form", "contact"], 1, "no workflow starts by form contact");
}

#[test]
fn try_says_what_would_be_kept_aside_why_and_who_has_to_do_what() {
    let folder = tempfile::tempdir().unwrap();
    let kept = |submission: &str, says: &[&str]| {
        fs::write(folder.path().join("lead.json"), submission).unwrap();
        let (ended, printed) = handoff(folder.path(), &["try", "lead.json"]);
        assert_eq!(ended, 1, "{printed}");
        for says in says {
            assert!(printed.contains(says), "{submission} does not say {says:?}: {printed}");
        }
    };
    let aside = "it would be kept aside and reach no record: ";
    let filled = LEAD.replace('}', r#", "hp_website": "spam"}"#);
    kept(&filled, &[aside, "`hp_website`, which people do not see, was filled (robin)", "`handoff held release ID`"]);
    kept(
        &format!("[{LEAD}, {LEAD}]"),
        &[aside, "it is a list of 2 submissions, and its sender proved nothing (robin)"],
    );
    let unfinished = format!(r#"{{"event": "responseUpdated", "data": {{"finished": false, "data": {LEAD}}}}}"#);
    kept(&unfinished, &[aside, "not finished (robin)", "the finished submission goes on by itself"]);
    kept(&LEAD.replace('}', r#", "is_test": true}"#), &[aside, "a test\n", "nobody has to do anything"]);
}

#[test]
fn try_needs_no_secret_of_a_form() {
    let folder = tempfile::tempdir().unwrap();
    copy(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/playbook")), &folder.path().join("playbook"));
    let form = folder.path().join("playbook/forms/demo-request.yaml");
    let text = fs::read_to_string(&form).unwrap();
    fs::write(&form, text + "secret: env:NO_SUCH_SECRET_HERE\n").unwrap();
    check(folder.path(), &["try", "--at", "2026-03-02T09:00Z"], 0, "speed-to-lead: Started.");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(fs::copy(entry.path(), to).unwrap()),
        }
    }
}

#[test]
fn check_ends_with_one_only_for_errors() {
    let folder = tempfile::tempdir().unwrap();
    check(folder.path(), &["check"], 2, "there is no folder playbook");
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/playbook");
    check(folder.path(), &["check", shipped], 0, "no problems");
    fs::create_dir(folder.path().join("playbook")).unwrap();
    fs::write(folder.path().join("playbook/people.yaml"), "ana: no\n").unwrap();
    check(folder.path(), &["check"], 1, "people.yaml:1");
    check(folder.path(), &["check", "--json"], 1, "\"ok\": false");
}

#[test]
fn a_folder_without_a_playbook_and_a_file_that_is_none_are_named_with_what_to_name() {
    let folder = tempfile::tempdir().unwrap();
    copy(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/playbook")), &folder.path().join("playbook"));
    fs::create_dir(folder.path().join("empty")).unwrap();
    for command in ["check", "publish"] {
        check(folder.path(), &[command, "empty"], 2, "empty holds no playbook\n  name the playbook's folder");
        let inside = "playbook/forms holds no playbook\n  it is a part of the playbook in playbook";
        check(folder.path(), &[command, "playbook/forms"], 2, inside);
    }
    check(folder.path(), &["try", "--playbook", "empty"], 2, "empty holds no playbook");
    for command in [&["try", "empty"][..], &["send", "empty"], &["script", "empty"], &["route", "empty"]] {
        check(folder.path(), command, 2, "empty is a folder, not a file\n  name a file that holds ");
    }
    for command in [&["try", "none"][..], &["send", "none"], &["script", "none"], &["route", "none"]] {
        check(folder.path(), command, 2, "there is no file none\n  name a file that holds ");
    }
    let day = "`2026-02-30 09:00` is not a moment: February 2026 has 28 days";
    check(folder.path(), &["try", "--at", "2026-02-30 09:00"], 2, day);
    fs::write(folder.path().join("playbook/people.yaml"), "ana: {name: [}\n").unwrap();
    check(folder.path(), &["publish", "playbook"], 1, "Not published: 1 error in playbook.");
}

#[test]
fn check_names_the_secrets_that_this_machine_does_not_have_and_ends_well() {
    let folder = tempfile::tempdir().unwrap();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("playbook");
    for (name, text) in playbook::read_folder(&shipped).unwrap().files {
        let path = folder.path().join("playbook").join(&name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let secret = if name.starts_with("forms/") { "secret: env:NO_SUCH_SECRET_HERE\n" } else { "" };
        fs::write(path, text + secret).unwrap();
    }
    check(folder.path(), &["check"], 0, "secret: env:NO_SUCH_SECRET_HERE, and this variable is not set");
    check(folder.path(), &["check", "--json"], 0, "\"missing_secrets\": [\n    \"NO_SUCH_SECRET_HERE\"");
}

#[test]
fn route_tells_where_each_lead_goes_and_what_is_not_as_expected() {
    let folder = tempfile::tempdir().unwrap();
    let base = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/scenarios/routing/base");
    let check = |sheet: &str, code: i32, says: &str| {
        fs::write(folder.path().join("leads.csv"), sheet).unwrap();
        check(folder.path(), &["route", "leads.csv", "--playbook", base], code, says);
    };
    check("lead.country\nDE\n", 0, "line 2  pool inbound by \u{201c}Everything else\u{201d}");
    check("lead.country,lead.postal_code\nDE,20095\n", 0, "✗ Bavaria: Postal code 20095 is in no range of bavaria.");
    check("lead.country,expected_to\nNO,nordics\n", 0, "1 row: pool nordics 1");
    check(
        "lead.country,expected_to\nNO,inbound\n",
        1,
        "! expected to \u{201c}inbound\u{201d}, found \u{201c}pool nordics\u{201d}",
    );
    check("lead.contry\nDE\n", 2, "leads.csv:1: unknown column `lead.contry`; did you mean lead.country?");
    check("company.employees\n50\nmany\n", 2, "leads.csv:3: company.employees: \u{201c}many\u{201d} cannot be read");
    check("company.owner\nanna\n", 2, "leads.csv:2: company.owner: there is no person `anna`; did you mean `ana`?");
    check("lead.country,lead.name\nDE\n", 2, "leads.csv:2: 1 cell, and the header has 2");
    check("case\nx\n", 0, "pool inbound");
}

#[test]
fn route_takes_columns_in_any_order_and_each_of_them_once() {
    let folder = tempfile::tempdir().unwrap();
    let base = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/scenarios/routing/base"));
    copy(base, &folder.path().join("playbook"));
    // No workflow uses this route, so only the columns tell what kind of record it is for.
    let routing = fs::read_to_string(base.join("routing.yaml")).unwrap();
    let spare = routing + "  spare: [{ rule: All, pool: inbound }]\n";
    fs::write(folder.path().join("playbook/routing.yaml"), spare).unwrap();
    let route = |name: &str, text: &str, code: i32, says: &str| {
        fs::write(folder.path().join(name), text).unwrap();
        check(folder.path(), &["route", name, "--route", "spare"], code, says);
    };
    route("leads.csv", "company.employees,lead.country\n600,SE\n", 0, "by \u{201c}All\u{201d}");
    route("leads.csv", "lead.country,company.employees\nSE,600\n", 0, "by \u{201c}All\u{201d}");
    route("lead.json", r#"{"lead.country": "SE", "company.employees": 600}"#, 0, "by \u{201c}All\u{201d}");
    let twice = "leads.csv:1: the column `lead.country` stands here twice";
    route("leads.csv", "lead.country,lead.country\nSE,DE\n", 2, twice);
}

#[test]
fn route_matches_leads_to_companies_that_are_known() {
    let folder = tempfile::tempdir().unwrap();
    let base = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/scenarios/routing/base");
    let check = |known: &str, code: i32, says: &str| {
        fs::write(folder.path().join("leads.csv"), "lead.email,company.name\nx@gmail.com,ACME\n").unwrap();
        fs::write(folder.path().join("known.csv"), known).unwrap();
        check(folder.path(), &["route", "leads.csv", "--known", "known.csv", "--playbook", base], code, says);
    };
    let acme = "company.name,company.owner\nAcme GmbH,ana\n";
    check(acme, 0, "· Matched to company Acme GmbH by its name \u{201c}ACME\u{201d}");
    check(&format!("{acme}Acme Inc.,ben\n"), 0, "· No company is chosen by its name \u{201c}ACME\u{201d}: 2 have it");
    check("company.nam\nAcme\n", 2, "known.csv:1: unknown column `company.nam`");
}

#[test]
fn route_takes_one_record_as_json_and_a_draft_of_the_rules() {
    let folder = tempfile::tempdir().unwrap();
    let base = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/scenarios/routing/base");
    fs::write(folder.path().join("lead.json"), r#"{"lead.country": "SE", "company.employees": 600}"#).unwrap();
    let run = |more: &[&str], code: i32, says: &str| {
        let arguments = [&["route", "lead.json", "--playbook", base], more].concat();
        check(folder.path(), &arguments, code, says);
    };
    run(&[], 0, "pool nordics, if nobody is available maria by \u{201c}Nordics\u{201d}");
    run(&["--json"], 0, "\"rule\": \"Nordics\"");
    run(&["--route", "inbuond"], 2, "there is no route `inbuond`; did you mean `inbound`?");
    let draft = "routes: { inbound: [{ rule: All, person: ana }] }\n";
    fs::write(folder.path().join("draft.yaml"), draft).unwrap();
    run(&["--routing", "draft.yaml"], 0, "ana by \u{201c}All\u{201d}");
    fs::write(folder.path().join("draft.yaml"), draft.replace("person", "pool")).unwrap();
    run(&["--routing", "draft.yaml"], 2, "the playbook has problems");
    check(folder.path(), &["route", "lead.json"], 2, "routing.yaml has no route; write one");
}

#[test]
fn a_script_is_printed_compared_and_updated() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("s.txt");
    fs::write(&file, "at 2026-03-02 09:00\nadvance 90m\nshow time\n").unwrap();
    check(folder.path(), &["script", "s.txt"], 0, "| Mon 2 Mar 10:30");
    check(folder.path(), &["script", "s.txt", "--update"], 0, "as it says");
    check(folder.path(), &["script", "s.txt"], 0, "s.txt: as it says");
    let wrong = fs::read_to_string(&file).unwrap().replace("10:30", "10:31");
    fs::write(&file, wrong).unwrap();
    check(folder.path(), &["script", "s.txt"], 1, "- Mon 2 Mar 10:31");
    fs::write(&file, "at noon\n").unwrap();
    check(folder.path(), &["script", "s.txt"], 2, "s.txt:1: `noon` is not a moment");
}

/// A server that gives these answers in turn, the last of them for ever, and its address.
fn answering(content_type: &'static str, answers: Vec<(u16, String)>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    // It ends with the test's process.
    thread::spawn(move || {
        let last = answers[answers.len() - 1].clone();
        let mut answers = answers.into_iter();
        for stream in listener.incoming() {
            let (status, body) = answers.next().unwrap_or_else(|| last.clone());
            let mut reader = BufReader::new(stream.unwrap());
            let mut length = 0;
            for line in reader.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty()) {
                if let Some(given) = line.to_lowercase().strip_prefix("content-length:") {
                    length = given.trim().parse().unwrap();
                }
            }
            reader.read_exact(&mut vec![0; length]).unwrap();
            let head = format!("HTTP/1.1 {status} Said\r\ncontent-type: {content_type}\r\nconnection: close\r\n");
            write!(reader.get_mut(), "{head}content-length: {}\r\n\r\n{body}", body.len()).unwrap();
        }
    });
    format!("http://{address}")
}

#[test]
fn a_lead_that_was_just_accepted_is_asked_for_again_until_it_is_worked_off() {
    let folder = tempfile::tempdir().unwrap();
    let nobody = (200, r#"{"data": [], "next_cursor": null}"#.to_owned());
    let found = r#"{"data": [{"record": "lead/L1", "links": {"record": "/v1/records/lead/L1"}}], "next_cursor": null}"#;
    let answers = vec![nobody.clone(), nobody.clone(), (200, found.to_owned()), nobody];
    let url = answering("application/json", answers);
    let (ended, printed) = handoff(folder.path(), &["timeline", "ada@example.com", "--to", &url]);
    assert_eq!(ended, 0, "{printed}");
}

#[test]
fn no_command_succeeds_at_a_server_that_is_no_host() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("lead.json"), LEAD).unwrap();
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/playbook");
    let commands: [&[&str]; 17] = [
        &["pause"],
        &["resume"],
        &["resume", "--yes"],
        &["send", "lead.json"],
        &["held"],
        &["held", "drop", "held-1", "--reason", "spam"],
        &["held", "replay", "webinar"],
        &["publish", shipped],
        &["rollback", "man_1"],
        &["pool", "inbound"],
        &["timeline", "lead/L1"],
        &["timeline", "ada@example.com"],
        &["assignments", "lead/L1"],
        &["why", "lead/L1", "--workflow", "speed-to-lead"],
        &["credit", "lead/L1", "--reason", "no-show"],
        &["away", "ana"],
        &["back", "ana"],
    ];
    let page = answering("text/html", vec![(200, "<html>It works!</html>".to_owned())]);
    for url in [page, answering("application/json", vec![(200, "{}".to_owned())])] {
        for command in commands {
            let arguments = [command, &["--to", &url]].concat();
            check(folder.path(), &arguments, 1, &format!("{url} answered (HTTP 200), but not as a Handoff host does"));
        }
    }
}

#[test]
fn what_cannot_be_meant_ends_with_two_and_an_absent_host_with_one() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = "http://127.0.0.1:1";
    check(folder.path(), &["timeline"], 2, "Usage");
    check(folder.path(), &["timeline", "L1", "--to", nowhere], 2, "`L1` names no record");
    check(folder.path(), &["timeline", "lead/L1", "--to", nowhere], 1, "does not answer");
    check(folder.path(), &["credit", "lead/L1"], 2, "--reason");
    check(folder.path(), &["back"], 2, "Usage");
    check(folder.path(), &["serve", "--listen", "here"], 2, "--listen");
    check(folder.path(), &["serve", "--body-limit", "0"], 2, "--body-limit");
    check(folder.path(), &["--listen", "127.0.0.1:0", "demo"], 2, "stands before `demo`");
    check(folder.path(), &["--json", "timeline", "L1"], 2, "\"error\"");
}

#[cfg(target_os = "linux")]
#[test]
fn what_could_not_be_written_is_a_failure_and_a_reader_that_went_away_is_none() {
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/playbook");
    for arguments in [vec!["--help"], vec!["check", shipped], vec!["--json", "check", shipped], vec!["demo", "--help"]]
    {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let run = Command::new(env!("CARGO_BIN_EXE_handoff")).args(&arguments).stdout(full).output().unwrap();
        assert_eq!(run.status.code(), Some(1), "{arguments:?}");
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let run = Command::new(env!("CARGO_BIN_EXE_handoff")).args(&arguments).stdout(writer).output().unwrap();
        assert_eq!(run.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&run.stderr));
    }
}

#[test]
fn a_file_in_a_playbooks_place_is_told_from_a_folder_that_is_not_there() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/playbook/people.yaml");
    let run = Command::new(env!("CARGO_BIN_EXE_handoff")).args(["check", file]).output().unwrap();
    let said = String::from_utf8(run.stderr).unwrap();
    assert!(run.status.code() == Some(2) && said.contains("people.yaml is a file"), "{said}");
    assert!(said.contains("handoff check ") && said.contains("playbook\n"), "{said}");
}
