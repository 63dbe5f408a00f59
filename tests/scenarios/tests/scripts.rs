//! Runs every script of `scripts/`.

#![expect(clippy::unwrap_used, reason = "what fails here is a test")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use playbook::read_folder;
use script::{Delivery, Place, Script, Setting, Transcript};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn scripts() -> Vec<PathBuf> {
    let folder = fs::read_dir(root().join("scripts")).unwrap();
    let mut scripts: Vec<PathBuf> = folder
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "txt"))
        .collect();
    scripts.sort();
    assert!(!scripts.is_empty(), "there are no scripts");
    scripts
}

fn setting(delivery: Delivery) -> Setting {
    let playbook = read_folder(&root().join("../../infra/cli/playbook")).unwrap().files;
    Setting { playbook, folder: root().join("scripts"), place: Place::Memory, delivery }
}

fn parse(path: &Path) -> Script {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let text = fs::read_to_string(path).unwrap();
    Script::parse(&name, &text).unwrap_or_else(|errors| {
        panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    })
}

/// Whether the same lines stand in another order: what happens at one moment has none.
fn is_reordered(difference: &[String]) -> bool {
    let side = |sign| {
        let mut lines: Vec<&str> = difference.iter().filter_map(|line| line.strip_prefix(sign)).collect();
        lines.sort_unstable();
        lines
    };
    side('-') == side('+')
}

/// What is wrong with a run, in lines; nothing if all is well.
fn problems(script: &Script, transcript: &Transcript, delivery: Delivery, how: &str) -> Vec<String> {
    let failures = transcript.failures.iter().map(|(line, why)| format!("{}:{line} ({how}): {why}", script.name));
    let differences = transcript.differences(script);
    let counts = |lines: &[String]| delivery != Delivery::InUnits || !is_reordered(lines);
    let differences = differences.iter().filter(|found| counts(&found.lines())).map(|found| {
        let lines = found.lines().join("\n    ");
        format!("{}:{} ({how}): {}\n    {lines}", script.name, found.line, found.command)
    });
    failures.chain(differences).collect()
}

async fn run(script: &Script, delivery: Delivery, how: &str) -> (Option<Transcript>, Vec<String>) {
    match script::run(script, &setting(delivery), |_| {}).await {
        Ok(transcript) => {
            let problems = problems(script, &transcript, delivery, how);
            (Some(transcript), problems)
        }
        Err(error) => (None, vec![format!("{error} ({how})")]),
    }
}

#[tokio::test]
async fn every_script_prints_what_it_says_also_with_every_message_delivered_twice_and_in_units_of_work() {
    let update = std::env::var_os("UPDATE_SCRIPTS").is_some();
    let mut all = Vec::new();
    for path in scripts() {
        let mut script = parse(&path);
        let (transcript, problems) = run(&script, Delivery::Once, "once").await;
        match transcript {
            Some(transcript) if update => {
                fs::write(&path, transcript.render(&script)).unwrap();
                all.extend(transcript.failures.iter().map(|(line, why)| format!("{}:{line}: {why}", script.name)));
                script = parse(&path);
            }
            _ => all.extend(problems),
        }
        all.extend(run(&script, Delivery::Twice, "twice").await.1);
        all.extend(run(&script, Delivery::InUnits, "in units").await.1);
    }
    assert!(all.is_empty(), "\n{}\n", all.join("\n"));
}
