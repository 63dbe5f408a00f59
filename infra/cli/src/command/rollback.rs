use clap::Args;
use serde_json::json;

use crate::{Exit, failure::Failure, remote::Remote, say::Say};

/// Make an earlier playbook the active one again
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  handoff rollback man_5d0fy3…")]
pub struct Rollback {
    /// As `publish` printed it
    manifest: String,
    #[command(flatten)]
    remote: Remote,
}

impl Rollback {
    pub fn run(self, say: &Say) -> Result<Exit, Failure> {
        let answer = self.remote.post("/v1/playbook/rollback", &json!({ "manifest": self.manifest }), "manifest")?;
        say.either(&answer, || vec![format!("{} is active.", self.manifest)]);
        Ok(Exit::Fine)
    }
}
