use clap::Args;
use script::render;
use serde_json::json;

use crate::{Exit, failure::Failure, remote::Remote, say::Say};

/// Show what a pause keeps back, and with --yes let it go on
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  handoff resume                       what would go on
  handoff resume --yes                 let it
  handoff resume speed-to-lead --yes   one workflow")]
pub struct Resume {
    /// Workflows; all of them where none is named
    workflows: Vec<String>,
    /// Do it
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    remote: Remote,
}

impl Resume {
    pub fn run(self, say: &Say) -> Result<Exit, Failure> {
        if !self.yes {
            let answer = self.remote.get("/v1/resume")?;
            say.either(&answer, || {
                let mut lines = render::preview(&answer);
                lines.push("Nothing was changed. Let it go on: handoff resume --yes".to_owned());
                lines
            });
            return Ok(Exit::Fine);
        }
        let body = if self.workflows.is_empty() { json!({}) } else { json!({ "workflows": self.workflows }) };
        let answer = self.remote.post("/v1/resume", &body)?;
        say.either(&answer, || {
            let count = |name: &str| answer[name].as_u64().unwrap_or_default();
            vec![format!(
                "Resumed: {} executions and {} messages go on.",
                count("resumed_executions"),
                count("resumed_effects")
            )]
        });
        Ok(Exit::Fine)
    }
}
