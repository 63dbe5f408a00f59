//! `infra/docs/playbook.md` against the code: what it shows passes the check, and it names everything there is to write.
#![expect(clippy::unwrap_used, reason = "a test stops where its own files are not as they must be")]

use std::{collections::BTreeSet, fs, path::Path};

use domain::{
    condition::{Condition, operators},
    step::Step,
};
use playbook::{Files, KNOWN_EVENTS, load};
use serde_json::Value as Json;

fn here(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn page() -> String {
    fs::read_to_string(here("infra/docs/playbook.md")).unwrap()
}

/// The files that the page shows: each block begins with the file's name.
fn shown(page: &str) -> Files {
    let blocks = page.split("\n```").skip(1).step_by(2).map(|block| block.split_once('\n').unwrap().1);
    let file = |block: &str| {
        let (name, text) = block.split_once('\n').unwrap();
        (
            name.strip_prefix("# ").unwrap_or_else(|| panic!("no file is named by {name}")).to_owned(),
            format!("{text}\n"),
        )
    };
    blocks.map(file).collect()
}

#[test]
fn the_playbook_that_the_page_shows_passes_the_check() {
    let files = shown(&page());
    assert_eq!(files.len(), 9, "{:?}", files.keys());
    let told: Vec<String> = load(&files).diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(told, Vec::<String>::new());
}

/// The first two columns of the table of conditions: a condition, and other operators in its place.
fn conditions(page: &str) -> Vec<(String, Vec<String>)> {
    let table = page.split("## Conditions").nth(1).unwrap().split("\n## ").next().unwrap();
    let code = |cell: &str| -> Vec<String> { cell.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    let rows = table.lines().filter(|line| line.starts_with("| `")).map(|line| line.split('|').collect::<Vec<_>>());
    rows.map(|cells| (code(cells[1])[0].clone(), code(cells[2]))).collect()
}

#[test]
fn every_condition_of_the_table_is_read_and_every_other_spelling_says_the_same() {
    let page = page();
    let mut files = shown(&page);
    let rows = conditions(&page);
    for (condition, others) in &rows {
        let read: Condition = condition.parse().unwrap_or_else(|error| panic!("{condition}: {error}"));
        let op = read.tests().next().unwrap().comparison.op();
        for other in others {
            let rest = condition.split_once(op).unwrap();
            let respelt: Condition = format!("{}{other}{}", rest.0, rest.1).parse().unwrap();
            assert_eq!(respelt, read, "{other}");
        }
    }
    let all: String = rows.iter().map(|(condition, _)| format!("    - '{condition}'\n")).collect();
    let workflow = &files["workflows/renewal.yaml"];
    let with_all = workflow.replace("then:\n", &format!("if:\n  any:\n{all}then:\n"));
    files.insert("workflows/renewal.yaml".to_owned(), with_all);
    let told: Vec<String> = load(&files).diagnostics.iter().map(ToString::to_string).collect();
    // They contradict each other, and some are no more than that.
    assert!(told.iter().all(|problem| problem.contains(" always-")), "{told:#?}");
}

/// Every key and every word of a list that the schemas of the files know.
fn words_of_schemas() -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for kind in ["form", "organisation", "people", "pools", "routing", "schema", "workflow"] {
        let text = fs::read_to_string(here(&format!("infra/cli/playbook/{kind}.schema.json"))).unwrap();
        collect(&serde_json::from_str(&text).unwrap(), &mut words);
    }
    words
}

fn collect(schema: &Json, words: &mut BTreeSet<String>) {
    match schema {
        Json::Object(members) => {
            for (key, member) in members {
                match (key.as_str(), member) {
                    ("properties", Json::Object(keys)) => words.extend(keys.keys().cloned()),
                    ("enum", Json::Array(known)) => {
                        words.extend(known.iter().filter_map(Json::as_str).map(str::to_owned))
                    }
                    ("const", Json::String(word)) => drop(words.insert(word.clone())),
                    _ => {}
                }
                collect(member, words);
            }
        }
        Json::Array(items) => items.iter().for_each(|item| collect(item, words)),
        _ => {}
    }
}

#[test]
fn everything_that_can_be_written_is_named_on_the_page() {
    let page = page();
    let is_letter = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-');
    let is_named = |word: &str| {
        page.match_indices(word).any(|(at, _)| {
            let (before, after) = (&page[..at], &page[at + word.len()..]);
            let is_word = word.starts_with(is_letter);
            !is_word || (!before.ends_with(is_letter) && !after.starts_with(is_letter))
        })
    };
    let schemas = words_of_schemas();
    assert!(schemas.len() > 150, "{} words", schemas.len());
    let code = operators()
        .into_iter()
        .chain(Step::KEYS.iter().map(|key| (*key).to_owned()))
        .chain(KNOWN_EVENTS.map(str::to_owned));
    let missing: Vec<String> = schemas.into_iter().chain(code).filter(|word| !is_named(word)).collect();
    assert_eq!(missing, Vec::<String>::new());
}
