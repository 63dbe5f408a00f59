//! One golden file for each code: what is written, and what the check says of it, word for word.
//!
//! A file in `diagnostics/` replaces files of the playbook in `base/`, which has no problem. With
//! `UPDATE_GOLDEN=1` the expected part is written again; read the difference before you commit it.
#![expect(clippy::unwrap_used, reason = "a test stops where its own files are not as they must be")]

use std::{collections::BTreeSet, fs, path::Path};

use playbook::{CODES, Files, load, read_folder, render};

fn folder(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

fn base() -> Files {
    read_folder(&folder("base")).unwrap().files
}

/// The sections of a golden file: name and text.
fn sections(golden: &str) -> Vec<(&str, &str)> {
    golden.split("=== ").skip(1).map(|section| section.split_once('\n').unwrap()).collect()
}

fn files_of(golden: &str) -> Files {
    let mut files = base();
    for (name, text) in sections(golden) {
        match name.strip_suffix(" (none)") {
            Some(absent) => drop(files.remove(absent)),
            None if name != "expected" => drop(files.insert(name.to_owned(), text.to_owned())),
            None => {}
        }
    }
    files
}

fn goldens() -> Vec<(String, String)> {
    let mut goldens: Vec<(String, String)> = fs::read_dir(folder("diagnostics"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(path).unwrap()))
        .collect();
    goldens.sort();
    goldens
}

#[test]
fn the_base_has_no_problem() {
    assert_eq!(load(&base()).diagnostics, []);
}

#[test]
fn every_problem_is_told_word_for_word_at_its_place() {
    let mut wrong = Vec::new();
    for (code, golden) in goldens() {
        let found: String = load(&files_of(&golden)).diagnostics.iter().map(|problem| format!("{problem}\n")).collect();
        let (given, expected) = golden.split_once("=== expected\n").unwrap();
        assert!(found.contains(&format!(" {code}: ")), "{code} does not show itself:\n{found}");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(folder("diagnostics").join(format!("{code}.txt")), format!("{given}=== expected\n{found}"))
                .unwrap();
        } else if found != expected {
            wrong.push(format!("{code}\n--- expected\n{expected}--- found\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_has_a_golden_file() {
    let shown: BTreeSet<String> = goldens().into_iter().map(|(code, _)| code).collect();
    // Too large to be kept as a file: shown in `limits.rs`.
    let large = ["file-too-large", "pool-too-large"];
    // No text: shown in `folder.rs`.
    let unkept = |code: &str| large.contains(&code) || code == "file-unreadable";
    let codes = CODES.iter().map(|info| info.code.to_owned()).filter(|code| !unkept(code));
    assert_eq!(shown, codes.collect());
}

#[test]
fn a_problem_is_shown_under_its_line() {
    let mut files = base();
    files.insert("pools.yaml".to_owned(), "inbound:\n  lead: mio\n  members: { ana: 1 }\n".to_owned());
    let shown: String = load(&files).diagnostics.iter().map(|problem| render(problem, &files)).collect();
    assert_eq!(
        shown,
        "error unknown-person: `mio` is not a person of people.yaml; choose from ana, ben, mia\n  \
         pools.yaml:2:9\n  2 |   lead: mio\n    |         ^^^\n  write: mia\n"
    );
}

#[test]
fn a_problem_is_json_for_programs() {
    let mut files = base();
    files.insert("pools.yaml".to_owned(), "inbound:\n  lead: mio\n  members: { ana: 1 }\n".to_owned());
    let found = serde_json::to_value(&load(&files).diagnostics).unwrap();
    assert_eq!(
        found,
        serde_json::json!([{
            "file": "pools.yaml", "line": 2, "column": 9, "end": 12, "severity": "error", "code": "unknown-person",
            "message": "`mio` is not a person of people.yaml; choose from ana, ben, mia", "suggestion": "mia"
        }])
    );
}

/// The base with these files in place of its own, and what the check says of it.
fn told(files: &[(&str, &str)]) -> Vec<String> {
    let mut all = base();
    all.extend(files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())));
    load(&all).diagnostics.iter().map(ToString::to_string).collect()
}

#[test]
fn a_route_that_no_workflow_uses_yet_may_name_a_link_of_any_kind() {
    let schema = fs::read_to_string(folder("base").join("schema.yaml")).unwrap();
    assert!(schema.contains("links: { company: company }"), "only one of the kinds has the link");
    let rules = |link: &str| {
        format!(
            "routes:\n  inbound:\n    - {{ rule: Existing customer, owner_of: {link} }}\n    - {{ rule: Everything else, pool: inbound }}\n"
        )
    };
    assert_eq!(
        told(&[("routing.yaml", &rules("company"))]),
        ["routing.yaml:2:3 warning not-used: no workflow uses route inbound"]
    );
    assert_eq!(
        told(&[("routing.yaml", &rules("comapny"))]),
        [
            "routing.yaml:3:44 error unknown-link: `comapny` is not a link of any kind of record; the only one is company \u{2192} company"
        ]
    );
}

#[test]
fn everything_that_is_wrong_is_told_at_once_and_nothing_that_follows_from_it() {
    let organisation = fs::read_to_string(folder("base").join("organisation.yaml")).unwrap();
    let hours = organisation.lines().find(|line| line.starts_with("hours:")).unwrap();
    let told = told(&[
        ("organisation.yaml", &organisation.replace(hours, "hours: { mon-fry: \"9-18\", sat: \"25:00-26:00\" }")),
        ("templates/hello.md", "Subject: Dear {{ lead.nam }}\n\n{{ lead.name | shout }} {{ 1 + 1 }} {{ leed.name }}\n"),
        (
            "workflows/call.yaml",
            "workflow: call
purpose: Somebody calls.
maintained_by: mia
exceptions_to: mia
when: { form_submited: demo }
if: [lead.scor > 40 && lead.email likes 4, lead.vip is yes]
then:
  - assign: { pool: inbound }
  - send_email: { to: leed, template: hello }
  - wait_for: stage_changed
    within: 1 business day
    if_missed:
      - notify: { to: teamlead, message: \"{{ lead.nam }} {{ lead.name | shout }}\" }
else:
  add_to_segment: nurture
",
        ),
    ]);
    let expected = [
        "organisation.yaml:3:8 error bad-value: `fry` is not a day",
        "organisation.yaml:3:19 error bad-value: `9-18` is not a stretch of hours",
        "organisation.yaml:3:32 error bad-value: `25:00-26:00` is not a stretch of hours",
        "workflows/call.yaml:6:5 error bad-value: a list of conditions needs `all:` or `any:` above it",
        "workflows/call.yaml:6:6 error unknown-field: lead.scor is not a field",
        "workflows/call.yaml:6:21 error condition-syntax",
        "workflows/call.yaml:6:35 error condition-syntax",
        "workflows/call.yaml:5:9 error unknown-event: nothing sends `form_submited`",
        "workflows/call.yaml:9:23 error unknown-person: `leed`",
        "workflows/call.yaml:10:15 error unknown-event: nothing sends `stage_changed`",
        "workflows/call.yaml:11:13 error bad-value: `business day` is not a unit of time",
        "workflows/call.yaml:13:23 error unknown-person: `teamlead`",
        "workflows/call.yaml:13:46 error unknown-merge-field: unknown merge field `lead.nam`",
        "workflows/call.yaml:13:73 error template-syntax: unknown filter `shout`",
        "workflows/call.yaml:15:3 error wrong-type: expected a list of steps",
        "templates/hello.md:1:1 error template-shape",
        "templates/hello.md:3:16 error template-syntax: unknown filter `shout`",
        "templates/hello.md:3:30 error template-syntax: `+` has no meaning",
        "templates/hello.md:3:40 error unknown-merge-field: unknown merge field `leed.name`",
    ];
    for part in expected {
        assert!(told.iter().any(|one| one.starts_with(part)), "{part} is missing in {told:#?}");
    }
    assert_eq!(told.len(), expected.len(), "{told:#?}");
}

#[test]
fn a_trigger_as_other_tools_write_it_is_told_how_to_write_it_here() {
    let call = fs::read_to_string(folder("base").join("workflows/call.yaml")).unwrap();
    for (written, reason, meant) in [
        ("{ event: deal_created }", "the event's own name stands here", "when: { deal_created: lead }"),
        ("{ changed: lead.stage }", "`if: lead.stage changed` asks for it", "when: { stage_changed: lead }"),
        ("{ stage_stalled: 3 weeks }", "with `wait: 3 weeks` as its first step", "when: { stage_changed: lead }"),
    ] {
        let told = told(&[("workflows/call.yaml", &call.replace("{ form_submitted: demo }", written))]);
        let [one] = told.as_slice() else { panic!("{written}: {told:#?}") };
        assert!(one.contains(reason) && one.ends_with(&format!("\u{2192} {meant}")), "{one}");
    }
}

const TRIAL: &str = "workflow: trial
purpose: A trial is looked after.
maintained_by: mia
exceptions_to: mia
when: { trial_started: lead }
if: { all: [lead.seats > 5, lead.region is north] }
then:
  - wait_for: stage_changed
    within: 1 day
  - create_task: { title: Look after it, assigned_to: mia }
";

fn schema_with(fields: &str, events: &str) -> String {
    let text = fs::read_to_string(folder("base").join("schema.yaml")).unwrap();
    let own = "      name: { type: text }\n      email";
    text.replace(own, &format!("{fields}{own}")) + events
}

#[test]
fn what_the_schema_declares_of_events_and_programs_is_known() {
    let fields = "      seats: { type: number }\n      region: { type: text, filled_by: programs }\n";
    let events = "events:\n  trial_started: { kind: lead, fields: { seats: number } }\n  stage_changed: {}\n";
    let nothing: Vec<String> = Vec::new();
    assert_eq!(told(&[("schema.yaml", &schema_with(fields, events)), ("workflows/trial.yaml", TRIAL)]), nothing);
}

#[test]
fn a_declared_event_has_a_name_that_comes_a_kind_that_is_there_and_the_fields_types() {
    let fields = "      seats: { type: number }\n      region: { type: text, filled_by: programs }\n";
    let events = "events:
  trial_started: { kind: company, fields: { seats: number } }
  Seat-Added: { kind: lead, fields: { seats: text } }
  form_submitted: {}
  stage_changed: { kind: deal }
";
    let told = told(&[("schema.yaml", &schema_with(fields, events)), ("workflows/trial.yaml", TRIAL)]);
    for part in [
        "`Seat-Added` cannot be an event: write it in snake_case and past tense, such as deal_created \u{2192} seat_added",
        "lead.seats has another type; an event fills it, so both must be the same \u{2192} number",
        "form_submitted comes from forms; describe them in forms/",
        "`deal` is not a kind of record; choose from lead, company",
        "`trial_started` is about a company, as schema.yaml declares it, and not about a lead \u{2192} company",
    ] {
        assert!(told.iter().any(|one| one.contains(part)), "{part} is missing in {told:#?}");
    }
}
