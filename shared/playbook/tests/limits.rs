//! Hostile and broken files: always an answer, never a panic, never for long.

use playbook::{Files, load, read_folder, render};

fn codes(file: &str, text: String) -> Vec<String> {
    let mut files = Files::new();
    files.insert(file.to_owned(), text);
    let found = load(&files).diagnostics;
    found.iter().filter(|problem| problem.file == file).map(|problem| problem.code.to_owned()).collect()
}

fn shipped() -> Files {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/cli/playbook");
    read_folder(&folder).expect("the shipped playbook can be read").files
}

#[test]
fn a_file_is_at_most_a_mebibyte_large() {
    assert_eq!(codes("people.yaml", "#".repeat(1024 * 1024 + 1)), ["file-too-large"]);
}

#[test]
fn a_file_holds_at_most_fifty_thousand_values() {
    assert_eq!(codes("pools.yaml", format!("a: [{}]\n", "x,".repeat(50_001))), ["file-too-large"]);
}

#[test]
fn a_pool_has_at_most_a_thousand_members() {
    for (count, expected) in [(1000, None), (1001, Some("pool-too-large"))] {
        let (mut files, people) = (shipped(), (0..count).map(|n| format!("p{n}")));
        let written = |person| format!("{person}: {{ name: {person}, email: {person}@example.com, manager: maria }}\n");
        let people_yaml = files.get_mut("people.yaml").expect("it is shipped");
        people_yaml.push_str(&people.clone().map(written).collect::<String>());
        let members: String = people.map(|person| format!("    {person}: 1\n")).collect();
        files.insert("pools.yaml".to_owned(), format!("inbound:\n  lead: maria\n  members:\n{members}"));
        let found: Vec<String> = load(&files).diagnostics.iter().map(|problem| problem.code.to_owned()).collect();
        assert_eq!(found.iter().find(|code| code.starts_with("pool-")).map(String::as_str), expected, "{found:?}");
    }
}

#[test]
fn brackets_piled_up_are_refused() {
    assert_eq!(codes("pools.yaml", format!("a: {}", "[".repeat(100_000))), ["yaml-too-deep"]);
    assert_eq!(codes("pools.yaml", format!("a: {}", "{a: ".repeat(100_000))), ["yaml-too-deep"]);
    assert_eq!(
        codes("pools.yaml", (0..500).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect()),
        ["yaml-too-deep"]
    );
}

#[test]
fn an_alias_inside_itself_is_refused() {
    assert_eq!(codes("pools.yaml", "a: &a [*a]\n".to_owned()), ["yaml-alias"]);
}

#[test]
fn every_problem_of_a_large_file_is_found_at_once() {
    let people: String = (0..150).map(|n| format!("p{n}: {{ name: 5, email: p{n}@example.com }}\n")).collect();
    assert_eq!(codes("people.yaml", people), vec!["wrong-type"; 150]);
}

#[test]
fn files_from_windows_read_alike() {
    let files: Files =
        shipped().into_iter().map(|(file, text)| (file, format!("\u{feff}{}", text.replace('\n', "\r\n")))).collect();
    let checked = load(&files);
    assert_eq!(checked.diagnostics, []);
}

#[test]
fn a_template_that_never_ends_is_refused() {
    let ten = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]";
    let loops: String = (0..9).map(|at| format!("{{% for i{at} in {ten} %}}")).collect();
    let endless = format!("subject: x\n\n{loops}x{}\n", "{% endfor %}".repeat(9));
    let growing = format!("subject: x\n\n{{% set a = 'xx' %}}{}{{{{ a }}}}\n", "{% set a = a ~ a %}".repeat(30));
    for text in [endless, growing] {
        let mut files = shipped();
        files.insert("templates/intro.md".to_owned(), text);
        let found = load(&files).diagnostics;
        assert!(found.iter().any(|problem| problem.code == "template-limit"), "{found:?}");
    }
}

#[test]
fn files_cut_off_or_changed_anywhere_are_answered() {
    let whole = shipped();
    for (file, text) in &whole {
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).step_by(97).collect();
        for at in places {
            let (before, after) = text.split_at(at);
            for broken in ["", "\u{0}", "\t", ": ", "- ", "&a *a", "\"", "{{", "\u{feff}", "é"] {
                let mut files = whole.clone();
                files.insert(
                    file.clone(),
                    if broken.is_empty() { before.to_owned() } else { format!("{before}{broken}{after}") },
                );
                let checked = load(&files);
                for problem in &checked.diagnostics {
                    let lines = files[&problem.file].lines().count();
                    assert!((1..=lines + 1).contains(&problem.line) && problem.column <= problem.end, "{problem}");
                    assert!(render(problem, &files).contains(problem.code));
                }
                assert_eq!(checked.playbook.is_none(), checked.has_errors(), "{file} at {at} with {broken:?}");
            }
        }
    }
}
