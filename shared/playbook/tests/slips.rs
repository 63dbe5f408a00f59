//! The slips of a newcomer on the shipped playbook: each is told once, where it was made, and with what to write.
//!
//! `slips.txt` holds them: a file of the playbook, the lines taken out (`-`) and put in (`+`), and what the check says
//! (`>`). With `UPDATE_GOLDEN=1` the last are written again; read the difference before you commit it.
#![expect(clippy::unwrap_used, reason = "a test stops where its own files are not as they must be")]

use std::{fs, path::Path};

use playbook::{Files, load, read_folder};

fn here(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The lines of a block that begin so, without it.
fn part(block: &str, mark: &str) -> String {
    let lines: Vec<&str> = block.lines().filter_map(|line| line.strip_prefix(mark)).collect();
    lines.join("\n")
}

/// The playbook with the slip of a block in it.
fn slipped(shipped: &Files, block: &str) -> Files {
    let (file, out, put) = (block.lines().next().unwrap(), part(block, "- "), part(block, "+ "));
    let mut files = shipped.clone();
    if out.is_empty() {
        files.remove(file).unwrap();
        return files;
    }
    assert!(files[file].contains(&out), "{file} does not say {out}");
    files.insert(file.to_owned(), files[file].replacen(&out, &put, 1));
    files
}

#[test]
fn each_slip_is_told_once_with_what_to_write() {
    let shipped = read_folder(&here("../../infra/cli/playbook")).unwrap().files;
    let golden = fs::read_to_string(here("tests/slips.txt")).unwrap();
    let (mut told, mut several) = (String::new(), Vec::new());
    for block in golden.split("=== ").skip(1) {
        let slip: String =
            block.lines().filter(|line| !line.starts_with('>')).map(|line| format!("{line}\n")).collect();
        let found = load(&slipped(&shipped, block)).diagnostics;
        let lines: String = found.iter().map(|problem| format!("> {problem}\n")).collect();
        told.push_str(&format!("=== {}\n{lines}\n", slip.trim_end()));
        if found.len() != 1 {
            several.push(format!("{slip}{lines}"));
        }
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(here("tests/slips.txt"), &told).unwrap();
    }
    assert!(several.is_empty(), "{}", several.join("\n"));
    assert_eq!(told, fs::read_to_string(here("tests/slips.txt")).unwrap());
}

/// Slips of a workflow that once hid what else was wrong with it.
const HIDING: [&str; 12] = [
    "+ form_submited: demo-request",
    "+ form_submitted: demo_request",
    "+ demo-request",
    "+ whn:",
    "+ thn:",
    "+ steps:",
    "+ asign:",
    "+ lead.score > 40 && lead.email is present",
    "+ within: 15\n",
    "+ withn:",
    "+ template: introo",
    "+ Subject: Your",
];

#[test]
fn no_slip_hides_another_one_of_its_file_or_of_what_it_refers_to() {
    let shipped = read_folder(&here("../../infra/cli/playbook")).unwrap().files;
    let golden = fs::read_to_string(here("tests/slips.txt")).unwrap();
    let about = |block: &&str| block.starts_with("workflows/") || block.starts_with("templates/");
    let is_yaml = |block: &&str| block.contains(" yaml-");
    let blocks: Vec<&str> = golden.split("=== ").skip(1).filter(about).filter(|block| !is_yaml(block)).collect();
    // What is named where it stands: what it is compared with may have changed.
    let told = |files: &Files| -> Vec<String> {
        let told = load(files).diagnostics;
        told.iter().map(|problem| format!("{} {}", problem.code, problem.message.split(';').next().unwrap())).collect()
    };
    // Two slips in the words of one line are one slip.
    let line = |block: &str| {
        let (file, out) = (block.lines().next().unwrap(), part(block, "- "));
        shipped[file]
            .split_once(&out)
            .filter(|_| !out.is_empty())
            .map(|(before, _)| (file.to_owned(), before.matches('\n').count()))
    };
    let (mut pairs, mut hidden) = (0, Vec::new());
    for hiding in HIDING {
        let one = blocks.iter().find(|block| block.contains(hiding)).unwrap_or_else(|| panic!("no slip is {hiding}"));
        let slipped_once = slipped(&shipped, one);
        for other in blocks.iter().filter(|other| line(other).is_some() && line(other) != line(one)) {
            let file = other.lines().next().unwrap();
            if !slipped_once[file].contains(&part(other, "- ")) {
                continue;
            }
            pairs += 1;
            let found = told(&slipped(&slipped_once, other));
            let expected = [told(&slipped_once), told(&slipped(&shipped, other))].concat();
            let missing: Vec<&String> = expected.iter().filter(|problem| !found.contains(problem)).collect();
            if !missing.is_empty() {
                hidden.push(format!("{hiding}\n{other}is missing: {missing:#?}\ntold: {found:#?}"));
            }
        }
    }
    assert!(pairs > 300, "{pairs} pairs");
    assert!(hidden.is_empty(), "{} of {pairs}: {}", hidden.len(), hidden.join("\n"));
}
