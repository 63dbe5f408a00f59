use clap::Args;
use serde_json::json;

use crate::{Exit, failure::Failure, remote::Remote, say::Say};

/// Stop workflows: forms are still taken, and nothing leaves
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  handoff pause                  everything
  handoff pause speed-to-lead    one workflow
  handoff resume                 shows what would go on")]
pub struct Pause {
    /// Workflows; all of them where none is named
    workflows: Vec<String>,
    #[command(flatten)]
    remote: Remote,
}

impl Pause {
    pub fn run(self, say: &Say) -> Result<Exit, Failure> {
        let body = if self.workflows.is_empty() { json!({}) } else { json!({ "workflows": self.workflows }) };
        let answer = self.remote.post("/v1/pause", &body, "paused")?;
        say.either(&answer, || {
            let what = if self.workflows.is_empty() { "Everything".to_owned() } else { self.workflows.join(", ") };
            vec![
                format!("{what} is paused. Forms are still taken, and nothing leaves."),
                "Go on: handoff resume".to_owned(),
            ]
        });
        Ok(Exit::Fine)
    }
}
