use clap::Args;
use script::render;

use crate::{
    Exit,
    failure::Failure,
    find,
    remote::{Remote, part},
    say::Say,
};

/// Why a workflow started on a record, or did not
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  handoff why ada@example.com
  handoff why 'Ada Example'
  handoff why ada@example.com --workflow speed-to-lead

Ends with 1 if it did not start.")]
pub struct Why {
    /// kind/id, or its e-mail address, phone number or name, in any spelling
    record: String,
    /// Needed where the playbook has several
    #[arg(long, value_name = "ID")]
    workflow: Option<String>,
    #[command(flatten)]
    remote: Remote,
}

impl Why {
    pub fn run(self, say: &Say) -> Result<Exit, Failure> {
        let path = find::record_path(&self.remote, &self.record)?;
        let path = format!("{path}/why?workflow={}", part(&self.workflow()?));
        let mut answer = self.remote.get(&path, "started")?;
        // Not known yet: the decision lies further back than one request looks.
        while let Some(cursor) = answer["next_cursor"].as_str().map(part) {
            answer = self.remote.get(&format!("{path}&cursor={cursor}"), "started")?;
        }
        say.either(&answer, || render::why(&answer));
        Ok(if answer["started"] == true { Exit::Fine } else { Exit::Found })
    }

    /// The workflow that is asked about: the one that is named, or the only one.
    fn workflow(&self) -> Result<String, Failure> {
        if let Some(named) = &self.workflow {
            return Ok(named.clone());
        }
        let answer = self.remote.get("/v1/playbook", "playbook")?;
        let workflows = answer["playbook"]["workflows"].as_object().cloned().unwrap_or_default();
        let names: Vec<&str> = workflows.keys().map(String::as_str).collect();
        match names.as_slice() {
            [only] => Ok((*only).to_owned()),
            _ => Err(Failure::usage("the playbook has several workflows")
                .hint(format!("name one with --workflow: {}", names.join(", ")))),
        }
    }
}
