//! The shipped playbook with everybody at work all the time: otherwise what a test sees depends on the hour.

use std::path::Path;

pub fn playbook() -> playbook::Files {
    let mut files = playbook::read_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("playbook")).unwrap().files;
    let organisation = files.get_mut("organisation.yaml").unwrap();
    let lines = organisation
        .lines()
        .filter(|line| !line.trim_start().starts_with("- { date:") && !line.starts_with("holidays:"));
    *organisation =
        lines.collect::<Vec<_>>().join("\n").replace("mon-fri: \"09:00-18:00\"", "mon-sun: \"00:00-24:00\"");
    files
}
