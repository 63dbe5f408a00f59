use clap::Args;
use script::render;

use crate::{
    Exit,
    failure::Failure,
    remote::{Remote, part},
    say::Say,
};

/// Why a workflow started on a record, or did not
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  handoff why ada@example.com --workflow speed-to-lead

Ends with 1 if it did not start.")]
pub struct Why {
    /// kind/id, or the e-mail address that identifies it
    record: String,
    #[arg(long, value_name = "ID")]
    workflow: String,
    #[command(flatten)]
    remote: Remote,
}

impl Why {
    pub fn run(self, say: &Say) -> Result<Exit, Failure> {
        let path = self.remote.record_path(&self.record)?;
        let path = format!("{path}/why?workflow={}", part(&self.workflow));
        let mut answer = self.remote.get(&path)?;
        // Not known yet: the decision lies further back than one request looks.
        while let Some(cursor) = answer["next_cursor"].as_str().map(part) {
            answer = self.remote.get(&format!("{path}&cursor={cursor}"))?;
        }
        say.either(&answer, || render::why(&answer));
        Ok(if answer["started"] == true { Exit::Fine } else { Exit::Found })
    }
}
