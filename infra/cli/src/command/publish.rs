use std::path::PathBuf;

use clap::Args;
use domain::plural::counted;
use playbook::load_folder;
use serde_json::{Value, json};

use super::{check::read, print_problems};
use crate::{
    Exit,
    failure::Failure,
    remote::Remote,
    say::{Look, Say},
    waiting::line,
};

/// Check a playbook and make it the active one
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  handoff publish playbook
  handoff publish playbook --to http://127.0.0.1:9000

Executions that have begun keep the version they began with. Undo with `handoff rollback MANIFEST`.")]
pub struct Publish {
    /// The playbook's folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    #[command(flatten)]
    remote: Remote,
}

impl Publish {
    pub fn run(self, say: &Say) -> Result<Exit, Failure> {
        let folder = read(&self.folder)?;
        let (files, checked) = (&folder.files, load_folder(&folder));
        if checked.has_errors() {
            say.either(&json!({ "published": false, "diagnostics": checked.diagnostics }), Vec::new);
            if !say.json {
                print_problems(say, files, &checked.diagnostics);
                let errors = checked.diagnostics.iter().filter(|problem| problem.is_error()).count();
                let said = format!("Not published: {} in {}.", counted(errors, "error"), self.folder.display());
                say.line(say.paint(Look::Bad, &said));
            }
            return Ok(Exit::Found);
        }
        let answer = self.remote.put("/v1/playbook", &json!({ "files": files }), "manifest")?;
        say.either(&answer, || {
            let text = |name: &str| answer[name].as_str().unwrap_or("no playbook").to_owned();
            let mut lines = match answer["activated"].as_bool() {
                Some(false) => vec![format!("{} was active already.", text("manifest"))],
                _ => vec![
                    format!("{} {} is active.", say.paint(Look::Good, "Published."), text("manifest")),
                    format!("Undo: handoff rollback {}", text("replaces")),
                ],
            };
            if let Some(notice) = answer["notice"].as_str() {
                lines.insert(1, say.paint(Look::Warn, &format!("Note: {notice}.")));
            }
            lines.extend(waiting(&answer));
            lines
        });
        Ok(Exit::Fine)
    }
}

/// Submissions that came for a form before it was described.
fn waiting(answer: &Value) -> Vec<String> {
    let forms = answer["waiting"].as_object().into_iter().flatten();
    forms.map(|(form, count)| line(form, count.as_u64().unwrap_or_default())).collect()
}
