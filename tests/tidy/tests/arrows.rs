//! The drawings in ARCHITECTURE.md, held to the code: which crate depends on which, and which module of `domain` uses
//! which.

use std::collections::{BTreeMap, BTreeSet};

use tidy::{files, production_lines, root, text};

type Arrows = BTreeMap<String, BTreeSet<String>>;

/// All that can be reached from `from`.
fn reachable(arrows: &Arrows, from: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from.to_owned()];
    while let Some(next) = open.pop() {
        for to in arrows.get(&next).into_iter().flatten() {
            if reached.insert(to.clone()) {
                open.push(to.clone());
            }
        }
    }
    reached
}

/// The crates of the house that a folder's manifest names under `[dependencies]`.
fn dependencies(folder: &str, crates: &BTreeSet<String>) -> BTreeSet<String> {
    let manifest = text(format!("{folder}/Cargo.toml"));
    let section = manifest.split("[dependencies]").nth(1).unwrap_or_default().split("\n[").next().unwrap_or_default();
    let names = section.lines().filter_map(|line| line.split(['.', ' ', '=']).next());
    names.filter(|name| crates.contains(*name)).map(str::to_owned).collect()
}

/// Each row of the table of crates: the folder, and the crates that it may depend on.
fn drawn_crates() -> Vec<(String, String)> {
    let architecture = text("ARCHITECTURE.md");
    let rows = architecture.lines().filter(|line| line.starts_with("| `"));
    let cells = rows.filter_map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let folder = cells[0].trim_matches('`');
        (cells.len() == 3 && ["shared/", "functions/", "infra/"].iter().any(|of| folder.starts_with(of)))
            .then(|| (folder.to_owned(), cells[2].to_owned()))
    });
    cells.collect()
}

#[test]
fn crates_depend_on_what_the_table_says() {
    let drawn = drawn_crates();
    let name = |folder: &str| folder.rsplit('/').next().unwrap().to_owned();
    let crates: BTreeSet<String> = drawn.iter().map(|(folder, _)| name(folder)).collect();
    let listed = |may: &str| -> BTreeSet<String> {
        may.split(", ").map(str::to_owned).filter(|name| crates.contains(name)).collect()
    };
    let allowed: Arrows = drawn.iter().map(|(folder, may)| (name(folder), listed(may))).collect();
    for folder in files("shared", "Cargo.toml") {
        let folder = folder.parent().unwrap().strip_prefix(root()).unwrap().to_string_lossy().into_owned();
        assert!(crates.contains(&name(&folder)), "{folder} stands in no row of the table of crates");
    }
    for (folder, _) in &drawn {
        let (may, named) = (reachable(&allowed, &name(folder)), &allowed[&name(folder)]);
        let folders = match folder.strip_suffix("/*") {
            Some(of) => files(of, "Cargo.toml").iter().map(|path| path.parent().unwrap().to_path_buf()).collect(),
            None => vec![root().join(folder)],
        };
        let mut used = BTreeSet::new();
        for folder in folders {
            let depends = dependencies(&folder.to_string_lossy(), &crates);
            let strange: Vec<_> = depends.difference(&may).collect();
            assert!(
                strange.is_empty(),
                "{} depends on {strange:?}, and the table says no such arrow",
                folder.display()
            );
            used.extend(depends);
        }
        let gone: Vec<_> = named.difference(&used).collect();
        assert!(gone.is_empty(), "the table says that {folder} depends on {gone:?}, and it does not");
    }
}

/// The floors of `domain` as drawn, the highest first, each with its modules.
fn floors() -> Vec<Vec<String>> {
    let architecture = text("ARCHITECTURE.md");
    let drawing = architecture.split("### The floors of `domain`").nth(1).expect("the drawing of the floors");
    let block = drawing.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a block of text");
    block.lines().map(|floor| floor.split_whitespace().skip(1).map(str::to_owned).collect()).collect()
}

/// Which module of `domain` uses which, tests left out.
fn used_modules() -> Arrows {
    let library = text("shared/domain/src/lib.rs");
    let modules = library.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    let mut arrows: Arrows = modules.map(|module| (module.to_owned(), BTreeSet::new())).collect();
    let sources = root().join("shared/domain/src");
    for file in files("shared/domain/src", ".rs") {
        let path = file.strip_prefix(&sources).expect("it lies there").to_string_lossy().into_owned();
        let module = path.split(['/', '.']).next().unwrap_or_default();
        if path.ends_with("tests.rs") || path.contains("/tests/") || module == "lib" {
            continue;
        }
        let code = text(&file);
        let lines = code.lines().take(production_lines(&code));
        let code: Vec<&str> = lines.map(|line| line.split("//").next().unwrap_or_default()).collect();
        let used = named_after_crate(&code.join(" "));
        arrows.get_mut(module).unwrap_or_else(|| panic!("{module} is no module of domain")).extend(used);
    }
    for (module, used) in &mut arrows {
        used.remove(module);
    }
    arrows
}

/// The first name of every path that begins with `crate::`: `crate::a::X` and `crate::{a::X, b::{Y, Z}}` give `a` and `b`.
fn named_after_crate(code: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let name = |text: &str| {
        text.trim_start().split(|it: char| !it.is_alphanumeric() && it != '_').next().unwrap_or_default().to_owned()
    };
    for path in code.split("crate::").skip(1) {
        let Some(group) = path.strip_prefix('{') else {
            names.insert(name(path));
            continue;
        };
        let (mut depth, mut begins) = (0, 0);
        for (at, letter) in group.char_indices() {
            match letter {
                '{' => depth += 1,
                '}' if depth > 0 => depth -= 1,
                ',' | '}' if depth == 0 => {
                    names.insert(name(&group[begins..at]));
                    begins = at + 1;
                }
                _ => {}
            }
            if letter == '}' && begins == at + 1 {
                break;
            }
        }
    }
    names.remove("");
    names
}

#[test]
fn every_module_of_domain_stands_on_one_floor_and_uses_none_above() {
    let (floors, arrows) = (floors(), used_modules());
    let drawn: Vec<&String> = floors.iter().flatten().collect();
    assert_eq!(
        drawn.iter().copied().collect::<BTreeSet<_>>(),
        arrows.keys().collect(),
        "what is drawn, and what is there"
    );
    assert_eq!(drawn.len(), arrows.len(), "a module stands on one floor");
    let floor = |module: &str| floors.iter().position(|floor| floor.iter().any(|of| of == module)).unwrap();
    let mut up = Vec::new();
    for (module, used) in &arrows {
        up.extend(used.iter().filter(|used| floor(used) < floor(module)).map(|used| format!("{module} uses {used}")));
    }
    assert_eq!(up, Vec::<String>::new());
}

#[test]
fn no_modules_of_domain_use_each_other_in_a_circle() {
    let arrows = used_modules();
    let in_circles: Vec<&String> =
        arrows.keys().filter(|module| reachable(&arrows, module).contains(*module)).collect();
    assert_eq!(in_circles, Vec::<&String>::new());
}

#[test]
fn a_path_is_read_by_its_first_name() {
    let code = "use crate::{a::X, b::{Y, c::Z}, d}; fn f() { crate::e::g(crate::h) } use crate::i;";
    assert_eq!(named_after_crate(code).into_iter().collect::<Vec<_>>(), ["a", "b", "d", "e", "h", "i"]);
}
