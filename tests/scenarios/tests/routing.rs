//! Every golden sheet in `routing/`: each folder's `leads.csv` goes where it says, by the folder's `routing.yaml`
//! over the playbook in `base`, matched to the companies in its `known.csv` if it has one. The same code as
//! `handoff route`.
#![expect(clippy::unwrap_used, reason = "a test stops where its own files are not as they must be")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use domain::instant::Instant;
use playbook::{Files, load, read_folder};
use script::sheet::{self, Answer, Format, Known};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("routing")
}

fn cases() -> Vec<PathBuf> {
    let folders = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<PathBuf> = folders.filter(|path| path.join("leads.csv").is_file()).collect();
    cases.sort();
    cases
}

/// The base with a case's own rules.
fn files(case: &Path) -> Files {
    let mut files = read_folder(&folder().join("base")).unwrap().files;
    files.insert("routing.yaml".to_owned(), fs::read_to_string(case.join("routing.yaml")).unwrap());
    files
}

/// Every row of a case's sheet, and what is wrong: `territories/leads.csv:7: …`.
fn play(case: &Path) -> (Vec<Answer>, Vec<String>) {
    let name = format!("{}/leads.csv", case.file_name().unwrap().to_string_lossy());
    let checked = load(&files(case));
    let errors: Vec<String> =
        checked.diagnostics.iter().filter(|found| found.is_error()).map(|found| format!("{name}: {found}")).collect();
    let Some(playbook) = checked.playbook else { return (Vec::new(), errors) };
    let route = sheet::route_named(&playbook, None).unwrap();
    let text = fs::read_to_string(case.join("leads.csv")).unwrap();
    let monday = Instant::parse("2026-03-02T09:00:00Z").unwrap();
    let known = match fs::read_to_string(case.join("known.csv")) {
        Ok(known) => Known::read(&playbook, &route, (Format::Csv, &known)).unwrap(),
        Err(_) => Known::default(),
    };
    match sheet::route(&playbook, &route, (Format::Csv, &text), &known, monday) {
        Ok(answers) => {
            let wrong = answers.iter().filter(|answer| !answer.differences.is_empty());
            let wrong = wrong.map(|answer| format!("{name}:{}: {}", answer.line, sheet::text(answer).join("\n    ")));
            let wrong = wrong.collect();
            (answers, wrong)
        }
        Err(errors) => (Vec::new(), errors.iter().map(|error| format!("{name}: {error}")).collect()),
    }
}

#[test]
fn every_lead_goes_where_its_sheet_says() {
    let played: Vec<(Vec<Answer>, Vec<String>)> = cases().iter().map(|case| play(case)).collect();
    let wrong: Vec<&String> = played.iter().flat_map(|(_, wrong)| wrong).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.into_iter().cloned().collect::<Vec<_>>().join("\n"));
    let rows: usize = played.iter().map(|(answers, _)| answers.len()).sum();
    assert!(played.len() >= 5 && rows >= 50, "{} sheets with {rows} rows", played.len());
}

#[test]
fn every_rule_of_every_case_is_shown_by_a_lead() {
    for case in cases() {
        let (answers, _) = play(&case);
        let playbook = load(&files(&case)).playbook.unwrap();
        for rule in playbook.routing.routes.values().flatten() {
            let is_shown = answers.iter().any(|answer| answer.decision.rule.as_ref() == Some(&rule.name));
            assert!(is_shown, "{}: no lead shows \u{201c}{}\u{201d}", case.display(), rule.name);
        }
    }
}
