use std::path::{Path, PathBuf};

use clap::Args;
use domain::plural::counted;
use playbook::{Checked, Diagnostic, FOLDERS, Files, Folder, TOP_FILES, load_folder, read_folder, render};
use serde_json::json;

use crate::{
    Exit,
    failure::Failure,
    local::secrets::{self, Secret},
    say::{Look, Say},
    shipped,
};

/// Find every problem in a playbook
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  handoff check               the folder ./playbook
  handoff check ../sales      another one
  handoff check --json        for an editor or a pipeline

Ends with 1 if something is wrong. Warnings alone do not keep a playbook from being published.")]
pub struct Check {
    /// The playbook's folder
    #[arg(default_value = "playbook", value_name = "DIR")]
    folder: PathBuf,
}

impl Check {
    pub fn run(self, say: &Say) -> Result<Exit, Failure> {
        let folder = read(&self.folder)?;
        let checked = load_folder(&folder);
        if say.json {
            say.document(&json!({
                "ok": !checked.has_errors(),
                "diagnostics": checked.diagnostics,
                "examples": checked.examples,
                "missing_secrets": missing_secrets(&checked).iter().map(Secret::variable).collect::<Vec<_>>(),
            }));
        } else {
            print(say, &self.folder, &folder.files, &checked);
        }
        Ok(if checked.has_errors() { Exit::Found } else { Exit::Fine })
    }
}

/// What a playbook's folder holds.
pub fn read(folder: &Path) -> Result<Folder, Failure> {
    if folder.is_file() {
        let inside = folder.parent().filter(|inside| !inside.as_os_str().is_empty()).unwrap_or(Path::new("."));
        return Err(Failure::usage(format!("{} is a file; a playbook is checked whole", folder.display()))
            .hint(format!("name its folder: handoff check {}", inside.display())));
    }
    if !folder.is_dir() {
        return Err(Failure::usage(format!("there is no folder {}", folder.display()))
            .hint("name the playbook's folder; `handoff serve` writes one to start from"));
    }
    let found = read_folder(folder)
        .map_err(|error| Failure::from_error(&format!("the folder {} cannot be read", folder.display()), &error))?;
    match holds_a_part(&found) {
        true => Ok(found),
        false => Err(no_playbook(folder)),
    }
}

/// Whether anything in a folder is of a playbook; what is missing is then for the check to say.
fn holds_a_part(found: &Folder) -> bool {
    let is_part = |path: &String| match path.split_once('/') {
        Some((folder, _)) => FOLDERS.contains(&folder),
        None => TOP_FILES.contains(&path.as_str()),
    };
    found.files.keys().chain(found.unread.keys()).any(is_part)
}

fn no_playbook(folder: &Path) -> Failure {
    let above = folder.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let is_inside = TOP_FILES.iter().any(|file| above.join(file).is_file());
    let hint = match is_inside {
        true => format!("it is a part of the playbook in {}: name that folder", above.display()),
        false => {
            "name the playbook's folder, in which organisation.yaml lies; `handoff serve` writes one to start from"
                .to_owned()
        }
    };
    Failure::usage(format!("{} holds no playbook", folder.display())).hint(hint)
}

/// The folder that is named, else ./playbook, else the shipped playbook.
pub fn read_or_shipped(named: Option<&Path>) -> Result<Folder, Failure> {
    match named.or(Some(Path::new(USUAL)).filter(|usual| usual.is_dir())) {
        Some(folder) => read(folder),
        None => Ok(Folder { files: shipped::files(), ..Folder::default() }),
    }
}

/// Where to see what is wrong with a folder's playbook.
pub fn see_problems(folder: Option<&Path>) -> String {
    format!("see them all with `handoff check {}`", folder.unwrap_or(Path::new(USUAL)).display())
}

const USUAL: &str = "playbook";

fn print(say: &Say, folder: &Path, files: &Files, checked: &Checked) {
    print_problems(say, files, &checked.diagnostics);
    if !checked.examples.is_empty() && !checked.has_errors() {
        say.line(say.paint(Look::Bold, "What the lengths of time mean"));
        for example in &checked.examples {
            let place = format!("{}:{}", example.file, example.line);
            say.line(format!("  {}  {}", example.text, say.paint(Look::Dim, &place)));
        }
        say.line("");
    }
    for secret in missing_secrets(checked) {
        let Secret { form, key, reference } = &secret;
        let text = format!("On this machine: form {form} names {key}: {reference}, and {}", secret.consequence());
        say.line(say.paint(Look::Warn, &text));
    }
    let errors = checked.diagnostics.iter().filter(|found| found.is_error()).count();
    let warnings = checked.diagnostics.len() - errors;
    let problems = format!("{} and {}", counted(errors, "error"), counted(warnings, "warning"));
    let folder = folder.display();
    say.line(match (errors, warnings) {
        (0, 0) => say.paint(Look::Good, &format!("{folder} is fine: {}, no problems", counted(files.len(), "file"))),
        (0, _) => say.paint(Look::Warn, &format!("{folder} can be published: {problems}")),
        _ => say.paint(Look::Bad, &format!("{folder} cannot be published: {problems}")),
    });
}

/// Where the playbook will run they may be set, so they are no problem of the playbook.
fn missing_secrets(checked: &Checked) -> Vec<Secret> {
    let missing = checked.playbook.iter().flat_map(|playbook| secrets::missing(playbook, secrets::is_set));
    missing.filter(|secret| secret.variable().is_some()).collect()
}

/// Each problem with its line and a mark under the place.
pub fn print_problems(say: &Say, files: &Files, problems: &[Diagnostic]) {
    for problem in problems {
        let text = render(problem, files);
        let mut lines = text.lines();
        let look = if problem.is_error() { Look::Bad } else { Look::Warn };
        say.line(say.paint(look, lines.next().unwrap_or_default()));
        lines.for_each(|line| say.line(line));
        say.line("");
    }
}
