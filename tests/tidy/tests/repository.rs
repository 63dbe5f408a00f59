//! The rules of the house, as tests.

use std::fs;

use tidy::{files, production_lines, root, text};

#[test]
fn the_top_level_is_what_the_design_says() {
    let allowed = [
        "Cargo.toml",
        "Cargo.lock",
        "functions",
        "shared",
        "infra",
        "tests",
        "README.md",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "LICENSE",
        "target",
    ];
    // What `cargo run` writes there is not part of the repository, and git is told so.
    let ignored = text(".gitignore");
    let is_ignored = |name: &str| {
        ignored.lines().any(|line| {
            line.trim_start_matches('/') == name || line.strip_prefix('*').is_some_and(|end| name.ends_with(end))
        })
    };
    let strange: Vec<String> = fs::read_dir(root())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with('.') && !is_ignored(name) && !allowed.contains(&name.as_str()))
        .collect();
    assert_eq!(strange, Vec::<String>::new());
}

#[test]
fn domain_is_pure_by_its_manifest() {
    let manifest = text("shared/domain/Cargo.toml");
    let dependencies = manifest.split("[dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
    let allowed = ["serde", "serde_json", "thiserror", "jiff", "sha2", "idna", "icu_normalizer", "schemars"];
    for line in dependencies.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        let name = line.split(['.', ' ', '=']).next().unwrap();
        assert!(allowed.contains(&name), "domain may not depend on {name}");
    }
}

#[test]
fn only_shared_aws_names_an_aws_sdk_or_the_lambda_runtime() {
    for manifest in files("", "Cargo.toml") {
        let relative = manifest.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
        let uses = text(&manifest).lines().any(|line| line.starts_with("aws-") || line.starts_with("lambda_"));
        let may = ["shared/aws/", "tests/contracts/", "tests/stack/"].iter().any(|of| relative.starts_with(of))
            || relative == "Cargo.toml";
        assert!(may || !uses, "{relative} names an AWS crate");
    }
}

#[test]
fn dependencies_are_declared_once() {
    for manifest in files("", "Cargo.toml") {
        if manifest == root().join("Cargo.toml") {
            continue;
        }
        let text = text(&manifest);
        let mut in_dependencies = false;
        for line in text.lines() {
            if line.starts_with('[') {
                in_dependencies = line.ends_with("dependencies]");
            } else if in_dependencies && line.contains('=') {
                let shared = line.contains("workspace = true");
                assert!(shared, "{}: `{line}` belongs in [workspace.dependencies]", manifest.display());
            }
        }
    }
}

#[test]
fn no_file_is_longer_than_four_hundred_production_lines() {
    for file in files("shared", ".rs").into_iter().chain(files("functions", ".rs")).chain(files("infra", ".rs")) {
        let lines = production_lines(&text(&file));
        assert!(lines <= 400, "{} has {lines} lines before its tests", file.display());
    }
}

#[test]
fn a_function_only_wires() {
    for name in ["intake", "evaluate", "assign", "act", "escalate", "console"] {
        let lines = text(format!("functions/{name}/src/main.rs")).lines().count();
        assert!(lines <= 30, "functions/{name}/src/main.rs has {lines} lines");
        assert!(root().join(format!("functions/{name}/README.md")).exists(), "functions/{name} has no README");
    }
}

#[test]
fn no_file_is_a_grab_bag() {
    let banned = ["util", "utils", "helper", "helpers", "common", "misc", "manager"];
    for file in files("", ".rs") {
        let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(!banned.contains(&stem.as_str()), "{} says nothing about what it holds", file.display());
    }
}

#[test]
fn nothing_is_left_half_done() {
    // Put together here, so that this file does not find itself.
    let marks =
        [["to", "do!("].concat(), ["unimple", "mented!("].concat(), ["#[ig", "nore"].concat(), ["FIX", "ME"].concat()];
    for file in files("", ".rs") {
        let text = text(&file);
        for mark in &marks {
            assert!(!text.contains(mark.as_str()), "{} contains {mark}", file.display());
        }
    }
}

/// What exists is named plainly behind its noun: `form contact`. In backticks stands what somebody wrote: there is no
/// form `contcat`.
#[test]
fn sentences_name_what_exists_without_quotes() {
    for file in files("", ".rs").into_iter().filter(|file| !file.components().any(|part| part.as_os_str() == "tests")) {
        let text = text(&file);
        for noun in ["workflow", "pool", "form", "route"] {
            let quoted = format!("{noun} `{{");
            for (at, _) in text.match_indices(&quoted) {
                let line = text[at..].lines().next().unwrap_or_default();
                assert!(text[..at].ends_with("no "), "{}: {line}", file.display());
            }
        }
    }
}

#[test]
fn the_pages_name_a_host_and_its_key_by_the_variables_that_the_commands_read() {
    let mut named = 0;
    for page in files("", ".md") {
        for line in text(&page).lines().filter(|line| line.trim_start().starts_with("curl ")) {
            for name in line.split('$').skip(1) {
                let name: String =
                    name.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_').collect();
                let is_read = ["HANDOFF_URL", "HANDOFF_KEY"].contains(&name.as_str());
                assert!(is_read, "{} has ${name}, which no command reads: {line}", page.display());
                named += 1;
            }
        }
    }
    assert!(named > 5, "the pages name only {named}");
}

#[test]
fn the_walkthrough_and_the_code_agree() {
    // Every `path.rs` that ARCHITECTURE.md names exists, so a move breaks this and not a reader.
    let page = text("ARCHITECTURE.md");
    let mut named = 0;
    for quoted in page.split('`').skip(1).step_by(2) {
        let is_path = quoted.contains('/') && (quoted.ends_with(".rs") || quoted.ends_with(".yaml"));
        if is_path && !quoted.contains('*') && !quoted.contains('{') {
            named += 1;
            assert!(root().join(quoted).exists(), "ARCHITECTURE.md names {quoted}, which does not exist");
        }
    }
    assert!(named > 20, "ARCHITECTURE.md names only {named} files");
}

#[test]
fn the_architecture_is_read_in_one_sitting() {
    let page = text("ARCHITECTURE.md");
    // Bars and frames of tables and drawings are not words.
    let words = page.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count();
    assert!(words <= 2500, "ARCHITECTURE.md has {words} words: tell a reason where the code makes the choice");
    for (number, line) in (1..).zip(page.lines()) {
        let width = line.chars().count();
        assert!(width <= 120, "line {number} of ARCHITECTURE.md has {width} characters");
    }
    let glossary = page.split("## Glossary").nth(1).expect("a glossary");
    let explained = glossary.lines().filter(|line| line.starts_with("* **")).count();
    assert!((20..=60).contains(&explained), "the glossary explains {explained} words");
}

#[test]
fn whatever_looks_at_every_change_has_no_catch_all() {
    // What folds, what follows and what is told: there a new change must be thought of, or it does nothing in silence.
    let history = files("shared/domain/src/history", ".rs");
    let folds = history.iter().filter(|file| text(file).contains("fn apply"));
    let others =
        ["shared/domain/src/follow_up/mod.rs", "shared/domain/src/explain/change.rs"].map(|path| root().join(path));
    let all: Vec<_> = folds.chain(&others).collect();
    assert!(all.len() >= 10, "{} files look at changes", all.len());
    for file in all {
        assert!(!text(file).contains("_ => "), "{} has a match with a catch-all", file.display());
    }
}

#[test]
fn every_link_between_the_pages_leads_somewhere() {
    let mut followed = 0;
    for page in files("", ".md") {
        let text = text(&page);
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = target.split('#').next().unwrap_or_default();
            if path.is_empty() || path.contains("://") {
                continue;
            }
            followed += 1;
            assert!(page.parent().unwrap().join(path).exists(), "{} links to {target}", page.display());
        }
    }
    assert!(followed > 10, "only {followed} links were followed");
}
